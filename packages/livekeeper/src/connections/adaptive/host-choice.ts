import type { FailureReason } from "@livekeeper/douyin";
import { failureClasses } from "../../rooms/index.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { EndpointStats } from "./endpoint-stats.ts";

/** Hosts whose success rates differ by less are as good as each other, and are used alike. */
const asGood = 0.1;
/** How often a room with another host to go to tries one that has failed before. */
const trialShare = 0.2;

/** Which push host to try: the ones that answer best now, none whose circuit is open, while there is another. */
export class HostChoice {
	readonly #stats: EndpointStats;
	readonly #random: () => number;
	readonly #breakers = new Map<string, CircuitBreaker>();

	constructor(stats: EndpointStats, random: () => number) {
		this.#stats = stats;
		this.#random = random;
	}

	failed(host: string, reason: FailureReason, now: number): void {
		if (!failureClasses[reason].blamesHost) return;
		this.#stats.record(host, reason, now);
		this.#breaker(host).failed(now);
	}

	succeeded(host: string, now: number): void {
		this.#stats.record(host, "ok", now);
		this.#breaker(host).succeeded();
	}

	/** An outage is over: what was held against hosts was not their fault. Their success rates remember it for a while. */
	pardon(): void {
		this.#breakers.clear();
	}

	/** Whether a host has failed so often in a row that it is left alone. */
	isOpen(host: string, now: number): boolean {
		return this.#breaker(host).state(now) !== "closed";
	}

	/** @param leave a host that is only taken when there is no other */
	choose(leave: string | undefined, now: number): string | undefined {
		const hosts = this.#stats.hosts;
		this.#tidy(hosts);
		const others = hosts.filter((host) => host !== leave);
		const closed = others.filter((host) => this.#breaker(host).state(now) === "closed");
		const untried = others.filter((host) => this.#breaker(host).state(now) === "half_open");
		const mayTry = closed.length === 0 || this.#random() < trialShare;
		const trial = mayTry ? untried.find((host) => this.#breaker(host).tryAcquire(now)) : undefined;
		if (trial !== undefined) return trial;
		if (closed.length > 0) return this.#anyOfBest(closed, now);
		return others.length > 0 ? this.#soonest(others, now) : leave;
	}

	#anyOfBest(hosts: string[], now: number): string | undefined {
		const rated = hosts.map((host) => ({ host, rate: this.#stats.successRate(host, now) }));
		const best = Math.max(...rated.map(({ rate }) => rate));
		const good = rated.filter(({ rate }) => rate >= best - asGood);
		return good[Math.floor(this.#random() * good.length)]?.host;
	}

	/** All have failed lately: no reason to give up, only to take the one that is to be tried first. */
	#soonest(hosts: string[], now: number): string | undefined {
		const waits = hosts.map((host) => ({ host, waitMs: this.#breaker(host).waitMs(now) }));
		return waits.reduce((a, b) => (b.waitMs < a.waitMs ? b : a)).host;
	}

	#breaker(host: string): CircuitBreaker {
		const known = this.#breakers.get(host) ?? new CircuitBreaker();
		this.#breakers.set(host, known);
		return known;
	}

	#tidy(hosts: string[]): void {
		if (this.#breakers.size <= hosts.length) return;
		for (const host of this.#breakers.keys()) if (!hosts.includes(host)) this.#breakers.delete(host);
	}
}
