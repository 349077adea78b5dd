import type { ArchiveFile } from "../../packages/livekeeper/src/updates/archives.helpers.ts";

interface Target {
	/** npm's package with its Node. */
	node: string;
}

const load = (name: string) => import(new URL(`../../scripts/package/${name}`, import.meta.url).href);
const { targets } = (await load("targets.mjs")) as { targets: { "win-x64": Target } };
const { contentsOf, nodeFiles } = (await load("contents.mjs")) as {
	contentsOf(target: Target): Promise<{ files: ArchiveFile[] }>;
	nodeFiles(target: Target): Promise<ArchiveFile[]>;
};

export const target = targets["win-x64"];

/**
 * Returns the files that users get, as `npm run package` assembles them; `undefined` if Node for Windows can't be
 * fetched. The script's own test checks, with less to pack, that an archive returns what was packed.
 */
export function contentsOfArchive(): Promise<ArchiveFile[] | undefined> {
	return unlessUnfetched(contentsOf(target).then(({ files }) => files));
}

/** Returns Node's program as an archive has it; `undefined` if it can't be fetched. */
export function nodeForWindows(): Promise<ArchiveFile | undefined> {
	return unlessUnfetched(nodeFiles(target).then((files) => files.find(({ path }) => path.endsWith("node.exe"))));
}

async function unlessUnfetched<T>(fetched: Promise<T>): Promise<T | undefined> {
	try {
		return await fetched;
	} catch (error) {
		if (/could not be fetched/.test(String(error))) return undefined;
		throw error;
	}
}
