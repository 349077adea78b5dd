import type { ClockWatch } from "../clock-watch.ts";
import type { Retention } from "../event-log.ts";
import { UpkeepLoop } from "../upkeep-loop.ts";
import type { KnownGifts } from "./known-gifts.ts";
import { type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import type { RetentionKeeper } from "./retention-keeper.ts";

export interface LogUpkeepOptions extends Pick<JetStreamEventLogOptions, "clock" | "keepsRetention" | "retention"> {
	clockWatch: ClockWatch;
	keeper: RetentionKeeper;
	gifts: KnownGifts;
	/** Called each second. */
	onTick: () => void;
	/** Called after each round that NATS has answered. */
	onDone: () => void;
	/** Called for the first of several rounds that fail. */
	onError: (error: unknown) => void;
}

/** Each second, watches the clock, writes learned gifts, and deletes events beyond retention. */
export class LogUpkeep {
	readonly #options: LogUpkeepOptions;
	readonly #loop: UpkeepLoop;
	#retention: Retention;
	#storedBytes = 0;
	#failing = false;

	constructor(options: LogUpkeepOptions) {
		this.#options = options;
		this.#retention = { ...jetStreamDefaults.retention, ...options.retention };
		this.#loop = new UpkeepLoop(
			options.clock,
			() => {
				this.#look();
				options.onTick();
			},
			() => this.#round(),
			(error) => this.#failed(error),
		);
		this.#look();
	}

	/** Bytes stored as of the last round. */
	get storedBytes(): number {
		return this.#storedBytes;
	}

	setRetention(retention: Partial<Retention>): void {
		this.#retention = { ...this.#retention, ...retention };
	}

	stop(): Promise<void> {
		return this.#loop.stop();
	}

	async #round(): Promise<{ more: boolean }> {
		const { clockWatch, keeper, gifts, keepsRetention = () => true } = this.#options;
		const { now, believed } = this.#look();
		await gifts.save();
		if (!keepsRetention()) {
			this.#done(await keeper.storedBytes());
			return { more: false };
		}
		await clockWatch.save();
		const retention = believed ? this.#retention : { ...this.#retention, maxAgeMs: Number.POSITIVE_INFINITY };
		const { more, storedBytes } = await keeper.round(now, retention);
		this.#done(storedBytes);
		return { more };
	}

	#done(storedBytes: number): void {
		this.#storedBytes = storedBytes;
		this.#failing = false;
		this.#options.onDone();
	}

	#failed(error: unknown): void {
		if (!this.#failing) this.#options.onError(error);
		this.#failing = true;
	}

	#look(): ReturnType<ClockWatch["look"]> {
		return this.#options.clockWatch.look(this.#retention.maxAgeMs);
	}
}
