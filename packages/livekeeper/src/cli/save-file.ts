import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { LivekeeperError } from "../errors.ts";
import { renameFile } from "../rename-file.ts";
import { commandFailures } from "../text/index.ts";

export interface SaveOptions {
	/** Ends it; nothing is left of the file. */
	signal: AbortSignal;
	/** Rights of the file; default what the system gives. */
	mode?: number | undefined;
	/** Called before the file gets its name, with its path until then. */
	finish?: ((part: string) => Promise<void>) | undefined;
}

/**
 * Saves what comes. The file gets its name only when it is whole; a file of that name is then replaced.
 * @returns its size, bytes
 * @throws LivekeeperError `cannot_write_file`; what `body` throws, if it is a LivekeeperError or the signal's reason
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
