import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import { hostScenarios } from "../../packages/engine/src/connections/adaptive/host-scenarios.helpers.ts";
import {
	parts,
	type SimulatedRoom,
	Simulation,
	type Strategy,
	strategies,
} from "../../packages/engine/src/connections/adaptive/outage-simulation.helpers.ts";
import { outage, type Scenario, scenarios } from "../../packages/engine/src/connections/adaptive/scenarios.helpers.ts";

/**
 * Compares reconnect strategies on the same outages and the same days, in virtual time: many rooms over three hosts, at
 * most 20 handshakes per second, two messages per second in each room. `fixed`: the schedule, hosts in rotation;
 * `random`: the schedule, any host; `adaptive`. With `--parts` also the effect of each part of `adaptive` by itself.
 *
 *   npm run trial -- reconnect --rooms 500 --seed 1 --replay 120 --parts
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "500" },
		seed: { type: "string", default: "1" },
		/** Time that the upstream replays for a cursor, s: earlier messages are lost. */
		replay: { type: "string", default: "120" },
		parts: { type: "boolean", default: false },
	},
});
const rooms = Number(values.rooms);
const seed = Number(values.seed);
const replayMs = Number(values.replay) * 1000;
const perSecond = 2;
/** Time for which rooms are watched after the end of a fault, ms. */
const watchMs = 15 * 60_000;

const seconds = (ms: number) => (ms / 1000).toFixed(1);
const compared: Record<string, Strategy> = values.parts ? { ...strategies, ...parts } : strategies;

async function run(strategy: Strategy, { world, overAt }: Scenario): Promise<Simulation> {
	const simulation = new Simulation({ rooms, strategy, world, random: seeded(seed + 1) });
	await simulation.run(overAt + watchMs);
	return simulation;
}

/** Measures how rooms recover from an outage. */
function recovery(simulation: Simulation, { overAt }: Scenario) {
	const downs = simulation.rooms.flatMap((room) => room.downs);
	// Returns when each room was back for good, after the end of the fault.
	const backAfter = (rooms: readonly SimulatedRoom[]) =>
		rooms.map(({ downs }) => Math.max(0, (downs.at(-1)?.to ?? 0) - overAt)).sort((a, b) => a - b);
	const back = backAfter(simulation.rooms);
	const pinned = backAfter(simulation.rooms.filter(({ priority }) => priority === "pinned"));
	const missedMs = downs.reduce((sum, { from, to }) => sum + to - from, 0);
	const lostMs = downs.reduce((sum, { from, to }) => sum + Math.max(0, to - from - replayMs), 0);
	return {
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

/** Measures rooms on a day on which hosts differ. */
function day(simulation: Simulation) {
	const times = simulation.rooms.flatMap((room) => room.downs.map(({ from, to }) => to - from)).sort((a, b) => a - b);
	const percentile = (share: number) => seconds(times[Math.floor(share * times.length)] ?? 0);
	const { attempts } = simulation;
	const atFirst = attempts.filter(({ host }) => host === "a").length;
	return {
		attempts: attempts.length,
		failed: attempts.filter(({ ok }) => !ok).length,
		"median back after, s": percentile(0.5),
		"95 %": percentile(0.95),
		"99 %": percentile(0.99),
		"down a room, s": seconds(times.reduce((sum, ms) => sum + ms, 0) / rooms),
		"at the first host": `${Math.round((100 * atFirst) / attempts.length)} %`,
	};
}

async function compare(
	make: (random: () => number) => Scenario[],
	measure: (simulation: Simulation, scenario: Scenario) => Record<string, string | number>,
): Promise<void> {
	for (const [i, { name }] of make(seeded(seed)).entries()) {
		console.log(`\n${name}`);
		const rows: Record<string, ReturnType<typeof measure>> = {};
		for (const [label, strategy] of Object.entries(compared)) {
			// Created again for each strategy, so that all meet the same random numbers.
			const scenario = make(seeded(seed))[i];
			if (scenario) rows[label] = measure(await run(strategy, scenario), scenario);
		}
		console.table(rows);
	}
}

/** Runs few rooms through a hundred outages of 2 s to 10 min, log-uniformly: downtime after each, and attempts. */
async function fewRooms(): Promise<void> {
	const rows: Record<string, Record<string, string | number>> = {};
	const lengths = Array.from({ length: 100 }, (_, i) => Math.round(2000 * 300 ** (i / 99)));
	for (const rooms of [3, 5, 20]) {
		for (const [label, strategy] of Object.entries(strategies)) {
			let [attempts, downMs, lastMs] = [0, 0, 0];
			for (const forMs of lengths) {
				const { world, overAt } = outage(label, forMs);
				const simulation = new Simulation({ rooms, strategy, world, random: seeded(forMs) });
				await simulation.run(overAt + 2 * 60_000);
				attempts += simulation.attempts.length;
				for (const { downs } of simulation.rooms) {
					for (const { from, to } of downs) downMs += to - from - forMs;
					lastMs = Math.max(lastMs, (downs.at(-1)?.to ?? 0) - overAt);
				}
			}
			const mean = seconds(downMs / rooms / lengths.length);
			rows[`${rooms} rooms, ${label}`] = { attempts, "back after, s": mean, "at most, s": seconds(lastMs) };
		}
	}
	console.log("\n100 outages of 2 s to 10 min, few rooms");
	console.table(rows);
}

await compare(scenarios, recovery);
await fewRooms();
await compare(hostScenarios, day);
