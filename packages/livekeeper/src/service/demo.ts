import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A simulated Douyin in this process. */
export interface Demo {
	url: string;
	liveIds: readonly string[];
	/** That of a logged-in account, so that gifts are seen. */
	cookie: string;
	/** A folder of its own that goes with it: made-up rooms are not mixed with real ones, nor begun again without it. */
	dataDir: string;
	close(): Promise<void>;
}

/** Three rooms that talk, on a free port. */
export async function startDemo(): Promise<Demo> {
	// Loaded only here: nobody else needs it.
	const { startSimulator } = await import("@livekeeper/simulator");
	const simulator = await startSimulator({ port: 0, rooms: 3, rate: 5, seed: 1 });
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-demo-"));
	return {
		dataDir,
		url: simulator.url,
		liveIds: simulator.rooms.map((room) => room.liveId),
		cookie: "sessionid=demo",
		async close() {
			await simulator.close();
			// On Windows a scanner may hold a file for a moment still.
			rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
