import { seeded } from "@livekeeper/douyin/testing";
import { describe, expect, test } from "vitest";
import { hostScenarios } from "./host-scenarios.helpers.ts";
import { type SimulatedRoom, Simulation, strategies, type World } from "./outage-simulation.helpers.ts";
import { faultAt, flapping, outage, scenarios } from "./scenarios.helpers.ts";

const second = 1000;
const minute = 60 * second;
const rooms = 500;

async function simulate(world: World, until: number, identities = 1): Promise<Simulation> {
	const strategy = strategies.adaptive;
	const simulation = new Simulation({ rooms, strategy, world, random: seeded(1), identities });
	await simulation.run(until);
	return simulation;
}

const lastBack = (some: readonly SimulatedRoom[]) => Math.max(...some.map(({ downs }) => downs.at(-1)?.to ?? 0));

describe("500 rooms that lose the network", () => {
	test.each([2 * second, 30 * second, 10 * minute])("for %i ms are back within 60 s, pinned first", async (forMs) => {
		const { world, overAt } = outage("network", forMs);
		const simulation = await simulate(world, overAt + 60 * second);
		expect(simulation.down).toEqual([]);
		expect(simulation.busiest(second)).toBeLessThanOrEqual(20);
		const pinned = simulation.rooms.filter(({ priority }) => priority === "pinned");
		expect(lastBack(pinned) - overAt).toBeLessThan(15 * second);
	});

	test("probe with at most one attempt in 5 s meanwhile", async () => {
		const { world, overAt } = outage("network", 10 * minute);
		const { attempts } = await simulate(world, overAt - second);
		expect(attempts.length).toBeLessThan(350);
		const late = attempts.filter(({ at }) => at > faultAt + 5 * minute);
		expect(new Set(late.map(({ room }) => room)).size).toBe(1);
		expect(late.length).toBeLessThanOrEqual(70);
		expect(late.length).toBeGreaterThan(50);
	});

	test("are back within 60 s after hanging attempts too", async () => {
		const { world, overAt } = outage("network", 10 * minute, { reason: "timeout", afterMs: 10 * second });
		expect((await simulate(world, overAt + 60 * second)).down).toEqual([]);
	});
});

test("leaves an upstream that cuts new sockets to one room", async () => {
	const isUp = (at: number) => at < faultAt || at >= faultAt + 5 * minute;
	const world: World = {
		attempt: (_, at) => ({ ok: true, afterMs: 100, ...(!isUp(at) && { cutAfterMs: 50 }) }),
		cuts: [{ at: faultAt }],
	};
	const simulation = await simulate(world, faultAt + 5 * minute);
	expect(simulation.attempts.length).toBeLessThan(350);
	await simulation.run(faultAt + 6 * minute);
	expect(simulation.down).toEqual([]);
	expect(simulation.busiest(second)).toBeLessThanOrEqual(20);
});

test("moves rooms off a dead host within half a minute", async () => {
	const { world, overAt } = outage("host", 10 * minute, { host: "a", reason: "timeout", afterMs: 10 * second });
	const simulation = await simulate(world, overAt);
	expect(simulation.outage).toBeUndefined();
	const moved = simulation.rooms.filter(({ downs }) => downs.length > 0);
	expect(moved).toHaveLength(167);
	expect(lastBack(moved) - faultAt).toBeLessThan(30 * second);
	expect(moved.every(({ host }) => host !== "a")).toBe(true);
	expect(simulation.attempts.filter(({ host }) => host === "a").length).toBeLessThanOrEqual(6);
});

