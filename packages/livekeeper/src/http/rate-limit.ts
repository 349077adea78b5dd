import { isIPv6 } from "node:net";
import type { Clock } from "@livekeeper/douyin";

const windowMs = 60_000;
/** Past so many addresses the one that came first is forgotten. */
const maxAddresses = 10_000;

/** Counts what comes from each address within a minute. */
export class RateLimit {
	readonly #max: number;
	readonly #clock: Clock;
	readonly #windows = new Map<string, { since: number; count: number }>();

	/** @param max a minute; 0: no limit */
	constructor(max: number, clock: Clock) {
		this.#max = max;
		this.#clock = clock;
	}

	/** Counts one more. @returns past the limit, in how many seconds there is room again */
	take(address: string): number | undefined {
		if (this.#max === 0) return undefined;
		const now = this.#clock.now();
		const window = this.#windowOf(networkOf(address), now);
		window.count++;
		return window.count <= this.#max ? undefined : Math.ceil((window.since + windowMs - now) / 1000);
	}

	#windowOf(key: string, now: number): { since: number; count: number } {
		const known = this.#windows.get(key);
		// A clock that was put back must not lock anybody out.
		if (known && now >= known.since && now < known.since + windowMs) return known;
		this.#windows.delete(key);
		const [oldest] = this.#windows.size >= maxAddresses ? this.#windows.keys() : [];
		if (oldest !== undefined) this.#windows.delete(oldest);
		const fresh = { since: now, count: 0 };
		this.#windows.set(key, fresh);
		return fresh;
	}
}

/** Whoever has one IPv6 address has the 2⁶⁴ of its network. */
function networkOf(address: string): string {
	if (!isIPv6(address) || address.includes(".")) return address;
	const [head = "", tail] = address.replace(/%.*$/, "").split("::");
	const groups = head === "" ? [] : head.split(":");
	const after = tail ? tail.split(":") : [];
	const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - after.length }, () => "0");
	return [...groups, ...zeros, ...after].slice(0, 4).join(":");
}
