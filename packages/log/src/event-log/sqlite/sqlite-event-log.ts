import { rm } from "node:fs/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Text } from "@livekeeper/base/text";
import { inMemory, secureFolder } from "../../data-folder.ts";
import { type Entry, openSecretBox, type SecretBox } from "../../storage/index.ts";
import { storageTexts } from "../../text/index.ts";
import { type ClockNotes, ClockWatch } from "../clock-watch.ts";
import type { EncodedBatch } from "../encoded-event.ts";
import type { EventLog, EventLogStatus, ReadPage, ReadQuery, Retention } from "../event-log.ts";
import { GroupCommit } from "../group-commit.ts";
import type { LogHost, LogStore, Question, StoreUpkeep } from "../log-store.ts";
import type { Projection } from "../projection.ts";
import { defaultKnownEvents } from "../recent-ids.ts";
import type { StoredBatch } from "../stored-batch.ts";
import { StoredEventLog } from "../stored-event-log.ts";
import { RoomNumbers } from "./commit.ts";
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
import type { SqliteReader } from "./reader.ts";
import { ReopeningStore } from "./reopening-store.ts";
import type { Hole } from "./room-blocks.ts";
import { faultOf, textOf } from "./store-error.ts";
import { StoreThreads } from "./store-threads.ts";
import type { Upkeep } from "./writer.ts";

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
		return new StoredEventLog(
			{
				...{ clock: options.clock, logger: options.logger, clockWatch },
				retention: { ...sqliteDefaults.retention, ...options.retention },
				maxPendingBytes: options.maxPendingBytes ?? sqliteDefaults.maxPendingBytes,
				upkeepEveryMs: isInMemory ? memoryUpkeepMs : undefined,
			},
			(host) => new SqliteStore(options, threads, { warnings, onFinding }, host),
		);
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

/** The databases of a data folder, on their threads, as a store of the log. */
class SqliteStore implements LogStore {
	readonly stores: FolderStores;
	readonly box: SecretBox;
	readonly queue: GroupCommit;
	readonly #options: SqliteEventLogOptions;
	readonly #store: ReopeningStore;
	readonly #found: Found;
	readonly #host: LogHost;
	readonly #numbers: RoomNumbers;
	readonly #damage: DamageReports;

