import type { RoomEvent } from "@livekeeper/client";
import { StreakShares } from "../gifts/streak-shares.ts";
import { type FeedRow, feedRow } from "./feed-row.ts";
import { mergeSides } from "./occasion-of.ts";

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
	/** The latest battle: most of its events name nobody. */
	#battle: Pick<FeedRow, "streakId" | "sides"> = { streakId: undefined, sides: [] };
	readonly #shares = new StreakShares();
	/** Whether the open platform pushed the last gift: it pushes those in short messages as well. */
	#pushed = false;
	/** Lines ever made of gifts that are no part of the account. */
	evidence = 0;
	/** Newest event that was taken, with or without a line. */
	lastSeq = 0;
	/** What is older has no line here: it was not taken, or is not kept; 0 where there is none. */
	firstSeq = 0;

	add(event: RoomEvent): void {
		this.lastSeq = event.seq;
		this.firstSeq ||= event.seq;
		if (event.type === "message_deleted") this.#takeBack(event.message_ids);
		const row = feedRow(event);
		if (row && row.kind === "gift") this.#count(row, event);
		if (row?.words?.startsWith("pk_")) this.#knowSides(row);
		if (!row || this.#merge(row)) return;
		this.#rows.push(row);
		if (row.evidence) this.evidence++;
		// Cut seldom and much: a cut copies all.
		if (this.#rows.length <= mostRows * 1.5) return;
		this.#rows = this.#rows.slice(-mostRows);
		this.firstSeq = this.#rows[0]?.key ?? event.seq;
	}

	clear(): void {
		this.#rows = [];
		this.firstSeq = 0;
		this.evidence = 0;
		this.#pushed = false;
	}

	/** Of the last line; 0 where there is none. */
	get newestKey(): number {
		return this.#rows.at(-1)?.key ?? 0;
	}

	/** Lines behind this key that pass. */
	countAfter(key: number, passes: (row: FeedRow) => boolean): number {
		let count = 0;
		for (let i = this.#rows.length - 1; i >= 0; i--) {
			const row = this.#rows[i];
			if (!row || row.key <= key) break;
			if (passes(row)) count++;
		}
		return count;
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

	/** Each gift is of one account, and counted there. */
	#count(row: FeedRow, event: RoomEvent): void {
		if (event.type === "gift") {
			row.count = this.#shares.take(event);
			this.#pushed = row.official || row.evidence;
		} else row.evidence = this.#pushed;
	}

	#knowSides(row: FeedRow): void {
		if (row.streakId === this.#battle.streakId) row.sides = mergeSides(this.#battle.sides, row.sides);
		this.#battle = { streakId: row.streakId, sides: row.sides };
	}

	/** What was said is kept, marked: the log has it as well. */
	#takeBack(messageIds: readonly string[]): void {
		const ids = new Set(messageIds);
		for (let i = this.#rows.length - 1; i >= 0; i--) {
			const row = this.#rows[i];
			if (row && (ids.has(row.id) || ids.has(row.envelopeId ?? ""))) this.#rows[i] = { ...row, deleted: true };
		}
	}

	/** A step of a gift's streak, and one more person or like, belong to the line before. Lines are replaced, not changed. */
	#merge(row: FeedRow): boolean {
		const index = row.streakId === undefined ? this.#foldable(row) : this.#streak(row);
		const former = index === undefined ? undefined : this.#rows[index];
		if (index === undefined || !former) return false;
		const streak = row.streakId !== undefined;
		const gift = row.kind === "gift";
		this.#rows[index] = {
			...row,
			key: former.key,
			at: streak ? former.at : row.at,
			// A streak tells how many there are by now; a late step may tell fewer.
			count: gift ? Math.max(former.count, row.count) : streak ? row.count : former.count + row.count,
			diamonds: former.diamonds + row.diamonds,
			text: row.text || former.text,
			// Points may come late.
			words: former.words === "pk_ended" ? former.words : row.words,
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

	#foldable({ kind, at, official }: FeedRow): number | undefined {
		const last = this.#rows.at(-1);
		const alike = last?.kind === kind && last.official === official;
		const folds = (kind === "member" || kind === "like") && alike && at - last.at < foldMs;
		return folds ? this.#rows.length - 1 : undefined;
	}
}
