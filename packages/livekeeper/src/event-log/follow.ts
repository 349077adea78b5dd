import type { LiveEventType } from "@livekeeper/douyin";
import type { CommittedBatch, ReadPage, ReadQuery, StoredEvent, Truncation, Unsubscribe } from "./event-log.ts";

export interface FollowOptions {
	/** Go on after this `seq`: 0 for all there is. Left out: only what becomes durable from now on. */
	after?: number | undefined;
	types?: readonly LiveEventType[] | undefined;
	/** Ends the iteration, at once when it waits. */
	signal: AbortSignal;
	/** At most this many events an item; default 500. */
	limit?: number | undefined;
}

export type FollowItem =
	| { type: "events"; events: readonly StoredEvent[] }
	/** What was asked for is gone, or retention overtook a slow reader. Events after `to` follow. */
	| ({ type: "truncated" } & Truncation);

/** What following needs of a log. */
export interface FollowSource {
	read(liveId: string, query: ReadQuery): Promise<ReadPage>;
	lastSeq(liveId: string): Promise<number>;
	/** Aborts when the log closes. */
	readonly closing: AbortSignal;
	onCommitted(liveId: string, listener: (batch: CommittedBatch) => void): Unsubscribe;
}

/** A reader that has caught up is served from memory while it keeps within these bounds; else from the log. */
const maxBuffered = 1_000;
const maxBufferedChars = 1 << 20;

/**
 * Backlog, then live. The reader's own pace is the only clock here: commits only wake it, and what waits for it in
 * memory is bounded; a reader that falls further behind is served from the log, which holds everything anyway.
 */
export async function* follow(
	source: FollowSource,
	liveId: string,
	options: FollowOptions,
): AsyncGenerator<FollowItem> {
	const { types, limit = 500 } = options;
	const wanted = types && new Set<string>(types);
	const tail = new Tail([options.signal, source.closing], (push) => source.onCommitted(liveId, push));
	try {
		if (tail.ended) return;
		let after = options.after ?? (await source.lastSeq(liveId));
		let behind = true;
		while (!tail.ended) {
			if (behind) {
				// What was committed before this read is in it; what comes meanwhile is kept.
				tail.clear();
				const page = await source.read(liveId, { after, types, limit });
				if (page.truncated) yield { type: "truncated", ...page.truncated };
				if (page.events.length > 0) yield { type: "events", events: page.events };
				after = page.nextAfter;
				behind = !page.caughtUp;
				continue;
			}
			const live = tail.take(after, limit);
			behind = live === undefined;
			if (live?.length === 0) await tail.wait();
			if (!live || live.length === 0) continue;
			after = live.at(-1)?.seq ?? after;
			const events = wanted ? live.filter((event) => wanted.has(event.type)) : live;
			if (events.length > 0) yield { type: "events", events };
		}
	} catch (error) {
		// A log that closes takes its readers' pending reads with it: that is an end, not a fault.
		if (!tail.ended) throw error;
	} finally {
		tail.release();
	}
}

/** The newest committed events of one room that one reader has not had yet. */
class Tail {
	#events: StoredEvent[] = [];
	#chars = 0;
	/** Events were left out since the last `clear`: memory can't be trusted to be whole. */
	#overflowed = false;
	#wake: (() => void) | undefined;
	readonly #signals: readonly AbortSignal[];
	readonly #unsubscribe: Unsubscribe;
	/** Lets go of everything at once, also when the consumer never asks again. */
	readonly #onAbort = () => {
		this.release();
		this.#wake?.();
	};

	constructor(signals: readonly AbortSignal[], subscribe: (listener: (batch: CommittedBatch) => void) => Unsubscribe) {
		this.#signals = signals;
		this.#unsubscribe = subscribe((batch) => this.#push(batch.events));
		for (const signal of signals) signal.addEventListener("abort", this.#onAbort);
		if (this.ended) this.release();
	}

	get ended(): boolean {
		return this.#signals.some((signal) => signal.aborted);
	}

	/** Up to `limit` events that follow `after`, none if none came yet; `undefined` where memory has a hole. */
	take(after: number, limit: number): StoredEvent[] | undefined {
		const first = this.#events[0];
		if (this.#overflowed || (first && first.seq > after + 1)) return undefined;
		if (!first) return [];
		const start = after + 1 - first.seq;
		const taken = this.#events.slice(start, start + limit);
		for (const event of this.#events.splice(0, start + taken.length)) this.#chars -= event.json.length;
		return taken;
	}

	clear(): void {
		this.#events = [];
		this.#chars = 0;
		this.#overflowed = false;
	}

	/** Until something is pushed, or a signal aborts. Only for a tail that is empty. */
	async wait(): Promise<void> {
		if (this.ended) return;
		await new Promise<void>((resolve) => {
			this.#wake = resolve;
		});
		this.#wake = undefined;
	}

	release(): void {
		this.#unsubscribe();
		for (const signal of this.#signals) signal.removeEventListener("abort", this.#onAbort);
		this.clear();
	}

	#push(events: readonly StoredEvent[]): void {
		if (!this.#overflowed) {
			for (const event of events) this.#chars += event.json.length;
			this.#overflowed = this.#events.length + events.length > maxBuffered || this.#chars > maxBufferedChars;
			if (this.#overflowed) this.#events = [];
			else this.#events.push(...events);
		}
		this.#wake?.();
	}
}
