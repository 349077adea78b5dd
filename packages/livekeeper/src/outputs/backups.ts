import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Clock } from "@livekeeper/douyin";
import type { BackupProgress, EventLog } from "@livekeeper/log";
import { storageTexts } from "@livekeeper/log/text";

interface Backup {
	fileName: string;
	bytes: number;
	/** Content of the copy. The file is removed when the stream ends or is destroyed. */
	body: Readable;
}

interface BackupsOptions {
	log: Pick<EventLog, "backup" | "backupProgress">;
	clock: Clock;
}

/**
 * Interval between checks of the reader, ms. A reader that took nothing since the last check is dropped, because others
 * wait and the copy takes disk space.
 */
const stallMs = 60_000;

/**
 * Makes backups, one at a time. None contains the key that seals the cookies, so a client that may download a backup
 * cannot read them.
 */
export class Backups {
	readonly #options: BackupsOptions;
	#running = false;

	constructor(options: BackupsOptions) {
		this.#options = options;
	}

	/** @throws LivekeeperError `backup_running`, `backup_failed`, `storage_failing` */
	async make(): Promise<Backup> {
		if (this.#running) throw new LivekeeperError("backup_running", storageTexts.backupRunning);
		this.#running = true;
		const end = () => {
			this.#running = false;
		};
		try {
			return await this.#make(end);
		} catch (error) {
			end();
			throw error;
		}
	}

	/** Progress of the running backup. */
	async progress(): Promise<BackupProgress | undefined> {
		return this.#running ? this.#options.log.backupProgress() : undefined;
	}

	async #make(end: () => void): Promise<Backup> {
		const path = await this.#options.log.backup();
		const { size } = await stat(path);
		const body = createReadStream(path);
		let taken = -1;
		const stall = this.#options.clock.every(stallMs, () => {
			if (body.bytesRead === taken) body.destroy(new Error(`The reader took nothing for ${stallMs / 1000} s.`));
			taken = body.bytesRead;
		});
		body.once("close", () => {
			stall.cancel();
			void rm(path, { force: true }).finally(end);
		});
		const stamp = new Date(this.#options.clock.now()).toISOString().slice(0, 16).replaceAll(":", "-");
		return { fileName: `livekeeper-${stamp}.backup`, bytes: size, body };
	}
}
