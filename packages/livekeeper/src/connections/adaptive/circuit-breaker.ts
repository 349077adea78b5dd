export interface BreakerSettings {
	/** So many failures in a row open it. */
	failures: number;
	/** How long it then stays open, ms; twice as long after each failed trial. */
	openMs: number;
	longestOpenMs: number;
	/** A trial of which nothing is heard for so long counts as failed, ms. */
	trialMs: number;
}

export const defaultBreakerSettings = {
	failures: 3,
	openMs: 30_000,
	longestOpenMs: 600_000,
	trialMs: 60_000,
} as const satisfies BreakerSettings;

/**
 * `closed`: all may try. `open`: nobody, until `until`. `half_open`: one trial, which decides.
 *
 * | state       | failure                        | success | time                           |
 * | ----------- | ------------------------------ | ------- | ------------------------------ |
 * | `closed`    | the n-th in a row: `open`      | –       | –                              |
 * | `open`      | –                              | `closed`| `until` has come: `half_open`  |
 * | `half_open` | `open`, for twice as long      | `closed`| the trial says nothing: a failure |
 */
type State =
	| { name: "closed"; failures: number }
	| { name: "open"; since: number; forMs: number }
	| { name: "half_open"; forMs: number; trialSince: number | undefined };

/** Keeps rooms from a host that fails them all, and lets one of them see when it works again. */
export class CircuitBreaker {
	readonly #settings: BreakerSettings;
	#state: State = { name: "closed", failures: 0 };

	constructor(settings: Partial<BreakerSettings> = {}) {
		this.#settings = { ...defaultBreakerSettings, ...settings };
	}

	state(now: number): State["name"] {
		return this.#at(now).name;
	}

	/** How long until it may be tried, ms; 0 when it may be now. */
	waitMs(now: number): number {
		const state = this.#at(now);
		if (state.name === "closed") return 0;
		if (state.name === "open") return state.since + state.forMs - now;
		return state.trialSince === undefined ? 0 : state.trialSince + this.#settings.trialMs - now;
	}

	/** Takes the right to try; while half open only one has it. @returns whether it was given */
	tryAcquire(now: number): boolean {
		if (this.waitMs(now) > 0) return false;
		if (this.#state.name === "half_open") this.#state = { ...this.#state, trialSince: now };
		return true;
	}

	/** Somebody got through, with or without having asked. */
	succeeded(): void {
		this.#state = { name: "closed", failures: 0 };
	}

	failed(now: number): void {
		const { failures, openMs } = this.#settings;
		const state = this.#at(now);
		if (state.name === "open") return;
		if (state.name === "half_open") this.#state = this.#reopened(state.forMs, now);
		else if (state.failures + 1 >= failures) this.#state = { name: "open", since: now, forMs: openMs };
		else this.#state = { name: "closed", failures: state.failures + 1 };
	}

	/** The state, with what time alone has changed; a clock that was set back begins the waiting anew. */
	#at(now: number): State {
		const state = this.#state;
		const { trialMs } = this.#settings;
		if (state.name === "open") {
			if (now < state.since) this.#state = { ...state, since: now };
			else if (now - state.since >= state.forMs) {
				this.#state = { name: "half_open", forMs: state.forMs, trialSince: undefined };
			}
		} else if (state.name === "half_open" && state.trialSince !== undefined) {
			if (now < state.trialSince) this.#state = { ...state, trialSince: now };
			else if (now - state.trialSince >= trialMs) this.#state = this.#reopened(state.forMs, now);
		}
		return this.#state;
	}

	#reopened(forMs: number, now: number): State {
		return { name: "open", since: now, forMs: Math.min(this.#settings.longestOpenMs, forMs * 2) };
	}
}
