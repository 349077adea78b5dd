import { readFile } from "node:fs/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { BackupProgress, LivekeeperClient } from "@livekeeper/client";
import { addParts } from "@livekeeper/log/database";
import { checkOf } from "@livekeeper/log/storage";
import { commandFailures, commandTexts } from "../text/index.ts";
import { bytesText } from "./format/age.ts";
import type { Progress } from "./format/progress.ts";
import type { Io } from "./io.ts";
import { saveFile } from "./save-file.ts";

export interface SaveBackupOptions {
	client: Pick<LivekeeperClient, "openBackup">;
	/** A file of that name is replaced once the backup is complete. */
	file: string;
	io: Pick<Io, "out" | "err" | "paint" | "language">;
	progress: Progress;
	/** Cancels it; no file is left. */
	signal: AbortSignal;
}

/**
 * Saves a backup of a running service, readable by its owner alone. The key that encrypts cookies is never sent over
 * the network: it is added from its own file if this user can read that.
 * @returns false if it was cancelled by `signal`.
 * @throws LivekeeperError
 */
export async function saveBackup(options: SaveBackupOptions): Promise<boolean> {
	const { client, file, io, progress, signal } = options;
	try {
		const response = await client.openBackup({ signal, onProgress: copyProgress(progress) });
		progress.stop();
		const total = Number(response.headers.get("content-length") ?? 0);
		progress.start(total, "bytes");
		let key: string | undefined;
		const finish = async (part: string) => {
			key = await keyOf(response.headers);
			if (key !== undefined) addParts(part, [{ name: "secret.key", content: Buffer.from(key) }]);
		};
		const bytes = await saveFile(counted(response, progress, signal), file, { signal, mode: 0o600, finish });
		progress.stop();
		io.out(`${io.paint("green", "✓")} ${file} (${bytesText(bytes)})`);
		printKey(response.headers, key, io);
		return true;
	} catch (error) {
		if (!signal.aborted) throw error;
		io.err(commandTexts.interrupted[io.language]);
		return false;
	} finally {
		progress.stop();
	}
}

/** Returns a callback for the progress of the service's copy, during which no data arrives yet. */
function copyProgress(progress: Progress): (now: BackupProgress) => void {
	let started = false;
	return ({ bytes, total }) => {
		if (!started) progress.start(total, "bytes");
		started = true;
		progress.update(bytes);
	};
}

async function* counted({ body }: Response, progress: Progress, signal: AbortSignal) {
	let bytes = 0;
	try {
		for await (const chunk of body ?? []) {
			bytes += chunk.length;
			progress.update(bytes);
			yield chunk;
		}
	} catch (cause) {
		if (signal.aborted) throw signal.reason;
		throw new LivekeeperError("backup_failed", commandFailures.backupBroken, {
			hint: commandFailures.againHint,
			cause,
		});
	}
}

/** Returns the key. Its path is reported by the service, so the file is used only if it is the key. */
async function keyOf(headers: Headers): Promise<string | undefined> {
	const path = headers.get("x-livekeeper-key-file");
	if (path === null) return undefined;
	const key = await readFile(decodeURIComponent(path), "utf8").catch(() => undefined);
	return key !== undefined && checkOf(key) === headers.get("x-livekeeper-key-check") ? key : undefined;
}

function printKey(headers: Headers, key: string | undefined, io: Pick<Io, "err" | "paint" | "language">): void {
	const { language } = io;
	if (key !== undefined) {
		io.err(commandTexts.holdsKey[language]);
		return;
	}
	const path = headers.get("x-livekeeper-key-file");
	const what = path === null ? commandTexts.yourSecret[language] : decodeURIComponent(path);
	io.err(`${io.paint("yellow", "!")} ${commandTexts.keepKey(what)[language]}`);
}
