import type { RoomEvent } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";

export const feedKinds = ["chat", "gift", "follow", "member", "like", "other", "service"] as const;
/** What a line of the feed is about; what the filter's buttons stand for. */
export type FeedKind = (typeof feedKinds)[number];

export interface FeedUser {
	name: string;
	/** The upstream hides who this is. */
	masked: boolean;
	level: number;
	club: { name: string; level: number } | undefined;
}

/** One line. It may stand for several events: a gift's streak, or people who came one after the other. */
export interface FeedRow {
	/** `seq` of its first event. */
	key: number;
	/** Of its newest event. */
	seq: number;
	at: number;
	kind: FeedKind;
	/** The event's own type, for words and filters. */
	type: RoomEvent["type"];
	user: FeedUser | undefined;
	text: string;
	/** How many gifts, likes or people. */
	count: number;
	diamonds: number;
	image: string | undefined;
	streakId: string | undefined;
}

const kinds: Partial<Record<RoomEvent["type"], FeedKind>> = {
	chat: "chat",
	emoji_chat: "chat",
	screen_chat: "chat",
	gift: "gift",
	follow: "follow",
	fansclub: "follow",
	share: "follow",
	member: "member",
	like: "like",
	connection: "service",
	gap: "service",
	broadcast_started: "service",
	broadcast_ended: "service",
	control: "service",
};

/** Kinds that say nothing by themselves: numbers, which stand elsewhere on the page. */
const unseen = new Set<RoomEvent["type"]>(["viewers", "room_stats", "rank", "raw"]);

/** @returns `undefined` for an event that makes no line */
export function feedRow(event: RoomEvent): FeedRow | undefined {
	if (unseen.has(event.type)) return undefined;
	const row: FeedRow = {
		key: event.seq,
		seq: event.seq,
		at: event.at,
		kind: kinds[event.type] ?? "other",
		type: event.type,
		user: userOf(event),
		text: textOf(event),
		count: 1,
		diamonds: 0,
		image: undefined,
		streakId: undefined,
	};
	if (event.type === "like") row.count = event.count;
	if (event.type === "gift") {
		row.count = event.count;
		row.diamonds = event.diamonds;
		row.image = event.gift_image || undefined;
		row.streakId = event.streak_id;
	}
	return row;
}

function userOf({ user }: RoomEvent): FeedUser | undefined {
	if (!user) return undefined;
	const club = user.fans_club;
	return {
		name: safeText(user.nickname, 30),
		masked: user.masked,
		level: user.level,
		club: club && club.name !== "" ? { name: safeText(club.name, 8), level: club.level } : undefined,
	};
}

function textOf(event: RoomEvent): string {
	switch (event.type) {
		case "gift":
			return safeText(event.gift_name, 40);
		case "connection":
		case "gap":
			// Their words are stored in one language: the page has its own for each reason.
			return event.reason;
		case "broadcast_started":
			return safeText(event.title, 120);
		case "broadcast_ended":
			return event.reason;
		case "control":
			return safeText(event.tips || event.action, 120);
		case "raw":
			return event.method;
		default:
			return "content" in event && typeof event.content === "string" ? safeText(event.content, 500) : "";
	}
}
