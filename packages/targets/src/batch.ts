import { createHash } from "node:crypto";
import type { Selection } from "./gather.ts";
import type { Notice } from "./service-states.ts";
import type { BatchRange, ChosenEvents, Truncation } from "./target.ts";
import type { LoggedEvent, LogPage, TargetLog } from "./target-log.ts";

/** One delivery with its events. */
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

/**
 * Makes a batch. Its delivery id is derived from the events: a receiver that has seen an id has seen exactly those
 * events.
 */
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

/** Returns a batch without its events, for storage. */
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

/** Minimum number of events read at once to rebuild a batch. */
const remakePage = 100;

export interface RangeQuery {
	targetId: string;
	liveId: string;
	/** Selection of the target when the batch was made. */
	selection: Selection;
	range: BatchRange;
}

/**
 * Rebuilds a batch from the log. If the log has lost part of it meanwhile, the rest is returned as another batch, with
 * another delivery id and the loss in `truncated`; `undefined` if nothing is left.
 */
export async function remakeBatch(log: TargetLog, query: RangeQuery): Promise<Batch | undefined> {
	const { targetId, liveId, selection, range } = query;
	const { truncated, nextAfter, chosen, notices } = range;
	const source = { targetId, liveId, nextAfter, chosen, notices };
	if (range.events === 0) return makeBatch({ ...source, events: [], truncated });
	const events: LoggedEvent[] = [];
	let lost: Truncation | undefined;
	for (let after = range.firstSeq - 1; events.length < range.events && after < range.lastSeq; ) {
		// Unsent steps of a streak may lie between the events.
		const limit = Math.max(range.events - events.length, remakePage);
		const page: LogPage = await log.read(liveId, { after, types: selection.types, limit });
		// A log that was reset is newer than the range: its numbers belong to other events.
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
