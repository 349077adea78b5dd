import * as wire from "../wire/index.ts";
import { baseOf, complete, type Mapper } from "./envelope.ts";
import type { ChatEvent, EmojiChatEvent, ScreenChatEvent } from "./live-event.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

const chat: Mapper = (payload, envelope) => {
	const m = wire.decodeChatMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user), m.eventTime);
	return complete<ChatEvent>(base, { type: "chat", content: m.content });
};

const emojiChat: Mapper = (payload, envelope) => {
	const m = wire.decodeEmojiChatMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	const content = m.defaultContent || renderText(m.emojiContent);
	const emojiImage = m.emojiContent?.pieces.map(pictureOf).find((url) => url !== "") ?? "";
	return complete<EmojiChatEvent>(base, { type: "emoji_chat", emojiId: m.emojiId, content, emojiImage });
};

const screenChat: Mapper = (payload, envelope) => {
	const m = wire.decodeScreenChatMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user), m.eventTime);
	return complete<ScreenChatEvent>(base, { type: "screen_chat", content: m.content });
};

const privilegeScreenChat: Mapper = (payload, envelope) => {
	const m = wire.decodePrivilegeScreenChatMessage(payload, envelope.budget);
	const base = baseOf(payload, envelope, m.common, userOf(m.user));
	return complete<ScreenChatEvent>(base, { type: "screen_chat", content: m.content });
};

const pictureOf = (piece: wire.TextPiece): string => piece.imageValue?.image?.urlList[0] ?? "";

/** What people say. */
export const chatMappers = {
	WebcastChatMessage: chat,
	WebcastEmojiChatMessage: emojiChat,
	WebcastScreenChatMessage: screenChat,
	WebcastPrivilegeScreenChatMessage: privilegeScreenChat,
} satisfies Record<string, Mapper>;
