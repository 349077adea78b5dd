import type { OfficialType } from "@livekeeper/douyin";
import type { PushProblem, TaskState, TaskStatus } from "./broadcast-status.ts";

/** One kind of data of one broadcast, as pushed by the platform. */
export class PushTask {
	readonly type: OfficialType;
	state: TaskState;
	error: PushProblem | undefined;
	/** Time of the next start or check, ms since the epoch. */
	dueAt: number;
	#callbacks = 0;
	#lastCallbackAt: number | undefined;
	/** Failed deliveries reported by the platform; `#seen`: those of them that are stored. */
	#failed = 0;
	#seen = 0;
	/** Callbacks that arrived and were not stored; the platform reports them later. */
	#notStored = 0;
	#unreadable = 0;

	constructor(type: OfficialType, state: TaskState, dueAt: number) {
		this.type = type;
		this.state = state;
		this.dueAt = dueAt;
	}

	/** Schedules a new start with a clean record. */
	startAt(now: number): void {
		this.state = "starting";
		this.error = undefined;
		this.dueAt = now;
	}

	/** Records a stored callback. */
	took(now: number): void {
		this.#callbacks++;
		this.#lastCallbackAt = now;
	}

	/** Records a callback that could not be stored. */
	missed(): void {
		this.#notStored++;
	}

	/** Records unreadable entries. */
	couldNotRead(entries: number): void {
		this.#unreadable += entries;
	}

	/** Records how many failed deliveries the platform reported; `seen` of them are stored. */
	lookedUp(failed: number, seen: number): void {
		this.#failed = failed;
		this.#seen = Math.min(seen, failed);
	}

	/** Records a complete lookup: callbacks not stored here are among the reported ones. */
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
