import * as wire from "../wire/index.ts";
import { baseOf, lookTwice, type Mapper, orRaw } from "./envelope.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

const chat: Mapper = (payload, envelope) => {
	const m = wire.decodeChatMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user), m.eventTime);
	return { ...base, type: "chat", content: m.content };
};

const emojiChat: Mapper = (payload, envelope) => {
	const m = wire.decodeEmojiChatMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	const content = m.defaultContent || renderText(m.emojiContent);
	if (m.defaultContent === "") lookTwice(envelope);
	const emojiImage = m.emojiContent?.pieces.map(pictureOf).find((url) => url !== "") ?? "";
	return {
		...base,
		type: "emoji_chat",
		emojiId: m.emojiId,
		content,
		emojiImage,
	};
};

const screenChat: Mapper = (payload, envelope) => {
	const m = wire.decodeScreenChatMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user), m.eventTime);
	return { ...base, type: "screen_chat", content: m.content };
};

const privilegeScreenChat: Mapper = (payload, envelope) => {
	const m = wire.decodePrivilegeScreenChatMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	return { ...base, type: "screen_chat", content: m.content };
};

const audioChat = orRaw((payload, envelope) => {
	const m = wire.decodeAudioChatMessage(payload);
	if (m.content === "" && m.audioUrl === "") return undefined;
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	return { ...base, type: "chat", content: m.content, audio: { url: m.audioUrl, durationMs: m.audioDuration } };
});

const pictureOf = (piece: wire.TextPiece): string => piece.imageValueImageUrl ?? "";

/** Field numbers come from the site's published schema alone. */
const chatLikes = orRaw((payload, envelope) => {
	const m = wire.decodeChatLikeMessage(payload);
	if (m.totalMsgData.length === 0) return undefined;
	const likes = m.totalMsgData.map(({ key, valueCount }) => ({ messageId: key, count: valueCount }));
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "chat_likes",
		likes,
	};
});

/** Mappers of chats, and of likes that chats receive. */
export const chatMappers = {
	WebcastChatMessage: chat,
	WebcastAudioChatMessage: audioChat,
	WebcastEmojiChatMessage: emojiChat,
	WebcastScreenChatMessage: screenChat,
	WebcastPrivilegeScreenChatMessage: privilegeScreenChat,
	WebcastChatLikeMessage: chatLikes,
} satisfies Record<string, Mapper>;
