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
import type { DeadLetterCounts, DeadLetterPage, StoredWebhook, WebhookStore } from "./webhook-store.ts";

/** Webhooks in SQLite. The tables are made by `webhookMigrations`; the database belongs to the caller. */
export class SqliteWebhookStore implements WebhookStore {
	#db: Database;
	#sql: Statements;
	readonly #maxDeadLetters: number;

	/** @param options.maxDeadLetters kept for each webhook; default 10,000 */
	constructor(db: Database, options: { maxDeadLetters?: number } = {}) {
		this.#db = db;
		this.#sql = prepareStatements(db);
		this.#maxDeadLetters = options.maxDeadLetters ?? 10_000;
	}

	/** The database was closed, and opened anew. */
	use(db: Database): void {
		this.#db = db;
		this.#sql = prepareStatements(db);
	}

	list(): StoredWebhook[] {
		return this.#sql.list.all().map(toStored);
	}

	get(id: string): StoredWebhook | undefined {
		const row = this.#sql.get.get(id);
		return row && toStored(row);
	}

	add(stored: StoredWebhook, progress: readonly RoomProgress[]): void {
		this.#atomically(() => {
			this.#sql.add.run(toRow(stored));
			for (const room of progress) this.saveProgress(stored.webhook.id, room);
		});
	}

	replace(stored: StoredWebhook, progress: readonly RoomProgress[], forget: readonly string[]): void {
		const { id } = stored.webhook;
		this.#atomically(() => {
			this.#sql.replace.run(toRow(stored));
			for (const liveId of forget) {
				this.#sql.removeRoom.run(id, liveId);
				this.#sql.removeRoomLetters.run(id, liveId);
			}
			for (const room of progress) this.saveProgress(id, room);
		});
	}

	remove(id: string): boolean {
		return this.#atomically(() => {
			this.#sql.removeRooms.run(id);
			this.#sql.removeLetters.run(id);
			return this.#sql.remove.run(id).changes > 0;
		});
	}

	progress(id: string): RoomProgress[] {
		return this.#sql.progress.all(id).map(toProgress);
	}

	saveProgress(id: string, progress: RoomProgress): void {
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

	bury(id: string, letter: DeadLetter, progress: RoomProgress): void {
		const { deliveryId, firstSeq, lastSeq, events, nextAfter, truncated } = letter;
		const range: BatchRange = { deliveryId, firstSeq, lastSeq, events, nextAfter, truncated };
		this.#atomically(() => {
			const { liveId, types, attempts, error, buriedAt } = letter;
			this.#sql.bury.run(id, liveId, deliveryId, toJson(range), toJson(types), attempts, toJson(error), buriedAt);
			const over = this.deadLetterCounts(id).kept - this.#maxDeadLetters;
			if (over > 0) this.#sql.countDropped.run(this.#sql.dropOldest.run(id, over).changes, id);
			this.saveProgress(id, progress);
		});
	}

	deadLetters(id: string, { limit, before }: { limit: number; before?: number | undefined }): DeadLetterPage {
		const rows = this.#sql.letters.all(id, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
		const nextBefore = rows.length > limit ? rows[limit - 1]?.letter_no : undefined;
		return { letters: rows.slice(0, limit).map(toLetter), nextBefore };
	}

	deadLetter(id: string, deliveryId: string): DeadLetter | undefined {
		const row = this.#sql.letter.get(id, deliveryId);
		return row && toLetter(row);
	}

	deadLetterCounts(id: string): DeadLetterCounts {
		return { kept: this.#sql.countLetters.get(id) ?? 0, dropped: this.#sql.dropped.get(id) ?? 0 };
	}

	nextQueued(id: string, liveId: string): DeadLetter | undefined {
		const row = this.#sql.nextQueued.get(id, liveId);
		return row && toLetter(row);
	}

	queueLetter(id: string, deliveryId: string): void {
		this.#sql.queue.run(id, deliveryId);
	}

	queueAllLetters(id: string): { count: number; liveIds: string[] } {
		const liveIds = this.#sql.queueAll.all(id);
		return { count: liveIds.length, liveIds: [...new Set(liveIds)] };
	}

	unqueueLetter(id: string, letter: DeadLetter): void {
		this.#sql.unqueue.run(letter.attempts, toJson(letter.error), id, letter.deliveryId);
	}

	removeLetter(id: string, deliveryId: string): void {
		this.#sql.removeLetter.run(id, deliveryId);
	}

	/** Takes the write lock first, so that a transaction never fails half-way over another writer. */
	#atomically<T>(work: () => T): T {
		return this.#db.transaction(work).immediate();
	}
}

function toRow({ webhook, sealedSecret }: StoredWebhook): WebhookRow {
	return {
		id: webhook.id,
		url: webhook.url,
		live_ids: webhook.liveIds === "*" ? null : toJson(webhook.liveIds),
		types: toJson(webhook.types),
		secret: Buffer.from(sealedSecret),
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
		url: row.url,
		liveIds: fromJson<string[]>(row.live_ids) ?? "*",
		types: fromJson<LiveEventType[]>(row.types),
		batch: { maxEvents: row.max_events, maxWaitMs: row.max_wait_ms },
		enabled: row.enabled === 1,
		after: row.start_after,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
	};
	return { webhook, sealedSecret: row.secret };
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
