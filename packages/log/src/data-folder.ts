import { chmodSync, lstatSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The `data_dir` of a service that keeps everything in memory, and needs no disk. */
export const inMemory = ":memory:";

/** An item of the data folder that users other than its owner may access. */
export interface Loose {
	path: string;
	/** Its previous mode in octal, such as `0755`. */
	mode: string;
	/** Whether only its owner may access it now; otherwise it belongs to another user, or cannot be changed. */
	tightened: boolean;
}

const ours = /^(livekeeper|registry|targets|secret)\./;

/**
 * Restricts an existing data folder and the service's files in it to their owner, because they contain cookies and
 * rooms' messages. A folder that is a link is followed; files that are links, and other users' files, are not changed.
 * On Windows, where a folder inherits its permissions, nothing is done.
 * @returns the items that were more permissive
 */
export function secureFolder(dataDir: string): Loose[] {
	if (process.platform === "win32") return [];
	let folder: string;
	try {
		folder = realpathSync(dataDir);
	} catch {
		// Opening it creates it, or reports why it cannot be used.
		return [];
	}
	const found = [tighten(folder, 0o700, (stats) => stats.isDirectory())];
	for (const name of namesIn(folder)) {
		if (ours.test(name)) found.push(tighten(join(folder, name), 0o600, (stats) => stats.isFile()));
	}
	return found.filter((loose) => loose !== undefined);
}

function tighten(path: string, mode: number, isOne: (stats: Stats) => boolean): Loose | undefined {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	if (!stats || !isOne(stats) || (stats.mode & 0o077) === 0) return undefined;
	const loose = { path, mode: (stats.mode & 0o777).toString(8).padStart(4, "0") };
	try {
		chmodSync(path, mode);
		return { ...loose, tightened: true };
	} catch {
		return { ...loose, tightened: false };
	}
}

function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		// Opening it reports why it cannot be used.
		return [];
	}
}

const pathIn = (dataDir: string) => join(dataDir, "livekeeper.address");

/**
 * Publishes the service's address in its data folder, for a program that finds the folder in use. The service also runs
 * without it, because a full disk must not keep it from starting.
 * @param onError called with the error that prevents the file from being written
 * @returns a function that removes the file. It is left over after a crash, so verify the address before trusting it
 */
export async function publishAddress(
	dataDir: string,
	url: string,
	onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
	await writeFile(pathIn(dataDir), `${url}\n`, { mode: 0o600 }).catch(onError);
	return () => rm(pathIn(dataDir), { force: true });
}

/** Returns the address published by the service that holds the folder; `undefined` if there is none, or not yet. */
export async function publishedAddress(dataDir: string): Promise<string | undefined> {
	const url = await readFile(pathIn(dataDir), "utf8").catch(() => "");
	return URL.canParse(url.trim()) ? url.trim() : undefined;
}
