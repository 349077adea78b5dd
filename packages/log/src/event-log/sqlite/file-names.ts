import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inMemory } from "../../data-folder.ts";

/** Returns the path of the event log's database in a data folder. */
export function databasePath(dataDir: string): string {
	return join(dataDir, "livekeeper.db");
}

/** Returns a new path for a backup while it is being made; of a log in memory, in the system's temporary folder. */
export function backupPath(dataDir: string): string {
	return join(dataDir === inMemory ? tmpdir() : dataDir, `livekeeper.backup-${randomBytes(6).toString("hex")}.tmp`);
}

/** Whether a file was left behind by an interrupted backup. */
export function isLeftover(name: string): boolean {
	return /^livekeeper\.backup-[0-9a-f]+\.tmp(-journal)?$/.test(name);
}
