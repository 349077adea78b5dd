import type { Clock } from "@livekeeper/douyin";
import type { Batch } from "./batch.ts";
import type { DeliveryResult } from "./delivery-result.ts";
import type { RoomPosition } from "./room-position.ts";
import type { Speaker } from "./speaker.ts";
import type { TargetStore } from "./target-store.ts";

interface SenderDeps {
	speaker: Speaker;
	position: RoomPosition;
	store: Pick<TargetStore, "changeLeft">;
	clock: Clock;
	/** Whether to go on where it can't be stored that a message leaves. */
	mayRunAhead: () => boolean;
	/** Aborted when the lane closes. */
	signal: AbortSignal;
	/** A request ended. */
	attempted: (result: DeliveryResult) => void;
}

/** How sending a batch went; after how long to go on with it; `undefined`: it was cut. */
type Sent = DeliveryResult | { afterMs: number } | undefined;

/** These events say nothing to the receiver. */
const nothingToSay: DeliveryResult = { ok: true, status: 0 };

/** Sends one room's batches, message by message, each once it may leave. */
export class BatchSender {
	readonly #deps: SenderDeps;

	constructor(deps: SenderDeps) {
		this.#deps = deps;
	}

	/**
	 * @param done messages of it that are accepted already
	 * @param keep called with how many are, while others follow
	 */
	async send(batch: Batch, done: number, keep: (done: number) => void | Promise<void>): Promise<Sent> {
		const { speaker, signal, clock, attempted, position } = this.#deps;
		const messages = speaker.messages(position.progress.liveId, batch, clock.now());
		let result = nothingToSay;
		for (const [n, message] of messages.entries()) {
			if (n < done) continue;
			if (n > done) await keep(n);
			const waitMs = await this.#leave();
			if (waitMs > 0) return { afterMs: waitMs };
			if (signal.aborted) return undefined;
			result = await speaker.send(message, signal);
			// A request that was cut because the lane closed says nothing about the receiver.
			if (signal.aborted) return undefined;
			attempted(result);
			if (!result.ok) return result;
		}
		return result;
	}

	/** A message leaves now, which is stored before, for all nodes. @returns how long to wait, ms, where it may not yet */
	async #leave(): Promise<number> {
		const { speaker, store, clock, mayRunAhead } = this.#deps;
		const { pace, target } = speaker;
		let waitMs = pace.waitMs(clock.now());
		if (waitMs > 0 || !pace.isLimited) return waitMs;
		try {
			await store.changeLeft(target.id, (left) => {
				pace.knows(left);
				const now = clock.now();
				waitMs = pace.waitMs(now);
				return waitMs > 0 ? undefined : pace.leaves(now);
			});
		} catch (error) {
			if (!mayRunAhead()) throw error;
			pace.leaves(clock.now());
		}
		return waitMs;
	}
}
