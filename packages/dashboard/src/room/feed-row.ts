import type { RoomEvent } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";
import { occasionOf } from "./occasion-of.ts";

export const feedKinds = ["chat", "gift", "follow", "member", "like", "other", "service"] as const;
/** Category of a line; the filter has a button for each. */
export type FeedKind = (typeof feedKinds)[number];

export interface FeedUser {
	/** Identifies the user's other events in the log: `sec_uid` or `id`; empty if the upstream hides it. */
	id: string;
	/** 抖音号; empty if the upstream sends none. */
	displayId: string;
	name: string;
	/** Whether the upstream hides the user's identity. */
	masked: boolean;
	/** Whether the user moderates the room. */
	admin: boolean;
	level: number;
	club: { name: string; level: number } | undefined;
}

/** One line. It may show several events: a gift's streak, or consecutive joins. */
export interface FeedRow {
	/** `seq` of its first event. */
	key: number;
	/** `seq` of its newest event. */
	seq: number;
	/** Upstream id of its newest event; a deletion names this or the envelope's id. */
	id: string;
	envelopeId: string | undefined;
	at: number;
	kind: FeedKind;
	/** Type of the event, for texts and filters. */
	type: RoomEvent["type"];
	/** Key of the page's own text below `room.feed.`, if the event's text alone is not enough. */
	words: FeedWords | undefined;
	user: FeedUser | undefined;
	text: string;
	/** Number of gifts, likes or users; the worth of withheld gifts; for a service that did not run, seconds. */
	count: number;
	/** Whether the line merges events of different users. */
	several: boolean;
	diamonds: number;
	/** Worth of one gift, shown because the open platform does not name gifts. */
	each: number;
	/** Whether the open platform pushed the event. */
	official: boolean;
	/** Whether it is a gift from the web that does not count, because the open platform pushes it. */
	evidence: boolean;
	image: string | undefined;
	/** Lines with the same id are merged: a gift's streak, a battle, a lottery, a broadcast's end. */
	streakId: string | undefined;
	/** Sides of a battle. */
	sides: readonly FeedSide[];
	/** Whether the upstream deleted the message. */
	deleted: boolean;
}

/** Keys below `room.feed` for kinds of events with a text of their own. */
export type FeedWords =
	| "moderator"
	| "wishes"
	| "products"
	| "audio"
	| "topic"
	| "seat_entered"
	| "seat_left"
	| "seat_removed"
	| "pk_started"
	| "pk_score"
	| "pk_ended"
	| "box_sent"
	| "box_update"
	| "box_won"
	| "box_ended"
	| "lottery"
	| "lottery_drawn"
	| "fansclub_join"
	| "fansclub_upgrade"
	| "fansclub_other"
	| "control_pause"
	| "control_resume"
	| "control_end"
	| "control_other";

/** An anchor in a battle, or a team; the name may only be known from an earlier event. */
export interface FeedSide {
	id: string;
	name: string;
	/** Score as displayed; empty before the first. */
	score: string;
}

const kinds: Readonly<Record<RoomEvent["type"], FeedKind>> = {
	chat: "chat",
	emoji_chat: "chat",
	screen_chat: "chat",
	gift: "gift",
	light_gift: "gift",
	follow: "follow",
	fansclub: "follow",
	share: "follow",
	member: "member",
	like: "like",
	chat_likes: "other",
	connection: "service",
	gap: "service",
	gifts_withheld: "service",
	service_down: "service",
	broadcast_started: "service",
	broadcast_ended: "service",
	control: "service",
	notice: "other",
	intro: "other",
	banner: "other",
	product: "other",
	leaderboard: "other",
	topic: "other",
	page_update: "other",
	pk_started: "other",
	pk_score: "other",
	pk_ended: "other",
	pk_task: "other",
	guest_score: "other",
	seats: "other",
	link_score: "other",
	lucky_box: "other",
	lottery: "other",
	message_deleted: "other",
	fan_ticket: "other",
	room_stats: "other",
	viewers: "other",
	rank: "other",
	raw: "other",
};

/** Types without a line: numbers that the page shows elsewhere. */
const unseen = new Set<RoomEvent["type"]>([
	"viewers",
	"room_stats",
	"rank",
	"fan_ticket",
	"chat_likes",
	"leaderboard",
	"page_update",
	"pk_task",
	"guest_score",
	"link_score",
	"message_deleted",
	"raw",
]);

