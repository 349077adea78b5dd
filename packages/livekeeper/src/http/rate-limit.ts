import type { Clock } from "@livekeeper/douyin";
import type { Party } from "../outputs/readers/index.ts";

const windowMs = 60_000;
/** Maximum number of parties; beyond it the oldest is forgotten. */
const maxParties = 10_000;

/** Counts each party's requests within a minute, by the monotonic clock. */
export class RateLimit {
	readonly #max: number;
	readonly #clock: Pick<Clock, "elapsed">;
	readonly #windows = new Map<string, { since: number; count: number }>();

	/** @param max per minute; 0: no limit */
	constructor(max: number, clock: Pick<Clock, "elapsed">) {
		this.#max = max;
		this.#clock = clock;
	}

	/** Counts a request. @returns past the limit, the seconds until there is room again */
	take({ who, network }: Party): number | undefined {
		if (this.#max === 0) return undefined;
		const now = this.#clock.elapsed();
		const window = this.#windowOf(`${who} ${network}`, now);
		window.count++;
		return window.count <= this.#max ? undefined : Math.ceil((window.since + windowMs - now) / 1000);
	}

	#windowOf(key: string, now: number): { since: number; count: number } {
		const known = this.#windows.get(key);
		if (known && now < known.since + windowMs) return known;
		this.#windows.delete(key);
		const [oldest] = this.#windows.size >= maxParties ? this.#windows.keys() : [];
		if (oldest !== undefined) this.#windows.delete(oldest);
		const fresh = { since: now, count: 0 };
		this.#windows.set(key, fresh);
		return fresh;
	}
}
