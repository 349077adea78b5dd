import { createHash, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

export interface ArchiveFile {
	path: string;
	content: Uint8Array;
	mode: number;
}

const load = (name: string) => import(new URL(`../../../../scripts/package/${name}`, import.meta.url).href);
export const { packed } = (await load("archive.mjs")) as {
	packed(files: ArchiveFile[], kind: "zip" | "tar.gz"): Promise<Uint8Array>;
};
const { starters } = (await load("starters.mjs")) as {
	starters(target: { platform: string }, version: string): ArchiveFile[];
};

/** Returns the files of a version below `livekeeper/`: its starters and the given files. */
export function versionFiles(
	version: string,
	files: readonly ArchiveFile[],
	platform: NodeJS.Platform = "linux",
): ArchiveFile[] {
	return [...starters({ platform }, version), ...files].map((file) => ({
		...file,
		path: `livekeeper/${file.path}`,
	}));
}

/** Unpacks files as a user would. @returns the installation's folder */
export function unpacked(files: readonly ArchiveFile[], folder: string): string {
	for (const { path, content, mode } of files) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), content);
		chmodSync(join(folder, path), mode);
	}
	return join(folder, "livekeeper");
}

/** Serves a folder's files on a free port. @returns its URL, and a function that ends it */
export async function served(folder: string): Promise<{ url: string; close: () => void }> {
	const server = createServer((request, answer) => {
		const path = join(folder, request.url ?? "");
		if (existsSync(path)) answer.end(readFileSync(path));
		else answer.writeHead(404).end();
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** Writes an archive with its checksums, which are signed if there is a key. @returns its path */
export async function writeArchive(
	folder: string,
	{ name, files, key }: { name: string; files: ArchiveFile[]; key?: KeyObject | undefined },
): Promise<string> {
	const bytes = await packed(files, name.endsWith(".zip") ? "zip" : "tar.gz");
	writeFileSync(join(folder, name), bytes);
	const sums = `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
	writeFileSync(join(folder, "SHA256SUMS"), sums);
	if (key) writeFileSync(join(folder, "SHA256SUMS.sig"), sign(null, Buffer.from(sums), key).toString("base64"));
	return join(folder, name);
}
