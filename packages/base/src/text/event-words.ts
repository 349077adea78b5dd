import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { codeNames, eventTexts, moneyTexts } from "./catalogue.ts";
import {
	bannerText,
	guestScoreText,
	lightGiftText,
	linkScoreText,
	lotteryText,
	luckyBoxText,
	pageText,
	pkEndedText,
	pkScoreText,
	pkStartedText,
	pkTaskText,
	seatsText,
} from "./money-words.ts";
import { listed, type Text, verbatim } from "./text.ts";

type Of<Type extends LiveEventType> = Extract<WireEvent, { type: Type }>;
type Words = { [Type in LiveEventType]: (event: Of<Type>) => string | Text };

/** Text of each event type, after the user's name. */
const words: Words = {
	chat: (e) => (e.audio ? eventTexts.spoken(e.content, Math.ceil(e.audio.duration_ms / 1000)) : e.content),
	emoji_chat: (e) => e.content,
	screen_chat: (e) => e.content,
	gift: (e) => giftText(e),
	light_gift: (e) => lightGiftText(e),
	fan_ticket: (e) => moneyTexts.total(e.room_fan_ticket_count),
	like: (e) => eventTexts.liked(e.count, e.total),
	chat_likes: ({ likes }) => moneyTexts.chatLikes(likes.length, Math.max(0, ...likes.map(({ count }) => count))),
	member: (e) => (e.set_to_admin ? moneyTexts.moderator : eventTexts.cameIn(e.member_count)),
	follow: (e) => eventTexts.follows(e.follow_count),
	share: () => eventTexts.shared,
	fansclub: (e) => e.content || eventTexts.fanClub(nameOf("fanClub", e.action)),
	room_stats: (e) => e.display,
	viewers: (e) => eventTexts.viewers(e.online, e.total_display || String(e.total)),
	rank: (e) => eventTexts.top(listed(e.ranks.slice(0, 3).map(rankText))),
	control: (e) => eventTexts.control(nameOf("control", e.action), e.tips),
	notice: (e) => e.content,
	intro: (e) => e.content,
	banner: (e) => bannerText(e),
	product: (e) => eventTexts.product(e.content, e.total),
	leaderboard: (e) => moneyTexts.places(listed(e.places.map(({ title, content }) => `${title} ${content}`.trim()))),
	topic: (e) => moneyTexts.topic(e.title, listed(e.phrases.map(phraseText))),
	page_update: (e) => pageText(e),
	pk_started: (e) => pkStartedText(e),
	pk_score: (e) => pkScoreText(e),
	pk_ended: (e) => pkEndedText(e),
	pk_task: (e) => pkTaskText(e),
	guest_score: (e) => guestScoreText(e),
	seats: (e) => seatsText(e),
	link_score: (e) => linkScoreText(e),
	lucky_box: (e) => luckyBoxText(e),
	lottery: (e) => lotteryText(e),
	message_deleted: (e) => moneyTexts.deleted(e.message_ids.length),
	raw: (e) => eventTexts.raw(e.method, Math.floor((e.payload.length * 3) / 4)),
	connection: (e) => connectionText(e),
	gap: (e) => eventTexts.gap(secondsOf(e), nameOf("gap", e.reason)),
	gifts_withheld: (e) => eventTexts.giftsWithheld(e.diamonds_missing, secondsOf(e)),
	service_down: (e) => eventTexts.serviceDown(secondsOf(e)),
	broadcast_started: (e) => eventTexts.began(e.title),
	broadcast_ended: (e) => eventTexts.ended(nameOf("end", e.reason)),
};

/**
 * Returns an event's text, after the user's name; "" for a type that this program doesn't know, as a newer service may
 * send.
 */
export function eventWords(event: WireEvent): Text {
	const format = words[event.type] as ((event: WireEvent) => string | Text) | undefined;
	const said = format?.(event) ?? "";
	return typeof said === "string" ? verbatim(said) : said;
}

/** Returns whether the text after the name is what that person said, and not what they did. */
export function isSpeech(type: LiveEventType): boolean {
	return /^(emoji_|screen_)?chat$/.test(type);
}

function secondsOf({ from, to }: { from: number; to: number }): number {
	return Math.round((to - from) / 1000);
}

function giftText(gift: Of<"gift">): Text {
	const { gift_name: name, gift_id: id, count, delta, diamonds, source, diamond_count: each } = gift;
	const to = gift.to_user?.nickname ?? "";
	// The open platform gives gifts no name.
	const nameless = source === "official" ? eventTexts.giftWorth(each) : eventTexts.giftId(id);
	const called = name ? verbatim(name) : nameless;
	const uncounted = gift.evidence ? eventTexts.notCounted : "";
	return eventTexts.gift(called, count, to, delta, diamonds, uncounted);
}

/** Translates the reason, because the log stores it in English. */
function connectionText({ state, reason, message }: Of<"connection">): Text {
	const { en, zh } = nameOf("state", state);
	return {
		en: `${en}: ${message || reason}`,
		zh: reason === "ok" ? zh : `${zh}：${nameOf("reason", reason).zh}`,
	};
}

/** Returns the name of a code. A newer service may send codes that this program doesn't know. */
function nameOf(kind: keyof typeof codeNames, code: string): Text {
	return (codeNames[kind] as Record<string, Text>)[code] ?? verbatim(code);
}

function phraseText({ content, count }: Of<"topic">["phrases"][number]): string {
	return count === undefined ? content : `${content} ×${count}`;
}

function rankText(ranked: Of<"rank">["ranks"][number]): string {
	return `${ranked.rank} ${ranked.user?.nickname ?? "?"}`;
}
