import type { LiveEventType } from "@livekeeper/douyin";
import type { Database } from "better-sqlite3";
import {
	type LetterRow,
	type ProgressRow,
	prepareStatements,
	type Statements,
	type WebhookRow,
} from "./sqlite-statements.ts";
import type { BatchRange, DeadLetter, DeliveryError, RoomProgress, Webhook } from "./webhook.ts";
import {
	type DeadLetterCounts,
	type DeadLetterPage,
	ProgressConflict,
	type StoredProgress,
	type StoredWebhook,
	unwritten,
	type WebhookStore,
} from "./webhook-store.ts";

/** Webhooks in SQLite. The tables are those of `webhookDatabase`; the database belongs to the caller. */
export class SqliteWebhookStore implements WebhookStore {
	#db: Database;
	#sql: Statements;
	readonly #maxDeadLetters: number;
	readonly #revisions = new ProgressRevisions();

	/** @param options.maxDeadLetters kept for each webhook; default 10,000 */
	constructor(db: Database, options: { maxDeadLetters?: number } = {}) {
		this.#db = db;
		this.#sql = prepareStatements(db);
		this.#maxDeadLetters = options.maxDeadLetters ?? 10_000;
	}

	/** The database was closed and reopened. */
	use(db: Database): void {
		this.#db = db;
		this.#sql = prepareStatements(db);
	}

	async list(): Promise<StoredWebhook[]> {
		return this.#sql.list.all().map(toStored);
	}

	async get(id: string): Promise<StoredWebhook | undefined> {
		const row = this.#sql.get.get(id);
		return row && toStored(row);
	}

	async add(stored: StoredWebhook, beginnings: readonly RoomProgress[]): Promise<void> {
		const { id } = stored.webhook;
		this.#atomically(() => {
			this.#sql.add.run(toRow(stored));
			for (const room of beginnings) this.#save(id, room);
		});
		for (const { liveId } of beginnings) this.#revisions.written(id, liveId);
	}

	async replace(
		stored: StoredWebhook,
		beginnings: readonly RoomProgress[],
		forget: readonly string[],
	): Promise<boolean> {
		const { id } = stored.webhook;
		const written = this.#atomically(() => {
			if (this.#sql.replace.run(toRow(stored)).changes === 0) return undefined;
			for (const liveId of forget) {
				this.#sql.removeRoom.run(id, liveId);
				this.#sql.removeRoomLetters.run(id, liveId);
			}
			const due = this.#sql.dueNow.all(id);
			for (const room of beginnings) this.#save(id, room);
			return [...due, ...beginnings.map(({ liveId }) => liveId)];
		});
		for (const liveId of written ?? []) this.#revisions.written(id, liveId);
		return written !== undefined;
	}

	async remove(id: string): Promise<boolean> {
		const existed = this.#atomically(() => {
			this.#sql.removeRooms.run(id);
			this.#sql.removeLetters.run(id);
			return this.#sql.remove.run(id).changes > 0;
		});
		this.#revisions.forget(id);
		return existed;
	}

	async progress(id: string): Promise<StoredProgress[]> {
		return this.#sql.progress.all(id).map((row) => this.#toStoredProgress(id, row));
	}

	async roomProgress(id: string, liveId: string): Promise<StoredProgress | undefined> {
		const row = this.#sql.roomProgress.get(id, liveId);
		return row && this.#toStoredProgress(id, row);
	}

	async saveProgress(id: string, progress: RoomProgress, revision: number): Promise<number> {
		this.#atomically(() => {
			this.#check(id, progress.liveId, revision);
			this.#save(id, progress);
		});
		return this.#revisions.written(id, progress.liveId);
	}

	async bury(id: string, letter: DeadLetter, progress: RoomProgress, revision: number): Promise<number> {
		const { deliveryId, firstSeq, lastSeq, events, nextAfter, truncated } = letter;
		const range: BatchRange = { deliveryId, firstSeq, lastSeq, events, nextAfter, truncated };
		this.#atomically(() => {
			this.#check(id, progress.liveId, revision);
			const { liveId, types, attempts, error, buriedAt } = letter;
			this.#sql.bury.run(id, liveId, deliveryId, toJson(range), toJson(types), attempts, toJson(error), buriedAt);
			const over = this.#counts(id).kept - this.#maxDeadLetters;
			if (over > 0) this.#sql.countDropped.run(this.#sql.dropOldest.run(id, over).changes, id);
			this.#save(id, progress);
		});
		return this.#revisions.written(id, progress.liveId);
	}

	async deadLetters(
		id: string,
		{ limit, before }: { limit: number; before?: number | undefined },
	): Promise<DeadLetterPage> {
		const rows = this.#sql.letters.all(id, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
		const nextBefore = rows.length > limit ? rows[limit - 1]?.letter_no : undefined;
		return { letters: rows.slice(0, limit).map(toLetter), nextBefore };
	}

	async deadLetter(id: string, deliveryId: string): Promise<DeadLetter | undefined> {
		const row = this.#sql.letter.get(id, deliveryId);
		return row && toLetter(row);
	}

	async deadLetterCounts(id: string): Promise<DeadLetterCounts> {
		return this.#counts(id);
	}

	async queuedRooms(id: string): Promise<string[]> {
		return this.#sql.queuedRooms.all(id);
	}

	async nextQueued(id: string, liveId: string): Promise<DeadLetter | undefined> {
		const row = this.#sql.nextQueued.get(id, liveId);
		return row && toLetter(row);
	}

	async queueLetter(id: string, deliveryId: string): Promise<void> {
		this.#sql.queue.run(id, deliveryId);
	}

	async queueAllLetters(id: string): Promise<{ count: number; liveIds: string[] }> {
		const liveIds = this.#sql.queueAll.all(id);
		return { count: liveIds.length, liveIds: [...new Set(liveIds)] };
	}

	async unqueueLetter(id: string, letter: DeadLetter): Promise<void> {
		this.#sql.unqueue.run(letter.attempts, toJson(letter.error), id, letter.deliveryId);
	}

	async removeLetter(id: string, { deliveryId }: DeadLetter): Promise<void> {
		this.#sql.removeLetter.run(id, deliveryId);
	}

	/** The process that has the file open is the only one that changes it: it knows what it does. */
	async watch(): Promise<() => void> {
		return () => undefined;
	}

	#counts(id: string): DeadLetterCounts {
		return { kept: this.#sql.countLetters.get(id) ?? 0, dropped: this.#sql.dropped.get(id) ?? 0 };
	}

	#toStoredProgress(id: string, row: ProgressRow): StoredProgress {
		return { progress: toProgress(row), revision: this.#revisions.of(id, row.live_id) };
	}

	/** @throws ProgressConflict */
	#check(id: string, liveId: string, revision: number): void {
		const isThere = this.#sql.roomProgress.get(id, liveId) !== undefined;
		if (revision !== (isThere ? this.#revisions.of(id, liveId) : unwritten)) throw new ProgressConflict(liveId);
	}

	#save(id: string, progress: RoomProgress): void {
		const { liveId, position, pending, attempts, nextAttemptAt, lastSuccessAt, lastError } = progress;
		this.#sql.saveProgress.run(
			id,
			liveId,
			position,
			toJson(pending),
			attempts,
			nextAttemptAt,
			lastSuccessAt ?? null,
			toJson(lastError),
		);
	}

	/** Takes the write lock first, so that a transaction never fails half-way over another writer. */
	#atomically<T>(work: () => T): T {
		return this.#db.transaction(work).immediate();
	}
}

