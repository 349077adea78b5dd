import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Measurements of the probe in the service's process within one window of time. */
export interface Seen {
	/** Maximum time for which its event loop was blocked, ms. */
	heldMs: number;
	/** Maximum CPU time of its thread between two turns of the loop, ms: the blocking time on an idle machine. */
	busyMs: number;
	/** Peak of memory that was resident, and in use (heap, buffers outside of it), bytes. */
	rss: number;
	used: number;
	/** Memory in use after the last requested collection, bytes. */
	keptBytes: number;
}

interface Line extends Seen {
	at: number;
}

/** Makes processes that start from now on load the probe, which writes into `path`. */
export function loadProbe(path: string): void {
	process.env["FLOOD_PROBE"] = path;
	const probe = `--import ${fileURLToPath(new URL("./probe.mjs", import.meta.url))}`;
	process.env["NODE_OPTIONS"] = `${process.env["NODE_OPTIONS"] ?? ""} ${probe}`;
}

/** @param from ms since the epoch */
export function seenSince(path: string, from: number): Seen {
	const lines = readFileSync(path, "utf8").trim().split("\n");
	const seen = { heldMs: 0, busyMs: 0, rss: 0, used: 0, keptBytes: 0 };
	for (const line of lines.map((text) => JSON.parse(text) as Line)) {
		if (line.at < from) continue;
		seen.heldMs = Math.max(seen.heldMs, line.heldMs);
		seen.busyMs = Math.max(seen.busyMs, line.busyMs);
		seen.rss = Math.max(seen.rss, line.rss);
		seen.keptBytes = line.keptBytes;
		seen.used = Math.max(seen.used, line.used);
	}
	return seen;
}
