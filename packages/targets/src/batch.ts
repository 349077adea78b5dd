import { createHash } from "node:crypto";
import type { Clock } from "@livekeeper/douyin";
import type { DeliveryResult } from "./delivery-result.ts";
import type { Selection } from "./gather.ts";
import type { RoomPosition } from "./room-position.ts";
import type { Notice } from "./service-states.ts";
import type { BatchRange, ChosenEvents, Truncation } from "./target.ts";
import type { LoggedEvent, LogPage, TargetLog } from "./target-log.ts";
import type { TargetRenderer } from "./target-renderer.ts";
import type { TargetStore } from "./target-store.ts";
import type { OutMessage } from "./transports/out-message.ts";

/** One delivery with its events. */
export interface Batch extends BatchRange {
	carried: readonly LoggedEvent[];
}

interface BatchSource {
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

interface RangeQuery {
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

interface PacedDeps {
	renderer: TargetRenderer;
	store: Pick<TargetStore, "changeArrived">;
	clock: Clock;
	/** Whether to continue if the departure of a message cannot be stored. */
	mayRunAhead: () => boolean;
}

interface SenderDeps extends PacedDeps {
	position: RoomPosition;
	/** Aborted when the lane closes. */
	signal: AbortSignal;
	/** Called when a request has ended. */
	attempted: (result: DeliveryResult) => void;
}

/** Result of sending a batch, or the time after which to continue it; `undefined` if it was aborted. */
type Sent = DeliveryResult | { afterMs: number } | undefined;

/** Result for events that make no message for the receiver. */
const nothingToSay: DeliveryResult = { ok: true, status: 0 };

/** Sends a room's batches, message by message, each when the limits allow it. */
export class BatchSender {
	readonly #deps: SenderDeps;

	constructor(deps: SenderDeps) {
		this.#deps = deps;
	}

	/**
	 * @param done messages of the batch that are accepted already
	 * @param keep called with the number of accepted messages, while others follow
	 */
	async send(batch: Batch, done: number, keep: (done: number) => void | Promise<void>): Promise<Sent> {
		const { renderer, signal, clock, attempted, position } = this.#deps;
		const messages = renderer.messages(position.progress.liveId, batch, clock.now());
		let result = nothingToSay;
		for (const [n, message] of messages.entries()) {
			if (n < done) continue;
			if (n > done) await keep(n);
			const sent = await sendPaced(message, signal, this.#deps);
			if ("afterMs" in sent) return sent;
			result = sent;
			// A request that was aborted because the lane closed says nothing about the receiver.
			if (signal.aborted) return undefined;
			attempted(result);
			if (!result.ok) return result;
		}
		return result;
	}
}

/**
 * Sends a message when the target's limits allow it. Its departure is stored for all nodes, and then the time of its
 * answer.
 * @returns the result, or the wait in ms if it may not leave yet
 */
export async function sendPaced(
	message: OutMessage,
	signal: AbortSignal,
	deps: PacedDeps,
): Promise<DeliveryResult | { afterMs: number }> {
	const { renderer, store, clock, mayRunAhead } = deps;
	const { pace, target } = renderer;
	const afterMs = pace.waitMs(clock.now());
	if (afterMs > 0) return { afterMs };
	if (!pace.isLimited) return await renderer.send(message, signal);
	let left = clock.now();
	let waitMs = 0;
	const leave = (now: number) => {
		left = now;
		return pace.leaves(now);
	};
	try {
		await store.changeArrived(target.id, (arrived) => {
			pace.knows(arrived);
			const now = clock.now();
			waitMs = pace.waitMs(now);
			return waitMs > 0 ? undefined : leave(now);
		});
	} catch (error) {
		if (!mayRunAhead()) throw error;
		leave(clock.now());
	}
	if (waitMs > 0) return { afterMs: waitMs };
	try {
		return await renderer.send(message, signal);
	} finally {
		await noteAnswer(left, deps);
	}
}

async function noteAnswer(left: number, { renderer: { pace, target }, store, clock }: PacedDeps): Promise<void> {
	const now = clock.now();
	try {
		await store.changeArrived(target.id, (arrived) => {
			pace.knows(arrived);
			return pace.answered(left, now);
		});
	} catch {
		// The stored time is the latest possible arrival: other nodes wait longer, and none sends too soon.
		pace.answered(left, now);
	}
}
