import type { Clock, Timer } from "@livekeeper/douyin";

const tickMs = 1_000;
/** Pause between two rounds when there is more to do, because commits go first, ms. */
const upkeepPauseMs = 12;

/**
 * Runs rounds of upkeep, one at a time: each second unless another interval is given, and again after a pause while a
 * round left something to do.
 */
export class UpkeepLoop {
	readonly #clock: Clock;
	readonly #round: () => Promise<{ more: boolean }>;
	readonly #onError: (error: unknown) => void;
	readonly #every: Timer;
	#soon: Timer | undefined;
	#running: Promise<void> | undefined;
	#stopped = false;

	/**
	 * @param onTick called each second, also while a round takes longer than that
	 * @param everyMs time between rounds; default a second
	 */
	constructor(
		clock: Clock,
		onTick: () => void,
		round: () => Promise<{ more: boolean }>,
		onError: (error: unknown) => void,
		everyMs = tickMs,
	) {
		this.#clock = clock;
		this.#round = round;
		this.#onError = onError;
		let ticks = 0;
		this.#every = clock.every(tickMs, () => {
			onTick();
			if (++ticks % Math.max(1, Math.round(everyMs / tickMs)) === 0) this.#start();
		});
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#every.cancel();
		this.#soon?.cancel();
		await this.#running;
	}

	#start(): void {
		if (this.#running || this.#soon || this.#stopped) return;
		this.#running = this.#run().finally(() => {
			this.#running = undefined;
		});
	}

	async #run(): Promise<void> {
		try {
			const { more } = await this.#round();
			if (!more || this.#stopped) return;
			this.#soon = this.#clock.after(upkeepPauseMs, () => {
				this.#soon = undefined;
				this.#start();
			});
		} catch (error) {
			this.#onError(error);
		}
	}
}
