import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@livekeeper/douyin";
import { SmallDisk } from "../kit/small-disk.ts";
import { allowWrites, forbidWrites } from "../kit/write-ban.ts";

/** State of the disk that holds the service's data. */
export type DiskState = "fine" | "full" | "read_only";

/** Size of the file system, MB; many times what a run stores. */
const megabytes = 64;

/** The disk that holds the service's data. */
export class DataDisk {
	/** Data folder of the service. */
	readonly dataDir: string;
	readonly #clock: Clock;
	readonly #disk: SmallDisk | undefined;
	/** Returns the id of the process that writes to the disk, if one is running. */
	runningPid: () => number | undefined = () => undefined;
	#state: DiskState = "fine";
	/** Periods in which it was disturbed; the last one may still be open. */
	readonly #spells: { from: number; to: number }[] = [];

	/**
	 * @param deps.folder folder for the disk
	 * @param deps.disturbed whether the disk will be disturbed: if so, it is a file system of its own, if one can be
	 * mounted
	 */
	constructor(deps: { folder: string; disturbed: boolean; clock: Clock }) {
		this.#clock = deps.clock;
		this.#disk = deps.disturbed ? SmallDisk.mount(megabytes, deps.folder) : undefined;
		this.dataDir = join(this.#disk?.path ?? deps.folder, "data");
		mkdirSync(this.dataDir, { mode: 0o700 });
	}

	get state(): DiskState {
		return this.#state;
	}

	/** @returns whether it succeeded; it can't without a file system of its own */
	become(state: DiskState): boolean {
		const disk = this.#disk;
		if (!disk) return false;
		if (state === this.#state) return true;
		const pid = this.runningPid();
		if (this.#state === "full") disk.empty();
		if (this.#state === "read_only") {
			disk.makeWritable();
			if (pid !== undefined) allowWrites(pid);
		}
		this.#note(state);
		if (state === "full") disk.fill();
		if (state === "read_only") {
			disk.makeReadOnly();
			if (pid !== undefined) forbidWrites(pid);
		}
		return true;
	}

	/** Keeps a full disk full by taking the space that was freed on it. */
	refill(): void {
		if (this.#state === "full") this.#disk?.fill();
	}

	/** Whether it was disturbed at any time between the two, ms since the epoch. */
	wasDisturbed(from: number, to: number): boolean {
		return this.#spells.some((spell) => spell.from <= to && spell.to >= from);
	}

	close(): void {
		this.#disk?.unmount();
	}

	#note(state: DiskState): void {
		const now = this.#clock.now();
		if (state === "fine") {
			const spell = this.#spells.at(-1);
			if (spell) spell.to = now;
		} else if (this.#state === "fine") this.#spells.push({ from: now, to: Number.POSITIVE_INFINITY });
		this.#state = state;
	}
}
