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

/** How far a number of independent draws lies from what is expected, at most: five standard deviations. */
const slackOf = (share: number) => 5 * Math.sqrt(rooms * share * (1 - share));

test("at the start each room is claimed once, by whom it falls to, and nodes have their shares", () => {
	const simulation = cluster(1, { lostAnswers: 0 });
	expect([claimsOf(simulation), simulation.astray(), simulation.disputed()]).toEqual([rooms, [], []]);
	for (const { owner, member } of simulation.nodes) {
		const share = member.weight / 8;
		expect(Math.abs((simulation.counts().get(owner) ?? 0) - rooms * share)).toBeLessThan(slackOf(share));
	}
});

test("a node that joins takes its share and moves nothing else; one that leaves moves what it had", () => {
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

test("rooms of a node that died have an owner again once its key is gone, seen, and they are claimed", () => {
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

test("a node that stood still appends what it had, is refused, and owns its rooms again later", () => {
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

/** Disturbs for a while, lets all come to rest, and has every owner append once more. */
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
	return { simulation, told: churn.told };
}

test.each(Array.from({ length: 6 }, (_, n) => n + 10))(
	"whatever befalls nodes, views and answers, no epochs interleave and all rooms are owned in the end (seed %i)",
	(seed) => {
		const { simulation, told } = disturbed(seed);
		const { servers } = simulation;
		expect(servers.broken, told.join("\n")).toEqual([]);
		expect([simulation.astray(), simulation.disputed()], told.join("\n")).toEqual([[], []]);
		expect(servers.counts.get("refused")).toBeGreaterThan(50);
	},
);

test("the same seed gives the same run", () => {
	const [first, second] = [disturbed(30), disturbed(30)];
	expect(second.told).toEqual(first.told);
	expect(second.simulation.servers.counts).toEqual(first.simulation.servers.counts);
});

test("without the fence of the log epochs would interleave, and this simulation sees it", () => {
	const { servers } = disturbed(10, { fenced: false }).simulation;
	expect(servers.broken.length).toBeGreaterThan(5);
});
