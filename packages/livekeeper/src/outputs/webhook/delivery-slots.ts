import type { Clock } from "@livekeeper/douyin";
import type { DeliveryLane } from "./delivery-lane.ts";
import type { WebhookTarget } from "./webhook-target.ts";

/**
 * Shares a bounded number of requests among webhooks by the time that each holds slots: the next goes to whoever has
 * held them least lately. The last quarter is for webhooks that have no request under way and have held slots for less
 * than half of the average, so that a fast receiver never waits for many slow ones. Those whose newest request didn't
 * succeed get half of the slots together.
 */
export class DeliverySlots {
	readonly #targets: Map<string, WebhookTarget>;
	readonly #slots: number;
	readonly #clock: Clock;
	/** By webhook: lanes that run, until they have ended. */
	readonly #running = new Map<WebhookTarget, Set<Promise<void>>>();
	#closed = false;
	#inFlight = 0;

	/** @param targets by webhook id; kept in the order in which they are served */
	constructor(targets: Map<string, WebhookTarget>, slots: number, clock: Clock) {
		this.#targets = targets;
		this.#slots = slots;
		this.#clock = clock;
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
			// Behind those that have held slots for as long.
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
		const now = this.#clock.elapsed();
		const spent = Array.from(this.#targets.values(), (target) => ({ target, ms: target.slotTime.spentMs(now) }));
		const littleMs = spent.reduce((sum, { ms }) => sum + ms, 0) / spent.length / 2;
		for (const { target, ms } of spent.sort((a, b) => a.ms - b.ms)) {
			const lane = this.#hasSlotFor(target, ms <= littleMs) ? target.take() : undefined;
			if (!lane) continue;
			this.#run(target, lane);
			return target;
		}
		return undefined;
	}

	#hasSlotFor(target: WebhookTarget, hasHadLittle: boolean): boolean {
		if (!target.trusted && this.#untrustedInFlight() >= Math.max(1, this.#slots >> 1)) return false;
		const inLastQuarter = this.#slots - this.#inFlight <= this.#slots >> 2;
		return !inLastQuarter || (target.inFlight === 0 && hasHadLittle);
	}

	#untrustedInFlight(): number {
		let sum = 0;
		for (const { inFlight, trusted } of this.#targets.values()) if (!trusted) sum += inFlight;
		return sum;
	}

	#run(target: WebhookTarget, lane: DeliveryLane): void {
		this.#inFlight++;
		target.inFlight++;
		target.slotTime.begin(this.#clock.elapsed());
		const running = this.#running.get(target) ?? new Set();
		this.#running.set(target, running);
		const run = lane.run().finally(() => {
			this.#inFlight--;
			target.inFlight--;
			target.slotTime.end(this.#clock.elapsed());
			running.delete(run);
			if (running.size === 0) this.#running.delete(target);
			this.fill();
		});
		running.add(run);
	}
}
