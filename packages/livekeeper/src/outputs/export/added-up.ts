import type { WireEvent } from "@livekeeper/douyin";
import { type StoredEvent, userKey } from "@livekeeper/log";
import Database from "better-sqlite3";
import type { JsonRow } from "./columns.ts";
import type { ExportTable } from "./format.ts";

export type TotalsTable = Exclude<ExportTable, "events">;

type Gift = WireEvent & { type: "gift" };

/** Key of a row in each table, and what the row says beside the totals, taken from the newest gift. */
const described: Readonly<Record<TotalsTable, (gift: Gift) => { key: string; about: object }>> = {
	givers: ({ user }) => ({
		key: user ? userKey(user) : "",
		about: {
			...{ user_id: user?.id, sec_uid: user?.sec_uid, nickname: user?.nickname, level: user?.level },
			display_id: user?.display_id,
		},
	}),
	gifts: ({ gift_id, gift_name, diamond_count }) => ({ key: gift_id, about: { gift_id, gift_name, diamond_count } }),
};

interface Total {
	liveId: string;
	about: string;
	delta: number;
	diamonds: number;
	firstAt: number;
	lastAt: number;
}

const rowsAtOnce = 500;
/** Number of events added in one go, since the event loop has other work. */
const eventsAtOnce = 100;

// The index has the rows in output order, so nothing needs sorting at the end.
const schema = `
	PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
	CREATE TABLE sums (
		room INTEGER, key TEXT, live_id TEXT, about TEXT, delta REAL, diamonds REAL, first_at INTEGER, last_at INTEGER,
		PRIMARY KEY (room, key)
	) WITHOUT ROWID;
	CREATE INDEX best ON sums (room, diamonds DESC, delta DESC, key);
	BEGIN`;

const add = `
	INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
		about = excluded.about, delta = delta + excluded.delta, diamonds = diamonds + excluded.diamonds,
		first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`;

const best = `
	SELECT live_id AS liveId, about, delta, diamonds, first_at AS firstAt, last_at AS lastAt FROM sums
	ORDER BY room, diamonds DESC, delta DESC, key`;

/**
 * Totals gifts by giver or by kind, per room, highest totals first. The totals are in a temporary SQLite file, so
 * memory does not grow with the number of givers.
 * @throws the signal's reason
 */
export async function* addedUp(
	pages: AsyncIterable<readonly StoredEvent[]>,
	table: TotalsTable,
	signal: AbortSignal,
): AsyncGenerator<readonly JsonRow[], void> {
	const db = new Database("");
	try {
		db.exec(schema);
		const insert = db.prepare(add);
		const rooms = new Map<string, number>();
		for await (const events of pages) {
			// Nothing is yielded before everything is totalled, so this is the only place that notices a client that left.
			signal.throwIfAborted();
			for (const [index, { json }] of events.entries()) {
				if (index % eventsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
				const gift = JSON.parse(json) as Gift;
				const { live_id: liveId, delta, diamonds, at } = gift;
				if (!(delta > 0 || diamonds > 0)) continue;
				const room = rooms.get(liveId) ?? rooms.size;
				rooms.set(liveId, room);
				const { key, about } = described[table](gift);
				insert.run(room, key, liveId, JSON.stringify(about), delta, diamonds, at, at);
			}
		}
		let rows: JsonRow[] = [];
		for (const sum of db.prepare<[], Total>(best).iterate()) {
			if (rows.push(rowOf(sum)) < rowsAtOnce) continue;
			yield rows;
			rows = [];
		}
		if (rows.length > 0) yield rows;
	} finally {
		db.close();
	}
}

function rowOf({ liveId, about, delta, diamonds, firstAt, lastAt }: Total): JsonRow {
	const row = { live_id: liveId, ...JSON.parse(about), delta, diamonds, first_at: firstAt, last_at: lastAt };
	return { json: JSON.stringify(row) };
}
