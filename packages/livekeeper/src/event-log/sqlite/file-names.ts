import { randomBytes } from "node:crypto";
import { join } from "node:path";

/** The event log's database in a data folder. */
export function databasePath(dataDir: string): string {
	return join(dataDir, "livekeeper.db");
}

/** A new name for a backup in the making. */
export function backupPath(dataDir: string): string {
	return join(dataDir, `livekeeper.backup-${randomBytes(6).toString("hex")}.tmp`);
}

/** Whether a file is what is left of a backup whose making was cut off. */
export function isLeftover(name: string): boolean {
	return /^livekeeper\.backup-[0-9a-f]+\.tmp(-journal)?$/.test(name);
}
