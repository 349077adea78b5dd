CREATE TABLE identities (
	identity_no INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	added_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	-- Cookie, proxy and expiry, sealed with the data folder's key.
	secrets BLOB NOT NULL
) STRICT;

CREATE TABLE log (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	id TEXT NOT NULL,
	seq_base INTEGER NOT NULL,
	opened_at INTEGER NOT NULL
) STRICT;

CREATE TABLE overlay_tokens (
	token_no INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	-- The one room that it opens; NULL: all.
	live_id TEXT,
	-- SHA-256 of the secret, which is not kept.
	hash BLOB NOT NULL,
	created_at INTEGER NOT NULL,
	last_used_at INTEGER
) STRICT;

CREATE TABLE wanted_rooms (
	wanted_no INTEGER PRIMARY KEY,
	live_id TEXT NOT NULL UNIQUE,
	added_at INTEGER NOT NULL,
	has_cookie INTEGER NOT NULL,
	has_proxy INTEGER NOT NULL,
	-- The name of the identity it goes by.
	identity TEXT,
	-- Sealed with the data folder's key.
	options BLOB NOT NULL
) STRICT;
