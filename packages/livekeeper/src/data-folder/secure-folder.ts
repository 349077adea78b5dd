import { chmodSync, lstatSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { join } from "node:path";

/** Something of the data folder that others than its owner may use. */
export interface Loose {
	path: string;
	/** What it had, in octal, e.g. `0755`. */
	mode: string;
	/** Only its owner may use it now; else it is another user's, or can't be changed. */
	tightened: boolean;
}

const ours = /^(livekeeper|registry|targets|secret)\./;

/**
 * Leaves a data folder that exists, and the files in it that are ours, to their owner alone: there are cookies in it,
 * and what was said in rooms. A folder that is a link is followed; files that are links, and other people's files, are
 * not changed. On Windows, where a folder has what its parent gives it, nothing is done.
 * @returns what was looser
 */
export function secureFolder(dataDir: string): Loose[] {
	if (process.platform === "win32") return [];
	let folder: string;
	try {
		folder = realpathSync(dataDir);
	} catch {
		// Opening it creates it, or reports why it can't be used.
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
		// Opening it reports why it can't be used.
		return [];
	}
}
