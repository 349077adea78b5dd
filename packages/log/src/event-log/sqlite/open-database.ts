import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import Database from "better-sqlite3";
import {
	type Db,
	FileWatch,
	makePrivate,
	mustBeWritable,
	openDatabaseFile,
	repairFile,
	setAside,
	type Unpacked,
	unpackBackup,
} from "../../database/index.ts";
import { keptIn } from "../../storage/index.ts";
import { storageTexts } from "../../text/index.ts";
import { databasePath, isLeftover } from "./file-names.ts";
import type { Finding } from "./findings.ts";
import { KeyValueFile, registryFile, targetFile } from "./key-value-file.ts";
import { currentBoot, isSameBoot, type Progress, ProgressFile } from "./progress-file.ts";
import { checkTables, salvage } from "./repair.ts";
import { Rooms, repairRooms } from "./rooms.ts";
import { continueAbove, followLost } from "./salvage.ts";
import { logDatabase } from "./schema.ts";
import { faultOf } from "./store-error.ts";

export type { Db } from "../../database/index.ts";

export interface OpenOptions {
	dataDir: string;
	/** Wait for the disk at each commit, so that even a loss of power loses nothing that was committed. */
	fsync: boolean;
	/** Number of a room's newest events that are recognised when they come again; default 2,000. */
	knownEvents?: number | undefined;
	/** Whether damage was already found; then the check reads the whole file. */
	suspect: boolean;
	/** ms since the epoch. */
	now: number;
}

/** The log that was last opened beside a registry. */
export interface KnownLog {
	id: string;
	seqBase: number;
	/** When it was first opened, ms since the epoch. */
	openedAt: number;
}

/** An opened log and its progress. */
interface OpenedLog {
	db: Db;
	/** Id of the log. */
	id: string;
	/** Number before the first event of a new room. */
	seqBase: number;
	/** Number of events stored so far, including deleted ones. */
	events: number;
	findings: readonly Finding[];
	/** Whether its schema or indexes were damaged and have been rebuilt. */
	isCorrected: boolean;
}

/** A log with the small databases beside it: a data folder, or memory. */
export interface OpenedFolder extends OpenedLog {
	/** Path of the log's database, for messages. */
	path: string;
	watch: Pick<FileWatch, "look" | "lookInside" | "walBytes">;
	progress: Pick<ProgressFile, "reach">;
	registry: Pick<KeyValueFile, "db" | "values" | "repair">;
	targets: Pick<KeyValueFile, "db" | "values" | "repair">;
	/** Whether stored events can change by themselves, as on a disk; then upkeep looks through them. */
	canRot: boolean;
	/** Begins a round of upkeep. @returns whether the round has not used up its budget yet */
	budget(ms: number): () => boolean;
	/** Closes all of it, after an orderly end. */
	close(): void;
}

/** Databases that a log is opened beside. */
interface Beside {
	registry: KeyValueFile;
	targets: KeyValueFile;
}

/**
 * Opens the folder's databases, and creates missing ones.
 * @throws LivekeeperError `storage_unwritable`, `database_locked`, `database_other_version`, `database_foreign`
 */
export function openDatabase(given: OpenOptions): OpenedFolder {
	const { dataDir, now } = given;
	const opened: { close(): void }[] = [];
	const keep = <T extends { close(): void }>(one: T): T => {
		opened.push(one);
		return one;
	};
	try {
		// Locks out other processes. The system releases it however the process ends.
		const lock = keep(lockFolder(dataDir));
		for (const name of readdirSync(dataDir)) if (isLeftover(name)) rmSync(join(dataDir, name), { force: true });
		const { isCorrected, isSuspect } = repairFile(databasePath(dataDir), logDatabase);
		const options = { ...given, suspect: given.suspect || isSuspect };
		const restored = unpackBackup(dataDir, databasePath(dataDir), now);
		const registry = keep(new KeyValueFile(dataDir, registryFile, now));
		const targets = keep(new KeyValueFile(dataDir, targetFile, now));
		const before = ProgressFile.read(dataDir);
		const log = openLog(options, { registry, targets }, restored ? undefined : before, restored !== undefined);
		const found = restored ? [restoredFinding(dataDir, restored)] : log.findings;
		const corrected =
			isCorrected || log.isCorrected ? [{ found: "corrected" as const, path: databasePath(dataDir) }] : [];
		keep(log.db);
		const watch = keep(new FileWatch(databasePath(dataDir), logDatabase.applicationId));
		const reached = {
			log: log.id,
			events: log.events,
			at: before?.at ?? now,
			boot: currentBoot(),
			synced: options.fsync,
		};
		const progress = keep(new ProgressFile(dataDir, reached));
		const findings = [...registry.findings, ...targets.findings, ...corrected, ...found];
		return {
			...{ ...log, findings, path: databasePath(dataDir), registry, targets, watch, progress },
			canRot: true,
			budget(ms) {
				const end = performance.now() + ms;
				return () => performance.now() < end;
			},
			close() {
				for (const file of [registry, targets]) file.keepCopy();
				log.db.close();
				watch.close();
				progress.seal();
				// The lock is released last.
				for (const one of [progress, registry, targets, lock]) one.close();
			},
		};
	} catch (error) {
		for (const one of opened.reverse()) one.close();
		if (error instanceof LivekeeperError) throw error;
		if (["read_only", "disk_full", "io"].includes(faultOf(error))) throw unwritable(dataDir, error);
		throw error;
	}
}

