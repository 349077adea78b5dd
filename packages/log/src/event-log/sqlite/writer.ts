import type { Cursor } from "@livekeeper/douyin";
import { busyTimeoutMs, type FileState } from "../../database/index.ts";
import { type KeyValueStores, KeyValueTable, SqliteKeyValues } from "../../storage/index.ts";
import { storageTexts } from "../../text/index.ts";
import type { BackupProgress, Retention, StoredEvent } from "../event-log.ts";
import { floorAbove } from "../floor.ts";
import type { CopiedRoom, Piece } from "../log-copy.ts";
import type { Projection } from "../projection.ts";
import { defaultKnownEvents } from "../recent-ids.ts";
import { Appender } from "./append.ts";
import { backUp } from "./backup.ts";
import { BlockRepair, type RepairedRange } from "./block-repair.ts";
import type { Commit, RoomStates } from "./commit.ts";
import { Compactor } from "./compact.ts";
import { rowOf } from "./cursor-row.ts";
import type { Finding } from "./findings.ts";
import { type Db, type OpenedFolder, type OpenOptions, openDatabase } from "./open-database.ts";
import { putProjection } from "./projection-rows.ts";
import { type Hole, opened, RoomBlocks } from "./room-blocks.ts";
import { Rooms } from "./rooms.ts";
import { faultOf, StoreError } from "./store-error.ts";
import { StoredProjections, type Uncounted } from "./stored-projections.ts";
import { Trimmer } from "./trim.ts";

export interface Upkeep {
	storedBytes: number;
	/** Whether the time budget was not enough. */
	more: boolean;
	/** Events that were found damaged. */
	repaired: readonly RepairedRange[];
	/** Rooms whose aggregates were damaged. */
	recounted: readonly string[];
	/** Whether an index missed existing events and was rebuilt. */
	indexRepaired: boolean;
	/** Events left out of their rooms' aggregates. */
	uncounted: readonly Uncounted[];
	damage: StoredDamage;
}

/** Damaged events of the log that were replaced with a gap. */
export interface StoredDamage {
	events: number;
	/** Live ids of their rooms. */
	rooms: string[];
}

/** Share by which the log may exceed its limit before commits wait for deletion. */
const slack = 1 / 16;

/** Maximum growth of the file by a commit: bytes per byte of its own, because pages are split, and a constant. */
const commitCost = 4;
const commitBytes = 64 * 1024;

/** A WAL that SQLite keeps reusing is a quarter as large. */
const maxWalBytes = 16 * 1024 ** 2;
const emptyWalEveryMs = 1_000;
/** Maximum time that a commit waits for readers to empty the WAL, ms. */
const maxWaitForReadersMs = 50;

/** Performs all writes. There is one writer in the whole system, because it holds the folder's lock. */
export class SqliteWriter {
	readonly #folder: OpenedFolder;
	readonly #db: Db;
	readonly #notes: KeyValueTable;
	readonly #rooms: Rooms;
	readonly #appender: Appender;
	readonly #repair: BlockRepair;
	readonly #projections: StoredProjections;
	readonly #trimmer: Trimmer;
	readonly #compactor: Compactor;
	/** Problems found while opening the folder. */
	readonly findings: readonly Finding[];
	#emptiedAt = 0;
	/** Upper bound of the log's size, bytes: its last known size plus what was committed since. */
	#bytesAtMost = 0;
	/** Retention passed to the last upkeep. */
	#retention: Retention = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
	#backup: BackupProgress | undefined;

	/** @param folder default: the one that the options name. @throws LivekeeperError as `openDatabase` */
	constructor(options: OpenOptions, folder: OpenedFolder = openDatabase(options)) {
		const { db } = folder;
		this.#folder = folder;
		this.#db = db;
		this.#notes = new KeyValueTable(db);
		this.findings = folder.findings;
		this.#rooms = new Rooms(db);
		this.#repair = new BlockRepair(db, this.#rooms);
		this.#projections = new StoredProjections(db, this.#rooms, this.#repair);
		this.#appender = new Appender(db, this.#rooms, folder, options.knownEvents ?? defaultKnownEvents);
		this.#trimmer = new Trimmer(db, this.#rooms, this.#projections);
		this.#compactor = new Compactor(db, this.#rooms, this.#repair);
	}

	/** Returns all rooms of the log, oldest first. */
	liveIds(): string[] {
		return this.#rooms.all().map(({ liveId }) => liveId);
	}

