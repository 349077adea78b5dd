import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { jumpText } from "../text/index.ts";
import { type ClockDoubt, type ClockNote, ClockTrust } from "./clock-trust.ts";

/** After a jump nothing is deleted by age until the clock has run evenly for this long, ms. */
const defaultTrustMs = 24 * 60 * 60 * 1_000;

interface WatchOptions {
	clock: Clock;
	logger: Pick<Logger, "info" | "warn">;
	/** Default 24 h. */
	clockTrustMs?: number | undefined;
}

/** Where what is known of the clock is kept across restarts, as JSON. */
export interface ClockNotes {
	read(): Promise<string | undefined>;
	write(note: string): Promise<void>;
	/** When the newest event of all rooms was stored, ms since the epoch. */
	newestStoredAt(): Promise<number | undefined>;
}

/** Looks at the clock for the log's upkeep, tells of its jumps, and keeps what is known of it in the store. */
export class ClockWatch {
	readonly #options: WatchOptions;
	readonly #notes: ClockNotes;
	readonly #trust: ClockTrust;
	#doubted = false;

	/** Where nothing can be read of the clock it is believed only once it has run evenly. */
	static async open(options: WatchOptions, notes: ClockNotes): Promise<ClockWatch> {
		const confirmMs = options.clockTrustMs ?? defaultTrustMs;
		let trust: ClockTrust;
		try {
			const note = await notes.read();
			const known = note === undefined ? undefined : (JSON.parse(note) as ClockNote);
			trust = new ClockTrust(known, await notes.newestStoredAt(), confirmMs);
		} catch (error) {
			options.logger.warn(
				{ event: "clock_note_unreadable", err: error },
				"【!】系统时钟的记录无法读取：须平稳运行一段时间才按时间删除",
			);
			trust = new ClockTrust({ seen: 0, evenSince: 0, jumpedMs: 0 }, undefined, confirmMs);
		}
		return new ClockWatch(options, notes, trust);
	}

	private constructor(options: WatchOptions, notes: ClockNotes, trust: ClockTrust) {
		this.#options = options;
		this.#notes = notes;
		this.#trust = trust;
	}

	/** `undefined` while the clock is believed. */
	get doubt(): ClockDoubt | undefined {
		return this.#trust.doubt(this.#options.clock.now());
	}

	/**
	 * To be called every second, and whenever the time is to decide what is too old.
	 * @returns the time, and whether it may: only together, since the clock can be set at any moment
	 */
	look(maxAgeMs: number): { now: number; believed: boolean } {
		const { clock, logger } = this.#options;
		const now = clock.now();
		const jumpedMs = this.#trust.look(now, maxAgeMs);
		const doubt = this.#trust.doubt(now);
		if (jumpedMs !== undefined && doubt) {
			const fields = { jumped_ms: jumpedMs, until: new Date(doubt.until).toISOString() };
			const jumped = jumpText(jumpedMs).zh;
			logger.warn({ event: "clock_jumped", ...fields }, `【!】系统时钟突然${jumped}：平稳运行一段时间之前不按时间删除`);
		} else if (this.#doubted && !doubt) {
			logger.info({ event: "clock_believed" }, "【√】系统时钟已平稳运行足够久：重新按时间删除");
		}
		this.#doubted = doubt !== undefined;
		return { now, believed: doubt === undefined };
	}

	/** Stores what is due to be stored. */
	async save(): Promise<void> {
		const note = this.#trust.due();
		if (!note) return;
		await this.#notes.write(JSON.stringify(note));
		this.#trust.saved(note);
	}
}
