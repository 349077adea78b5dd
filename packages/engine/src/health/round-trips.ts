import type { Finding } from "../text/index.ts";

/** Kind of a request that the upstream may answer: heartbeats if it likes, pings always. */
export type Asked = "heartbeat" | "ping";

/** Latency of a connection; sums since the room was started. */
export interface Latency {
	/** Latency of the last answer to a heartbeat and to a ping, ms. */
	heartbeatMs?: number;
	pingMs?: number;
	totalMs: number;
	answers: number;
}

/** Whether any connection to an upstream was ever answered a ping. */
export interface PingAnswers {
	seen: boolean;
}

/** Minimum latency that is reported, ms. */
const slowMs = 1_000;
/** Number of consecutive missing answers that make a connection deaf. */
const missedAnswers = 3;

/**
 * Evidence from answers to heartbeats and pings about a connection. Their arrival proves nothing, because a mute server
 * answers too; their absence shows a connection that was cut silently, even in a room without messages.
 */
export class RoundTrips {
	/** Latency of the last answers, ms. */
	#heartbeatTook: number | undefined;
	#pingTook: number | undefined;
	readonly #heartbeatMs: number;
	readonly #pings: PingAnswers;
	#totalMs = 0;
	#answers = 0;

	/**
	 * @param heartbeatMs interval of requests
	 * @param pings whether the upstream answers pings; may be shared by rooms
	 */
	constructor(heartbeatMs: number, pings: PingAnswers = { seen: false }) {
		this.#heartbeatMs = heartbeatMs;
		this.#pings = pings;
	}

	/** Notes a new connection, about which the previous latency says nothing. */
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
	 * Returns how long a connection has been deaf: no sign of life for `minMs` or more, although the upstream is known
	 * to answer pings (which WebSocket requires, RFC 6455, 5.5.2).
	 * @param lastSignAt time of the last sign of life, or of the opening of the connection
	 */
	deafFor(now: number, lastSignAt: number | undefined, minMs: number): number | undefined {
		if (!this.#pings.seen || lastSignAt === undefined) return undefined;
		const ms = now - lastSignAt;
		return ms >= Math.max(minMs, missedAnswers * this.#heartbeatMs) ? ms : undefined;
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

	/** Returns no finding if there is nothing to report. */
	evidence(now: number, lastSignAt: number | undefined, minMs: number): Finding[] {
		const deafMs = this.deafFor(now, lastSignAt, minMs);
		if (deafMs !== undefined) return [["deaf", deafMs]];
		const ms = Math.max(this.#heartbeatTook ?? 0, this.#pingTook ?? 0);
		return ms >= slowMs ? [["slowAnswers", ms]] : [];
	}
}
