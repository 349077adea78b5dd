import type { Clock } from "@livekeeper/douyin";
import type { Text } from "../text/index.ts";
import type { EventLogStatus, StorageFault } from "./event-log.ts";

export type LogHealthState = Pick<EventLogStatus, "state" | "fault" | "message" | "since">;

/** Whether the log can write. One setter each way; `onChange` is called only when state or fault changed. */
export class LogHealth {
	readonly #clock: Clock;
	readonly #onChange: () => void;
	#state: LogHealthState;

	constructor(clock: Clock, onChange: () => void) {
		this.#clock = clock;
		this.#onChange = onChange;
		this.#state = { state: "ok", since: clock.now() };
	}

	get state(): LogHealthState {
		return this.#state;
	}

	fail(fault: StorageFault, message: Text): void {
		if (this.#state.fault === fault) return;
		const since = this.#state.state === "failing" ? this.#state.since : this.#clock.now();
		this.#state = { state: "failing", fault, message, since };
		this.#onChange();
	}

	recover(): void {
		if (this.#state.state === "ok") return;
		this.#state = { state: "ok", since: this.#clock.now() };
		this.#onChange();
	}
}
