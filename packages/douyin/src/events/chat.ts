import * as wire from "../wire/index.ts";
import { baseOf, complete, type Mapper, orRaw } from "./envelope.ts";
import type { ChatEvent, ChatLikesEvent, EmojiChatEvent, ScreenChatEvent } from "./live-event.ts";
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

/** Its field numbers are from the site's published schema alone. */
const chatLikes = orRaw((payload, envelope) => {
	const m = wire.decodeChatLikeMessage(payload, envelope.budget);
	if (m.totalMsgData.length === 0) return undefined;
	const likes = m.totalMsgData.map(({ key, value }) => ({ messageId: key, count: value?.count ?? 0 }));
	return complete<ChatLikesEvent>(baseOf(payload, envelope, m.common), { type: "chat_likes", likes });
});

/** What people say, and what others like of it. */
export const chatMappers = {
	WebcastChatMessage: chat,
	WebcastEmojiChatMessage: emojiChat,
	WebcastScreenChatMessage: screenChat,
	WebcastPrivilegeScreenChatMessage: privilegeScreenChat,
	WebcastChatLikeMessage: chatLikes,
} satisfies Record<string, Mapper>;
