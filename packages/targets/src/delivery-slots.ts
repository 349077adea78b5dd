import type { Clock } from "@livekeeper/douyin";
import type { ActiveTarget } from "./active-target.ts";
import type { DeliveryLane } from "./delivery-lane.ts";

/**
 * Shares a bounded number of requests among targets by the time each has held slots: the next slot goes to the target
 * with the least recent slot time. The last quarter is for targets without a pending request that held slots for less
 * than half of the average, so a fast receiver never waits for many slow ones. Targets whose newest request failed
 * share half of the slots.
 */
export class DeliverySlots {
	readonly #active: Map<string, ActiveTarget>;
	readonly #slots: number;
	readonly #clock: Clock;
	/** Running lanes by target, until they have ended. */
	readonly #running = new Map<ActiveTarget, Set<Promise<void>>>();
	#closed = false;
	#inFlight = 0;

	/** @param active targets by id; kept in the order in which they are served */
	constructor(active: Map<string, ActiveTarget>, slots: number, clock: Clock) {
		this.#active = active;
		this.#slots = slots;
		this.#clock = clock;
	}

	/** Number of running lanes. */
	get inFlight(): number {
		return this.#inFlight;
	}

	/** Assigns free slots. */
	fill(): void {
		while (!this.#closed && this.#inFlight < this.#slots) {
			const started = this.#startNext();
			if (!started) return;
			// Behind the targets with equal slot time.
			this.#active.delete(started.target.id);
			this.#active.set(started.target.id, started);
		}
	}

	/** Assigns no more slots. */
	close(): void {
		this.#closed = true;
	}

	/** Resolves when the target's current runs have ended. */
	async ended(active: ActiveTarget): Promise<void> {
		await Promise.all(this.#running.get(active) ?? []);
	}

	/** Resolves when the current runs of all targets have ended. */
	async allEnded(): Promise<void> {
		await Promise.all([...this.#running.values()].flatMap((running) => [...running]));
	}

	#startNext(): ActiveTarget | undefined {
		const now = this.#clock.elapsed();
		const spent = Array.from(this.#active.values(), (active) => ({ active, ms: active.slotTime.spentMs(now) }));
		const littleMs = spent.reduce((sum, { ms }) => sum + ms, 0) / spent.length / 2;
		for (const { active, ms } of spent.sort((a, b) => a.ms - b.ms)) {
			const lane = this.#hasSlotFor(active, ms <= littleMs) ? active.take() : undefined;
			if (!lane) continue;
			this.#run(active, lane);
			return active;
		}
		return undefined;
	}

	#hasSlotFor(active: ActiveTarget, hasHadLittle: boolean): boolean {
		if (!active.trusted && this.#untrustedInFlight() >= Math.max(1, this.#slots >> 1)) return false;
		const inLastQuarter = this.#slots - this.#inFlight <= this.#slots >> 2;
		return !inLastQuarter || (active.inFlight === 0 && hasHadLittle);
	}

	#untrustedInFlight(): number {
		let sum = 0;
		for (const { inFlight, trusted } of this.#active.values()) if (!trusted) sum += inFlight;
		return sum;
	}

	#run(active: ActiveTarget, lane: DeliveryLane): void {
		this.#inFlight++;
		active.inFlight++;
		active.slotTime.begin(this.#clock.elapsed());
		const running = this.#running.get(active) ?? new Set();
		this.#running.set(active, running);
		const run = lane.run().finally(() => {
			this.#inFlight--;
			active.inFlight--;
			active.slotTime.end(this.#clock.elapsed());
			running.delete(run);
			if (running.size === 0) this.#running.delete(active);
			this.fill();
		});
		running.add(run);
	}
}
