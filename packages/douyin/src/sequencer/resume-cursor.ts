import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { isId } from "./dedup-window.ts";

/** No more messages than this are repeated by a resume: a restart remembers as many for certain (`recall.ts`). */
const mostRepeated = 100;

/**
 * The cursor to resume from, so that an honest upstream repeats the newest messages: it never says whether it went on
 * from a cursor, and a known message that comes again proves that it did. So this is not the newest cursor but the one
 * before the last new messages, where there is one.
 */
export class ResumeCursor {
	/** Stands behind all that was noted, but for `#pending`. */
	#newest: Cursor | undefined;
	#from: Cursor | undefined;
	#overlaps = false;
	/** Of `#from`, and of `#newest`: the gap that it stands behind. */
	#epoch = 0;
	#newestEpoch = 0;
	/** New messages since `#newest`. */
	#pending = 0;
	/** All of them would be known again. */
	#recognizable = true;

	readonly #epochNow: () => number;

	/** @param epochNow the gap that what is noted lies behind */
	constructor(epochNow: () => number) {
		this.#epochNow = epochNow;
	}

	/** Where to resume; `undefined` while no cursor is known. */
	get from(): Cursor | undefined {
		return this.#from;
	}

	/** Whether an upstream that honours `from` begins with something that is known. */
	get overlaps(): boolean {
		return this.#overlaps;
	}

	/** The number of the gap, or of the beginning, that `from` stands behind: what comes from there may lie before the next. */
	get epoch(): number {
		return this.#epoch;
	}

	/** Goes on from what was stored: whether that stands before something known nobody knows any more. */
	restore(cursor: Cursor | undefined): void {
		this.#from = cursor;
		this.#overlaps = false;
		this.part();
	}

	/** The upstream went on from `from`, and began with something that is known: what comes next stands behind that. */
	honoured(): void {
		if (this.#newest) return;
		this.#newest = this.#from;
		this.#newestEpoch = this.#epochNow();
	}

	/** Resumes where the other does, and takes what comes next to follow that. */
	takeOver({ from, overlaps, epoch }: ResumeCursor): void {
		this.part();
		this.#from = from;
		this.#overlaps = overlaps;
		this.#newest = from;
		this.#epoch = epoch;
		this.#newestEpoch = epoch;
	}

	/** A gap follows: what comes from a cursor before it would come too late. */
	part(): void {
		this.#newest = undefined;
		this.#pending = 0;
		this.#recognizable = true;
		this.#epoch = -1;
	}

	/** Resumes behind all that was noted: what comes from before that brings nothing new. */
	skip(): void {
		if (!this.#newest) return;
		this.#from = this.#newest;
		this.#overlaps = false;
		this.#epoch = this.#newestEpoch;
	}

	/**
	 * Notes new messages, and the cursor behind them. Messages without an id, and those that would not decode, would not
	 * be recognized when they came again.
	 */
	reached(cursor: Cursor | undefined, events: readonly UpstreamEvent[], problems: readonly DecodeProblem[] = []): void {
		this.#pending += events.length;
		this.#recognizable &&= problems.length === 0 && events.every(({ id }) => isId(id));
		if (!cursor) return;
		if (this.#pending > 0 || !this.#from) {
			const lags = this.#pending > 0 && this.#pending <= mostRepeated && this.#recognizable;
			this.#overlaps = lags && this.#newest !== undefined;
			this.#from = lags ? (this.#newest ?? cursor) : cursor;
			this.#epoch = this.#overlaps ? this.#newestEpoch : this.#epochNow();
		}
		this.#newest = cursor;
		this.#newestEpoch = this.#epochNow();
		this.#pending = 0;
		this.#recognizable = true;
	}
}
