import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Maximum size of all files together, bytes; an archive has 160 MB. */
const maxBytes = 2 ** 30;
/** Folder of an archive that holds one version: Node, livekeeper and its libraries. */
const appFolder = "livekeeper/app/";

/**
 * Unpacks the program of an archive (`.zip`, otherwise `.tar.gz`) into a new folder; each file is on the disk when this
 * resolves. Files that would lie elsewhere are refused.
 * @throws Error for an archive that can't be read, is too large, or names paths outside of its folder
 */
export async function unpackApp(archive: string, into: string): Promise<void> {
	let left = maxBytes;
	const take = async (name: string, mode: number, content: Readable): Promise<void> => {
		const inside = name.startsWith(appFolder) ? name.slice(appFolder.length) : "";
		if (inside === "" || inside.endsWith("/")) {
			content.resume();
			return;
		}
		if (posix.normalize(inside) !== inside || inside.startsWith("../") || /^[/\\]|[\\:\0]/.test(inside)) {
			throw new Error(`the archive names a path outside of its folder: ${name.slice(0, 200)}`);
		}
		const path = join(into, inside);
		await mkdir(dirname(path), { recursive: true });
		const file = await open(path, "wx", mode & 0o111 ? 0o755 : 0o644);
		try {
			for await (const chunk of content) {
				left -= (chunk as Buffer).length;
				if (left < 0) throw new Error(`the archive holds more than ${maxBytes} bytes`);
				await file.write(chunk as Buffer);
			}
			await file.sync();
		} finally {
			await file.close();
		}
	};
	await (archive.endsWith(".zip") ? unzip(archive, take) : untar(archive, take));
}

type Take = (name: string, mode: number, content: Readable) => Promise<void>;

async function untar(archive: string, take: Take): Promise<void> {
	const { extract } = await import("tar-stream");
	const entries = extract();
	const source = createReadStream(archive);
	const unpacked = createGunzip();
	source.on("error", (error) => entries.destroy(error));
	unpacked.on("error", (error) => entries.destroy(error));
	source.pipe(unpacked).pipe(entries);
	for await (const entry of entries) {
		const { name, mode = 0o644, type } = entry.header;
		// Links could lead out of the folder, and an archive has none.
		if (type === "file") await take(name, mode, entry as unknown as Readable);
		else entry.resume();
	}
}

async function unzip(archive: string, take: Take): Promise<void> {
	const { default: yauzl } = await import("yauzl");
	const zip = await new Promise<import("yauzl").ZipFile>((resolve, reject) => {
		yauzl.open(archive, { lazyEntries: true, validateEntrySizes: true }, (error, opened) =>
			error ? reject(error) : resolve(opened),
		);
	});
	await new Promise<void>((resolve, reject) => {
		const fail = (error: unknown) => {
			zip.close();
			reject(error);
		};
		zip.on("entry", (entry: import("yauzl").Entry) => {
			zip.openReadStream(entry, (error, content) => {
				if (error) return fail(error);
				// The stream of a stored entry never closes, so an iterator over it would not end.
				const closing = content.pipe(new PassThrough());
				content.on("error", (error) => closing.destroy(error));
				// Windows has no executable bits.
				take(entry.fileName, 0o755, closing).then(() => zip.readEntry(), fail);
			});
		});
		zip.on("end", resolve);
		zip.on("error", fail);
		zip.readEntry();
	});
}
