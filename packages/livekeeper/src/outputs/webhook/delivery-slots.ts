import type { DeliveryLane } from "./delivery-lane.ts";
import type { WebhookTarget } from "./webhook-target.ts";

/**
 * Shares a bounded number of requests among webhooks, in turn. A receiver whose newest request didn't succeed gets one
 * slot, and all of those together half of the slots; the last quarter is for webhooks that have no request under way. So
 * receivers that hang can't take them from the others.
 */
export class DeliverySlots {
	readonly #targets: Map<string, WebhookTarget>;
	readonly #slots: number;
	/** By webhook: lanes that run, until they have ended. */
	readonly #running = new Map<WebhookTarget, Set<Promise<void>>>();
	#closed = false;
	#inFlight = 0;

	/** @param targets by webhook id; kept in the order in which they are served */
	constructor(targets: Map<string, WebhookTarget>, slots: number) {
		this.#targets = targets;
		this.#slots = slots;
	}

	/** Lanes that run. */
	get inFlight(): number {
		return this.#inFlight;
	}

	/** Gives out free slots. */
	fill(): void {
		while (!this.#closed && this.#inFlight < this.#slots) {
			const started = this.#startNext();
			if (!started) return;
			// Behind the others, so that the next free slot is theirs first.
			this.#targets.delete(started.webhook.id);
			this.#targets.set(started.webhook.id, started);
		}
	}

	/** Gives out none any more. */
	close(): void {
		this.#closed = true;
	}

	/** Resolves when nothing of the webhook runs that runs now. */
	async ended(target: WebhookTarget): Promise<void> {
		await Promise.all(this.#running.get(target) ?? []);
	}

	/** The same for all webhooks. */
	async allEnded(): Promise<void> {
		await Promise.all([...this.#running.values()].flatMap((running) => [...running]));
	}

	#startNext(): WebhookTarget | undefined {
		for (const target of this.#targets.values()) {
			const lane = this.#hasSlotFor(target) ? target.take() : undefined;
			if (!lane) continue;
			this.#run(target, lane);
			return target;
		}
		return undefined;
	}

	#hasSlotFor(target: WebhookTarget): boolean {
		if (!target.trusted) return this.#untrustedInFlight() < Math.max(1, this.#slots >> 1);
		return target.inFlight === 0 || this.#slots - this.#inFlight > this.#slots >> 2;
	}

	#untrustedInFlight(): number {
		let sum = 0;
		for (const { inFlight, trusted } of this.#targets.values()) if (!trusted) sum += inFlight;
		return sum;
	}

	#run(target: WebhookTarget, lane: DeliveryLane): void {
		this.#inFlight++;
		target.inFlight++;
		const running = this.#running.get(target) ?? new Set();
		this.#running.set(target, running);
		const run = lane.run().finally(() => {
			this.#inFlight--;
			target.inFlight--;
			running.delete(run);
			if (running.size === 0) this.#running.delete(target);
			this.fill();
		});
		running.add(run);
	}
}