	/** Returns when the newest event of all rooms was stored, ms since the epoch. */
	newestStoredAt(): number | undefined {
		const newest = this.#rooms.all().reduce((time, { newestAt }) => Math.max(time, newestAt), 0);
		return newest || undefined;
	}

	/** Returns the state needed to number events of rooms. @throws as {@link commit} */
	rooms(liveIds: readonly string[]): RoomStates {
		this.#assertWhole(this.#folder.watch.look());
		return this.#appender.states(liveIds);
	}

	/**
	 * @throws StoreError `database_lost`, `wal_lost`, `SQLITE_CORRUPT` if the files are not those that were opened,
	 * `other_numbers` if the commit does not continue what is stored
	 */
	commit(commit: Commit, now: number): void {
		this.#assertWhole(this.#folder.watch.look());
		this.#makeRoom(now, commit.bytes.length);
		for (const { room, place, body } of this.#appender.append(commit)) {
			this.#projections.committed(room, place, body, now);
		}
		this.#folder.progress.reach(this.#appender.events, now);
	}

	/** Checks the registry and the targets, even while the log is lost. @returns the problems found and repaired */
	repairFiles(now: number): Finding[] {
		return [this.#folder.registry, this.#folder.targets].flatMap((file) => file.repair(now) ?? []);
	}

	/**
	 * Checks the log's files, and counts, deletes and joins for about `budgetMs`, in small transactions.
	 * @throws as `commit`
	 */
	upkeep(now: number, retention: Retention, budgetMs: number): Upkeep {
		this.#assertWhole(this.#folder.watch.lookInside());
		this.#retention = retention;
		this.#emptyWal(now);
		const isInTime = this.#folder.budget(budgetMs);
		let more = true;
		// Events over the limit are deleted first, because joining always finds more to do while rooms are busy.
		while (more && isInTime()) {
			more = this.#trimmer.step(now, retention) || this.#projections.step(now) || this.#compactor.step(now, retention);
		}
		if (!more && this.#folder.canRot) this.#repair.look();
		this.#bytesAtMost = this.#trimmer.storedBytes();
		return {
			storedBytes: this.#bytesAtMost,
			more,
			repaired: this.#repair.taken(),
			recounted: this.#projections.recounted(),
			indexRepaired: this.#repair.indexRepaired(),
			uncounted: this.#projections.leftOut(),
			damage: this.damage(),
		};
	}

	/** Returns a projection up to date with the room's events; `undefined` for a room that the log doesn't know. */
	projection(liveId: string): Projection | undefined {
		const room = this.#rooms.find(liveId);
		return room && this.#projections.of(room);
	}

	/** Stores the projections of these rooms again, because a reader has found them damaged. */
	saveProjections(liveIds: readonly string[]): void {
		for (const liveId of liveIds) {
			const room = this.#rooms.find(liveId);
			if (room) this.#projections.save(room);
		}
	}

	/** Replaces damaged events among these with gaps; the next upkeep reports them. */
	repair(liveId: string, holes: readonly Hole[]): void {
		this.#repair.repairRoom(liveId, holes);
	}

	/** Returns the newest `seq` of a room; 0 if the log does not know it. */
	lastSeq(liveId: string): number {
		return this.#rooms.find(liveId)?.lastSeq ?? 0;
	}

	/** Returns a room's newest readable event. */
	newestEvent(liveId: string): StoredEvent | undefined {
		const room = this.#rooms.find(liveId);
		if (!room || room.oldestSeq > room.lastSeq) return undefined;
		for (const row of new RoomBlocks(this.#db).newest(room.roomNo)) {
			const block = opened(row);
			if (block) return block.event(block.lastSeq);
		}
		return undefined;
	}

	/**
	 * Prepares the log for the rooms of another one, in their order.
	 * @param hasLost whether rooms unknown to the other log may have been assigned numbers: such rooms then begin above
	 * them
	 */
	beginCopy(rooms: readonly CopiedRoom[], hasLost: boolean, now: number): void {
		this.#rooms.transaction(() => {
			this.#appender.begin(rooms);
			if (!hasLost) return;
			const floor = this.#db.prepare<[], number>("SELECT seq_base FROM log").pluck().get() ?? 0;
			if (floor === 0) this.#db.prepare("UPDATE log SET seq_base = ?").run(floorAbove({ lastSeq: 0, floor }, now));
		})();
	}

	/** Stores pieces of another log behind a room's newest event. */
	copy(liveId: string, pieces: readonly Piece[], now: number): void {
		this.#appender.copy(liveId, pieces);
		this.#folder.progress.reach(this.#appender.events, now);
	}

	/** Stores cursor and projection of a copied room. */
	endCopy(liveId: string, cursor: Cursor | undefined, projection: Projection): void {
		this.#rooms.transaction(() => {
			const room = this.#rooms.find(liveId);
			if (!room || projection.seq > room.lastSeq) return;
			putProjection(this.#db)(room.roomNo, projection);
			this.#rooms.change(room, { countedSeq: projection.seq, ...(cursor && rowOf(cursor)) });
		})();
	}

