import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { type CoverageState, GiftCoverage } from "@livekeeper/douyin/gift-coverage";
import { plus, whole } from "./bounded.ts";
import type { Columns } from "./columns.ts";
import { addToCoverage, tellsOfGifts } from "./gift-totals.ts";

export interface Gifter {
	/** uint64, decimal; masked users share ids. */
	id: string;
	secUid: string;
	nickname: string;
	/** The upstream hides the name: several people may share it. Absent where that was not noted. */
	masked?: boolean;
	diamonds: number;
}

/** One broadcast (one `roomId`) of a room, as far as the log saw it. Times are ms since the epoch. */
export interface BroadcastSummary {
	roomId: string;
	/** The title in the `broadcast_started` event, or "". */
	title: string;
	/** Time of the `broadcast_started` event, or of the first event that was seen. */
	startedAt: number;
	/** Set once a `broadcast_ended` event came: its time, or the newest message's where the end was found out later. */
	endedAt?: number;
	/** From the start to the end, or to the newest event. */
	durationMs: number;
	/** `seq` of its first and newest event; the events themselves may be gone by retention. */
	firstSeq: number;
	lastSeq: number;
	/** Upstream messages by type; the service's own events are not counted. */
	messages: Readonly<Record<string, number>>;
	/** Different people who were seen doing something. */
	users: number;
	/** The most people watching at one time, as the upstream counts them. */
	peakViewers: number;
	/** As the messages counted them: what the minutes of the series add up to. */
	likes: number;
	/** The site's own total, which also has likes of before and those that it did not send; absent where it told none. */
	siteLikes?: number;
	/** Sum of the gifts' value in diamonds (抖币). */
	diamonds: number;
	/** Number of its gifts that came; absent where nothing reports gifts. */
	coverage?: CoverageState;
	/** Up to ten, by diamonds. */
	topGifters: readonly Gifter[];
	/** How often the connection was lost. */
	reconnects: number;
	/** Total time in which nothing could be received from the upstream, ms. */
	gapMs: number;
}

/** What adds up from event to event. Kept as JSON in the store: fields are only added, each with a default. */
export interface BroadcastTotals {
	title: string;
	startedAt: number;
	started: boolean;
	endedAt: number | undefined;
	lastAt: number;
	/** Of the newest message of the upstream; absent before there is one, and in sums of before it was noted. */
	heardAt?: number;
	firstSeq: number;
	lastSeq: number;
	messages: Record<string, number>;
	peakViewers: number;
	likesCounted: number;
	likesTotal: number;
	diamonds: number;
	coverage?: CoverageState;
	reconnects: number;
	connectionLost: boolean;
	gapMs: number;
}

export type NumberedWireEvent = WireEvent & { seq: number };

/** An event as it is added up. */
export interface CountedEvent {
	seq: number;
	type: LiveEventType;
	/** Upstream time, ms since the epoch. */
	at: number;
	columns: Pick<Columns, "person" | "amount" | "total" | "isOfService">;
	/** All of it, of the types of {@link isReadWhole}. */
	event: NumberedWireEvent | undefined;
}

/** Whether events of a type are parsed to be added up: a few in a hundred. Of the others the columns are enough. */
export function isReadWhole(type: LiveEventType): boolean {
	return type === "light_gift" || type === "broadcast_started" || tellsOfGifts({ type });
}

export function newTotals(first: Pick<CountedEvent, "seq" | "at">): BroadcastTotals {
	return {
		title: "",
		startedAt: first.at,
		started: false,
		endedAt: undefined,
		lastAt: first.at,
		firstSeq: first.seq,
		lastSeq: first.seq,
		messages: {},
		peakViewers: 0,
		likesCounted: 0,
		likesTotal: 0,
		diamonds: 0,
		reconnects: 0,
		connectionLost: false,
		gapMs: 0,
	};
}

/** Adds one event. Each event of the broadcast has to come exactly once, in order of `seq`. */
export function addToTotals(totals: BroadcastTotals, { seq, type, at, columns, event }: CountedEvent): void {
	const before = totals.lastAt;
	totals.lastSeq = seq;
	totals.lastAt = Math.max(totals.lastAt, at);
	if (!columns.isOfService) {
		totals.messages[type] = (totals.messages[type] ?? 0) + 1;
		totals.heardAt = Math.max(totals.heardAt ?? 0, at);
	}
	if (type === "like") {
		totals.likesCounted = plus(totals.likesCounted, columns.amount);
		totals.likesTotal = Math.max(totals.likesTotal, columns.total);
	}
	if (!event) return;
	// Whose connection it is counts once gifts are reported; that it was lost says nothing of them.
	if (tellsOfGifts(event) && (totals.coverage || event.type !== "connection" || event.state === "connected")) {
		const coverage = new GiftCoverage(totals.coverage);
		addToCoverage(coverage, event);
		totals.coverage = coverage.state;
	}
	addToState(totals, event, before);
}

/** @param before time of the newest event before it */
function addToState(totals: BroadcastTotals, event: NumberedWireEvent, before: number): void {
	switch (event.type) {
		case "viewers":
			totals.peakViewers = Math.max(totals.peakViewers, whole(event.online));
			break;
		case "gift":
			totals.diamonds = plus(totals.diamonds, event.diamonds);
			break;
		case "gap":
			totals.gapMs = plus(totals.gapMs, event.to - event.from);
			break;
		case "connection":
			// Each failed attempt reports its state again: one loss counts once, until the room is connected.
			if (event.state === "reconnecting" && !totals.connectionLost) totals.reconnects++;
			totals.connectionLost = event.state === "reconnecting" || (totals.connectionLost && event.state !== "connected");
			break;
		case "broadcast_started":
			totals.title = event.title;
			if (!totals.started) totals.startedAt = event.at;
			totals.started = true;
			totals.endedAt = undefined;
			break;
		case "broadcast_ended":
			// Where nobody was there at its end the event says when that was found out: it can be the next day.
			totals.endedAt = event.reason === "ended" ? event.at : Math.min(event.at, totals.heardAt ?? before);
			break;
		default:
	}
}

export function toSummary(
	roomId: string,
	totals: BroadcastTotals,
	users: number,
	topGifters: readonly Gifter[],
): BroadcastSummary {
	return {
		roomId,
		title: totals.title,
		startedAt: totals.startedAt,
		...(totals.endedAt === undefined ? {} : { endedAt: totals.endedAt }),
		durationMs: Math.max(0, (totals.endedAt ?? totals.lastAt) - totals.startedAt),
		firstSeq: totals.firstSeq,
		lastSeq: totals.lastSeq,
		messages: totals.messages,
		users,
		peakViewers: totals.peakViewers,
		likes: totals.likesCounted,
		...(totals.likesTotal > 0 && { siteLikes: totals.likesTotal }),
		diamonds: totals.diamonds,
		...(totals.coverage && { coverage: totals.coverage }),
		topGifters,
		reconnects: totals.reconnects,
		gapMs: totals.gapMs,
	};
}
