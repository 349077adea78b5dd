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

interface Answer {
	ms: number;
	at: number;
	/** Since the one before of its kind, ms; 0 for the first. */
	everyMs: number;
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
	readonly #last = new Map<Asked, Answer>();
	#totalMs = 0;
	#answers = 0;

	/** A new connection: what the one before was like says nothing about it. */
	connected(): void {
		this.#last.clear();
	}

	answered(now: number, ms: number, what: Asked): void {
		const before = this.#last.get(what);
		this.#last.set(what, { ms, at: now, everyMs: Math.max(0, now - (before?.at ?? now)) });
		this.#totalMs += ms;
		this.#answers++;
	}

	/** How long no answer has come over a connection that was answered before, once that is `leastMs` and more. */
	deafFor(now: number, leastMs: number): number | undefined {
		const answers = [...this.#last.values()];
		const everyMs = Math.max(0, ...answers.map((answer) => answer.everyMs));
		if (everyMs === 0) return undefined;
		const ms = now - Math.max(...answers.map(({ at }) => at));
		return ms >= Math.max(leastMs, missedAnswers * everyMs) ? ms : undefined;
	}

	get latency(): Latency {
		const heartbeat = this.#last.get("heartbeat");
		const ping = this.#last.get("ping");
		return {
			...(heartbeat && { heartbeatMs: heartbeat.ms }),
			...(ping && { pingMs: ping.ms }),
			totalMs: this.#totalMs,
			answers: this.#answers,
		};
	}

	/** For people; nothing where there is nothing to say. */
	evidence(now: number, leastMs: number): string[] {
		const deafMs = this.deafFor(now, leastMs);
		if (deafMs !== undefined)
			return [`connected, but neither heartbeat nor ping was answered for ${spanWords(deafMs)}`];
		const ms = Math.max(0, ...Array.from(this.#last.values(), (answer) => answer.ms));
		return ms >= slowMs ? [`the upstream takes ${ms} ms to answer`] : [];
	}
}
