import { rm } from "node:fs/promises";
import type { Cursor } from "@livekeeper/douyin";
import { inMemory, secureFolder } from "../../data-folder/index.ts";
import { LivekeeperError } from "../../errors.ts";
import { Listeners } from "../../listeners.ts";
import { type Entry, openSecretBox, type Registries } from "../../storage/index.ts";
import { storageTexts, type Text } from "../../text/index.ts";
import type { BroadcastSummary } from "../broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "../charts.ts";
import { type ClockNotes, ClockWatch } from "../clock-watch.ts";
import type { EncodedBatch } from "../encoded-event.ts";
import type {
	BackupProgress,
	CommittedBatch,
	EventBatch,
	EventLog,
	EventLogStatus,
	LostRoom,
	ReadPage,
	ReadQuery,
	Retention,
	Unsubscribe,
} from "../event-log.ts";
import type { KnownGift } from "../gift-catalogue.ts";
import { GroupCommit } from "../group-commit.ts";
import { LogHealth } from "../log-health.ts";
import type { Newcomers } from "../newcomers.ts";
import { PendingEvents } from "../pending-events.ts";
import { defaultKnownEvents } from "../recent-ids.ts";
import { LogSearch, type SearchPage, type SearchQuery } from "../search.ts";
import type { StoredBatch } from "../stored-batch.ts";
import { UpkeepLoop } from "../upkeep-loop.ts";
import { RoomNumbers } from "./commit.ts";
import { DamageReports } from "./damage-reports.ts";
import { backupPath, databasePath } from "./file-names.ts";
import { type Finding, findingWords, logLoose, warningOf } from "./findings.ts";
import { type FolderStores, storesOf } from "./folder-stores.ts";
import { MemoryStore } from "./memory-store.ts";
import {
	maxTransactionEvents,
	memoryUpkeepMs,
	type SqliteEventLogOptions,
	sqliteDefaults,
	upkeepBudgetMs,
} from "./options.ts";
import { ReopeningStore } from "./reopening-store.ts";
import type { Hole } from "./room-blocks.ts";
import { faultOf, textOf } from "./store-error.ts";
import { StoreThreads } from "./store-threads.ts";

/**
 * Opens the event log of a data folder, or one in memory.
 *
 * Committed events survive the death of the process at any moment. A loss of power may take the last moments with it
 * (unless `fsync`), but events and cursor together: the upstream then delivers them again.
 * @throws LivekeeperError `storage_unwritable`, `database_locked`, `database_other_version`, `database_foreign`,
 * `secret_unusable`
 */
export async function openSqliteEventLog(options: SqliteEventLogOptions): Promise<EventLog> {
	const isInMemory = options.dataDir === inMemory;
	if (!isInMemory) for (const loose of secureFolder(options.dataDir)) logLoose(loose, options.logger);
	const warnings: Text[] = [];
	const onFinding = (finding: Finding) => {
		const warning = warningOf(finding);
		if (warning) warnings.push(warning);
		const level = finding.found === "restored" ? "info" : "error";
		const { found, ...fields } = finding;
		options.logger[level]({ event: `database_${found}`, ...fields }, findingWords[found]);
	};
	const threads = new StoreThreads({
		dataDir: options.dataDir,
		clock: options.clock,
		fsync: options.fsync ?? sqliteDefaults.fsync,
		knownEvents: options.knownEvents,
		startThread: options.startThread ?? (isInMemory ? new MemoryStore().startThread : undefined),
		onFinding,
	});
	try {
		await threads.open(false);
		const clockWatch = await ClockWatch.open(options, clockNotesOf(threads));
		return new SqliteEventLog(options, threads, { warnings, onFinding }, clockWatch);
	} catch (error) {
		await threads.terminate();
		throw error;
	}
}

/** Problems with the folder's files. */
interface Found {
	/** For people. */
	readonly warnings: readonly Text[];
	onFinding(finding: Finding): void;
}

class SqliteEventLog implements EventLog {
	readonly registry: Registries["registry"];
	readonly identities: Registries["identities"];
	readonly overlayTokens: Registries["overlayTokens"];
	readonly sounds: Registries["sounds"];
	readonly notes: Registries["notes"];
	readonly targets: FolderStores["targets"];
	readonly #stores: FolderStores;
	readonly #options: SqliteEventLogOptions;
	readonly #store: ReopeningStore;
	readonly #found: Found;
	readonly #numbers: RoomNumbers;
	readonly #pending: PendingEvents;
	readonly #queue: GroupCommit;
	readonly #search: LogSearch;
	readonly #health: LogHealth;
	readonly #clockWatch: ClockWatch;
	readonly #upkeep: UpkeepLoop;
	readonly #committed = this.#listeners<CommittedBatch>();
	readonly #writable = this.#listeners<void>();
	readonly #statusListeners = this.#listeners<EventLogStatus>();
	#retention: Retention;
	readonly #damage: DamageReports;
	#storedBytes = 0;
	#upkeepFailing = false;
	#closed: Promise<void> | undefined;

