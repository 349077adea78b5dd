import type { Finding } from "../text/index.ts";

/** What is answered: heartbeats where the upstream cares to, pings always. */
export type Asked = "heartbeat" | "ping";

/** How fast a connection is answered; sums since the room was started. */
export interface Latency {
	/** How long the last answer to a heartbeat, and to a ping, took, ms. */
	heartbeatMs?: number;
	pingMs?: number;
	totalMs: number;
	answers: number;
}

/** What is known of an upstream: whether any connection to it was ever answered a ping. */
export interface PingAnswers {
	seen: boolean;
}

/** Answers that take longer are reported, ms. */
const slowMs = 1_000;
/** Missing answers in a row that make a connection deaf. */
const missedAnswers = 3;

/**
 * What answers to heartbeats and pings say about a connection. Their arrival proves nothing, since a mute server answers
 * too; their absence shows a connection that was cut silently, also where the room never speaks.
 */
export class RoundTrips {
	/** How long the last answers took, ms. */
	#heartbeatTook: number | undefined;
	#pingTook: number | undefined;
	readonly #heartbeatMs: number;
	readonly #pings: PingAnswers;
	#totalMs = 0;
	#answers = 0;

	/**
	 * @param heartbeatMs how often is asked
	 * @param pings whether the upstream answers pings; may be shared by rooms
	 */
	constructor(heartbeatMs: number, pings: PingAnswers = { seen: false }) {
		this.#heartbeatMs = heartbeatMs;
		this.#pings = pings;
	}

	/** A new connection: how fast the one before was says nothing about it. */
	connected(): void {
		this.#heartbeatTook = undefined;
		this.#pingTook = undefined;
	}

	answered(ms: number, what: Asked): void {
		if (what === "ping") {
			this.#pingTook = ms;
			this.#pings.seen = true;
		} else this.#heartbeatTook = ms;
		this.#totalMs += ms;
		this.#answers++;
	}

	/**
	 * How long a connection has been deaf: no sign of life has come for `leastMs` and more, though the upstream is known
	 * to answer pings (that it has to is WebSocket's rule, RFC 6455, 5.5.2).
	 * @param lastSignAt when anything came last, or the connection was opened
	 */
	deafFor(now: number, lastSignAt: number | undefined, leastMs: number): number | undefined {
		if (!this.#pings.seen || lastSignAt === undefined) return undefined;
		const ms = now - lastSignAt;
		return ms >= Math.max(leastMs, missedAnswers * this.#heartbeatMs) ? ms : undefined;
	}

	get latency(): Latency {
		const heartbeatMs = this.#heartbeatTook;
		const pingMs = this.#pingTook;
		return {
			...(heartbeatMs !== undefined && { heartbeatMs }),
			...(pingMs !== undefined && { pingMs }),
			totalMs: this.#totalMs,
			answers: this.#answers,
		};
	}

	/** Nothing where there is nothing to say. */
	evidence(now: number, lastSignAt: number | undefined, leastMs: number): Finding[] {
		const deafMs = this.deafFor(now, lastSignAt, leastMs);
		if (deafMs !== undefined) return [["deaf", deafMs]];
		const ms = Math.max(this.#heartbeatTook ?? 0, this.#pingTook ?? 0);
		return ms >= slowMs ? [["slowAnswers", ms]] : [];
	}
}
