import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import type { DedupWindow } from "./dedup-window.ts";
import { isId } from "./message-ids.ts";
import { latestAt } from "./piece.ts";

/** Maximum number of messages that a resume repeats, unless no cursor lies among more of them. */
const maxRepeated = 100;

interface Position {
	readonly cursor: Cursor;
	/** The gap, or the beginning, before it: messages from there may be from before the next one. */
	epoch: number;
	/** The position in the dedup window of messages from there. */
	readonly position: number;
}

/**
 * The cursor to resume from, chosen so that an honest upstream repeats the newest messages: the upstream never says
 * whether it honoured a cursor, and a repeated known message proves it. So this is not the newest cursor but the one
 * before the last new messages, if there is one after the same gap.
 */
export class ResumeCursor {
	readonly #window: DedupWindow;
	readonly #epochNow: () => number;
	#from: Position | undefined;
	/** The cursor after all noted messages, except pending ones. */
	#newest: Position | undefined;
	/** Whether an upstream that honours `from` begins with a known message. */
	overlaps = false;
	/** Number of new messages since `#newest`, and since `#from`. */
	#pending = 0;
	#repeats = 0;
	/** Whether all of them would be recognized when repeated. */
	#recognizable = true;
	/** The upstream time of the message right before `#newest`, ms. */
	#newestAt = 0;

	/** @param epochNow returns the epoch of noted messages */
	constructor(window: DedupWindow, epochNow: () => number) {
		this.#window = window;
		this.#epochNow = epochNow;
	}

	/** Cursor to resume from; `undefined` while none is known. */
	get from(): Cursor | undefined {
		return this.#from?.cursor;
	}

	/** `from`, with the number of messages that a restart must remember. */
	get stored(): Cursor | undefined {
		const { from } = this;
		return from && this.#repeats > maxRepeated ? { ...from, repeats: this.#repeats } : from;
	}

	/** The epoch of `from`; -1 if it is before all remembered messages. */
	get epoch(): number {
		return this.#window.remembersFrom(this.position) ? (this.#from?.epoch ?? -1) : -1;
	}

	/** The position in the dedup window of messages from there: the upstream repeats them. */
	get position(): number {
		return this.#from?.position ?? Number.POSITIVE_INFINITY;
	}

	/** Resumes from a stored cursor, before everything that is known; whether it overlaps is not known any more. */
	restore(cursor: Cursor | undefined): void {
		const position = Math.max(0, this.#window.position - (cursor?.repeats ?? maxRepeated));
		this.#from = cursor && { cursor, epoch: 0, position };
		this.#repeats = cursor?.repeats ?? 0;
		this.overlaps = false;
		this.part();
	}

	/** Notes that the next messages are not known to follow: nothing from before them is to be repeated. */
	part(): void {
		this.#newest = undefined;
		this.#pending = 0;
		this.#recognizable = true;
	}

	/** Notes that the upstream honoured `from`, and began with a known message: the next messages follow that. */
	honoured(): void {
		if (this.#from) this.#newest ??= { ...this.#from, epoch: this.#epochNow() };
	}

	/** Resumes where the other does, and expects the next messages to follow that. */
	takeOver(other: ResumeCursor): void {
		this.part();
		this.#from = other.#from;
		this.#repeats = other.#repeats;
		this.#newest = other.#from;
		this.overlaps = other.overlaps;
	}

	/** Notes that everything noted is proven to be after no later gap than this. */
	settle(epoch: number): void {
		for (const position of [this.#from, this.#newest]) if (position) position.epoch = Math.min(position.epoch, epoch);
	}

	/** Resumes after everything noted: requests from before it deliver nothing new. */
	skip(): void {
		if (this.#newest) this.#resumeAt(this.#newest, this.#pending);
		this.overlaps = false;
	}

	#resumeAt(position: Position, repeats: number): void {
		this.#from = position;
		this.#repeats = repeats;
	}

	/** Notes a new message. One without an id would not be recognized when repeated. */
	note({ id }: UpstreamEvent): void {
		this.#pending++;
		this.#repeats++;
		this.#recognizable &&= isId(id);
	}

	/**
	 * Notes a cursor. One that follows an older message than the newest is before the newest: its frame was overtaken, or
	 * its connection lags behind another.
	 * @param behind `last`: the message right before it, whether new or not. `repeats`: noted messages after it; default
	 * none
	 */
	reached(
		cursor: Cursor | undefined,
		{ last, repeats = 0 }: { readonly last: UpstreamEvent | undefined; readonly repeats?: number },
		problems: readonly DecodeProblem[] = [],
	): void {
		this.#recognizable &&= problems.length === 0;
		if (!cursor) return;
		const canRepeat = this.#pending <= maxRepeated && this.#recognizable;
		if (this.#newest && last && latestAt(last) < this.#newestAt) {
			if (canRepeat) return;
			this.skip();
			this.#newestAt = 0;
			return;
		}
		const known = last && this.#window.positionOf(last);
		const behind = known === undefined ? this.#window.position - repeats : known + 1;
		const reached: Position = { cursor, epoch: this.#epochNow(), position: behind };
		if (this.#pending > 0 || !this.#from) {
			const before = canRepeat && this.#pending > 0 ? this.#newest : undefined;
			this.#resumeAt(before ?? reached, before ? this.#pending : repeats);
			this.overlaps = before !== undefined;
		}
		this.part();
		this.#newest = reached;
		this.#pending = repeats;
		this.#newestAt = last?.at ?? 0;
	}
}
