CREATE TABLE broadcast_gifts (
	broadcast_no INTEGER NOT NULL,
	gift_id TEXT NOT NULL,
	count INTEGER NOT NULL,
	diamonds INTEGER NOT NULL,
	gift TEXT NOT NULL,
	PRIMARY KEY (broadcast_no, gift_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE broadcast_users (
	broadcast_no INTEGER NOT NULL,
	user_key TEXT NOT NULL,
	diamonds INTEGER NOT NULL,
	gifter TEXT,
	PRIMARY KEY (broadcast_no, user_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE broadcasts (
	broadcast_no INTEGER PRIMARY KEY,
	room_no INTEGER NOT NULL,
	room_id TEXT NOT NULL,
	totals TEXT NOT NULL,
	users INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	-- Set once the broadcast's events and users are gone.
	top_gifters TEXT, top_gifts TEXT,
	UNIQUE (room_no, room_id)
) STRICT;

CREATE TABLE events (
	pos INTEGER PRIMARY KEY,
	room_no INTEGER NOT NULL,
	id TEXT NOT NULL,
	type TEXT NOT NULL,
	at INTEGER NOT NULL,
	-- When it was stored; never falls within a room, whatever the machine's clock does.
	stored_at INTEGER NOT NULL,
	json TEXT NOT NULL
) STRICT;

CREATE TABLE known_gifts (
	gift_id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	image TEXT NOT NULL,
	diamond_count INTEGER NOT NULL,
	-- Of the events' "at".
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	-- The first event of a room gets seq_base + 1. Above 0 only in a log that follows one that was set aside.
	seq_base INTEGER NOT NULL
, id TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE minutes (
	room_no INTEGER NOT NULL,
	-- Since the epoch, of the events' "at".
	minute INTEGER NOT NULL,
	-- Of its newest event: the minute goes when that one goes.
	last_seq INTEGER NOT NULL,
	sums TEXT NOT NULL,
	PRIMARY KEY (room_no, minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rooms (
	room_no INTEGER PRIMARY KEY,
	live_id TEXT NOT NULL UNIQUE,
	last_seq INTEGER NOT NULL,
	-- last_seq + 1 when the room has no events any more.
	oldest_seq INTEGER NOT NULL,
	oldest_at INTEGER,
	newest_at INTEGER NOT NULL DEFAULT 0,
	-- The most that an event's "at" ever lay away from its "stored_at".
	max_skew_ms INTEGER NOT NULL DEFAULT 0,
	-- Events up to here are counted in the broadcasts' totals.
	folded_seq INTEGER NOT NULL,
	cursor_room_id TEXT,
	cursor TEXT,
	cursor_internal_ext TEXT
, charted_seq INTEGER NOT NULL DEFAULT 0, max_ahead_ms INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE service_events (
	pos INTEGER PRIMARY KEY
) STRICT;

CREATE INDEX broadcast_gifters ON broadcast_users (broadcast_no, diamonds) WHERE diamonds > 0;

CREATE INDEX broadcasts_unsettled ON broadcasts (room_no, last_seq) WHERE top_gifters IS NULL;

CREATE UNIQUE INDEX events_by_id ON events (id, room_no);

CREATE INDEX minutes_by_seq ON minutes (room_no, last_seq);
