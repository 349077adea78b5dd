import type { Text } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import { storageTexts } from "../text/index.ts";
import type { EventLogStatus, StorageFault } from "./event-log.ts";

export type LogHealthState = Pick<EventLogStatus, "state" | "fault" | "message" | "since">;

/**
 * Maximum time that an event may wait, ms. After that the store counts as failing, whether it refuses or does not
 * answer.
 */
export const maxPendingMs = 5_000;

/**
 * Tracks whether the log can write. A store that refuses reports it; one that hangs is recognised by the age of its
 * waiting events. `onChange` is called only when state or fault changed.
 */
export class LogHealth {
	readonly #clock: Clock;
	readonly #oldest: () => number | undefined;
	readonly #onChange: () => void;
	#state: LogHealthState;

	/** @param oldest returns when the oldest unstored event was appended, by the clock's `elapsed()` */
	constructor(clock: Clock, oldest: () => number | undefined, onChange: () => void) {
		this.#clock = clock;
		this.#oldest = oldest;
		this.#onChange = onChange;
		this.#state = { state: "ok", since: clock.now() };
	}

	get state(): LogHealthState {
		return this.#state;
	}

	/** Must be called every second. */
	look(): void {
		if (this.#state.state === "ok" && this.#isLate()) this.fail("stalled", storageTexts.stalled);
		else if (this.#state.fault === "stalled") this.recover();
	}

	fail(fault: StorageFault, message: Text): void {
		if (this.#state.fault === fault) return;
		const since = this.#state.state === "failing" ? this.#state.since : this.#clock.now();
		this.#state = { state: "failing", fault, message, since };
		this.#onChange();
	}

	/** Must be called when the store has answered. The state becomes `ok` once nothing waits too long any more. */
	recover(): void {
		if (this.#state.state === "ok" || this.#isLate()) return;
		this.#state = { state: "ok", since: this.#clock.now() };
		this.#onChange();
	}

	#isLate(): boolean {
		const oldest = this.#oldest();
		return oldest !== undefined && this.#clock.elapsed() - oldest > maxPendingMs;
	}
}