	damage(): StoredDamage {
		const damaged = this.#rooms.all().filter(({ corruptEvents }) => corruptEvents > 0);
		const events = damaged.reduce((sum, { corruptEvents }) => sum + corruptEvents, 0);
		return { events, rooms: damaged.map(({ liveId }) => liveId) };
	}

	/** Calls a method of one of the key-value stores. */
	keyValues<Method extends keyof KeyValueTable>(
		which: keyof KeyValueStores,
		method: Method,
		args: Parameters<KeyValueTable[Method]>,
	): ReturnType<KeyValueTable[Method]> {
		const table = { settings: this.#folder.registry.values, notes: this.#notes, targets: this.#folder.targets.values }[
			which
		];
		return Reflect.apply(table[method], table, args);
	}

	/** Makes a backup beside other calls. @throws LivekeeperError `backup_failed` */
	async backup(path: string): Promise<void> {
		try {
			// Copied before the log: a target behind the log sends events again, one ahead of it would skip some.
			const targets = { name: "targets.db", content: this.#folder.targets.db.serialize() } as const;
			const registry = { name: "registry.db", content: this.#folder.registry.db.serialize() } as const;
			await backUp(this.#db, path, [targets, registry], (progress) => {
				this.#backup = progress;
			});
		} finally {
			this.#backup = undefined;
		}
	}

	backupProgress(): BackupProgress | undefined {
		return this.#backup;
	}

	close(): void {
		this.#saveAll();
		this.#folder.close();
	}

	#assertWhole(state: FileState): void {
		if (state === "whole") return;
		const code = { file: "database_lost", wal: "wal_lost", damaged: "SQLITE_CORRUPT" }[state];
		const text = storageTexts.notWhole[state](this.#folder.path);
		throw new StoreError({ code, message: text.en, text });
	}

	/**
	 * Deletes what upkeep could not delete yet, at the expense of each commit. However busy rooms and readers are, the
	 * file stays near its limit: rooms wait, and the disk does not fill. If deleting fails, upkeep reports it, and
	 * storing continues.
	 */
	#makeRoom(now: number, bytes: number): void {
		const { maxBytes } = this.#retention;
		this.#bytesAtMost += commitCost * bytes + commitBytes;
		if (this.#bytesAtMost <= maxBytes * (1 + slack)) return;
		this.#bytesAtMost = this.#trimmer.storedBytes();
		if (this.#bytesAtMost <= maxBytes * (1 + slack)) return;
		try {
			while (this.#trimmer.storedBytes() > maxBytes && this.#trimmer.step(now, this.#retention));
		} catch (error) {
			if (faultOf(error) === "corrupt") throw error;
		}
	}

	/** Empties the WAL. Overlapping readers keep SQLite from restarting it, so it would grow with each commit. */
	#emptyWal(now: number): void {
		if (Math.abs(now - this.#emptiedAt) < emptyWalEveryMs) return;
		if (this.#folder.watch.walBytes() <= maxWalBytes) return;
		this.#emptiedAt = now;
		this.#db.pragma(`busy_timeout = ${maxWaitForReadersMs}`);
		// If a reader needs longer, the next second tries again.
		this.#db.pragma("wal_checkpoint(TRUNCATE)");
		this.#db.pragma(`busy_timeout = ${busyTimeoutMs}`);
	}

	/** Saves rooms and projections. If that fails, they are read again from the blocks. */
	#saveAll(): void {
		try {
			this.#projections.close();
			this.#rooms.save();
		} catch {
			return;
		}
	}
}

/** Returns the key-value stores of the writer's folder, for a caller in the same thread. */
export function storesIn(writer: SqliteWriter): KeyValueStores {
	const keyValues = (which: keyof KeyValueStores) =>
		new SqliteKeyValues(async (method, ...args) => writer.keyValues(which, method, args));
	return { settings: keyValues("settings"), notes: keyValues("notes"), targets: keyValues("targets") };
}
