import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { expect, onTestFinished, test } from "vitest";
import { unpackApp } from "./archive.ts";

test.each([0, 9])("unpacks a zip with compression level %i", async (level) => {
	const folder = temporaryFolder(onTestFinished);
	const writer = new ZipWriter(new Uint8ArrayWriter(), { level });
	const sizes = { "README.txt": 10, "app/empty": 0, "app/large": 300_000, "extension/large.js": 300_000, "app/a/b": 5 };
	for (const [path, size] of Object.entries(sizes)) {
		await writer.add(`livekeeper/${path}`, new Uint8ArrayReader(new Uint8Array(size).fill(7)));
	}
	writeFileSync(join(folder, "a.zip"), await writer.close());
	await unpackApp(join(folder, "a.zip"), join(folder, "into"));
	const unpacked = ["empty", "large", "a/b"].map((path) => readFileSync(join(folder, "into", path)));
	expect(unpacked).toEqual([0, 300_000, 5].map((size) => Buffer.alloc(size, 7)));
});