test("probes a blocked identity after 5 min, then 10", async () => {
	const { world, overAt } = outage("blocked", 14 * minute, { reason: "blocked" });
	const blocked = (simulation: Simulation) => simulation.attempts.filter(({ at }) => at >= faultAt && at < overAt);
	const simulation = await simulate(world, overAt + 2 * minute);
	const times = blocked(simulation).map(({ at }) => at - faultAt);
	expect(times.length).toBeLessThanOrEqual(3);
	for (const [i, at] of times.entries()) if (i > 1) expect(at - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(5 * minute);
	for (const room of simulation.rooms) {
		const own = blocked(simulation).filter((attempt) => attempt.room === room.id);
		for (const [i, { at }] of own.entries())
			if (i > 0) expect(at - (own[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(5 * minute);
	}
	expect(simulation.down).toEqual([]);
});

test("backs off flapping connections yet keeps them mostly open", async () => {
	const { world, overAt } = flapping("flapping", 10 * minute, seeded(2));
	const simulation = new Simulation({ rooms: 20, strategy: strategies.adaptive, world, random: seeded(1) });
	await simulation.run(overAt + minute);
	expect(simulation.down).toEqual([]);
	for (const { downs } of simulation.rooms) {
		const lengths = downs.map(({ from, to }) => to - from);
		expect(lengths.length).toBeGreaterThan(10);
		for (const length of lengths.slice(4)) expect(length).toBeGreaterThan(4 * second);
		expect(lengths.reduce((a, b) => a + b)).toBeLessThan(3 * minute);
	}
});

test("does not storm a network that comes and goes", async () => {
	const up = (at: number) => at < faultAt || at >= faultAt + 5 * minute || (at - faultAt) % minute < 3 * second;
	const world: World = {
		attempt: (_, at) => (up(at) ? { ok: true, afterMs: 150 } : { ok: false, reason: "network", afterMs: 50 }),
		cuts: [0, 1, 2, 3, 4].map((n) => ({ at: faultAt + n * minute + 3 * second })),
	};
	const simulation = await simulate(world, faultAt + 6 * minute);
	expect(simulation.down).toEqual([]);
	const fixed = new Simulation({ rooms, strategy: strategies.fixed, world, random: seeded(1) });
	await fixed.run(faultAt + 6 * minute);
	expect(simulation.attempts.length).toBeLessThan(fixed.attempts.length / 2);
});

describe("compared with the fixed schedule", () => {
	test.each(scenarios(seeded(3)).map(({ name }, i) => [name, i] as const))(
		"is no worse after %s, except for half a second",
		async (_name, i) => {
			const outcome = async (strategy: "fixed" | "adaptive") => {
				const scenario = scenarios(seeded(3))[i];
				if (!scenario) throw new Error("No such scenario.");
				const { world, overAt } = scenario;
				const simulation = new Simulation({ rooms, strategy: strategies[strategy], world, random: seeded(4) });
				await simulation.run(overAt + 5 * minute);
				const downs = simulation.rooms.flatMap((room) => room.downs);
				const downMs = downs.reduce((sum, { from, to }) => sum + to - from, 0);
				const { length: attempts } = simulation.attempts;
				return { attempts, downMs: downMs / rooms, lastMs: lastBack(simulation.rooms) - overAt };
			};
			const [fixed, adaptive] = [await outcome("fixed"), await outcome("adaptive")];
			expect(adaptive.attempts).toBeLessThanOrEqual(1.01 * fixed.attempts);
			expect(adaptive.downMs).toBeLessThanOrEqual(fixed.downMs + 0.5 * second);
			expect(adaptive.lastMs).toBeLessThanOrEqual(Math.max(0, fixed.lastMs) + second);
		},
	);
});

test.each([3, 5, 8, 20])("lets %i rooms make fewer attempts and recover sooner", async (rooms) => {
	const waits = { fixed: 0, adaptive: 0 };
	for (let forMs = 2 * second; forMs <= 10 * minute; forMs = Math.round(1.3 * forMs)) {
		const attempts = { fixed: 0, adaptive: 0 };
		for (const strategy of ["fixed", "adaptive"] as const) {
			const { world, overAt } = outage("network", forMs);
			const simulation = new Simulation({ rooms, strategy: strategies[strategy], world, random: seeded(forMs) });
			await simulation.run(overAt + 2 * minute);
			expect(simulation.down).toEqual([]);
			attempts[strategy] = simulation.attempts.length;
			for (const { downs } of simulation.rooms) for (const { from, to } of downs) waits[strategy] += to - from - forMs;
		}
		// The probing room has found out; the others connect after it.
		expect(attempts.adaptive).toBeLessThan(attempts.fixed + rooms);
	}
	expect(waits.adaptive).toBeLessThan(0.5 * waits.fixed);
});

/** Simulates 100 rooms on a day on which hosts differ. */
async function hostDay(name: string, strategy: keyof typeof strategies) {
	const scenario = hostScenarios(seeded(5)).find((one) => one.name === name);
	if (!scenario) throw new Error(`No such scenario: ${name}`);
	const { world, overAt } = scenario;
	const simulation = new Simulation({ rooms: 100, strategy: strategies[strategy], world, random: seeded(6) });
	await simulation.run(overAt);
	const recoveries = simulation.rooms.flatMap((room) => room.downs.map(({ from, to }) => to - from));
	recoveries.sort((a, b) => a - b);
	return {
		simulation,
		failed: simulation.attempts.filter(({ ok }) => !ok).length,
		attempts: simulation.attempts.length,
		medianMs: recoveries[Math.floor(recoveries.length / 2)] ?? 0,
		downMs: recoveries.reduce((sum, ms) => sum + ms, 0),
	};
}

describe("unequal hosts", () => {
	const names = hostScenarios(seeded(5)).map(({ name }) => name);

	test.each(names.filter((name) => name.includes("one of three") || name.includes("the same")))(
		"%s: makes fewer attempts and recovers faster than rotation",
		async (name) => {
			const [rotation, adaptive] = [await hostDay(name, "fixed"), await hostDay(name, "adaptive")];
			expect(adaptive.attempts).toBeLessThan(rotation.attempts);
			expect(adaptive.failed).toBeLessThan(rotation.failed);
			expect(adaptive.medianMs).toBeLessThan(0.6 * rotation.medianMs);
			expect(adaptive.downMs).toBeLessThan(0.7 * rotation.downMs);
		},
	);

	test("uses an improved host fully again within the hour", async () => {
		const { simulation } = await hostDay("the same, and after 2 h it is in order again", "adaptive");
		const from = 3 * 60 * minute;
		const later = simulation.attempts.filter(({ at }) => at >= from);
		expect(later.filter(({ host }) => host === "a").length / later.length).toBeGreaterThan(0.2);
	});

	test("looks for no missing hosts while others work", async () => {
		const { simulation } = await hostDay("five further hosts do not exist", "adaptive");
		expect(simulation.attempts.every(({ host }) => "abc".includes(host))).toBe(true);
	});

	test("leaves a dead host as soon as its silence shows", async () => {
		const fault = { host: "a", reason: "timeout", afterMs: 10 * second } as const;
		const { world, overAt } = outage("gathered", 10 * minute, fault);
		const simulation = await simulate({ ...world, gathered: true }, overAt);
		expect(lastBack(simulation.rooms) - faultAt).toBeLessThan(40 * second);
		expect(simulation.attempts.filter(({ host }) => host === "a").length).toBeLessThanOrEqual(10);
	});
});
