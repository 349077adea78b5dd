import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { type CoverageState, GiftCoverage } from "@livekeeper/douyin/gift-coverage";
import { plus, whole } from "./bounded.ts";
import type { Columns } from "./columns.ts";
import { addToCoverage, isGiftEvidence } from "./gift-totals.ts";

export interface Gifter {
	/** uint64, decimal; masked users share ids. */
	id: string;
	secUid: string;
	nickname: string;
	/** Whether the upstream hides the name; several people may share it. Absent if not recorded. */
	masked?: boolean;
	diamonds: number;
}

/** One broadcast (one `roomId`) of a room, as far as the log saw it. Times are ms since the epoch. */
export interface BroadcastSummary {
	roomId: string;
	/** The title in the `broadcast_started` event, or "". */
	title: string;
	/** Time of the `broadcast_started` event, or of the first event seen. */
	startedAt: number;
	/**
	 * Time of the `broadcast_ended` event, or of the newest message if the end was found out later. Set once that event
	 * came.
	 */
	endedAt?: number;
	/** Time from the start to the end, or to the newest event. */
	durationMs: number;
	/** `seq` of its first and newest event. Retention may have deleted the events themselves. */
	firstSeq: number;
	lastSeq: number;
	/** Upstream messages by type; the service's own events are not counted. */
	messages: Readonly<Record<string, number>>;
	/** Number of different people who were seen doing something. */
	users: number;
	/** Maximum number of people watching at one time, as counted by the upstream. */
	peakViewers: number;
	/** Likes as the messages counted them: the total of the minutes of the series. */
	likes: number;
	/** The site's own total, which includes earlier likes and likes that it did not send; absent if it sent none. */
	siteLikes?: number;
	/** Total value of the gifts in diamonds (抖币). */
	diamonds: number;
	/** How many of its gifts arrived; absent if nothing reports gifts. */
	coverage?: CoverageState;
	/** Up to ten, by diamonds. */
	topGifters: readonly Gifter[];
	/** How often the connection was lost. */
	reconnects: number;
	/** Total time of its `gap` events, in which nothing could be received from the upstream, ms. */
	gapMs: number;
	/**
	 * Time from which messages may be missing at its end: the connection is lost, or the end was not observed. Becomes a
	 * `gap` if the connection comes back.
	 */
	lostSince?: number;
}

/** Running totals of a broadcast. Kept as JSON in the store: fields are only added, each with a default. */
export interface BroadcastTotals {
	title: string;
	startedAt: number;
	started: boolean;
	endedAt: number | undefined;
	lastAt: number;
	/**
	 * Time of the upstream's newest message. Absent before the first one, and in totals stored before this field existed.
	 */
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
	/** Whether its end was found out later. */
	endUnseen?: boolean;
}

export type NumberedWireEvent = WireEvent & { seq: number };

/** An event in the form in which it is counted. */
export interface CountedEvent {
	seq: number;
	type: LiveEventType;
	/** Upstream time, ms since the epoch. */
	at: number;
	columns: Pick<Columns, "person" | "amount" | "total" | "isOfService">;
	/** The whole event, for the types of {@link isReadWhole}. */
	event: NumberedWireEvent | undefined;
}

/** Whether events of a type are parsed to be counted: a few in a hundred. The columns are enough for the others. */
export function isReadWhole(type: LiveEventType): boolean {
	return type === "broadcast_started" || isGiftEvidence({ type });
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

/** Adds one event. Each event of the broadcast must be passed exactly once, in order of `seq`. */
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
	// The connection's login matters once gifts are reported; a lost connection says nothing about them.
	if (isGiftEvidence(event) && (totals.coverage || event.type !== "connection" || event.state === "connected")) {
		const coverage = coverageOf(totals);
		addToCoverage(coverage, event);
		totals.coverage = coverage.state;
	}
	addToState(totals, event, before);
}

/** Instances by their state, so that what they derive from it is not derived again for each event. */
const coverages = new WeakMap<CoverageState, GiftCoverage>();

function coverageOf({ coverage: state }: BroadcastTotals): GiftCoverage {
	const known = state && coverages.get(state);
	if (known) return known;
	const coverage = new GiftCoverage(state);
	coverages.set(coverage.state, coverage);
	return coverage;
}

/** @param before time of the newest event before this one */
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
			// Each failed attempt reports its state again: a loss counts once, until the room is connected.
			if (isLoss(event.state) && !totals.connectionLost) totals.reconnects++;
			totals.connectionLost = isLoss(event.state) || (totals.connectionLost && event.state !== "connected");
			break;
		case "broadcast_started":
			totals.title = event.title;
			if (!totals.started) totals.startedAt = event.at;
			totals.started = true;
			totals.endedAt = undefined;
			totals.endUnseen = false;
			break;
		case "broadcast_ended":
			// If no node was connected at the end, the event has the time of the discovery, possibly the next day.
			totals.endUnseen = event.reason !== "ended";
			totals.endedAt = totals.endUnseen ? Math.min(event.at, totals.heardAt ?? before) : event.at;
			break;
		default:
	}
}

const isLoss = (state: string) => state === "reconnecting" || state === "blocked";

function lostSinceOf({ heardAt, startedAt, endedAt, endUnseen, connectionLost }: BroadcastTotals): number | undefined {
	if (endedAt === undefined) return connectionLost ? (heardAt ?? startedAt) : undefined;
	return endUnseen ? endedAt : undefined;
}

export function toSummary(
	roomId: string,
	totals: BroadcastTotals,
	users: number,
	topGifters: readonly Gifter[],
): BroadcastSummary {
	const lostSince = lostSinceOf(totals);
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
		...(lostSince !== undefined && { lostSince }),
	};
}
