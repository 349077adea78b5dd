import type { LiveEventType } from "@livekeeper/douyin";
import { plus, whole } from "./bounded.ts";
import type { Gifter, NumberedWireEvent } from "./broadcast-summary.ts";
import type { Columns } from "./columns.ts";

/** Aggregates of a room over a span of time. Kept as JSON in the store: fields are only added, each with a default. */
export interface Aggregates {
	/** Upstream messages by type; the service's own events are not counted. */
	messages: Record<string, number>;
	/** People watching, as last reported by the upstream within the span; `null` if it reported nothing. */
	viewers: number | null;
	peakViewers: number | null;
	/** Likes as counted by the messages. */
	likes: number;
	/** Total value of the gifts in diamonds (抖币). */
	diamonds: number;
}

export interface SeriesPoint extends Aggregates {
	/** Start of its span, ms since the epoch. */
	at: number;
}

export interface SeriesQuery {
	/** Start, ms since the epoch. The series begins with the minute that contains it. */
	from: number;
	/** End, ms since the epoch. Minutes that begin before it belong to the series. */
	to: number;
	/** Minutes per point; spans are counted from the first minute. */
	step: number;
	/** Only the events of this broadcast; default: all. Two broadcasts can share a minute. */
	roomId?: string | undefined;
}

/** A room's aggregates over time, oldest first. Spans without events are left out. */
export interface Series {
	points: SeriesPoint[];
	/** The room's newest event: all up to it are counted. */
	lastSeq: number;
}

/** Count and value of one gift in a broadcast. */
export interface GiftKind {
	giftId: string;
	name: string;
	/** URL of the picture, or "". */
	image: string;
	/** Value of one in diamonds, as last given. */
	diamondCount: number;
	count: number;
	diamonds: number;
}

/** Gifts of one broadcast, by diamonds. Once its events are gone, the top ten of each list. */
export interface BroadcastGifts {
	/** Total of all gifts, including those not listed. */
	diamonds: number;
	byKind: GiftKind[];
	byGiver: Gifter[];
}

export const minuteMs = 60_000;

export const minuteOf = (at: number) => Math.floor(at / minuteMs);

export function newAggregates(): Aggregates {
	return { messages: {}, viewers: null, peakViewers: null, likes: 0, diamonds: 0 };
}

/** Adds one event. Each must be passed exactly once, in order of `seq`. */
export function addAmount(
	aggregates: Aggregates,
	type: LiveEventType,
	{ amount, isOfService }: Pick<Columns, "amount" | "isOfService">,
): void {
	if (isOfService) return;
	aggregates.messages[type] = (aggregates.messages[type] ?? 0) + 1;
	if (type === "like") aggregates.likes = plus(aggregates.likes, amount);
	else if (type === "gift") aggregates.diamonds = plus(aggregates.diamonds, amount);
	else if (type === "viewers") {
		aggregates.viewers = amount;
		aggregates.peakViewers = Math.max(aggregates.peakViewers ?? 0, amount);
	}
}

/** Adds the aggregates of a later span. */
export function mergeAggregates(aggregates: Aggregates, later: Aggregates): void {
	for (const [type, count] of Object.entries(later.messages))
		aggregates.messages[type] = (aggregates.messages[type] ?? 0) + count;
	aggregates.viewers = later.viewers ?? aggregates.viewers;
	if (later.peakViewers !== null) aggregates.peakViewers = Math.max(aggregates.peakViewers ?? 0, later.peakViewers);
	aggregates.likes = plus(aggregates.likes, later.likes);
	aggregates.diamonds = plus(aggregates.diamonds, later.diamonds);
}

/** Counts gifts by kind, except those that the open platform reports as well. */
export function addToKinds(kinds: Map<string, GiftKind>, event: NumberedWireEvent): void {
	if (event.type !== "gift" || event.evidence) return;
	const { gift_id: giftId, gift_name: name, gift_image: image } = event;
	const diamondCount = whole(event.diamond_count);
	const before = kinds.get(giftId);
	const count = plus(before?.count, event.delta);
	const diamonds = plus(before?.diamonds, event.diamonds);
	kinds.set(giftId, { giftId, name, image, diamondCount, count, diamonds });
}
