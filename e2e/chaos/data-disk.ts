import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@livekeeper/douyin";
import { SmallDisk } from "../kit/small-disk.ts";
import { allowWrites, forbidWrites } from "../kit/write-ban.ts";

/** How the disk is that the service's data lies on. */
export type DiskState = "fine" | "full" | "read_only";

/** Room for what a run stores many times over, MB. */
const megabytes = 64;

/** The disk that the service's data lies on. */
export class DataDisk {
	/** The service's data folder. */
	readonly dataDir: string;
	readonly #clock: Clock;
	readonly #disk: SmallDisk | undefined;
	/** Of the process that writes to it, while one runs. */
	runningPid: () => number | undefined = () => undefined;
	#state: DiskState = "fine";
	/** Times in which it was not fine; the last may last still. */
	readonly #spells: { from: number; to: number }[] = [];

	/**
	 * @param deps.folder where it lies
	 * @param deps.disturbed whether it will be anything but fine: then it is a file system of its own, where one can be had
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

	/** @returns whether it could be done: without a file system of its own it can't */
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

	/** A full disk stays full: what has come free on it is taken. */
	refill(): void {
		if (this.#state === "full") this.#disk?.fill();
	}

	/** Whether it was anything but fine at some time between the two, ms. */
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
