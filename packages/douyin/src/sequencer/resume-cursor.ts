import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import type { DedupWindow } from "./dedup-window.ts";
import { isId } from "./message-ids.ts";
import { latestAt } from "./times.ts";

/** Most messages that a resume repeats, except where no cursor lies behind more of them. */
const mostRepeated = 100;

interface Position {
	readonly cursor: Cursor;
	/** The gap, or the beginning, that it lies behind: what comes from there may lie before the next one. */
	epoch: number;
	/** The position in the dedup window of what comes from there. */
	readonly position: number;
}

/**
 * The cursor to resume from, so that an honest upstream repeats the newest messages: it never says whether it went on
 * from a cursor, and a known message that comes again proves that it did. So this is not the newest cursor but the one
 * before the last new messages, where there is one behind the same gap.
 */
export class ResumeCursor {
	readonly #window: DedupWindow;
	readonly #epochNow: () => number;
	#from: Position | undefined;
	/** Lies behind all that was noted, except what is pending. */
	#newest: Position | undefined;
	/** Whether an upstream that honours `from` begins with something that is known. */
	overlaps = false;
	/** Number of new messages since `#newest`, and since `#from`. */
	#pending = 0;
	#repeats = 0;
	/** All of them would be known again. */
	#recognizable = true;
	/** The upstream time of the message that `#newest` lies right behind, ms. */
	#newestAt = 0;

	/** @param epochNow the gap that what is noted lies behind */
	constructor(window: DedupWindow, epochNow: () => number) {
		this.#window = window;
		this.#epochNow = epochNow;
	}

	/** Where to resume; `undefined` while no cursor is known. */
	get from(): Cursor | undefined {
		return this.#from?.cursor;
	}

	/** `from`, with how much a restart has to remember. */
	get stored(): Cursor | undefined {
		const { from } = this;
		return from && this.#repeats > mostRepeated ? { ...from, repeats: this.#repeats } : from;
	}

	/** The gap that `from` lies behind; -1: it lies before all that is remembered. */
	get epoch(): number {
		return this.#window.remembersFrom(this.position) ? (this.#from?.epoch ?? -1) : -1;
	}

	/** The position in the dedup window of what comes from there: that is said again. */
	get position(): number {
		return this.#from?.position ?? Number.POSITIVE_INFINITY;
	}

	/** Resumes from what was stored, before everything that is known; whether that overlaps nobody knows any more. */
	restore(cursor: Cursor | undefined): void {
		const position = Math.max(0, this.#window.position - (cursor?.repeats ?? mostRepeated));
		this.#from = cursor && { cursor, epoch: 0, position };
		this.#repeats = cursor?.repeats ?? 0;
		this.overlaps = false;
		this.part();
	}

	/** What comes next is not known to follow: nothing of before it is to come again. */
	part(): void {
		this.#newest = undefined;
		this.#pending = 0;
		this.#recognizable = true;
	}

	/** The upstream went on from `from`, and began with something that is known: what comes next lies behind that. */
	honoured(): void {
		if (this.#from) this.#newest ??= { ...this.#from, epoch: this.#epochNow() };
	}

	/** Resumes where the other does, and takes what comes next to follow that. */
	takeOver(other: ResumeCursor): void {
		this.part();
		this.#from = other.#from;
		this.#repeats = other.#repeats;
		this.#newest = other.#from;
		this.overlaps = other.overlaps;
	}

	/** All that was noted is proven to lie behind no later gap than this. */
	settle(epoch: number): void {
		for (const position of [this.#from, this.#newest]) if (position) position.epoch = Math.min(position.epoch, epoch);
	}

	/** Resumes behind all that was noted: what comes from before that brings nothing new. */
	skip(): void {
		if (this.#newest) this.#resumeAt(this.#newest, this.#pending);
		this.overlaps = false;
	}

	#resumeAt(position: Position, repeats: number): void {
		this.#from = position;
		this.#repeats = repeats;
	}

	/** Notes a new message. One without an id would not be recognized when it came again. */
	note({ id }: UpstreamEvent): void {
		this.#pending++;
		this.#repeats++;
		this.#recognizable &&= isId(id);
	}

	/**
	 * Notes a cursor. One that lies behind an older message than the newest lies before the newest: its frame was
	 * overtaken, or its connection lags behind another.
	 * @param behind `last`: the message right before it, whether that is new or not. `repeats`: how many of those that were
	 * noted lie behind it; default none
	 */
	reached(
		cursor: Cursor | undefined,
		{ last, repeats = 0 }: { readonly last: UpstreamEvent | undefined; readonly repeats?: number },
		problems: readonly DecodeProblem[] = [],
	): void {
		this.#recognizable &&= problems.length === 0;
		if (!cursor) return;
		const canRepeat = this.#pending <= mostRepeated && this.#recognizable;
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
