import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";

/** Progress of a log at the last write. */
export interface Progress {
	/** The log's id. */
	log: string;
	/**
	 * Number of events that it had certainly stored, over all rooms and including those deleted by retention. A process
	 * killed between a commit and this write leaves it one commit behind; it is never ahead.
	 */
	events: number;
	/** Time of the write, ms since the epoch. */
	at: number;
	/** Whether it was closed in order: its WAL was empty, and everything had reached the disk. */
	closed: boolean;
	/** The run of the operating system in which it was opened: during one run, a kill loses nothing. */
	boot: string;
	/** Whether each commit had reached the disk before it counted. */
	synced: boolean;
}

const name = "livekeeper.progress";
const bytes = 256;
/** Maximum difference between two readings of the system's start time, ms. */
const bootSlackMs = 60_000;
const bootIdPath = "/proc/sys/kernel/random/boot_id";

/** Identifies this run of the operating system: its boot id on Linux, otherwise its start time. */
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
 * Records the log's progress beside the database, so that the next start notices if its newest part is missing: SQLite
 * takes a database without its WAL for intact. Written after each commit without waiting for the disk, so it survives
 * the process, but not a loss of power. Opening and closing do wait for the disk: a log that was open in another run of
 * the operating system may have lost its newest part, however much of it is there.
 */
export class ProgressFile {
	readonly #fd: number;
	#progress: Progress;
	/** Whether the disk may still hold the state from before this run, which says that the log was closed. */
	#isStale = true;

	/** @throws errors of opening the file */
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

	/** @returns `undefined` if there is none, or it can't be read */
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

	/** @param events including those of the latest commit. @param at ms since the epoch */
	reach(events: number, at: number): void {
		this.#progress = { ...this.#progress, events, at };
		this.#write();
	}

	/** Marks the log as closed in order: its database is complete. */
	seal(): void {
		this.#progress = { ...this.#progress, closed: true };
		this.#isStale = true;
		this.#write();
	}

	close(): void {
		closeSync(this.#fd);
	}

	/**
	 * Ignores errors, because the commit has succeeded and must not look failed. If this fails, as on a disk that is full
	 * or read-only, the stored value is at worst too small, and the next commit writes it again.
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
