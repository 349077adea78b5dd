import { spanWords } from "./rhythm/index.ts";

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

/** Answers that take longer are told of, ms. */
const slowMs = 1_000;
/** A connection is deaf when so many answers in a row have failed to come. */
const missedAnswers = 3;

/**
 * What answers to heartbeats and pings tell of a connection. That they come proves nothing, a mute server answers them
 * too; that they no longer come shows a connection that is cut without a word, also where the room never speaks.
 */
export class RoundTrips {
	readonly #last: { heartbeat?: number; ping?: number } = {};
	#answeredAt: number | undefined;
	/** Between the last two answers, ms. */
	#everyMs = 0;
	#totalMs = 0;
	#answers = 0;

	/** A new connection: what the one before was like says nothing about it. */
	connected(): void {
		this.#answeredAt = undefined;
		this.#everyMs = 0;
		delete this.#last.heartbeat;
		delete this.#last.ping;
	}

	answered(now: number, ms: number, what: Asked): void {
		this.#last[what] = ms;
		this.#everyMs = Math.max(0, now - (this.#answeredAt ?? now));
		this.#answeredAt = now;
		this.#totalMs += ms;
		this.#answers++;
	}

	/** How long no answer has come over a connection that was answered before, once that is `leastMs` and more. */
	deafFor(now: number, leastMs: number): number | undefined {
		if (this.#answeredAt === undefined || this.#everyMs === 0) return undefined;
		const ms = now - this.#answeredAt;
		return ms >= Math.max(leastMs, missedAnswers * this.#everyMs) ? ms : undefined;
	}

	get latency(): Latency {
		const { heartbeat, ping } = this.#last;
		return {
			...(heartbeat !== undefined && { heartbeatMs: heartbeat }),
			...(ping !== undefined && { pingMs: ping }),
			totalMs: this.#totalMs,
			answers: this.#answers,
		};
	}

	/** For people; nothing where there is nothing to say. */
	evidence(now: number, leastMs: number): string[] {
		const deafMs = this.deafFor(now, leastMs);
		if (deafMs !== undefined)
			return [`connected, but neither heartbeat nor ping was answered for ${spanWords(deafMs)}`];
		const ms = Math.max(this.#last.heartbeat ?? 0, this.#last.ping ?? 0);
		return ms >= slowMs ? [`the upstream takes ${ms} ms to answer`] : [];
	}
}