	constructor(options: SqliteEventLogOptions, threads: StoreThreads, found: Found, clockWatch: ClockWatch) {
		this.#options = options;
		this.#found = found;
		this.#clockWatch = clockWatch;
		this.#retention = { ...sqliteDefaults.retention, ...options.retention };
		this.#damage = new DamageReports(options.logger);
		this.#health = new LogHealth(
			options.clock,
			() => this.#queue.oldest,
			() => this.#healthChanged(),
		);
		this.#store = new ReopeningStore({
			threads,
			onReopened: (walRemoved) => this.#reopened(walRemoved),
			onFailed: (error) => this.#health.fail(faultOf(error), textOf(error)),
		});
		this.#search = new LogSearch({
			liveIds: () => this.liveIds(),
			histories: (ends, range) => this.#store.read("histories", ends, range),
			lookBack: (ranges, filter, max) => this.#store.read("lookBack", ranges, filter, max),
		});
		const box = openSecretBox(options.dataDir, options.secret);
		this.#stores = storesOf(this.#store, box, options.clock);
		const { registry, identities, overlayTokens, sounds, notes, targets } = this.#stores;
		this.registry = registry;
		this.identities = identities;
		this.overlayTokens = overlayTokens;
		this.sounds = sounds;
		this.notes = notes;
		this.targets = targets;
		const maxPendingBytes = options.maxPendingBytes ?? sqliteDefaults.maxPendingBytes;
		this.#numbers = new RoomNumbers(options.knownEvents ?? defaultKnownEvents);
		this.#pending = new PendingEvents(maxPendingBytes, () => this.#writable.call());
		this.#queue = new GroupCommit({
			clock: options.clock,
			commit: (batches) => this.#commit(batches),
			onFault: (fault, error) => this.#health.fail(fault, textOf(error)),
			onSuccess: () => this.#health.recover(),
			publish: (batch) => this.#committed.call(batch),
			pending: this.#pending,
			classify: faultOf,
			intervalMs: options.groupCommitMs ?? sqliteDefaults.groupCommitMs,
			maxTransactionEvents,
		});
		this.#upkeep = new UpkeepLoop(
			options.clock,
			() => {
				this.#clockWatch.look(this.#retention.maxAgeMs);
				this.#health.look();
			},
			() => this.#doUpkeep(),
			(error) => this.#upkeepFailed(error),
			options.dataDir === inMemory ? memoryUpkeepMs : undefined,
		);
		clockWatch.look(this.#retention.maxAgeMs);
	}

	append(batch: EventBatch): boolean {
		return this.#queue.append(batch);
	}

	get writable(): boolean {
		return this.#queue.writable;
	}

	onWritable(listener: () => void): Unsubscribe {
		return this.#writable.add(listener);
	}

	onCommitted(listener: (batch: CommittedBatch) => void): Unsubscribe {
		return this.#committed.add(listener);
	}

	onStatus(listener: (status: EventLogStatus) => void): Unsubscribe {
		return this.#statusListeners.add(listener);
	}

	flush(): Promise<void> {
		return this.#queue.flush();
	}

	async read(liveId: string, query: ReadQuery = {}): Promise<ReadPage> {
		const { damaged, ...page } = await this.#store.read("read", liveId, query);
		if (damaged) void this.#repair(liveId, damaged);
		return page;
	}

	search(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage> {
		return this.#search.search(query, signal);
	}

	lastSeq(liveId: string): Promise<number> {
		return this.#store.read("lastSeq", liveId);
	}

	knows(liveId: string): Promise<boolean> {
		return this.#store.read("knows", liveId);
	}

	afterNewest(liveId: string, count: number): Promise<number> {
		return this.#store.read("afterNewest", liveId, count);
	}

	liveIds(): Promise<string[]> {
		// The reader answers even while the disk blocks the writer.
		return this.#store.isReading ? this.#store.read("liveIds") : this.#store.write("liveIds");
	}

	cursor(liveId: string): Promise<Cursor | undefined> {
		return this.#store.read("cursor", liveId);
	}

	lost(liveId: string): Promise<LostRoom | undefined> {
		return this.#store.read("lost", liveId);
	}

	broadcasts(liveId: string): Promise<BroadcastSummary[]> {
		return this.#store.read("broadcasts", liveId);
	}

	series(liveId: string, query: SeriesQuery): Promise<Series> {
		return this.#store.read("series", liveId, query);
	}

	gifts(liveId: string, roomId: string, max: number): Promise<BroadcastGifts | undefined> {
		return this.#store.read("gifts", liveId, roomId, max);
	}

	newcomers(liveId: string, roomId: string): Promise<Newcomers | undefined> {
		return this.#store.read("newcomers", liveId, roomId);
	}

	knownGifts(): Promise<KnownGift[]> {
		return this.#store.read("knownGifts");
	}

	status(): EventLogStatus {
		const clock = this.#clockWatch.doubt;
		return {
			...this.#health.state,
			pendingEvents: this.#pending.events,
			pendingBytes: this.#pending.bytes,
			storedBytes: this.#storedBytes,
			repeats: this.#queue.repeats,
			...(clock && { clock }),
			...this.#damage.state,
			findings: [...this.#found.warnings],
		};
	}

	setRetention(retention: Partial<Retention>): void {
		this.#retention = { ...this.#retention, ...retention };
	}

	async backup(): Promise<string> {
		const path = backupPath(this.#options.dataDir);
		try {
			await this.#store.write("backup", path);
			return path;
		} catch (error) {
			await rm(path, { force: true });
			if (faultOf(error) !== "disk_full") throw error;
			throw new LivekeeperError("backup_failed", storageTexts.diskFull(textOf(error)), { cause: error });
		}
	}

	backupProgress(): Promise<BackupProgress | undefined> {
		return this.#store.write("backupProgress");
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		await this.#upkeep.stop();
		const lost = await this.#queue.close();
		// Values cached in memory must not be returned any more either.
		this.#stores.forget();
		try {
			await this.#store.close();
		} catch (error) {
			// All commits are in the file; SQLite cleans up at the next open.
			this.#options.logger.warn({ event: "database_not_closed", err: error });
		}
		if (lost === 0) return;
		throw new LivekeeperError("storage_failing", storageTexts.lostAtEnd(lost));
	}

	#commit(batches: readonly EncodedBatch[]): Promise<StoredBatch[]> {
		const now = this.#options.clock.now();
		return this.#store.commit((writer) =>
			this.#numbers.store(batches, now, {
				rooms: (liveIds) => writer.call("rooms", liveIds),
				commit: (commit) => writer.give([commit.bytes.buffer], "commit", commit, now),
			}),
		);
	}

	#reopened(walRemoved: boolean): void {
		this.#stores.forget();
		const path = databasePath(this.#options.dataDir);
		if (walRemoved) this.#found.onFinding({ found: "wal_removed", path });
		if (this.#pending.events === 0) this.#health.recover();
	}

	async #doUpkeep(): Promise<{ more: boolean }> {
		const { now, believed } = this.#clockWatch.look(this.#retention.maxAgeMs);
		const retention = believed ? this.#retention : { ...this.#retention, maxAgeMs: Number.POSITIVE_INFINITY };
		for (const finding of await this.#store.write("repairFiles", now)) {
			this.#found.onFinding(finding);
			this.#stores.forget();
		}
		const { more, storedBytes, ...found } = await this.#store.upkeep(now, retention, upkeepBudgetMs, () =>
			this.#clockWatch.save(),
		);
		this.#damage.found(found);
		// Not awaited, because the reader may be busy.
		if (this.#store.isReading) void this.#repairProjections();
		this.#storedBytes = storedBytes;
		this.#upkeepFailing = false;
		// If nothing waits, no commit will show that the database is back.
		if (this.#health.state.fault === "lost") this.#health.recover();
		return { more };
	}

	async #repairProjections(): Promise<void> {
		try {
			const liveIds = await this.#store.read("damagedProjections");
			if (liveIds.length === 0) return;
			this.#damage.unreadable(liveIds);
			await this.#store.write("saveProjections", liveIds);
		} catch {
			// The next round asks again; any read meets the same fault and reports it.
			return;
		}
	}

	/** Repairs damaged events. If that fails, as on a full disk, the next read of them finds them again. */
	async #repair(liveId: string, holes: readonly Hole[]): Promise<void> {
		try {
			await this.#store.write("repair", liveId, holes);
		} catch (error) {
			this.#damage.notRepaired(liveId, holes, error);
		}
	}

	#upkeepFailed(error: unknown): void {
		if (faultOf(error) === "lost") this.#health.fail("lost", textOf(error));
		else if (!this.#upkeepFailing) this.#options.logger.warn({ event: "upkeep_failed", err: error });
		this.#upkeepFailing = true;
	}

	#healthChanged(): void {
		const status = this.status();
		const { fault, message, pendingEvents } = status;
		const { logger } = this.#options;
		const fields = { event: "storage_failing", fault, pending: pendingEvents, detail: message?.zh };
		if (fault) logger.error(fields);
		else logger.info({ event: "storage_recovered" });
		this.#statusListeners.call(status);
	}

	#listeners<T>(): Listeners<T> {
		return new Listeners((error) => this.#options.logger.error({ event: "log_listener_failed", err: error }));
	}
}

function clockNotesOf(threads: StoreThreads): ClockNotes {
	const key = "clock";
	return {
		read: async () => {
			const entry = (await threads.writer.call("keyValues", "notes", "get", [key])) as Entry | undefined;
			return entry && Buffer.from(entry.value).toString("utf8");
		},
		newestStoredAt: () => threads.writer.call("newestStoredAt"),
		write: async (note) => void (await threads.writer.call("keyValues", "notes", "put", [key, Buffer.from(note)])),
	};
}
