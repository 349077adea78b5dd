import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { type Db, isCorrupt, type LastGood, openDatabaseFile, setAside } from "../../data-folder/index.ts";
import { LivekeeperError } from "../../errors.ts";
import { storageTexts, type Text } from "../../text/index.ts";
import { targetDatabase } from "./schema.ts";

export interface OpenOptions {
	/** ms since the epoch. */
	now: number;
	logger: Pick<Logger, "error">;
	/** Takes the place of one that is damaged or gone; default: none does. */
	lastGood?: LastGood | undefined;
	/** There was one before. Default: nobody knows. */
	isKnown?: boolean | undefined;
	/** Called with what was damaged or missing, and what became of it; for people. */
	onFinding?: ((finding: Text) => void) | undefined;
}

/**
 * Opens `targets.db` of a data folder, and makes it where there is none. It is a file of its own, so that storing a
 * delivery never waits for a commit of the event log, nor the other way round.
 *
 * One that is corrupt is set aside under another name, and its last good copy takes its place; where there is none it is
 * started over: its targets have to be created again.
 * @throws LivekeeperError `storage_unwritable`, `database_other_version`, `database_foreign`
 */
export function openTargetDatabase(dataDir: string, options: OpenOptions): Db {
	const { now, logger, lastGood, onFinding } = options;
	const path = join(dataDir, "targets.db");
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		if (!existsSync(path)) makeGood(path, options);
		return open(path);
	} catch (error) {
		if (error instanceof LivekeeperError) throw error;
		if (!isCorrupt(error)) {
			const why = error instanceof Error ? error.message : String(error);
			throw new LivekeeperError("storage_unwritable", storageTexts.fileUnusable(path, why), { cause: error });
		}
	}
	const damaged = lastGood?.restore(now);
	if (damaged !== undefined) {
		logger.error({ event: "targets_restored", path: damaged });
		onFinding?.(storageTexts.restored("targets", damaged));
		return open(path);
	}
	const old = setAside(path, "corrupt", now);
	onFinding?.(storageTexts.setAside(old));
	logger.error({ event: "targets_corrupt", path: old });
	return open(path);
}

/** There is none. */
function makeGood(path: string, { now, logger, lastGood, isKnown, onFinding }: OpenOptions): void {
	if (lastGood?.restore(now)) {
		logger.error({ event: "targets_missing", path });
		onFinding?.(storageTexts.missing("targets"));
	} else if (isKnown) {
		logger.error({ event: "targets_lost", path });
		onFinding?.(storageTexts.gone("targets"));
	}
}

function open(path: string): Db {
	return openDatabaseFile(path, targetDatabase, (db) => {
		db.pragma("journal_mode = WAL");
		// A loss of power may take the newest positions: their batches are sent again.
		db.pragma("synchronous = NORMAL");
		// Reads all of it, which is little: it holds places, and no events.
		const found = db.pragma("quick_check(1)", { simple: true });
		if (found !== "ok") throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
	});
}
