import { takeRaw } from "../encoded-event.ts";
import type { FoundEvent, Looked, PastEnd, RoomPast, SearchQuery, Stretch } from "../search.ts";
import { inJson, isFound, type SearchFilter } from "../search-filter.ts";
import type { Db } from "./open-database.ts";
import { position, seqOf } from "./position.ts";
import { type EventRow, eventColumns, isWhole } from "./stored-event.ts";
import type { StoredTimes } from "./stored-times.ts";

interface RoomRow {
	roomNo: number;
	lastSeq: number;
	oldestSeq: number;
	oldestAt: number | null;
	newestAt: number;
	maxSkewMs: number;
	maxAheadMs: number;
}

interface Conditions {
	first: number;
	last: number;
	from: number;
	to: number;
	types: string | null;
	/** As it stands in the stored text; `plain` has no letters that come in two cases. */
	plain: Buffer | null;
	small: string | null;
	user: Buffer | null;
}

/** Reads rooms from their end. SQLite passes over what can't match: most rows never become objects. */
export class PastRows {
	readonly #room;
	readonly #rows;
	readonly #times: StoredTimes;

	constructor(db: Db, times: StoredTimes) {
		this.#times = times;
		this.#room = db.prepare<[string], RoomRow>(
			`SELECT room_no AS roomNo, last_seq AS lastSeq, oldest_seq AS oldestSeq, oldest_at AS oldestAt,
			newest_at AS newestAt, max_skew_ms AS maxSkewMs, max_ahead_ms AS maxAheadMs FROM rooms WHERE live_id = ?`,
		);
		this.#rows = db.prepare<[Conditions], EventRow>(
			`SELECT ${eventColumns} FROM events WHERE pos >= :first AND pos <= :last AND at >= :from AND at < :to
			AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types)))
			AND (:plain IS NULL OR instr(json, :plain) > 0)
			AND (:small IS NULL OR instr(lower(CAST(json AS TEXT)), :small) > 0)
			AND (:user IS NULL OR instr(json, :user) > 0) ORDER BY pos DESC`,
		);
	}

	pasts(ends: readonly PastEnd[], range: Pick<SearchQuery, "from" | "to">): RoomPast[] {
		return ends.flatMap((end) => this.#past(end, range) ?? []);
	}

	lookBack(stretches: readonly Stretch[], filter: SearchFilter, most: number): Looked[] {
		return stretches.map((stretch) => this.#lookAt(stretch, filter, most));
	}

	#past({ liveId, last, storedBefore }: PastEnd, { from, to }: Pick<SearchQuery, "from" | "to">) {
		const room = this.#room.get(liveId);
		if (!room || room.oldestAt === null) return undefined;
		const { oldestSeq, lastSeq, newestAt } = room;
		const before = (time: number) => (newestAt < time ? lastSeq : this.#times.firstStoredFrom(room, time) - 1);
		const ends = [lastSeq, last ?? lastSeq];
		if (storedBefore !== undefined) ends.push(before(storedBefore));
		if (to !== undefined) ends.push(before(to + room.maxSkewMs + 1));
		const oldest = from === undefined ? room.oldestAt : from - room.maxAheadMs;
		const past = {
			liveId,
			first: oldest <= room.oldestAt ? oldestSeq : before(oldest) + 1,
			last: Math.min(...ends),
			storedAt: Math.min(newestAt, (storedBefore ?? Number.POSITIVE_INFINITY) - 1),
			oldestAt: Math.max(oldest, room.oldestAt),
		};
		return past.first <= past.last ? past : undefined;
	}

	#lookAt({ liveId, first, last }: Stretch, filter: SearchFilter, most: number): Looked {
		const room = this.#room.get(liveId);
		if (!room) return { found: [], first, storedAt: 0 };
		const { roomNo } = room;
		const range = { first: position(roomNo, first), last: position(roomNo, last) };
		const found: FoundEvent[] = [];
		for (const row of this.#rows.iterate({ ...range, ...conditionsOf(filter) })) {
			if (!isWhole(row)) continue;
			const event = { seq: seqOf(row.pos), type: row.type, at: row.at, ...takeRaw(row.json) };
			if (!isFound(filter, event)) continue;
			const { raw: _, ...plain } = event;
			found.push({ ...plain, storedAt: row.storedAt });
			if (found.length >= most) break;
		}
		const end = found.length >= most ? (found.at(-1)?.seq ?? first) : first;
		return { found, first: end, storedAt: this.#times.storedAt(roomNo, end, last) };
	}
}

function conditionsOf({ text, user, types, from, to }: SearchFilter): Omit<Conditions, "first" | "last"> {
	const stored = text === undefined ? undefined : inJson(text);
	const hasLetters = stored !== undefined && /[a-z]/.test(stored);
	return {
		from,
		to,
		types: types ? JSON.stringify(types) : null,
		plain: stored === undefined || hasLetters ? null : Buffer.from(stored),
		small: stored !== undefined && hasLetters ? stored : null,
		user: user === undefined ? null : Buffer.from(`"${inJson(user)}"`),
	};
}
