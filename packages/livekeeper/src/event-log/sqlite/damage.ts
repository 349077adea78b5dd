import { gapInPlaceOf } from "../damaged-event.ts";
import type { StoredEvent } from "../event-log.ts";
import type { Db } from "./open-database.ts";
import { position } from "./position.ts";
import { type EventRow, eventColumns, isWhole } from "./stored-event.ts";

interface RoomRow {
	liveId: string;
	oldestAt: number | null;
	newestAt: number;
}

/** Maximum number of rows that are looked at for one that is whole. */
const mostNeighbours = 50;

/** Makes the events that readers get in the place of rows that are damaged or missing. */
export class DamageReader {
	readonly #room;
	readonly #before;
	readonly #after;

	constructor(db: Db) {
		this.#room = db.prepare<[number], RoomRow>(
			"SELECT live_id AS liveId, oldest_at AS oldestAt, newest_at AS newestAt FROM rooms WHERE room_no = ?",
		);
		const rows = (where: string) =>
			db.prepare<[number, number], EventRow>(
				`SELECT ${eventColumns} FROM events WHERE ${where} LIMIT ${mostNeighbours}`,
			);
		this.#before = rows("pos < ? AND pos > ? ORDER BY pos DESC");
		this.#after = rows("pos > ? AND pos < ? ORDER BY pos");
	}

	/** The same whoever asks, for as long as the events around it stay. */
	gapAt(roomNo: number, seq: number): { id: string; event: StoredEvent } {
		const { liveId = "", oldestAt = null, newestAt = 0 } = this.#room.get(roomNo) ?? {};
		const pos = position(roomNo, seq);
		const before = this.#before.all(pos, position(roomNo, 0)).find(isWhole);
		const after = this.#after.all(pos, position(roomNo + 1, 0)).find(isWhole);
		const to = after?.storedAt ?? newestAt;
		const from = Math.min(to, before?.storedAt ?? oldestAt ?? to);
		return gapInPlaceOf({ liveId, seq, roomId: before ? roomIdOf(before) : "", from, to });
	}
}

/** The log's own text: it is what this program has written. */
function roomIdOf({ json }: EventRow): string {
	return (JSON.parse(json) as { room_id: string }).room_id;
}
