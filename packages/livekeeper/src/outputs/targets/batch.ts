import { createHash } from "node:crypto";
import type { Selection } from "./gather.ts";
import type { Notice } from "./service-states.ts";
import type { BatchRange, ChosenEvents, Truncation } from "./target.ts";
import type { LoggedEvent, LogPage, TargetLog } from "./target-log.ts";

/** One delivery, and what it carries. */
export interface Batch extends BatchRange {
	carried: readonly LoggedEvent[];
}

export interface BatchSource {
	targetId: string;
	liveId: string;
	events: readonly LoggedEvent[];
	truncated: Truncation | undefined;
	chosen?: ChosenEvents | undefined;
	notices?: readonly Notice[] | undefined;
	nextAfter: number;
}

/** The delivery id is drawn from the events: a receiver that has seen an id has seen exactly those. */
export function makeBatch(source: BatchSource): Batch {
	const { targetId, liveId, events, truncated, chosen, notices, nextAfter } = source;
	const parts = [`"events":[${events.map((event) => event.json).join(",")}]}`];
	if (truncated) {
		const { from, to, reason } = truncated;
		parts.unshift(`"truncated":${JSON.stringify({ from, to, reason })}`);
	}
	if (notices) parts.unshift(`"notices":${JSON.stringify(notices)}`);
	const content = parts.join(",");
	const digest = createHash("sha256").update(`${targetId}\n${liveId}\n`).update(content).digest("base64url");
	const deliveryId = `dlv_${digest.slice(0, 24)}`;
	const firstSeq = events[0]?.seq ?? nextAfter + 1;
	return {
		deliveryId,
		firstSeq,
		lastSeq: events.at(-1)?.seq ?? firstSeq - 1,
		events: events.length,
		nextAfter,
		truncated: truncated && { from: truncated.from, to: truncated.to, reason: truncated.reason },
		chosen,
		...(notices && { notices }),
		carried: events,
	};
}

/** A batch without its events, to be kept. */
export function rangeOf({
	deliveryId,
	firstSeq,
	lastSeq,
	events,
	nextAfter,
	truncated,
	chosen,
	notices,
}: BatchRange): BatchRange {
	return { deliveryId, firstSeq, lastSeq, events, nextAfter, truncated, chosen, ...(notices && { notices }) };
}

/** Minimum number of events that are read at once to make a batch again. */
const remakePage = 100;

export interface RangeQuery {
	targetId: string;
	liveId: string;
	/** As it was when the batch was made. */
	selection: Selection;
	range: BatchRange;
}

/**
 * Makes a batch again from the log. Where the log has lost part of it meanwhile, what is left comes as another batch,
 * with another delivery id and the loss in `truncated`; `undefined` when nothing is left of it.
 */
export async function remakeBatch(log: TargetLog, query: RangeQuery): Promise<Batch | undefined> {
	const { targetId, liveId, selection, range } = query;
	const { truncated, nextAfter, chosen, notices } = range;
	const source = { targetId, liveId, nextAfter, chosen, notices };
	if (range.events === 0) return makeBatch({ ...source, events: [], truncated });
	const events: LoggedEvent[] = [];
	let lost: Truncation | undefined;
	for (let after = range.firstSeq - 1; events.length < range.events && after < range.lastSeq; ) {
		// Steps of a streak may lie between, of which one was sent.
		const limit = Math.max(range.events - events.length, remakePage);
		const page: LogPage = await log.read(liveId, { after, types: selection.types, limit });
		// A log that was started over is younger than the range: its numbers belong to other events.
		if (page.nextAfter < after) return undefined;
		lost ??= page.truncated;
		const inRange = page.events.filter(({ seq }) => seq <= range.lastSeq);
		events.push(...selection.among(inRange, chosen));
		after = page.nextAfter;
		if (page.caughtUp) break;
	}
	const same = makeBatch({ ...source, events, truncated });
	if (same.deliveryId === range.deliveryId || !lost) return same;
	const [first] = events;
	if (!first && !notices) return undefined;
	const from = truncated?.from ?? range.firstSeq;
	const to = first ? first.seq - 1 : range.lastSeq;
	return makeBatch({ ...source, events, truncated: { from, to, reason: lost.reason } });
}
