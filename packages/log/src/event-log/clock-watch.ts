import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { type ClockDoubt, type ClockNote, ClockTrust } from "./clock-trust.ts";

/** How long the clock must run evenly after a jump before events are deleted by age again, ms. */
const defaultTrustMs = 24 * 60 * 60 * 1_000;

interface WatchOptions {
	clock: Clock;
	logger: Pick<Logger, "info" | "warn">;
	/** Default 24 h. */
	clockTrustMs?: number | undefined;
}

/** Keeps the clock's history across restarts, as JSON. */
export interface ClockNotes {
	read(): Promise<string | undefined>;
	write(note: string): Promise<void>;
	/** When the newest event of all rooms was stored, ms since the epoch. */
	newestStoredAt(): Promise<number | undefined>;
}

/** Watches the clock for the log's upkeep, reports its jumps, and stores its history. */
export class ClockWatch {
	readonly #options: WatchOptions;
	readonly #notes: ClockNotes;
	readonly #trust: ClockTrust;
	#doubted = false;

	/** If the history can't be read, the clock is trusted only once it has run evenly. */
	static async open(options: WatchOptions, notes: ClockNotes): Promise<ClockWatch> {
		const confirmMs = options.clockTrustMs ?? defaultTrustMs;
		let trust: ClockTrust;
		try {
			const note = await notes.read();
			const known = note === undefined ? undefined : (JSON.parse(note) as ClockNote);
			trust = new ClockTrust(known, await notes.newestStoredAt(), confirmMs);
		} catch (error) {
			options.logger.warn({ event: "clock_note_unreadable", err: error });
			trust = new ClockTrust({ seen: 0, evenSince: 0, jumpedMs: 0 }, undefined, confirmMs);
		}
		return new ClockWatch(options, notes, trust);
	}

	private constructor(options: WatchOptions, notes: ClockNotes, trust: ClockTrust) {
		this.#options = options;
		this.#notes = notes;
		this.#trust = trust;
	}

	/** `undefined` while the clock is trusted. */
	get doubt(): ClockDoubt | undefined {
		return this.#trust.doubt(this.#options.clock.now());
	}

	/**
	 * Must be called every second, and whenever the time decides what is too old.
	 * @returns the time and whether it is trusted, together because the clock can be set at any moment
	 */
	look(maxAgeMs: number): { now: number; believed: boolean } {
		const { clock, logger } = this.#options;
		const now = clock.now();
		const jumpedMs = this.#trust.look(now, maxAgeMs);
		const doubt = this.#trust.doubt(now);
		if (jumpedMs !== undefined && doubt) {
			const until = new Date(doubt.until).toISOString();
			logger.warn({ event: "clock_jumped", jumped_ms: jumpedMs, until });
		} else if (this.#doubted && !doubt) {
			logger.info({ event: "clock_believed" });
		}
		this.#doubted = doubt !== undefined;
		return { now, believed: doubt === undefined };
	}

	/** Stores the note that is due, if any. */
	async save(): Promise<void> {
		const note = this.#trust.due();
		if (!note) return;
		await this.#notes.write(JSON.stringify(note));
		this.#trust.saved(note);
	}
}
