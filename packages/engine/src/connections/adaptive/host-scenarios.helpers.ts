import { seeded } from "@livekeeper/douyin/testing";
import type { Outcome, World } from "./outage-simulation.helpers.ts";
import { faultAt, type Scenario } from "./scenarios.helpers.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A host that fails from `from` to `to`, ms since the start. */
interface Fault {
	host: string;
	from: number;
	to: number;
	/** Share of attempts that fail, half of them at once, half after 10 s. */
	failing?: number;
	/** Whether connections work and break after 3 to 8 s. */
	cutting?: boolean;
}

/** Share of attempts that fail at a healthy host. */
const ordinarilyFailing = 0.02;
/** Mean lifetime of connections, ms. */
const meanLifeMs = 20 * minute;

const bad = { host: "a", failing: 0.8 } as const;
const [early, noon, late] = [2 * hour, 4 * hour, 6 * hour];

/** Returns days on which hosts differ; deterministic for the same random numbers. */
export function hostScenarios(random: () => number): Scenario[] {
	const day = 8 * hour;
	return [
		hostDay("all hosts in order", day, [], random),
		hostDay("one of three hosts fails four times in five", day, [{ ...bad, from: faultAt, to: day }], random),
		hostDay("the same, and after 2 h it is in order again", day, [{ ...bad, from: faultAt, to: early }], random),
		hostDay("the same, and then the next one fails", day, inTurn(), random),
		hostDay(
			"one of three hosts cuts each connection after 3 to 8 s",
			day,
			[{ host: "a", cutting: true, from: faultAt, to: day }],
			random,
		),
		withDead(hostDay("five further hosts do not exist", day, [], random)),
	];
}

function withDead({ world, ...scenario }: Scenario): Scenario {
	const further = ["d", "e", "f", "g", "h"];
	const attempt: World["attempt"] = (host, ...when) =>
		further.includes(host) ? { ok: false, reason: "dns", afterMs: 50 } : world.attempt(host, ...when);
	return { ...scenario, world: { ...world, attempt, further } };
}

function inTurn(): Fault[] {
	return [
		{ ...bad, from: faultAt, to: early },
		{ ...bad, host: "b", from: early, to: noon },
		{ ...bad, host: "c", from: noon, to: late },
	];
}

/**
 * Returns a day on which connections break now and then and a few attempts fail at any host, more at hosts with faults.
 */
export function hostDay(name: string, overAt: number, faults: readonly Fault[], random: () => number): Scenario {
	const outcomes = streams(random);
	const lives = streams(random);
	const faultOf = (host: string, at: number) =>
		faults.find((fault) => fault.host === host && at >= fault.from && at < fault.to);
	const world: World = {
		attempt(host, at, room): Outcome {
			const failing = faultOf(host, at)?.failing ?? ordinarilyFailing;
			if (outcomes(room) >= failing) return { ok: true, afterMs: 150 };
			return outcomes(room) < 0.5
				? { ok: false, reason: "handshake_refused", afterMs: 50 }
				: { ok: false, reason: "timeout", afterMs: 10 * second };
		},
		cuts: [],
		breaksAt(at, host, room) {
			if (faultOf(host, at)?.cutting) return at + (3 + 5 * lives(room)) * second;
			return at - meanLifeMs * Math.log(1 - lives(room));
		},
	};
	return { name, overAt, world };
}

/** Returns random numbers per room, so a strategy's choice for one room changes no other room's day. */
function streams(random: () => number): (room: string) => number {
	const seed = Math.floor(1e6 * random());
	const known = new Map<string, () => number>();
	return (room) => {
		const stream = known.get(room) ?? seeded(seed + Number(room));
		known.set(room, stream);
		return stream();
	};
}
