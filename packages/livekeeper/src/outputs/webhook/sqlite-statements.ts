import type { Database, RunResult } from "better-sqlite3";

export interface WebhookRow {
	id: string;
	live_ids: string | null;
	types: string | null;
	sealed: Buffer;
	max_events: number;
	max_wait_ms: number;
	enabled: number;
	start_after: "now" | "oldest";
	created_at: number;
	updated_at: number;
}

export interface ProgressRow {
	live_id: string;
	seq: number;
	pending: string | null;
	attempts: number;
	next_attempt_at: number;
	last_success_at: number | null;
	last_error: string | null;
}

export interface LetterRow {
	letter_no: number;
	live_id: string;
	range: string;
	types: string | null;
	attempts: number;
	error: string;
	buried_at: number;
	queued: number;
}

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(db: Database) {
	return { ...webhookStatements(db), ...progressStatements(db), ...letterStatements(db) };
}

function webhookStatements(db: Database) {
	return {
		list: prepare<[], WebhookRow>(db, "SELECT * FROM webhooks ORDER BY webhook_no"),
		get: prepare<[string], WebhookRow>(db, "SELECT * FROM webhooks WHERE id = ?"),
		add: prepare<[WebhookRow]>(
			db,
			`INSERT INTO webhooks (id, live_ids, types, sealed, max_events, max_wait_ms, enabled, start_after, created_at,
			updated_at) VALUES (@id, @live_ids, @types, @sealed, @max_events, @max_wait_ms, @enabled, @start_after,
			@created_at, @updated_at)`,
		),
		replace: prepare<[WebhookRow]>(
			db,
			`UPDATE webhooks SET live_ids = @live_ids, types = @types, sealed = @sealed,
			max_events = @max_events, max_wait_ms = @max_wait_ms, enabled = @enabled, start_after = @start_after,
			updated_at = @updated_at WHERE id = @id`,
		),
		remove: prepare<[string]>(db, "DELETE FROM webhooks WHERE id = ?"),
	};
}

function progressStatements(db: Database) {
	return {
		removeRooms: prepare<[string]>(db, "DELETE FROM webhook_cursors WHERE webhook_id = ?"),
		removeRoom: prepare<[string, string]>(db, "DELETE FROM webhook_cursors WHERE webhook_id = ? AND live_id = ?"),
		progress: prepare<[string], ProgressRow>(db, "SELECT * FROM webhook_cursors WHERE webhook_id = ? ORDER BY live_id"),
		roomProgress: prepare<[string, string], ProgressRow>(
			db,
			"SELECT * FROM webhook_cursors WHERE webhook_id = ? AND live_id = ?",
		),
		dueNow: prepare<[string], string>(
			db,
			`UPDATE webhook_cursors SET attempts = 0, next_attempt_at = 0 WHERE webhook_id = ? AND attempts > 0
			RETURNING live_id`,
		).pluck(),
		saveProgress: prepare<[string, string, number, string | null, number, number, number | null, string | null]>(
			db,
			`INSERT OR REPLACE INTO webhook_cursors (webhook_id, live_id, seq, pending, attempts, next_attempt_at,
			last_success_at, last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		),
	};
}

function letterStatements(db: Database) {
	const letterColumns = "letter_no, live_id, range, types, attempts, error, buried_at, queued";
	return {
		bury: prepare<[string, string, string, string | null, string | null, number, string | null, number]>(
			db,
			`INSERT OR REPLACE INTO webhook_dead_letters (webhook_id, live_id, delivery_id, range, types, attempts, error,
			buried_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		),
		dropOldest: prepare<[string, number]>(
			db,
			`DELETE FROM webhook_dead_letters WHERE letter_no IN
			(SELECT letter_no FROM webhook_dead_letters WHERE webhook_id = ? ORDER BY letter_no LIMIT ?)`,
		),
		countDropped: prepare<[number, string]>(
			db,
			"UPDATE webhooks SET dead_letters_dropped = dead_letters_dropped + ? WHERE id = ?",
		),
		countLetters: prepare<[string], number>(
			db,
			"SELECT count(*) FROM webhook_dead_letters WHERE webhook_id = ?",
		).pluck(),
		dropped: prepare<[string], number>(db, "SELECT dead_letters_dropped FROM webhooks WHERE id = ?").pluck(),
		letters: prepare<[string, number, number], LetterRow>(
			db,
			`SELECT ${letterColumns} FROM webhook_dead_letters WHERE webhook_id = ? AND letter_no < ?
			ORDER BY letter_no DESC LIMIT ?`,
		),
		queuedRooms: prepare<[string], string>(
			db,
			"SELECT DISTINCT live_id FROM webhook_dead_letters WHERE webhook_id = ? AND queued = 1",
		).pluck(),
		nextQueued: prepare<[string, string], LetterRow>(
			db,
			`SELECT ${letterColumns} FROM webhook_dead_letters WHERE webhook_id = ? AND live_id = ? AND queued = 1
			ORDER BY letter_no LIMIT 1`,
		),
		letter: prepare<[string, string], LetterRow>(
			db,
			`SELECT ${letterColumns} FROM webhook_dead_letters WHERE webhook_id = ? AND delivery_id = ?`,
		),
		queue: prepare<[string, string]>(
			db,
			"UPDATE webhook_dead_letters SET queued = 1 WHERE webhook_id = ? AND delivery_id = ?",
		),
		queueAll: prepare<[string], string>(
			db,
			"UPDATE webhook_dead_letters SET queued = 1 WHERE webhook_id = ? RETURNING live_id",
		).pluck(),
		unqueue: prepare<[number, string | null, string, string]>(
			db,
			`UPDATE webhook_dead_letters SET queued = 0, attempts = ?, error = ? WHERE webhook_id = ? AND delivery_id = ?`,
		),
		removeLetter: prepare<[string, string]>(
			db,
			"DELETE FROM webhook_dead_letters WHERE webhook_id = ? AND delivery_id = ?",
		),
		removeLetters: prepare<[string]>(db, "DELETE FROM webhook_dead_letters WHERE webhook_id = ?"),
		removeRoomLetters: prepare<[string, string]>(
			db,
			"DELETE FROM webhook_dead_letters WHERE webhook_id = ? AND live_id = ?",
		),
	};
}

/** What is used of a prepared statement. */
export interface Query<Parameters extends unknown[], Row = unknown> {
	run(...parameters: Parameters): RunResult;
	get(...parameters: Parameters): Row | undefined;
	all(...parameters: Parameters): Row[];
	/** Gives the first column instead of the row. */
	pluck(): Query<Parameters, Row>;
}

function prepare<Parameters extends unknown[], Row = unknown>(db: Database, sql: string): Query<Parameters, Row> {
	return db.prepare<Parameters, Row>(sql);
}