/** Returns the event types that produce lines of these kinds. */
export function typesOf(isShown: (kind: FeedKind) => boolean): RoomEvent["type"][] {
	const types = Object.keys(kinds) as RoomEvent["type"][];
	return types.filter((type) => !unseen.has(type) && isShown(kinds[type]));
}

/** @returns `undefined` if the event has no line */
export function feedRow(event: RoomEvent): FeedRow | undefined {
	if (unseen.has(event.type) || saysNothing(event)) return undefined;
	const row: FeedRow = {
		key: event.seq,
		seq: event.seq,
		id: event.id,
		envelopeId: event.envelope_id,
		at: event.at,
		kind: event.type === "member" && event.set_to_admin ? "other" : kinds[event.type],
		type: event.type,
		words: undefined,
		user: userOf(event),
		text: textOf(event),
		count: 1,
		several: false,
		diamonds: 0,
		each: 0,
		official: event.source === "official",
		evidence: false,
		image: undefined,
		streakId: undefined,
		sides: [],
		deleted: false,
	};
	if (event.type === "like" || event.type === "light_gift") row.count = event.count;
	if (event.type === "light_gift") row.image = event.gift_image || undefined;
	if (event.type === "emoji_chat") row.image = event.emoji_image || undefined;
	if (event.type === "gifts_withheld") row.count = event.diamonds_missing;
	if (event.type === "service_down") row.count = Math.ceil((event.to - event.from) / 1000);
	if (event.type === "gift") {
		row.count = event.count;
		row.diamonds = event.diamonds;
		row.each = event.diamond_count;
		row.image = event.gift_image || undefined;
		row.evidence = event.evidence !== undefined;
		row.streakId = row.evidence ? `evidence:${event.streak_id}` : event.streak_id;
	}
	if (isEnd(event)) row.streakId = `end:${event.room_id}`;
	return Object.assign(row, occasionOf(event));
}

/** Whether an event reports a broadcast's end, which Douyin, the log and the connection each do. */
function isEnd(event: RoomEvent): boolean {
	if (event.type === "control") return event.action === "end";
	if (event.type === "connection") return event.state === "waiting" && /^(broadcast_ended|offline)$/.test(event.reason);
	return event.type === "broadcast_ended";
}

/** Returns how much a line says about a broadcast's end: Douyin's own words say most. */
export function endRank({ words, type }: FeedRow): number {
	return words === "control_end" ? 2 : Number(type === "broadcast_ended");
}

/**
 * Whether an event is not worth a line: banners that only the site's own page understands, seat events without a named
 * change, and points of a battle without an id.
 */
function saysNothing(event: RoomEvent): boolean {
	if (event.type === "banner") return !event.wishes;
	if (event.type === "seats") return occasionOf(event).words === undefined;
	return event.type === "pk_score" && event.battle_id === "";
}

function userOf({ user }: RoomEvent): FeedUser | undefined {
	if (!user) return undefined;
	const club = user.fans_club;
	return {
		id: user.masked ? "" : user.sec_uid || user.id,
		displayId: safeText(user.display_id ?? "", 64),
		name: safeText(user.nickname, 30),
		masked: user.masked,
		admin: user.admin === true,
		level: user.level,
		club: club && club.name !== "" ? { name: safeText(club.name, 8), level: club.level } : undefined,
	};
}

function textOf(event: RoomEvent): string {
	switch (event.type) {
		case "gift":
		case "light_gift":
			// The open platform's own names for gifts mean nothing to a user.
			return safeText(event.gift_name, 40) || (event.source === "official" ? "" : `#${event.gift_id}`);
		case "banner":
			return (event.wishes ?? [])
				.map(({ gift_name: gift, progress, target }) => `${safeText(gift, 40)} ${progress}/${target}`)
				.join(" · ");
		case "lucky_box":
			return safeText(event.title, 60);
		case "lottery":
			return safeText(event.prize, 60);
		case "connection":
		case "gap":
			// The service stores these reasons in one language; the page has its own text for each code.
			return event.reason;
		case "broadcast_started":
			return safeText(event.title, 120);
		case "broadcast_ended":
			return event.reason;
		case "control":
			return safeText(event.tips, 120);
		case "topic":
			return safeText(
				[event.title, event.phrases.map(({ content }) => content).join(" · ")].filter(Boolean).join("："),
				500,
			);
		case "seats":
			return safeText(
				event.seats.find(({ user }) => user?.id === event.target_id)?.user?.nickname ?? event.target_id,
				30,
			);
		case "raw":
			return event.method;
		default:
			return "content" in event && typeof event.content === "string" ? safeText(event.content, 500) : "";
	}
}
