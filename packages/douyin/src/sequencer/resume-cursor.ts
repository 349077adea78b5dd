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
	/** Of `#from`, and of `#newest`. */
	#isBeforeGap = false;
	#isNewestBeforeGap = false;
	/** New messages since `#newest`. */
	#pending = 0;
	/** All of them would be known again. */
	#recognizable = true;

	/** Where to resume; `undefined` while no cursor is known. */
	get from(): Cursor | undefined {
		return this.#from;
	}

	/** Whether an upstream that honours `from` begins with something that is known. */
	get overlaps(): boolean {
		return this.#overlaps;
	}

	/** Whether a gap, or the first message, may follow `from`: what comes from there of before that would come too late. */
	get isBeforeGap(): boolean {
		return this.#isBeforeGap;
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
		this.#isNewestBeforeGap = false;
	}

	/** Resumes where the other does, and takes what comes next to follow that. */
	takeOver({ from, overlaps, isBeforeGap }: ResumeCursor): void {
		this.part();
		this.#from = from;
		this.#overlaps = overlaps;
		this.#isBeforeGap = isBeforeGap;
		this.#newest = from;
		this.#isNewestBeforeGap = isBeforeGap;
	}

	/** A gap follows: what comes from a cursor before it would come too late. */
	part(): void {
		this.#newest = undefined;
		this.#pending = 0;
		this.#recognizable = true;
		this.#isBeforeGap = true;
	}

	/** Resumes behind all that was noted: what comes from before that brings nothing new. */
	skip(): void {
		if (!this.#newest) return;
		this.#from = this.#newest;
		this.#overlaps = false;
		this.#isBeforeGap = this.#isNewestBeforeGap;
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
			this.#isBeforeGap = this.#overlaps && this.#isNewestBeforeGap;
		}
		this.#newest = cursor;
		this.#isNewestBeforeGap = false;
		this.#pending = 0;
		this.#recognizable = true;
	}
}
