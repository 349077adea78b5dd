import type { LiveEventType, LiveUser, WireEvent, WireOf } from "@livekeeper/douyin";
import { printable } from "../../log/printable.ts";
import { codeNames, eventTexts, failureNames, moneyTexts, type Text, verbatim } from "../../text/index.ts";
import type { Io, Style } from "../io.ts";
import {
	bannerText,
	lightGiftText,
	lotteryText,
	luckyBoxText,
	pkEndedText,
	pkScoreText,
	pkStartedText,
} from "./money-lines.ts";

type Of<Type extends LiveEventType> = Extract<WireEvent, { type: Type }>;
interface Line {
	style: Style;
	text: string | Text;
}
type Lines = { [Type in LiveEventType]: (event: Of<Type>) => Line };

/** How each kind reads, after the time, its type and who did it. */
const lines: Lines = {
	chat: (e) => ({ style: "white", text: e.content }),
	emoji_chat: (e) => ({ style: "white", text: e.content }),
	screen_chat: (e) => ({ style: ["bold", "white"], text: e.content }),
	gift: (e) => ({ style: ["bold", "yellow"], text: giftText(e) }),
	light_gift: (e) => ({ style: "yellow", text: lightGiftText(e) }),
	fan_ticket: (e) => ({ style: "blue", text: moneyTexts.total(e.room_fan_ticket_count) }),
	like: (e) => ({ style: "magenta", text: eventTexts.liked(e.count, e.total) }),
	member: (e) => ({ style: "gray", text: e.set_to_admin ? moneyTexts.moderator : eventTexts.cameIn(e.member_count) }),
	follow: (e) => ({ style: "cyan", text: eventTexts.follows(e.follow_count) }),
	share: () => ({ style: "cyan", text: eventTexts.shared }),
	fansclub: (e) => ({ style: "cyan", text: e.content || eventTexts.fanClub(nameOf("fanClub", e.action)) }),
	room_stats: (e) => ({ style: "blue", text: e.display }),
	viewers: (e) => ({ style: "blue", text: eventTexts.viewers(e.online, e.total_display || String(e.total)) }),
	rank: (e) => ({ style: "blue", text: eventTexts.top(e.ranks.slice(0, 3).map(rankText).join(", ")) }),
	control: (e) => ({ style: ["bold", "red"], text: eventTexts.control(nameOf("control", e.action), e.tips) }),
	notice: (e) => ({ style: "blue", text: e.content }),
	intro: (e) => ({ style: "blue", text: e.content }),
	banner: (e) => ({ style: "gray", text: bannerText(e) }),
	product: (e) => ({ style: "blue", text: eventTexts.product(e.content, e.total) }),
	pk_started: (e) => ({ style: ["bold", "cyan"], text: pkStartedText(e) }),
	pk_score: (e) => ({ style: "cyan", text: pkScoreText(e) }),
	pk_ended: (e) => ({ style: ["bold", "cyan"], text: pkEndedText(e) }),
	lucky_box: (e) => ({ style: "yellow", text: luckyBoxText(e) }),
	lottery: (e) => ({ style: "yellow", text: lotteryText(e) }),
	message_deleted: (e) => ({ style: "gray", text: moneyTexts.deleted(e.message_ids.length) }),
	raw: (e) => ({ style: "gray", text: eventTexts.raw(e.method, Math.floor((e.payload.length * 3) / 4)) }),
	connection: (e) => ({ style: "green", text: connectionText(e) }),
	gap: (e) => ({
		style: ["bold", "red"],
		text: eventTexts.gap(Math.round((e.to - e.from) / 1000), nameOf("gap", e.reason)),
	}),
	gifts_withheld: (e) => ({
		style: ["bold", "red"],
		text: eventTexts.giftsWithheld(e.diamonds_missing, Math.round((e.to - e.from) / 1000)),
	}),
	service_down: (e) => ({
		style: ["bold", "red"],
		text: eventTexts.serviceDown(Math.round((e.to - e.from) / 1000)),
	}),
	broadcast_started: (e) => ({ style: ["bold", "green"], text: eventTexts.began(e.title) }),
	broadcast_ended: (e) => ({ style: ["bold", "green"], text: eventTexts.ended(nameOf("end", e.reason)) }),
};

/** Every type that `--types` can ask for. */
export const eventTypes = Object.keys(lines) as LiveEventType[];

/** One event as a line for people. Everything from upstream is hostile: it is made printable, not trusted. */
export function eventLine(event: WireEvent, io: Pick<Io, "paint" | "language">): string {
	const format = lines[event.type] as ((event: WireEvent) => Line) | undefined;
	// A newer service may send types that this program doesn't know.
	const { style, text } = format?.(event) ?? { style: "gray" as const, text: "" };
	const words = typeof text === "string" ? text : text[io.language];
	const time = new Date(event.at).toLocaleTimeString("en-GB", { hour12: false });
	const who = event.user ? `${personText(event.user)}${/^(emoji_|screen_)?chat$/.test(event.type) ? ":" : ""} ` : "";
	const head = io.paint("gray", `${time} ${printable(event.type).padEnd(11)}`);
	return `${head} ${io.paint("bold", printable(who))}${io.paint(style, printable(words))}`;
}

function personText(user: WireOf<LiveUser>): string {
	const club = user.fans_club ? `${user.fans_club.name}${user.fans_club.level}` : "";
	const badges = [user.level > 0 ? `Lv.${user.level}` : "", club].filter((badge) => badge !== "");
	return `${user.nickname || user.id}${badges.length > 0 ? ` [${badges.join(" ")}]` : ""}`;
}

function giftText(gift: Of<"gift">): Text {
	const { gift_name: name, gift_id: id, count, delta, diamonds, source, diamond_count: each } = gift;
	const to = gift.to_user?.nickname ?? "";
	// The open platform names no gift, and what it calls them nobody knows.
	const nameless = source === "official" ? eventTexts.giftWorth(each) : eventTexts.giftId(id);
	const called = name ? verbatim(name) : nameless;
	const uncounted = gift.evidence ? eventTexts.notCounted : "";
	return eventTexts.gift(called, count, to, delta, diamonds, uncounted);
}

/** What the log has stored of it is English: in Chinese its reason has a name. */
function connectionText({ state, reason, message }: Of<"connection">): Text {
	const names: Record<string, Text> = { ...codeNames.reason, ...failureNames };
	return {
		en: `${state}: ${message || reason}`,
		zh: `${nameOf("state", state).zh}：${names[reason]?.zh ?? reason}`,
	};
}

/** A newer service may send codes that this program doesn't know. */
function nameOf(kind: keyof typeof codeNames, code: string): Text {
	return (codeNames[kind] as Record<string, Text>)[code] ?? verbatim(code);
}

function rankText(ranked: Of<"rank">["ranks"][number]): string {
	return `${ranked.rank} ${ranked.user?.nickname ?? "?"}`;
}
