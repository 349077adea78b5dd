import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { renameFile } from "@livekeeper/base/rename-file";
import { commandFailures } from "../text/index.ts";

export interface SaveOptions {
	/** Cancels it; no file is left. */
	signal: AbortSignal;
	/** Mode of the file; default: the system's. */
	mode?: number | undefined;
	/** Called with the temporary path before the file gets its name. */
	finish?: ((part: string) => Promise<void>) | undefined;
}

/**
 * Saves a stream. The file gets its name only when it is complete, and replaces a file of that name.
 * @returns its size, bytes
 * @throws LivekeeperError `cannot_write_file`; errors of `body` that are a LivekeeperError or the signal's reason
 */
export async function saveFile(body: AsyncIterable<Uint8Array>, file: string, options: SaveOptions): Promise<number> {
	const { signal, mode, finish } = options;
	const part = `${file}.part`;
	try {
		if (mode !== undefined) await rm(part, { force: true });
		const stream = createWriteStream(part, { ...(mode !== undefined && { mode }) });
		await pipeline(body, stream, { signal });
		await finish?.(part);
		renameFile(part, file);
		return stream.bytesWritten;
	} catch (error) {
		await rm(part, { force: true });
		if (signal.aborted || error instanceof LivekeeperError) throw error;
		const why = error instanceof Error ? error.message : String(error);
		throw new LivekeeperError("cannot_write_file", commandFailures.unwritableFile(file, why), { cause: error });
	}
}
