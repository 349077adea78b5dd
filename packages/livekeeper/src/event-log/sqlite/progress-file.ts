import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";

/** How far a log had come when it was last written to. */
export interface Progress {
	/** The log's id. */
	log: string;
	/**
	 * Events that it had stored for certain, over all rooms and including those that retention took. A process that is
	 * killed between a commit and this leaves it one commit behind; it is never ahead.
	 */
	events: number;
	/** When, ms since the epoch. */
	at: number;
	/** It was closed in order: nothing was left in its WAL, and all of it had come to the disk. */
	closed: boolean;
	/** The run of the operating system in which it was opened: as long as that lasts, a kill loses nothing. */
	boot: string;
	/** Each commit had come to the disk before it counted. */
	synced: boolean;
}

const name = "livekeeper.progress";
const bytes = 256;
/** Two readings of when the system was started may differ by this, ms. */
const bootSlackMs = 60_000;
const bootIdPath = "/proc/sys/kernel/random/boot_id";

/** Tells this run of the operating system from others: its id on Linux, elsewhere when it was started. */
export function currentBoot(): string {
	try {
		return readFileSync(bootIdPath, "utf8").trim();
	} catch {
		return String(Math.round(Date.now() - uptime() * 1_000));
	}
}

export function isSameBoot(a: string, b: string): boolean {
	return a === b || Math.abs(Number(a) - Number(b)) < bootSlackMs;
}

/**
 * Says beside the database how far it had come, so that the next start sees when its newest part is missing: a database
 * without its WAL is whole in SQLite's eyes. Written after each commit and not waited for: that outlives the process, not a
 * loss of power. That the log was opened or closed is waited for: a log that was open in another run of the operating
 * system may have lost its newest part, however much of it is there.
 */
export class ProgressFile {
	readonly #fd: number;
	#progress: Progress;
	/** The disk may still hold what was written before this run, and say that the log was closed. */
	#isStale = true;

	/** @throws what opening the file throws */
	constructor(dataDir: string, progress: Omit<Progress, "closed">) {
		const path = join(dataDir, name);
		try {
			this.#fd = openSync(path, "r+", 0o600);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
			this.#fd = openSync(path, "w+", 0o600);
		}
		this.#progress = { ...progress, closed: false };
		this.#write();
	}

	/** @returns `undefined` where there is none, or none that can be read */
	static read(dataDir: string): Progress | undefined {
		try {
			const found: unknown = JSON.parse(readFileSync(join(dataDir, name), "utf8"));
			return isProgress(found) ? found : undefined;
		} catch (error) {
			const unreadable = error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT";
			if (unreadable) return undefined;
			throw error;
		}
	}

	/** @param events including those of the commit that was just made. @param at ms since the epoch */
	reach(events: number, at: number): void {
		this.#progress = { ...this.#progress, events, at };
		this.#write();
	}

	/** The log was closed in order: its database holds all of it. */
	seal(): void {
		this.#progress = { ...this.#progress, closed: true };
		this.#isStale = true;
		this.#write();
	}

	close(): void {
		closeSync(this.#fd);
	}

	/**
	 * The commit has gone through, so nothing here may make it look as if it had not: where this fails, as on a disk that
	 * is full or turns read-only, the stored value is too small at worst, and the next commit writes it again.
	 */
	#write(): void {
		const text = JSON.stringify(this.#progress).padEnd(bytes - 1);
		try {
			writeSync(this.#fd, `${text}\n`, 0);
			if (this.#isStale) fsyncSync(this.#fd);
			this.#isStale = false;
		} catch {
			return;
		}
	}
}

function isProgress(value: unknown): value is Progress {
	const { log, events, at, closed, boot, synced } = (value ?? {}) as Partial<Progress>;
	const isKnown = typeof log === "string" && typeof boot === "string";
	const isCounted = Number.isSafeInteger(events) && Number.isSafeInteger(at);
	return isKnown && isCounted && typeof closed === "boolean" && typeof synced === "boolean";
}