/** Which writing of each progress is stored. One process has the file, so that it can count them in memory. */
class ProgressRevisions {
	readonly #webhooks = new Map<string, Map<string, number>>();

	/** Of a progress that is stored. */
	of(id: string, liveId: string): number {
		return this.#webhooks.get(id)?.get(liveId) ?? unwritten + 1;
	}

	/** @returns the new one */
	written(id: string, liveId: string): number {
		const rooms = this.#webhooks.get(id) ?? new Map<string, number>();
		this.#webhooks.set(id, rooms);
		const revision = this.of(id, liveId) + 1;
		rooms.set(liveId, revision);
		return revision;
	}

	forget(id: string): void {
		this.#webhooks.delete(id);
	}
}

function toRow({ webhook, sealed }: StoredWebhook): WebhookRow {
	return {
		id: webhook.id,
		live_ids: webhook.liveIds === "*" ? null : toJson(webhook.liveIds),
		types: toJson(webhook.types),
		sealed: Buffer.from(sealed),
		max_events: webhook.batch.maxEvents,
		max_wait_ms: webhook.batch.maxWaitMs,
		enabled: Number(webhook.enabled),
		start_after: webhook.after,
		created_at: webhook.createdAt,
		updated_at: webhook.updatedAt,
	};
}

function toStored(row: WebhookRow): StoredWebhook {
	const webhook: Webhook = {
		id: row.id,
		liveIds: fromJson<string[]>(row.live_ids) ?? "*",
		types: fromJson<LiveEventType[]>(row.types),
		batch: { maxEvents: row.max_events, maxWaitMs: row.max_wait_ms },
		enabled: row.enabled === 1,
		after: row.start_after,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
	return { webhook, sealed: row.sealed };
}

function toProgress(row: ProgressRow): RoomProgress {
	return {
		liveId: row.live_id,
		position: row.seq,
		pending: fromJson<BatchRange>(row.pending),
		attempts: row.attempts,
		nextAttemptAt: row.next_attempt_at,
		lastSuccessAt: row.last_success_at ?? undefined,
		lastError: fromJson<DeliveryError>(row.last_error),
	};
}

function toLetter(row: LetterRow): DeadLetter {
	return {
		...(JSON.parse(row.range) as BatchRange),
		liveId: row.live_id,
		types: fromJson<LiveEventType[]>(row.types),
		attempts: row.attempts,
		error: JSON.parse(row.error) as DeliveryError,
		buriedAt: row.buried_at,
		queued: row.queued === 1,
	};
}

function toJson(value: unknown): string | null {
	return value === undefined ? null : JSON.stringify(value);
}

function fromJson<T>(text: string | null): T | undefined {
	return text === null ? undefined : (JSON.parse(text) as T);
}
