import { randomBytes } from "node:crypto";
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { addParts, type BackupPart, type Db, makePrivate } from "../../database/index.ts";
import { storageTexts } from "../../text/index.ts";
import type { BackupProgress } from "../event-log.ts";

/** Pages copied between commits, about a megabyte. */
const stepPages = 256;
/** Bytes that must stay free on the disk, because a backup must not stop the log that it is to save. */
const spareBytes = 64 * 1024 ** 2;

/**
 * Copies an open log into a new file step by step, while the log continues to be written; later commits are in the copy
 * as well. Then adds the folder's small files. The copy is a log of its own, with another id.
 * @throws LivekeeperError `backup_failed` if there is too little space
 */
export async function backUp(
	db: Db,
	path: string,
	parts: readonly BackupPart[],
	onProgress: (progress: BackupProgress) => void,
): Promise<void> {
	const pageBytes = Number(db.pragma("page_size", { simple: true }));
	const needed = Number(db.pragma("page_count", { simple: true })) * pageBytes + spareBytes;
	const { bavail, bsize } = statfsSync(dirname(path));
	if (bavail * bsize < needed) {
		const mb = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
		throw new LivekeeperError("backup_failed", storageTexts.backupSpace(mb(needed), mb(bavail * bsize)));
	}
	makePrivate(path);
	await db.backup(path, {
		progress: ({ totalPages, remainingPages }) => {
			onProgress({ copied: (totalPages - remainingPages) * pageBytes, total: totalPages * pageBytes });
			return stepPages;
		},
	});
	const id = randomBytes(8).toString("hex");
	addParts(path, parts, (copy) => void copy.prepare("UPDATE log SET id = ?").run(id));
}
