import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@livekeeper/douyin";
import type { Simulator } from "@livekeeper/simulator";

/** A simulated Douyin in this process. */
export interface Demo {
	url: string;
	/** Rooms, each with a login of its own, so a fault of one leaves the others alone. */
	rooms: readonly { liveId: string; options: { cookie: string } }[];
	/** Cookie of a logged-in account, so gifts are visible. */
	cookie: string;
	/** Minimum wait of a refused room, ms: short enough that a spectator sees it come back. */
	blockedDelayMs: number;
	/**
	 * Temporary data folder that is removed with the demo: simulated rooms are neither mixed with real ones nor resumed
	 * without it.
	 */
	dataDir: string;
	close(): Promise<void>;
}

/** An event that happens to a room once in each round. */
interface Scene {
	/** Time after the start of the round, ms. */
	atMs: number;
	play(simulator: Simulator, liveIds: readonly string[]): void;
}

const roundMs = 300_000;
/** Messages per second. The first room is busy enough for big gifts and a battle within a minute. */
const rates = [12, 5, 5] as const;
/** The login of the third room receives only its first gifts. */
const giftsOfThird = "first:2";

const scenes: readonly Scene[] = [
	{
		atMs: 30_000,
		play: (simulator, [, second]) => {
			simulator.setFault({ fault: "device_blocked", for_ms: 20_000 }, second);
			simulator.setFault({ fault: "cut" }, second);
		},
	},
	{
		atMs: 70_000,
		play: (simulator, [, , third]) => void simulator.setFault({ fault: "stall", ms: 40_000 }, third),
	},
];

/** Starts three busy rooms on a free port; all kinds of events happen to them repeatedly. */
export async function startDemo(clock: Clock): Promise<Demo> {
	// Loaded only here, because nothing else needs it.
	const { startSimulator } = await import("@livekeeper/simulator");
	const simulator = await startSimulator({ port: 0, rooms: rates.length, seed: 1, clock });
	const liveIds = simulator.rooms.map(({ liveId }) => liveId);
	for (const [i, room] of simulator.rooms.entries()) room.change({ rate: rates[i] });
	simulator.identities.set("demo-3", { gifts: giftsOfThird });
	const timers = scenes.map(({ atMs, play }) => {
		let round = clock.after(atMs, () => {
			play(simulator, liveIds);
			round = clock.every(roundMs, () => play(simulator, liveIds));
		});
		return () => round.cancel();
	});
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-demo-"));
	return {
		dataDir,
		url: simulator.url,
		rooms: liveIds.map((liveId, i) => ({ liveId, options: { cookie: `sessionid=demo-${i + 1}` } })),
		cookie: "sessionid=demo",
		blockedDelayMs: 30_000,
		async close() {
			for (const cancel of timers) cancel();
			await simulator.close();
			// On Windows a virus scanner may still hold a file for a moment.
			rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
