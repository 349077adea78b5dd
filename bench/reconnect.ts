import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import {
	type SimulatedRoom,
	Simulation,
} from "../packages/livekeeper/src/connections/adaptive/outage-simulation.test-kit.ts";
import { type Scenario, scenarios } from "../packages/livekeeper/src/connections/adaptive/scenarios.test-kit.ts";

/**
 * The fixed and the adaptive reconnect strategy on the same outages, in virtual time: many rooms over three hosts, at
 * most 20 handshakes a second, two messages a second in each room.
 *
 *   npx tsx --conditions=source bench/reconnect.ts --rooms 500 --seed 1 --replay 120
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "500" },
		seed: { type: "string", default: "1" },
		/** How far back the upstream replays to a cursor, s: what was said before that is lost. */
		replay: { type: "string", default: "120" },
	},
});
const rooms = Number(values.rooms);
const replayMs = Number(values.replay) * 1000;
const perSecond = 2;
/** After the end of a fault all is watched for so long, ms. */
const watchMs = 15 * 60_000;

async function measure(strategy: "fixed" | "adaptive", { world, overAt }: Scenario, seed: number) {
	const simulation = new Simulation(rooms, strategy, world, seeded(seed + 1));
	await simulation.run(overAt + watchMs);
	const downs = simulation.rooms.flatMap((room) => room.downs);
	// When each room was back for good, after the end of the fault.
	const backAfter = (rooms: readonly SimulatedRoom[]) =>
		rooms.map(({ downs }) => Math.max(0, (downs.at(-1)?.to ?? 0) - overAt)).sort((a, b) => a - b);
	const back = backAfter(simulation.rooms);
	const pinned = backAfter(simulation.rooms.filter(({ priority }) => priority === "pinned"));
	const missedMs = downs.reduce((sum, { from, to }) => sum + to - from, 0);
	const lostMs = downs.reduce((sum, { from, to }) => sum + Math.max(0, to - from - replayMs), 0);
	const seconds = (ms: number) => (ms / 1000).toFixed(1);
	return {
		strategy,
		"median back after, s": seconds(back[Math.floor(back.length / 2)] ?? 0),
		"last back after, s": seconds(back.at(-1) ?? 0),
		"last pinned, s": seconds(pinned.at(-1) ?? 0),
		"still down": simulation.down.length,
		attempts: simulation.attempts.length,
		"most in 1 s": simulation.busiest(1000),
		"down a room, s": seconds(missedMs / rooms),
		"messages missed": Math.round((missedMs / 1000) * perSecond),
		"of them recovered": missedMs === 0 ? "–" : `${((1 - lostMs / missedMs) * 100).toFixed(1)} %`,
	};
}

const seed = Number(values.seed);
const names = scenarios(seeded(seed)).map(({ name }) => name);
for (const [i, name] of names.entries()) {
	console.log(`\n${name}`);
	const rows = [];
	for (const strategy of ["fixed", "adaptive"] as const) {
		// Made anew for each strategy, so that both meet the same random numbers.
		const scenario = scenarios(seeded(seed))[i];
		if (scenario) rows.push(await measure(strategy, scenario, seed));
	}
	console.table(Object.fromEntries(rows.map(({ strategy, ...row }) => [strategy, row])));
}
