import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { isId } from "./recent-ids.ts";

/** No more messages than this come again: as many are surely still known, after a restart as well. */
const mostRepeated = 100;

/**
 * The cursor to go on from so that the newest messages come once more. The upstream never says whether it went on from a
 * cursor; a message that is known already does: nothing is missing behind it. So this is not the newest cursor but the
 * one before the last new messages, where there is one.
 */
export class OverlapCursor {
	/** Stands behind all that was noted, but for `#pending`. */
	#newest: Cursor | undefined;
	#from: Cursor | undefined;
	#overlaps = false;
	/** New messages since `#newest`. */
	#pending = 0;
	/** All of them would be known again. */
	#recognizable = true;

	/** Where to go on from; `undefined` while no cursor is known. */
	get from(): Cursor | undefined {
		return this.#from;
	}

	/** Whether what comes from there begins with something that is known, if the upstream goes on from it. */
	get overlaps(): boolean {
		return this.#overlaps;
	}

	/** Goes on from what was stored. */
	restore(cursor: Cursor | undefined): void {
		this.clear();
		this.#from = cursor;
		this.#overlaps = cursor !== undefined;
	}

	clear(): void {
		this.#from = undefined;
		this.#overlaps = false;
		this.part();
	}

	/** Something may be missing here: what comes from a cursor before it would come too late. */
	part(): void {
		this.#newest = undefined;
		this.#pending = 0;
		this.#recognizable = true;
	}

	/** Goes on behind all that was noted: what comes from before that brings nothing new. */
	skip(): void {
		if (!this.#newest) return;
		this.#from = this.#newest;
		this.#overlaps = false;
	}

	/**
	 * Notes new messages, and the cursor behind them. Those without an id, and what would not decode, would not be
	 * left out when they came again.
	 */
	reached(cursor: Cursor | undefined, events: readonly UpstreamEvent[], problems: readonly DecodeProblem[] = []): void {
		this.#pending += events.length;
		this.#recognizable &&= problems.length === 0 && events.every(({ id }) => isId(id));
		if (!cursor) return;
		if (this.#pending > 0 || !this.#from) {
			const lags = this.#pending > 0 && this.#pending <= mostRepeated && this.#recognizable;
			this.#overlaps = lags && this.#newest !== undefined;
			this.#from = lags ? (this.#newest ?? cursor) : cursor;
		}
		this.#newest = cursor;
		this.#pending = 0;
		this.#recognizable = true;
	}
}
