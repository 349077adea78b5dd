import { buffer } from "node:stream/consumers";
import { constants, createGzip } from "node:zlib";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { pack } from "tar-stream";

/** The same time for each file, so that the same files give the same archive. */
const modified = new Date("2026-01-01T00:00:00Z");

/**
 * @param {{ path: string, content: Uint8Array, mode: number }[]} files paths with "/"
 * @param {"zip" | "tar.gz"} kind
 */
export async function packed(files, kind) {
	return kind === "zip" ? zip(files) : tarball(files);
}

async function zip(files) {
	const writer = new ZipWriter(new Uint8ArrayWriter(), { level: 9, extendedTimestamp: false });
	for (const { path, content } of files) {
		await writer.add(path, new Uint8ArrayReader(content), { lastModDate: modified });
	}
	return writer.close();
}

function tarball(files) {
	const tar = pack();
	for (const { path, content, mode } of files) tar.entry({ name: path, mode, mtime: modified }, Buffer.from(content));
	tar.finalize();
	return buffer(tar.pipe(createGzip({ level: constants.Z_BEST_COMPRESSION })));
}
