import type { RoomEvent } from "@livekeeper/client";
import { type FeedRow, feedRow } from "./feed-row.ts";

/** Lines that are kept; older ones are in the log. */
const mostRows = 2_000;
/** People who come, and likes, one after the other within this time make one line, ms. */
const foldMs = 10_000;
/** Lines that a gift's streak may lie back: what is further up is not looked for. */
const streakReach = 200;

/**
 * What the feed shows, as plain objects that nothing watches: events come faster than anybody can look, and the page
 * takes what there is once a frame.
 */
export class FeedBuffer {
	#rows: FeedRow[] = [];
	/** Lines that were dropped from the front. */
	#dropped = 0;
	/** Newest event that was taken, with or without a line. */
	lastSeq = 0;

	add(event: RoomEvent): void {
		this.lastSeq = event.seq;
		const row = feedRow(event);
		if (!row || this.#merge(row)) return;
		this.#rows.push(row);
		// Cut seldom and much: a cut copies all.
		if (this.#rows.length > mostRows * 1.5) {
			this.#dropped += this.#rows.length - mostRows;
			this.#rows = this.#rows.slice(-mostRows);
		}
	}

	clear(): void {
		this.#dropped += this.#rows.length;
		this.#rows = [];
	}

	/** Lines ever made. */
	get total(): number {
		return this.#dropped + this.#rows.length;
	}

	/** The newest lines that pass, oldest first. @param before only lines older than this key */
	newest(count: number, passes: (row: FeedRow) => boolean, before = Number.POSITIVE_INFINITY): FeedRow[] {
		const found: FeedRow[] = [];
		for (let i = this.#rows.length - 1; i >= 0 && found.length < count; i--) {
			const row = this.#rows[i];
			if (row && row.key < before && passes(row)) found.push(row);
		}
		return found.reverse();
	}

	/** A step of a gift's streak, and one more person or like, belong to the line before. Lines are replaced, not changed. */
	#merge(row: FeedRow): boolean {
		const index = row.kind === "gift" ? this.#streak(row) : this.#foldable(row);
		const former = index === undefined ? undefined : this.#rows[index];
		if (index === undefined || !former) return false;
		const gift = row.kind === "gift";
		this.#rows[index] = {
			...row,
			key: former.key,
			at: gift ? former.at : row.at,
			// A streak tells how many there are by now; a late step may tell fewer.
			count: gift ? Math.max(former.count, row.count) : former.count + row.count,
			diamonds: former.diamonds + row.diamonds,
		};
		return true;
	}

	#streak({ streakId }: FeedRow): number | undefined {
		if (!streakId) return undefined;
		for (let i = this.#rows.length - 1; i >= Math.max(0, this.#rows.length - streakReach); i--) {
			if (this.#rows[i]?.streakId === streakId) return i;
		}
		return undefined;
	}

	#foldable({ kind, at }: FeedRow): number | undefined {
		const last = this.#rows.at(-1);
		const folds = (kind === "member" || kind === "like") && last?.kind === kind && at - last.at < foldMs;
		return folds ? this.#rows.length - 1 : undefined;
	}
}
