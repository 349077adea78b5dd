import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { extract } from "tar-stream";
import { expect, test } from "vitest";

interface ArchiveFile {
	path: string;
	content: Uint8Array;
	mode: number;
}
const { packed } = (await import(new URL("./archive.mjs", import.meta.url).href)) as {
	packed(files: ArchiveFile[], kind: "zip" | "tar.gz"): Promise<Uint8Array>;
};

const files: ArchiveFile[] = [
	{ path: "livekeeper/使用说明.txt", content: Buffer.from("双击 livekeeper.cmd\r\n"), mode: 0o644 },
	{ path: "livekeeper/app/node.exe", content: Buffer.alloc(300_000, "MZ"), mode: 0o755 },
	{ path: "livekeeper/app/empty", content: Buffer.alloc(0), mode: 0o644 },
];

test("a zip is reproducible and restores files and names", async () => {
	const archive = await packed(files, "zip");
	const reader = new ZipReader(new Uint8ArrayReader(archive));
	const entries = await reader.getEntries();
	const unpacked = entries.map(async (entry) => {
		if (entry.directory) throw new Error("A folder of its own");
		return [entry.filename, Buffer.from(await entry.getData(new Uint8ArrayWriter()))];
	});
	expect(await Promise.all(unpacked)).toEqual(files.map(({ path, content }) => [path, content]));
	await reader.close();
	expect(archive.length).toBeLessThan(10_000);
	expect(Buffer.from(await packed(files, "zip"))).toEqual(Buffer.from(archive));
});

test("a tarball restores files and their executable bits", async () => {
	const archive = await packed(files, "tar.gz");
	const unpacked: ArchiveFile[] = [];
	const tar = extract();
	const gunzip = createGunzip();
	gunzip.pipe(tar);
	gunzip.end(archive);
	for await (const entry of tar) {
		const { name, mode = 0 } = entry.header;
		unpacked.push({ path: name, mode, content: await buffer(entry) });
	}
	expect(unpacked).toEqual(files);
	expect(Buffer.from(await packed(files, "tar.gz"))).toEqual(Buffer.from(archive));
});
