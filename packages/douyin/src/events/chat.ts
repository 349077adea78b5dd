import * as wire from "../wire/index.ts";
import { baseOf, type Mapper } from "./envelope.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

const chat: Mapper = (payload, envelope) => {
	const m = wire.decodeChatMessage(payload);
	return { ...baseOf(payload, envelope, m.common, userOf(m.user), m.eventTime), type: "chat", content: m.content };
};

const emojiChat: Mapper = (payload, envelope) => {
	const m = wire.decodeEmojiChatMessage(payload);
	return {
		...baseOf(payload, envelope, m.common, userOf(m.user)),
		type: "emoji_chat",
		emojiId: m.emojiId,
		content: m.defaultContent || renderText(m.emojiContent),
	};
};

const screenChat: Mapper = (payload, envelope) => {
	const m = wire.decodeScreenChatMessage(payload);
	const base = baseOf(payload, envelope, m.common, userOf(m.user), m.eventTime);
	return { ...base, type: "screen_chat", content: m.content };
};

const privilegeScreenChat: Mapper = (payload, envelope) => {
	const m = wire.decodePrivilegeScreenChatMessage(payload);
	return { ...baseOf(payload, envelope, m.common, userOf(m.user)), type: "screen_chat", content: m.content };
};

/** What people say. */
export const chatMappers = {
	WebcastChatMessage: chat,
	WebcastEmojiChatMessage: emojiChat,
	WebcastScreenChatMessage: screenChat,
	WebcastPrivilegeScreenChatMessage: privilegeScreenChat,
} satisfies Record<string, Mapper>;
