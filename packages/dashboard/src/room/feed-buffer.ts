import type { RoomEvent } from "@livekeeper/client";
import { StreakShares } from "../gifts/streak-shares.ts";
import { endRank, type FeedRow, feedRow } from "./feed-row.ts";
import { mergeSides } from "./occasion-of.ts";

/** Number of lines that are kept; older ones are in the log. */
const maxRows = 2_000;
/** Consecutive joins, and consecutive likes, within this time share one line, ms. */
const foldMs = 10_000;
/** Number of recent lines that are searched for a gift's streak. */
const streakReach = 200;
const end = "end:";

/**
 * Lines of the feed as plain, non-reactive objects, because events arrive faster than anyone can read. The page takes
 * the current lines once per frame.
 */
export class FeedBuffer {
	#rows: FeedRow[] = [];
	/** The latest battle, because most of its events have no names. */
	#battle: Pick<FeedRow, "streakId" | "sides"> = { streakId: undefined, sides: [] };
	readonly #shares = new StreakShares();
	/** Whether the open platform pushed the last gift: if so, it also pushes the gifts in short messages. */
	#pushed = false;
	/** Number of lines ever added for gifts that do not count as the account's. */
	evidence = 0;
	/** `seq` of the newest event added, with or without a line. */
	lastSeq = 0;
	/** First `seq` that the buffer covers; older lines were not added or have been dropped; 0 if it is empty. */
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
		// Truncates rarely and by many lines, because each time copies the array.
		if (this.#rows.length <= maxRows * 1.5) return;
		this.#rows = this.#rows.slice(-maxRows);
		this.firstSeq = this.#rows[0]?.key ?? event.seq;
	}

	clear(): void {
		this.#rows = [];
		this.firstSeq = 0;
		this.evidence = 0;
		this.#pushed = false;
	}

	/** Key of the last line; 0 if there is none. */
	get newestKey(): number {
		return this.#rows.at(-1)?.key ?? 0;
	}

	/** Counts the matching lines after this key. */
	countAfter(key: number, passes: (row: FeedRow) => boolean): number {
		let count = 0;
		for (let i = this.#rows.length - 1; i >= 0; i--) {
			const row = this.#rows[i];
			if (!row || row.key <= key) break;
			if (passes(row)) count++;
		}
		return count;
	}

	/** Returns the newest matching lines, oldest first. @param before only lines older than this key */
	newest(count: number, passes: (row: FeedRow) => boolean, before = Number.POSITIVE_INFINITY): FeedRow[] {
		const found: FeedRow[] = [];
		for (let i = this.#rows.length - 1; i >= 0 && found.length < count; i--) {
			const row = this.#rows[i];
			if (row && row.key < before && passes(row)) found.push(row);
		}
		return found.reverse();
	}

	/** Attributes each gift to one source, and counts it only there. */
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

	/** Deleted messages stay, marked, because the log keeps them as well. */
	#takeBack(messageIds: readonly string[]): void {
		const ids = new Set(messageIds);
		for (let i = this.#rows.length - 1; i >= 0; i--) {
			const row = this.#rows[i];
			if (row && (ids.has(row.id) || ids.has(row.envelopeId ?? ""))) this.#rows[i] = { ...row, deleted: true };
		}
	}

	/**
	 * Merges a step of a gift's streak, or another join or like, into the line before. Lines are replaced, not changed.
	 */
	#merge(row: FeedRow): boolean {
		const index = row.streakId === undefined ? this.#foldable(row) : this.#streak(row);
		const former = index === undefined ? undefined : this.#rows[index];
		if (index === undefined || !former) return false;
		if (row.streakId?.startsWith(end)) {
			const most = endRank(row) > endRank(former) ? row : former;
			this.#rows[index] = { ...most, key: former.key, at: former.at, seq: row.seq };
			return true;
		}
		const streak = row.streakId !== undefined;
		const gift = row.kind === "gift";
		this.#rows[index] = {
			...row,
			key: former.key,
			at: streak ? former.at : row.at,
			// A streak reports its total so far; a late step may report a lower one.
			count: gift ? Math.max(former.count, row.count) : streak ? row.count : former.count + row.count,
			several: former.several || former.user?.name !== row.user?.name,
			diamonds: former.diamonds + row.diamonds,
			text: row.text || former.text,
			// A score may arrive after the end.
			words: former.words === "pk_ended" ? former.words : row.words,
		};
		return true;
	}

	#streak({ streakId }: FeedRow): number | undefined {
		if (!streakId) return undefined;
		for (let i = this.#rows.length - 1; i >= Math.max(0, this.#rows.length - streakReach); i--) {
			const row = this.#rows[i];
			if (row?.streakId === streakId) return i;
			// A broadcast that seemed to have ended may continue, and end again.
			if (row?.type === "broadcast_started" && streakId.startsWith(end)) return undefined;
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
