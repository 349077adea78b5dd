import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const pathIn = (dataDir: string) => join(dataDir, "livekeeper.address");

/**
 * Says in the data folder where the service that holds it listens, for a program that finds the folder in use. A service runs
 * without it as well: a full disk must not keep it from starting.
 * @param onError is given what keeps the file from being written
 * @returns what takes it back. After a crash it is left over: ask at the address before you believe it
 */
export async function publishAddress(
	dataDir: string,
	url: string,
	onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
	await writeFile(pathIn(dataDir), `${url}\n`, { mode: 0o600 }).catch(onError);
	return () => rm(pathIn(dataDir), { force: true });
}

/** Where the service that holds the folder said that it listens; `undefined` where it said nothing, or not yet. */
export async function publishedAddress(dataDir: string): Promise<string | undefined> {
	const url = await readFile(pathIn(dataDir), "utf8").catch(() => "");
	return URL.canParse(url.trim()) ? url.trim() : undefined;
}
