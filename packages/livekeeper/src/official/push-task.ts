import type { OfficialType } from "@livekeeper/douyin";
import type { PushProblem, TaskState, TaskStatus } from "./broadcast-status.ts";

/** One kind of data of one broadcast, as the platform pushes it. */
export class PushTask {
	readonly type: OfficialType;
	state: TaskState;
	error: PushProblem | undefined;
	/** When it is started or looked at next, ms since the epoch. */
	dueAt: number;
	#callbacks = 0;
	#lastCallbackAt: number | undefined;
	/** Failed deliveries that the platform reported, and up to which of them they were looked up. */
	#failed = 0;
	#seen = 0;
	/** Callbacks that came and were not stored: the platform reports them later. */
	#notStored = 0;
	#unreadable = 0;

	constructor(type: OfficialType, state: TaskState, dueAt: number) {
		this.type = type;
		this.state = state;
		this.dueAt = dueAt;
	}

	/** To be started again, with a clean record. */
	startAt(now: number): void {
		this.state = "starting";
		this.error = undefined;
		this.dueAt = now;
	}

	/** A callback was stored. */
	took(now: number): void {
		this.#callbacks++;
		this.#lastCallbackAt = now;
	}

	/** A callback could not be stored. */
	missed(): void {
		this.#notStored++;
	}

	/** Entries came that can't be read. */
	couldNotRead(entries: number): void {
		this.#unreadable += entries;
	}

	/** How many failed deliveries the platform reported; `seen` of them are stored. */
	lookedUp(failed: number, seen: number): void {
		this.#failed = failed;
		this.#seen = Math.min(seen, failed);
	}

	/** The look-up came to its end: what is not stored here is among what it reported. */
	lookedUpAll(): void {
		this.#notStored = 0;
	}

	/** @param since see {@link TaskStatus.since} */
	status(since: number | undefined): TaskStatus {
		return {
			type: this.type,
			state: this.state,
			error: this.error,
			since,
			callbacks: this.#callbacks,
			lastCallbackAt: this.#lastCallbackAt,
			failedDeliveries: this.#failed,
			missing: this.#failed - this.#seen + this.#notStored,
			unreadable: this.#unreadable,
		};
	}
}
