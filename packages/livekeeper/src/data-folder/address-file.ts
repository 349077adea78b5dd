import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const pathIn = (dataDir: string) => join(dataDir, "livekeeper.address");

/**
 * Says in the data folder where the service that holds it listens, for who finds the folder held.
 * @returns what takes it back. After a crash it is left over: ask at the address before you believe it
 */
export function publishAddress(dataDir: string, url: string): () => void {
	writeFileSync(pathIn(dataDir), `${url}\n`, { mode: 0o600 });
	return () => rmSync(pathIn(dataDir), { force: true });
}

/** Where the service that holds the folder said that it listens; `undefined` where it said nothing, or not yet. */
export function publishedAddress(dataDir: string): string | undefined {
	try {
		const url = readFileSync(pathIn(dataDir), "utf8").trim();
		return URL.canParse(url) ? url : undefined;
	} catch {
		return undefined;
	}
}
