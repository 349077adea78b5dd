import type { RoomEvent } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";
import { occasionOf } from "./occasion-of.ts";

export const feedKinds = ["chat", "gift", "follow", "member", "like", "other", "service"] as const;
/** What a line of the feed is about; the filter has a button for each. */
export type FeedKind = (typeof feedKinds)[number];

export interface FeedUser {
	/** By which the log finds what else is theirs: `sec_uid` or `id`; "" where the upstream hides it. */
	id: string;
	/** 抖音号; "" where the upstream gives none. */
	displayId: string;
	name: string;
	/** The upstream hides who this is. */
	masked: boolean;
	/** Moderates the room. */
	admin: boolean;
	level: number;
	club: { name: string; level: number } | undefined;
}

/** One line. It may show several events: a gift's streak, or people who came one after the other. */
export interface FeedRow {
	/** `seq` of its first event. */
	key: number;
	/** Of its newest event. */
	seq: number;
	/** The upstream's, of its newest event: messages are taken back by either. */
	id: string;
	envelopeId: string | undefined;
	at: number;
	kind: FeedKind;
	/** The event's own type, for words and filters. */
	type: RoomEvent["type"];
	/** The page's words for it, where its text alone is not enough: the end of `room.feed.`. */
	words: FeedWords | undefined;
	user: FeedUser | undefined;
	text: string;
	/** How many gifts, likes or people; of gifts that were withheld, their worth; of a service that did not run, seconds. */
	count: number;
	diamonds: number;
	/** What one gift is worth: the open platform has no name for it. */
	each: number;
	/** The open platform pushed it. */
	official: boolean;
	/** A gift of the web that does not count: the open platform pushes it. */
	evidence: boolean;
	image: string | undefined;
	/** Lines with the same are one line: a gift's streak, a battle, a lottery. */
	streakId: string | undefined;
	/** Of a battle. */
	sides: readonly FeedSide[];
	/** The upstream took it back. */
	deleted: boolean;
}

/** Those of `room.feed` that show a kind of event of their own. */
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
	| "control_pause"
	| "control_resume"
	| "control_end"
	| "control_other";

/** An anchor in a battle, or a team; names may be known from an earlier event alone. */
export interface FeedSide {
	id: string;
	name: string;
	/** As shown; "" before there is any. */
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

/** Kinds that get no line: numbers, which are shown elsewhere on the page. */
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

/** The types of events that make lines of these kinds. */
export function typesOf(isShown: (kind: FeedKind) => boolean): RoomEvent["type"][] {
	const types = Object.keys(kinds) as RoomEvent["type"][];
	return types.filter((type) => !unseen.has(type) && isShown(kinds[type]));
}

/** @returns `undefined` for an event that makes no line */
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
	return Object.assign(row, occasionOf(event));
}

/**
 * Banners of which only the site's own page knows what they are, seats on which nobody has changed by name, and points of a
 * battle that nobody can tell from others.
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
			// What the open platform calls it says nothing to anybody.
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
			// Their words are stored in one language: the page has its own for each reason.
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
