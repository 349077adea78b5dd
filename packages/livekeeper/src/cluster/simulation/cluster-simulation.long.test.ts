import { seeded } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { ClusterSimulation, type SimulationOptions, simulationDefaults } from "./cluster-simulation.helpers.ts";
import { RandomChurn } from "./random-churn.helpers.ts";

const rooms = 2_000;

/** Five nodes that own two thousand rooms. */
function cluster(seed: number, options: Partial<SimulationOptions> = {}): ClusterSimulation {
	const random = seeded(seed);
	const small = { rooms, random, partitions: 4, liveShare: 0.5, appendEveryMs: 2_000, windowMessages: 20 };
	const simulation = new ClusterSimulation({ ...simulationDefaults, ...small, ...options });
	for (let n = 1; n <= 5; n++) simulation.join({ node: `node-${n}`, weight: 1 + (n % 2) }, 1_000);
	expect(simulation.settle()).toBe(true);
	return simulation;
}

const claimsOf = ({ servers }: ClusterSimulation) => servers.counts.get("claim") ?? 0;

/** Maximum deviation of a number of independent draws from the expectation: five standard deviations. */
const slackOf = (share: number) => 5 * Math.sqrt(rooms * share * (1 - share));

test("claims each room once at the start, by weight", () => {
	const simulation = cluster(1, { lostAnswers: 0 });
	expect([claimsOf(simulation), simulation.astray(), simulation.disputed()]).toEqual([rooms, [], []]);
	for (const { owner, member } of simulation.nodes) {
		const share = member.weight / 8;
		expect(Math.abs((simulation.counts().get(owner) ?? 0) - rooms * share)).toBeLessThan(slackOf(share));
	}
});

test("moves only a joining node's share or a leaver's rooms", () => {
	const simulation = cluster(2, { lostAnswers: 0, heardClaims: 1 });
	const before = claimsOf(simulation);
	const node = simulation.join({ node: "late", weight: 2 });
	simulation.settle();
	const taken = claimsOf(simulation) - before;
	expect(simulation.counts().get(node.owner)).toBe(taken);
	expect(Math.abs(taken - rooms * 0.2)).toBeLessThan(slackOf(0.2));
	node.drain();
	simulation.settle();
	expect(claimsOf(simulation) - before).toBe(2 * taken);
	expect([simulation.counts().get(node.owner), simulation.astray(), simulation.disputed()]).toEqual([0, [], []]);
	node.leave();
	simulation.settle();
	expect(claimsOf(simulation) - before).toBe(2 * taken);
});

test("gives a dead node's rooms new owners in time", () => {
	const simulation = cluster(3, { lostAnswers: 0 });
	const node = simulation.nodes[0];
	if (!node) throw new Error("no node");
	const lost = simulation.roomsOf(node);
	const recovery = simulation.watch(lost);
	node.die();
	simulation.settle();
	expect(recovery.isOver).toBe(true);
	const { rooms: claimed, worst } = recovery.took("claimed");
	expect(claimed).toBe(lost.length);
	const { ttlMs, pollMs, claimsPerSecond } = simulationDefaults;
	// The four others share them evenly enough that none has half of them.
	expect(worst * 1000).toBeLessThan(ttlMs + pollMs + (1000 * lost.length) / 2 / claimsPerSecond);
	expect(worst * 1000).toBeGreaterThan(ttlMs - simulationDefaults.renewMs);
});

test("fences a paused node, which owns its rooms later", () => {
	const simulation = cluster(4, { lostAnswers: 0, heardClaims: 0 });
	const node = simulation.nodes[1];
	if (!node) throw new Error("no node");
	const had = simulation.roomsOf(node).length;
	node.pause();
	simulation.run(20_000);
	expect(simulation.roomsOf(node)).toEqual([]);
	const refused = simulation.servers.counts.get("refused") ?? 0;
	node.resume();
	simulation.settle();
	expect((simulation.servers.counts.get("refused") ?? 0) - refused).toBeGreaterThan(had / 3);
	expect(simulation.roomsOf(node)).toHaveLength(had);
	expect(simulation.servers.broken).toEqual([]);
});

/** Runs disturbances for a while, lets everything settle, and makes every owner append once more. */
function disturbed(seed: number, options: Partial<SimulationOptions> = {}) {
	const simulation = cluster(seed, { lostAnswers: 0.05, ...options });
	const random = seeded(seed + 1_000);
	const churn = new RandomChurn(simulation, random, 2, 8);
	for (let step = 0; step < 25; step++) {
		churn.step();
		simulation.run(random() * 6_000);
	}
	simulation.run(31_000);
	simulation.settle();
	simulation.appendAll();
	return { simulation, disturbances: churn.disturbances };
}

test.each(Array.from({ length: 6 }, (_, n) => n + 10))(
	"interleaves no epochs and leaves no orphans (seed %i)",
	(seed) => {
		const { simulation, disturbances } = disturbed(seed);
		const { servers } = simulation;
		expect(servers.broken, disturbances.join("\n")).toEqual([]);
		expect([simulation.astray(), simulation.disputed()], disturbances.join("\n")).toEqual([[], []]);
		expect(servers.counts.get("refused")).toBeGreaterThan(50);
	},
);

test("gives the same run for the same seed", () => {
	const [first, second] = [disturbed(30), disturbed(30)];
	expect(second.disturbances).toEqual(first.disturbances);
	expect(second.simulation.servers.counts).toEqual(first.simulation.servers.counts);
});

test("detects interleaved epochs without the log's fence", () => {
	const { servers } = disturbed(10, { fenced: false }).simulation;
	expect(servers.broken.length).toBeGreaterThan(5);
});