function restoredFinding(dataDir: string, { kept }: Unpacked): Finding {
	return { found: kept.length > 0 ? "restored_partly" : "restored", path: databasePath(dataDir) };
}

function lockFolder(dataDir: string): Db {
	let lock: Db;
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		const path = join(dataDir, "livekeeper.lock");
		makePrivate(path);
		lock = new Database(path, { timeout: 0 });
	} catch (error) {
		throw unwritable(dataDir, error);
	}
	try {
		mustBeWritable(lock);
		lock.exec("BEGIN EXCLUSIVE");
		return lock;
	} catch (error) {
		lock.close();
		if (faultOf(error) !== "locked") throw unwritable(dataDir, error);
		throw new LivekeeperError("database_locked", storageTexts.folderInUse(dataDir), { cause: error });
	}
}

/** Opens the log if it is intact, otherwise starts a new one that follows it. */
function openLog(
	options: OpenOptions,
	{ registry, targets }: Beside,
	progress: Progress | undefined,
	isRestored: boolean,
): OpenedLog {
	const { dataDir, now } = options;
	const path = databasePath(dataDir);
	const hasWal = sizeOf(`${path}-wal`) > 0;
	// SQLite takes a file without pages for a new database, and deletes the WAL beside it.
	if (sizeOf(path) === 0 && hasWal) setAside(path, "lost", now);
	const before = knownLog(registry.db);
	let { db, isNew, finding, isCorrected } = openOrReplace(options, before);
	if (!hasWal && progress && isBehind(db, progress) && !progress.closed) {
		db.close();
		finding = { found: "incomplete", path: setAside(path, "incomplete", now) };
		({ db, isNew, isCorrected } = openOrMake(path, options));
	}
	// Includes a log from an earlier start that was interrupted before the log followed the lost one.
	const isBegun = isNew || isEmptyBeside(db, before?.id ?? progress?.log);
	const lost =
		isBegun &&
		((finding?.found === "repaired" ? undefined : finding) ??
			((before || progress) && { found: "lost" as const, path }));
	if (lost) {
		const at = progress?.at ?? before?.openedAt ?? now;
		const kept = keptIn(registry.values);
		followLost(db, { seqBase: before?.seqBase ?? 0, at, kept, setAside: finding?.path }, now);
	}
	// The damaged part may have been its end.
	const doubt = lost || isBegun ? undefined : (finding ?? doubtOf(db, { progress, before, isRestored, path }));
	if (doubt) continueAbove(db, { floor: before?.seqBase ?? 0, kept: keptIn(registry.values) }, now);
	const { id, seqBase, events } = stateOf(db);
	// A known log can be opened even on a full disk: nothing new is noted, and events wait.
	if (before?.id !== id || before.seqBase !== seqBase) noteLog(registry.db, { id, seqBase, openedAt: now });
	const findings: Finding[] = lost ? [lost] : [];
	// Both are created before the log. If one is new beside an existing log, it was lost.
	const isKnown = !isNew || lost !== undefined;
	if (registry.isNew && isKnown) findings.push({ found: "registry_lost", path: registry.path });
	if (targets.isNew && isKnown) findings.push({ found: "targets_lost", path: targets.path });
	if (doubt && !isRestored) findings.push(doubt);
	return { db, id, seqBase, events, findings, isCorrected };
}

function knownLog(registry: Db): KnownLog | undefined {
	return registry.prepare<[], KnownLog>("SELECT id, seq_base AS seqBase, opened_at AS openedAt FROM log").get();
}

function noteLog(registry: Db, { id, seqBase, openedAt }: KnownLog): void {
	registry
		.prepare("INSERT OR REPLACE INTO log (one, id, seq_base, opened_at) VALUES (1, ?, ?, ?)")
		.run(id, seqBase, openedAt);
}

/** Evidence of whether the log's end is the end that was last published. */
interface Evidence {
	progress: Progress | undefined;
	before: { id: string } | undefined;
	isRestored: boolean;
	path: string;
}

