import {
	encodeAudioChatMessage,
	encodeChatMessage,
	encodeEmojiChatMessage,
	encodePrivilegeScreenChatMessage,
	encodeScreenChatMessage,
} from "@livekeeper/douyin/wire";
import { chats, emojis } from "./phrases.ts";
import type { Draft, Scene } from "./scene.ts";

export function chat(scene: Scene): Draft {
	const { random } = scene;
	scene.lastChatId = scene.id;
	let content = random.pick(chats);
	if (random.chance(0.3)) content += ` ${random.int(1000)}`;
	const method = "WebcastChatMessage";
	const payload = encodeChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		content,
		visibleToSender: false,
		publicAreaCommon: {
			userConsumeInRoom: random.int(50),
			individualPriority: 1,
			trackingParams: new Map([["source", "sim"]]),
		},
		eventTime: Math.floor(scene.now / 1000),
		chatBy: 0,
		rtfContentV2: { defaultPattern: content },
	});
	return { method, payload };
}

/** Makes a spoken line of a viewer. */
export function audioChat(scene: Scene): Draft {
	const method = "WebcastAudioChatMessage";
	const payload = encodeAudioChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		content: scene.random.pick(chats),
		audioUrl: `https://p3.sim-douyin.invalid/audio/${scene.id}.m4a`,
		audioDuration: scene.random.between(1_000, 9_000),
	});
	return { method, payload };
}

export function emojiChat(scene: Scene): Draft {
	const emoji = scene.random.pick(emojis);
	const method = "WebcastEmojiChatMessage";
	const payload = encodeEmojiChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		emojiId: emoji.id,
		emojiContent: {
			defaultPattern: emoji.text,
			pieces: [{ type: 1, stringValue: emoji.text, imageValue: { image: emojiPicture(emoji.id) } }],
		},
		defaultContent: emoji.text,
	});
	return { method, payload };
}

const emojiPicture = (id: string) => ({ urlList: [`https://p3.sim-douyin.invalid/img/emoji-${id}.png?from=live&x=1`] });

export function screenChat(scene: Scene): Draft {
	const method = "WebcastScreenChatMessage";
	const payload = encodeScreenChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		screenChatType: 1,
		content: scene.random.pick(chats),
		eventTime: Math.floor(scene.now / 1000),
	});
	return { method, payload };
}

export function privilegeScreenChat(scene: Scene): Draft {
	const method = "WebcastPrivilegeScreenChatMessage";
	const payload = encodePrivilegeScreenChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		content: scene.random.pick(chats),
	});
	return { method, payload };
}