	constructor(options: SqliteEventLogOptions, threads: StoreThreads, found: Found, host: LogHost) {
		const { clock } = options;
		const { health, pending } = host;
		this.#options = options;
		this.#found = found;
		this.#host = host;
		this.#damage = new DamageReports(options.logger);
		this.#store = new ReopeningStore({
			threads,
			onReopened: (walRemoved) => this.#reopened(walRemoved),
			onFailed: (error) => health.fail(faultOf(error), textOf(error)),
		});
		this.stores = storesOf(this.#store);
		this.box = openSecretBox(options.dataDir, options.secret);
		this.#numbers = new RoomNumbers(options.knownEvents ?? defaultKnownEvents);
		this.queue = new GroupCommit({
			clock,
			commit: (batches) => this.#commit(batches),
			onFault: (fault, error) => health.fail(fault, textOf(error)),
			onSuccess: () => health.recover(),
			publish: (batch) => host.publish(batch),
			pending,
			classify: faultOf,
			intervalMs: options.groupCommitMs ?? sqliteDefaults.groupCommitMs,
			maxTransactionEvents,
		});
	}

	status(): ReturnType<LogStore["status"]> {
		return { ...this.#damage.state, findings: [...this.#found.warnings] };
	}

	async read(liveId: string, query: ReadQuery): Promise<ReadPage> {
		const { damaged, ...page } = await this.#store.read("read", liveId, query);
		if (damaged) void this.#repair(liveId, damaged);
		return page;
	}

	readonly histories: LogStore["histories"] = (ends, range) => this.#store.read("histories", ends, range);
	readonly lookBack: LogStore["lookBack"] = (ranges, filter, max) => this.#store.read("lookBack", ranges, filter, max);
	readonly lastSeq: LogStore["lastSeq"] = (liveId) => this.#store.read("lastSeq", liveId);
	readonly knows: LogStore["knows"] = (liveId) => this.#store.read("knows", liveId);
	readonly afterNewest: LogStore["afterNewest"] = (liveId, count) => this.#store.read("afterNewest", liveId, count);
	readonly cursor: LogStore["cursor"] = (liveId) => this.#store.read("cursor", liveId);
	readonly lost: LogStore["lost"] = (liveId) => this.#store.read("lost", liveId);
	readonly backupProgress: LogStore["backupProgress"] = () => this.#store.write("backupProgress");

	liveIds(): Promise<string[]> {
		// The reader answers even while the disk blocks the writer.
		return this.#store.isReading ? this.#store.read("liveIds") : this.#store.write("liveIds");
	}

	ask<Q extends Question>(liveId: string, question: Q, ...args: Parameters<Projection[Q]>) {
		// The reader's methods are those of a projection, with the room before the arguments.
		const given = [liveId, ...args] as unknown as Parameters<SqliteReader[Q]>;
		return this.#store.read<Q>(question, ...given) as Promise<ReturnType<Projection[Q]>>;
	}

	async upkeep(now: number, retention: Retention, saveClock: () => Promise<void>): Promise<StoreUpkeep> {
		for (const finding of await this.#store.write("repairFiles", now)) {
			this.#found.onFinding(finding);
			this.stores.forget();
		}
		const round = await this.#store.upkeep(now, retention, upkeepBudgetMs, saveClock);
		const { more, storedBytes, ...found } = round;
		this.#damage.found(found);
		// Not awaited, because the reader may be busy.
		if (this.#store.isReading) void this.#repairProjections();
		// If nothing waits, no commit will show that the database is back.
		if (this.#host.health.state.fault === "lost") this.#host.health.recover();
		return { more, storedBytes };
	}

	upkeepFailed(error: unknown, isFirst: boolean): void {
		if (faultOf(error) === "lost") this.#host.health.fail("lost", textOf(error));
		else if (isFirst) this.#options.logger.warn({ event: "upkeep_failed", err: error });
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

	async close(stopUpkeep: () => Promise<void>): Promise<number> {
		await stopUpkeep();
		const lost = await this.queue.close();
		// Values cached in memory must not be returned any more either.
		this.stores.forget();
		try {
			await this.#store.close();
		} catch (error) {
			// All commits are in the file; SQLite cleans up at the next open.
			this.#options.logger.warn({ event: "database_not_closed", err: error });
		}
		return lost;
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
		this.stores.forget();
		const path = databasePath(this.#options.dataDir);
		if (walRemoved) this.#found.onFinding({ found: "wal_removed", path });
		if (this.#host.pending.events === 0) this.#host.health.recover();
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

/** Reports damage in the log: each event in the program's own log, all of it in the status. */
class DamageReports {
	readonly #logger: SqliteEventLogOptions["logger"];
	#stored: Upkeep["damage"] = { events: 0, rooms: [] };
	/** Rooms whose aggregates could not be read, or with an event that could not be counted. */
	readonly #uncounted = new Set<string>();
	/** Rooms with events that could not be repaired. */
	readonly #notRepaired = new Set<string>();

	constructor(logger: SqliteEventLogOptions["logger"]) {
		this.#logger = logger;
	}

	get state(): Pick<EventLogStatus, "damage"> {
		const rooms = [...new Set([...this.#stored.rooms, ...this.#uncounted])];
		return rooms.length === 0 ? {} : { damage: { events: this.#stored.events, rooms } };
	}

	found({ repaired, recounted, indexRepaired, uncounted, damage }: Omit<Upkeep, "storedBytes" | "more">): void {
		this.unreadable(recounted);
		if (indexRepaired) this.#logger.error({ event: "index_repaired" });
		for (const { liveId, from, to } of repaired) {
			this.#logger.error({ event: "event_corrupt", live_id: liveId, seq: from, events: to - from + 1 });
		}
		for (const { liveId, seq, why } of uncounted) {
			if (this.#uncounted.has(liveId)) continue;
			this.#uncounted.add(liveId);
			this.#logger.error({ event: "event_not_counted", live_id: liveId, seq, detail: why });
		}
		this.#stored = damage;
		if (repaired.length > 0) this.#notRepaired.clear();
	}

	/** @param liveIds of rooms with damaged aggregates, which are left out until they are counted again */
	unreadable(liveIds: readonly string[]): void {
		for (const liveId of liveIds) {
			if (this.#uncounted.has(liveId)) continue;
			this.#uncounted.add(liveId);
			this.#logger.error({ event: "sums_corrupt", live_id: liveId });
		}
	}

	notRepaired(liveId: string, [hole]: readonly Hole[], error: unknown): void {
		if (this.#notRepaired.has(liveId)) return;
		this.#notRepaired.add(liveId);
		this.#logger.error({ event: "event_corrupt", live_id: liveId, seq: hole?.from, err: error });
	}
}
