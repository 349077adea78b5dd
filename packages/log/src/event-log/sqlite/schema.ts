import type { DatabaseKind } from "../../database/index.ts";
import { keyValueSchema } from "../../storage/index.ts";

/** Types of a jump's row: all of them, so that readers of any type get it. */
export const jumpTypes = 2 ** 52 - 1;

/**
 * `livekeeper.db`. Events are stored in blocks (`block.ts`), in order of arrival: a commit writes one block for each of
 * its rooms behind all others, and upkeep joins small blocks of a room.
 */
export const logDatabase: DatabaseKind = {
	/** "LKlg" */
	applicationId: 0x4c4b6c67,
	version: 17,
	isRepaired: true,
	schema: `
CREATE TABLE log (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	-- Tells this log from others that may lie in its place.
	id TEXT NOT NULL,
	-- The first event of a room gets seq_base + 1. Above 0 once the log's end was in doubt: ../floor.ts.
	seq_base INTEGER NOT NULL,
	-- Numbers that no event has, over all rooms: the sum of their last_seq without these is what was stored.
	skipped INTEGER NOT NULL
) STRICT;

INSERT INTO log (one, id, seq_base, skipped) VALUES (1, lower(hex(randomblob(8))), 0, 0);

CREATE TABLE rooms (
	room_no INTEGER PRIMARY KEY,
	live_id TEXT NOT NULL UNIQUE,
	last_seq INTEGER NOT NULL,
	-- last_seq + 1 when the room has no events any more.
	oldest_seq INTEGER NOT NULL,
	oldest_at INTEGER,
	newest_at INTEGER NOT NULL DEFAULT 0,
	-- The most that an event's "at" ever lay away from its "stored_at", and the most that it ever lay after it.
	max_skew_ms INTEGER NOT NULL DEFAULT 0,
	max_ahead_ms INTEGER NOT NULL DEFAULT 0,
	-- Events up to here are in the row of projections; null: there is none.
	counted_seq INTEGER,
	-- Blocks up to here are not joined any more.
	compact_seq INTEGER NOT NULL,
	-- Events in whose place there is a gap since they were damaged, and the newest of them; 0 once retention took that.
	corrupt_events INTEGER NOT NULL DEFAULT 0,
	corrupt_seq INTEGER NOT NULL DEFAULT 0,
	cursor_room_id TEXT,
	cursor TEXT,
	cursor_internal_ext TEXT,
	cursor_repeats INTEGER,
	-- Of all columns: rooms.ts.
	checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE blocks (
	block_no INTEGER PRIMARY KEY,
	room_no INTEGER NOT NULL,
	first_seq INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	-- When its newest event was stored; never falls within a room, whatever the machine's clock does.
	stored_at INTEGER NOT NULL,
	-- A bit for each type that an event in it has: event-types.ts.
	types INTEGER NOT NULL,
	-- The parts of a block. The head comes first: SQLite reads it without the pages that hold the lines.
	head BLOB NOT NULL,
	lines BLOB NOT NULL
) STRICT;

CREATE INDEX blocks_by_seq ON blocks (room_no, last_seq, types);

-- Jumps lie among the blocks, and have every type: room-blocks.ts.
CREATE INDEX jumps ON blocks (room_no, last_seq) WHERE types = ${jumpTypes};

CREATE TABLE projections (
	room_no INTEGER PRIMARY KEY,
	-- Events up to here are counted in it.
	seq INTEGER NOT NULL,
	-- What the room's events add up to, those that are gone included: ../projection.ts, as JSON, zstd.
	body BLOB NOT NULL,
	checksum INTEGER NOT NULL
) STRICT;

-- What gifts are called, cost and look like, of all rooms, and small things to remember.
${keyValueSchema}`,
};

/** `targets.db`. Dead letters and progress hold positions in the log, never events: those stay in the log. */
export const targetDatabase: DatabaseKind = {
	/** "LKtg" */
	applicationId: 0x4c4b7467,
	version: 4,
	schema: keyValueSchema,
};

/**
 * `registry.db`: the rooms and settings that the user keeps, with secrets sealed by the data folder's key, and the log
 * that was last opened beside it.
 */
export const registryDatabase: DatabaseKind = {
	/** "LKrg" */
	applicationId: 0x4c4b7267,
	version: 5,
	schema: `${keyValueSchema}
CREATE TABLE log (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	id TEXT NOT NULL,
	seq_base INTEGER NOT NULL,
	opened_at INTEGER NOT NULL
) STRICT;
`,
};
