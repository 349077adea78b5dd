import type { Clock } from "@livekeeper/douyin";
import type { Batch } from "./batch.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import type { RoomPosition } from "./room-position.ts";
import type { TargetRenderer } from "./target-renderer.ts";
import type { TargetStore } from "./target-store.ts";
import type { OutMessage } from "./transports/out-message.ts";

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