/** @returns `undefined` if the log's end is shown to be the end that was last published */
function doubtOf(db: Db, { progress, before, isRestored, path }: Evidence): Finding | undefined {
	const { id } = nameOf(db);
	const events = eventsOf(db);
	if (isRestored) return { found: "restored", path };
	if (before && before.id !== id) return { found: "replaced", path };
	// The log was being written until the power failed, so it is unknown how much of it never reached the disk.
	if (progress?.log !== id) return { found: "cut", path };
	const missing = Math.max(0, progress.events - events);
	if (progress.closed) return events === progress.events ? undefined : { found: "older", path, events: missing };
	const isWhole = missing === 0 && (progress.synced || isSameBoot(progress.boot, currentBoot()));
	return isWhole ? undefined : { found: "cut", path, events: missing };
}

/** An opened database, with problems found. */
interface OpenedFile {
	db: Db;
	isNew: boolean;
	/** Whether its schema or indexes were damaged and have been rebuilt. */
	isCorrected: boolean;
	finding: Finding | undefined;
}

function openOrReplace(options: OpenOptions, known: KnownLog | undefined): OpenedFile {
	const path = databasePath(options.dataDir);
	try {
		return openOrMake(path, options);
	} catch (error) {
		if (faultOf(error) !== "corrupt" || !existsSync(path)) throw error;
	}
	const old = setAside(path, "corrupt", options.now);
	const { db } = openOrMake(path, { ...options, suspect: false });
	const isNew = !salvage(db, old, known);
	if (!isNew) repairRooms(db, nameOf(db).seqBase);
	return { db, isNew, isCorrected: false, finding: { found: isNew ? "corrupt" : "salvaged", path: old } };
}

function openOrMake(path: string, options: OpenOptions): OpenedFile {
	let [isNew, isCorrected] = [false, false];
	const db = openDatabaseFile(path, logDatabase, (opened, isRepaired) => {
		isCorrected = isRepaired;
		opened.pragma("journal_mode = WAL");
		opened.pragma(`synchronous = ${options.fsync ? "FULL" : "NORMAL"}`);
		opened.pragma("cache_size = -32000");
		// Commits wait for a checkpoint: a few milliseconds each second, while 16 MB at once took up to 55.
		opened.pragma("wal_autocheckpoint = 1000");
		opened.pragma("journal_size_limit = 67108864");
		isNew = opened.pragma("user_version", { simple: true }) === 0;
	});
	try {
		isCorrected = checkTables(db, options.suspect) || isCorrected;
		db.prepare("SELECT * FROM blocks LIMIT 1").get();
		const repaired = repairRooms(db, nameOf(db).seqBase);
		isCorrected = repairEnds(db) || isCorrected;
		return { db, isNew, isCorrected, finding: repaired.length > 0 ? { found: "repaired", path } : undefined };
	} catch (error) {
		db.close();
		throw error;
	}
}

/** Rebuilds the indexes that find the ends of rooms if they can't be read. @returns whether that was necessary */
function repairEnds(db: Db): boolean {
	try {
		new Rooms(db);
		return false;
	} catch (error) {
		if (faultOf(error) !== "corrupt") throw error;
	}
	checkTables(db, true);
	new Rooms(db);
	return true;
}

function nameOf(db: Db): { id: string; seqBase: number } {
	const log = db.prepare<[], { id: string; seqBase: number }>("SELECT id, seq_base AS seqBase FROM log").get();
	if (!log)
		throw Object.assign(new Error("The event log's database says nothing of itself."), { code: "SQLITE_CORRUPT" });
	return log;
}

/** Returns the log's id, the number before the first event of a new room, and the number of events stored so far. */
export function stateOf(db: Db): Pick<OpenedLog, "id" | "seqBase" | "events"> {
	return { ...nameOf(db), events: eventsOf(db) };
}

/** Returns the number of events stored so far, including deleted ones. */
function eventsOf(db: Db): number {
	const skipped = db.prepare<[], number>("SELECT skipped FROM log").pluck().get() ?? 0;
	return new Rooms(db).all().reduce((sum, { lastSeq }) => sum + lastSeq, -skipped);
}

/** Whether the log knows no room yet and has replaced another one. */
function isEmptyBeside(db: Db, known: string | undefined): boolean {
	const isEmpty = db.prepare("SELECT NOT EXISTS (SELECT 1 FROM rooms)").pluck().get() === 1;
	return isEmpty && known !== undefined && nameOf(db).id !== known;
}

function isBehind(db: Db, progress: Progress): boolean {
	return progress.log === nameOf(db).id && eventsOf(db) < progress.events;
}

function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function unwritable(dataDir: string, cause: unknown): LivekeeperError {
	const why = cause instanceof Error ? cause.message : String(cause);
	return new LivekeeperError("storage_unwritable", storageTexts.folderUnusable(dataDir, why), { cause });
}
