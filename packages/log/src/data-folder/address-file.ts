import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

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
