import { codeNames, listed, type Text, verbatim } from "@livekeeper/base/text";
import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { eventTexts, moneyTexts } from "./catalogue.ts";

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

type Side = Of<"pk_score">["sides"][number];

export function lightGiftText({ gift_name: name, gift_id: id, count, diamond_count: each }: Of<"light_gift">): Text {
	return moneyTexts.lightGift(name || eventTexts.giftId(id), count, each);
}

export function bannerText({ extra, wishes }: Of<"banner">): Text {
	if (!wishes) return eventTexts.banner(extra.length);
	return moneyTexts.wishes(
		listed(wishes.map(({ gift_name: gift, progress, target }) => `${gift} ${progress}/${target}`)),
	);
}

export function pkStartedText({ sides, duration_ms: durationMs }: Of<"pk_started">): Text {
	return moneyTexts.pkBegan(sides.map(sideName).join(" – "), Math.round(durationMs / 1000));
}

export function pkScoreText({ sides }: Of<"pk_score">): Text {
	return moneyTexts.pkStands(listed(sides.map(sideText)));
}

export function pkEndedText({ sides, punish_ms: punishMs }: Of<"pk_ended">): Text {
	return moneyTexts.pkEnded(listed(sides.map(sideText)), Math.round(punishMs / 1000));
}

export function guestScoreText({ guest_id: id, display, contributors }: Of<"guest_score">): Text {
	return moneyTexts.guestScore(sideText({ id, name: "", display, contributors }));
}

export function pkTaskText({ sides }: Of<"pk_task">): Text {
	return moneyTexts.pkTask(
		listed(sides.map(({ id, display, progress, target }) => `${id} ${display || `${progress}/${target}`}`)),
		Math.max(0, ...sides.map(({ multiple }) => multiple)),
	);
}

export function seatsText(event: Of<"seats">): Text {
	const { action, operator_id: by, target_id: of } = event;
	const who = nameIn(event.seats, of);
	if (action === "waiting") return moneyTexts.seats.waiting(event.waiting ?? 0);
	if (action === "locked" || action === "unlocked") return moneyTexts.seats[action](event.position ?? 0);
	if (action === "guests") return event.allowed ? moneyTexts.seats.allowed : moneyTexts.seats.refused;
	if (action === "muted" || action === "unmuted") return moneyTexts.seats[action](who, by === "0" ? "" : by);
	if (action === "entered" || action === "left" || action === "removed") return moneyTexts.seats[action](who);
	return seatList(event.seats);
}

/** Returns the text of a page update. A newer service may send parts that this program doesn't know. */
export function pageText({ part, content }: Of<"page_update">): Text {
	return (moneyTexts.page as Partial<typeof moneyTexts.page>)[part]?.(content) ?? verbatim(content);
}

function seatList(seats: Of<"seats">["seats"]): Text {
	const { en, zh } = moneyTexts.seats.muteMark;
	return moneyTexts.seats.list(
		listed(
			seats.map(({ position, user, muted }) => {
				const seat = `${position} ${user?.nickname ?? "?"}`;
				return muted ? { en: seat + en, zh: seat + zh } : seat;
			}),
		),
	);
}

const nameIn = (seats: Of<"seats">["seats"], id: string): string =>
	seats.find(({ user }) => user?.id === id)?.user?.nickname ?? (id === "0" ? "" : id);

export function linkScoreText({ scores }: Of<"link_score">): Text {
	return moneyTexts.linkScore(
		listed(
			scores.map(({ id, name, display, score, added }) => {
				const points = display || (score === undefined ? "" : String(score));
				return `${name || id} ${added === undefined ? points : `+${added}`}`.trim();
			}),
		),
	);
}

export function luckyBoxText(box: Of<"lucky_box">): Text {
	if (box.action === "sent") return moneyTexts.box.sent(box.diamond_count, box.title);
	if (box.action === "update") return moneyTexts.box.update(box.diamonds_left ?? 0, box.parts_left ?? 0, box.title);
	return box.action === "won" ? moneyTexts.box.won(box.winners.length) : moneyTexts.box.ended;
}

export function lotteryText(lottery: Of<"lottery">): Text {
	if (lottery.action === "drawn") return moneyTexts.drawn(lottery.winners.length);
	const { prize, prize_count: count, lucky_count: lucky, participants } = lottery;
	return moneyTexts.lottery(prize, count, lucky, participants);
}

const sideName = ({ name, id }: Side): string => name || id;

function sideText(side: Side): Text {
	const total = `${sideName(side)}${side.display === undefined ? "" : ` ${side.display}`}`;
	const givers = listed((side.contributors ?? []).map(({ nickname, score: given }) => `${nickname} ${given}`));
	return givers.en === "" ? verbatim(total) : { en: `${total} (${givers.en})`, zh: `${total}（${givers.zh}）` };
}
