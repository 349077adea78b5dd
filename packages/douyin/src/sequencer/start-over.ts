import type { UpstreamEvent } from "../events/live-event.ts";
import { weightOf } from "../events/weight.ts";
import type { Batch, Emission } from "./emission.ts";
import { MessageMap } from "./message-ids.ts";
import { maxBuffered, maxBufferedBytes } from "./piece.ts";

/** Minimum number of different messages that prove a start-over: a few pinned ones may be repeated often. */
const minMessages = 5;

interface Held {
	readonly source: number;
	readonly batch: Batch;
}

/**
 * Detects an upstream that starts over and sends new messages under ids that it has used before. Real repeats are never
 * newer than all emitted messages, and come at once when a connection begins. So newer messages under known ids, and
 * nothing else for `proofMs`, are no repeats; nor are those of a connection that follows the newest gap under ids from
 * before it. Until that is known they are held, as many as may wait for proof.
 */
export class StartOver {
	readonly #emission: Emission;
	readonly #proofMs: number;
	#held: Held[] = [];
	#seen: MessageMap<true> | undefined;
	/** Number of messages, and of different ones. */
	#messages = 0;
	#different = 0;
	#bytes = 0;

	constructor(emission: Emission, proofMs: number) {
		this.#emission = emission;
		this.#proofMs = proofMs;
	}

	/** Splits a batch into messages to hold and others: nearly always nothing is held, and nothing is copied. */
	split(batch: Batch): { batch: Batch; holds: boolean }[] {
		const { events, cursor } = batch;
		if (events.length === 0) return [{ batch, holds: this.#held.length > 0 }];
		const first = events.findIndex((event) => !this.#isSuspect(event));
		if (first < 0) return [{ batch, holds: true }];
		const end = events.findLastIndex((event) => !this.#isSuspect(event)) + 1;
		if (first === 0 && end === events.length) return [{ batch, holds: false }];
		const part = (from: number, to: number, holds: boolean) => ({
			batch: { ...batch, events: events.slice(from, to), cursor: to === events.length ? cursor : undefined },
			holds,
		});
		const parts = [part(0, first, true), part(first, end, false), part(end, events.length, true)];
		return parts.filter((one) => one.batch.events.length > 0);
	}

	hold(source: number, batch: Batch): void {
		this.#held.push({ source, batch });
		this.#messages += batch.events.length;
		this.#seen ??= new MessageMap();
		for (const event of batch.events) {
			if (!this.#seen.has(event)) this.#different++;
			this.#seen.set(event, true);
			this.#bytes += weightOf(event);
		}
	}

	/** Whether no more may be held, so that the held messages must be judged now. */
	get isFull(): boolean {
		return this.#messages >= maxBuffered || this.#bytes >= maxBufferedBytes;
	}

	/** Whether all held messages have ids from before the newest gap. */
	get isOfBeforeGap(): boolean {
		const { window, epoch } = this.#emission;
		return this.#held.every(({ batch }) => batch.events.every((event) => window.epochOf(event) !== epoch));
	}

	/**
	 * Whether the held messages can't be repeats.
	 * @param follows whether the connection is proven to follow emitted messages
	 */
	isProven(follows: boolean): boolean {
		if (this.#different < minMessages) return false;
		const lastedMs = (this.#held.at(-1)?.batch.now ?? 0) - (this.#held[0]?.batch.now ?? 0);
		return this.isFull || lastedMs >= this.#proofMs || (follows && this.isOfBeforeGap);
	}

	/** Returns and forgets the held messages, in order of arrival. */
	release(): readonly Held[] {
		const held = this.#held;
		if (held.length === 0) return held;
		this.#held = [];
		this.#seen = undefined;
		this.#messages = 0;
		this.#different = 0;
		this.#bytes = 0;
		return held;
	}

	#isSuspect(event: UpstreamEvent): boolean {
		const { window, lastAt = Number.POSITIVE_INFINITY } = this.#emission;
		return event.at > lastAt && window.has(event);
	}
}
