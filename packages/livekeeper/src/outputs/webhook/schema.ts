import type { DatabaseKind } from "../../data-folder/index.ts";

/** `webhooks.db`. Dead letters and progress hold places in the log, never events: those stay where they are. */
export const webhookDatabase: DatabaseKind = {
	/** "LKwh" */
	applicationId: 0x4c4b7768,
	version: 3,
	schema: `
CREATE TABLE webhooks (
	webhook_no INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	-- A JSON array; NULL: every room.
	live_ids TEXT,
	-- A JSON array; NULL: every kind.
	types TEXT,
	-- Its URL and secret, sealed with the data folder's key.
	sealed BLOB NOT NULL,
	max_events INTEGER NOT NULL,
	max_wait_ms INTEGER NOT NULL,
	enabled INTEGER NOT NULL,
	start_after TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	dead_letters_dropped INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE webhook_cursors (
	webhook_id TEXT NOT NULL,
	live_id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	-- JSON: the batch in flight.
	pending TEXT,
	attempts INTEGER NOT NULL,
	next_attempt_at INTEGER NOT NULL,
	last_success_at INTEGER,
	-- JSON.
	last_error TEXT,
	PRIMARY KEY (webhook_id, live_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_dead_letters (
	letter_no INTEGER PRIMARY KEY AUTOINCREMENT,
	webhook_id TEXT NOT NULL,
	live_id TEXT NOT NULL,
	delivery_id TEXT NOT NULL,
	-- JSON: the batch.
	range TEXT NOT NULL,
	types TEXT,
	attempts INTEGER NOT NULL,
	error TEXT NOT NULL,
	buried_at INTEGER NOT NULL,
	queued INTEGER NOT NULL DEFAULT 0,
	UNIQUE (webhook_id, delivery_id)
) STRICT;

CREATE INDEX webhook_queued_letters ON webhook_dead_letters (webhook_id, live_id, letter_no) WHERE queued = 1;
`,
};
