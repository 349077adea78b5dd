import { createHash } from "node:crypto";
import type { LiveEventType } from "@livekeeper/douyin";
import type { BatchRange, Truncation } from "./target.ts";
import type { LoggedEvent, LogPage, TargetLog } from "./target-log.ts";

/** One request: what it carries, and its bytes. */
export interface Batch extends BatchRange {
	body: Buffer;
}

export interface BatchSource {
	targetId: string;
	liveId: string;
	events: readonly LoggedEvent[];
	truncated: Truncation | undefined;
	nextAfter: number;
}

/**
 * The same events always make the same bytes, and the delivery id is drawn from them: a receiver that has seen an id
 * has seen exactly that body.
 */
export function makeBatch({ targetId, liveId, events, truncated, nextAfter }: BatchSource): Batch {
	const parts = [`"events":[${events.map((event) => event.json).join(",")}]}`];
	if (truncated) {
		const { from, to, reason } = truncated;
		parts.unshift(`"truncated":${JSON.stringify({ from, to, reason })}`);
	}
	const content = parts.join(",");
	const digest = createHash("sha256").update(`${targetId}\n${liveId}\n`).update(content).digest("base64url");
	const deliveryId = `dlv_${digest.slice(0, 24)}`;
	const head = JSON.stringify({ target_id: targetId, live_id: liveId, delivery_id: deliveryId });
	const firstSeq = events[0]?.seq ?? nextAfter + 1;
	return {
		deliveryId,
		firstSeq,
		lastSeq: events.at(-1)?.seq ?? firstSeq - 1,
		events: events.length,
		nextAfter,
		truncated: truncated && { from: truncated.from, to: truncated.to, reason: truncated.reason },
		body: Buffer.from(`${head.slice(0, -1)},${content}`),
	};
}

/** A batch without its bytes, to be kept. */
export function rangeOf({ deliveryId, firstSeq, lastSeq, events, nextAfter, truncated }: BatchRange): BatchRange {
	return { deliveryId, firstSeq, lastSeq, events, nextAfter, truncated };
}

export interface RangeQuery {
	targetId: string;
	liveId: string;
	types: readonly LiveEventType[] | undefined;
	range: BatchRange;
}

/**
 * Makes a batch again from the log. Where the log has lost part of it meanwhile, what is left comes as another batch,
 * with another delivery id and the loss in `truncated`; `undefined` when nothing is left of its events.
 */
export async function remakeBatch(log: TargetLog, query: RangeQuery): Promise<Batch | undefined> {
	const { targetId, liveId, types, range } = query;
	const { truncated, nextAfter } = range;
	const source = { targetId, liveId, nextAfter };
	if (range.events === 0) return makeBatch({ ...source, events: [], truncated });
	const events: LoggedEvent[] = [];
	let lost: Truncation | undefined;
	for (let after = range.firstSeq - 1; events.length < range.events && after < range.lastSeq; ) {
		const page: LogPage = await log.read(liveId, { after, types, limit: range.events - events.length });
		// A log that was started over is younger than the range: its numbers belong to other events.
		if (page.nextAfter < after) return undefined;
		lost ??= page.truncated;
		events.push(...page.events.filter(({ seq }) => seq <= range.lastSeq));
		after = page.nextAfter;
		if (page.caughtUp) break;
	}
	const same = makeBatch({ ...source, events, truncated });
	if (same.deliveryId === range.deliveryId || !lost) return same;
	const [first] = events;
	if (!first) return undefined;
	const from = truncated?.from ?? range.firstSeq;
	return makeBatch({ ...source, events, truncated: { from, to: first.seq - 1, reason: lost.reason } });
}
