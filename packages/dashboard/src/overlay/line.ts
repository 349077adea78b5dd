import type { RoomEvent, RoomEventType } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";
import { battleTypes } from "./battle.ts";
import { isTest } from "./made-up.ts";
import type { OverlayKind, OverlayWidget, Settings } from "./parameters.ts";
import { wordsIn } from "./words.ts";

/** One line of an overlay. It may show several events. Lines are replaced, never changed. */
export interface Line {
	/** `seq` of its first event. */
	key: number;
	/** Upstream ids of its newest event and of all merged events; a deletion may name any of them. */
	ids: readonly string[];
	kind: OverlayKind;
	name: string;
	/** Text of a chat message, name of a gift, or what happened in the fan club; otherwise empty. */
	text: string;
	/** Gifts of the streak so far, likes, people who joined, or merged messages. */
	count: number;
	/** Number of consecutive events of different people that this line represents. */
	people: number;
	/** Worth of the streak so far. */
	diamonds: number;
	level: number;
	/** Picture addresses as the site gives them; may be empty. */
	picture: string;
	avatar: string;
	streakId: string;
	/** Whether a gift is worth a card. */
	card: boolean;
	/** Whether the line is made up, for a test that the user asked for. */
	test: boolean;
}

const kinds: Partial<Record<RoomEventType, OverlayKind>> = {
	chat: "chat",
	emoji_chat: "chat",
	screen_chat: "chat",
	gift: "gift",
	follow: "follow",
	fansclub: "fansclub",
	share: "share",
	member: "member",
	like: "like",
};

/**
 * Returns the event types to request: those that the overlay shows, deletions of them, and those that report whether
 * all gifts arrive.
 */
export function eventTypes({ kinds: wanted, widgets }: Pick<Settings, "kinds" | "widgets">): RoomEventType[] {
	const has = (widget: OverlayWidget) => widgets.includes(widget);
	const shown = has("feed") ? wanted : wanted.filter((kind) => kind === "gift" && has("alert"));
	const types = (Object.keys(kinds) as RoomEventType[]).filter((type) => shown.includes(kinds[type] as OverlayKind));
	if (types.length > 0) types.push("message_deleted");
	if (showsGifts({ kinds: wanted, widgets })) types.push("gifts_withheld", "broadcast_started");
	return has("pk") ? [...types, ...battleTypes] : types;
}

/** Whether the overlay shows gifts, individually or as totals; if so, it also says when some are missing. */
export function showsGifts({
	kinds,
	widgets,
	goal_of,
}: Pick<Settings, "kinds" | "widgets"> & Partial<Settings>): boolean {
	const one = kinds.includes("gift") && (widgets.includes("feed") || widgets.includes("alert"));
	const sums = widgets.includes("ranking") || (widgets.includes("goal") && goal_of === "diamonds");
	return one || sums;
}

/**
 * Returns a function that turns an event into a line, or into `undefined` if it has no line or the settings filter it
 * out.
 */
export function lineMaker(settings: Settings): (event: RoomEvent) => Line | undefined {
	const blocked = wordsOf(settings.block);
	const only = wordsOf(settings.only);
	const passes = ({ kind, level, diamonds, name, text }: Line) => {
		if (level < settings.level_min || (kind === "gift" && diamonds < settings.gift_min)) return false;
		const said = comparable(text);
		const all = `${comparable(name)}\n${said}`;
		if (blocked.some((word) => all.includes(word))) return false;
		return kind !== "chat" || only.length === 0 || only.some((word) => said.includes(word));
	};
	return (event) => {
		const kind = kinds[event.type];
		if (kind === undefined || !(settings.kinds.includes(kind) || isTest(event))) return undefined;
		const line = lineOf(event, kind, settings);
		return line.test || passes(line) ? line : undefined;
	};
}

function lineOf(event: RoomEvent, kind: OverlayKind, settings: Settings): Line {
	const line: Line = {
		key: event.seq,
		ids: event.envelope_id === undefined ? [event.id] : [event.id, event.envelope_id],
		kind,
		name: safeText(event.user?.nickname ?? "", 24),
		text: "content" in event && typeof event.content === "string" ? safeText(event.content, 160) : "",
		count: 1,
		people: 1,
		diamonds: 0,
		level: event.user?.level ?? 0,
		picture: "",
		avatar: settings.avatars ? (event.user?.avatar ?? "") : "",
		streakId: "",
		card: false,
		test: isTest(event),
	};
	if (event.type === "like") line.count = event.count;
	if (event.type === "fansclub" && line.text === "") line.text = wordsIn(settings.lang).fansclub[event.action];
	if (event.type === "gift") {
		line.text = safeText(event.gift_name, 24);
		line.count = event.count;
		line.diamonds = event.diamond_count * event.count;
		line.picture = event.gift_image;
		line.streakId = event.streak_id;
		line.card = settings.card_min > 0 && line.diamonds >= settings.card_min;
	}
	return line;
}

/** Splits a list from an address into words. */
function wordsOf(list: string): string[] {
	return comparable(list)
		.split(/[,，、;\n]+/)
		.map((word) => word.trim())
		.filter((word) => word !== "");
}

/**
 * Returns a key that is equal for texts that differ only in case, width, blanks, trailing marks and the length of a
 * laugh.
 */
export function likeness(text: string): string {
	const said = comparable(text)
		.replace(/\s+/g, " ")
		.replace(/[\s!.?~…。、，]+$/u, "");
	// 哈哈哈哈 equals 哈哈哈, and 66666 equals 666; 1000 does not equal 10000.
	return said.replace(/^(.)\1{2,}$/u, "$1$1$1") || text;
}

/** Normalises case and width: ＡＢＣ becomes abc. */
function comparable(text: string): string {
	return text.normalize("NFKC").toLowerCase();
}
