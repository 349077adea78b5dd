import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import { Placement } from "../../packages/livekeeper/src/cluster/placement.ts";
import {
	ClusterSimulation,
	type Computation,
	type Step,
	simulationDefaults,
} from "../../packages/livekeeper/src/cluster/simulation/index.helpers.ts";
import { type Phase, Phases } from "./cluster/phases.ts";

/**
 * A cluster in virtual time, with the service's own placement and rule of claims: nodes join, drain, die, freeze and
 * learn of each other late. The servers' capacity is given: by default that of three on two cores.
 *
 *   npm run trial -- cluster-simulation --nodes 100 --rooms 1000000 --seed 1
 */
const { values } = parseArgs({
	options: {
		nodes: { type: "string", default: "100" },
		rooms: { type: "string", default: "1000000" },
		seed: { type: "string", default: "1" },
		/** Share of rooms with a broadcast, and number of their messages that an owner reads first. */
		live: { type: "string", default: "0.1" },
		window: { type: "string", default: "1000" },
		/** Capacity of all partitions together, per second. */
		appends: { type: "string", default: String(simulationDefaults.appendsPerSecond) },
		reads: { type: "string", default: String(simulationDefaults.readsPerSecond) },
		/** Capacity of each node, per second. */
		claims: { type: "string", default: String(simulationDefaults.claimsPerSecond) },
		starts: { type: "string", default: String(simulationDefaults.startsPerSecond) },
		/** Duration of random churn, s. */
		churn: { type: "string", default: "120" },
	},
});
const number = (name: keyof typeof values) => Number(values[name]);
const [nodes, rooms, seed] = [number("nodes"), number("rooms"), number("seed")];

const cluster = new ClusterSimulation({
	...simulationDefaults,
	rooms,
	random: seeded(seed),
	liveShare: number("live"),
	// The log is empty at first.
	windowMessages: 0,
	appendEveryMs: 300_000,
	appendsPerSecond: number("appends"),
	readsPerSecond: number("reads"),
	claimsPerSecond: number("claims"),
	startsPerSecond: number("starts"),
});
const phases = new Phases(cluster, seeded(seed + 1));
const members = Array.from({ length: nodes }, (_, n) => ({ node: `node-${n + 1}`, weight: n % 3 === 0 ? 2 : 1 }));

/** Returns the first node of this weight that is up. */
function nodeOf(weight: number, not: readonly unknown[] = []) {
	const found = cluster.running.find((node) => node.member.weight === weight && !not.includes(node));
	if (!found) throw new Error(`there is no node of weight ${weight}`);
	return found;
}

const started = performance.now();
phases.start(members);
const rest = phases.rest(60);
const keys = cluster.members.length;
cluster.rules.windowMessages = number("window");
phases.join("joined-1", 1);
phases.die(nodeOf(1));
// From here on an owner finds all it needs in the room's newest message.
cluster.rules.windowMessages = 0;
phases.join("joined-2", 2);
phases.drain(nodeOf(1));
phases.die(nodeOf(1));
phases.die(nodeOf(2));
phases.pause(nodeOf(1), 30);
const dies = nodeOf(1);
phases.blind(cluster.running.filter((node) => node !== dies).slice(0, Math.ceil(nodes / 10)), "joined-3", dies, 30);
phases.churn(number("churn"), 3_000, Math.ceil(nodes / 2), nodes * 2);
phases.end();

const whole = (count: number) => count.toLocaleString("en");
const seconds = (value: number) => value.toFixed(1);

function movesOf({ moved, optimum, operations, balance, astray, seconds: took }: Phase) {
	return {
		"took, s": seconds(took),
		"rooms moved": whole(moved),
		"at least": optimum === undefined ? "–" : whole(Math.round(optimum)),
		claims: whole(operations.claim.count),
		"appends refused": whole(operations.refused.count),
		"most by weight": balance.max.toFixed(3),
		"least by weight": balance.min.toFixed(3),
		astray: whole(astray),
	};
}

function recoveryOf({ recovery }: Phase, step: Step) {
	const took = recovery?.took(step);
	if (!took) return "–";
	const times = [took.median, took.p99, took.worst].map(seconds).join(" / ");
	return `${times} (${whole(took.rooms)}${took.open > 0 ? `, ${took.open} open` : ""})`;
}

function maxOf({ operations, seconds: took }: Phase) {
	const entries = Object.entries(operations).map(([name, { count, max }]) => [
		name,
		`${whole(Math.round(count / took))} (${whole(max)})`,
	]);
	return Object.fromEntries(entries) as Record<string, string>;
}

const named = <T>(some: readonly Phase[], of: (phase: Phase) => T) =>
	Object.fromEntries(some.map((p) => [p.name, of(p)]));

console.log("\nMoves, and what nodes have against the share of their weight");
console.table(named(phases.done, movesOf));
console.log("\nSeconds until rooms have an owner / may be appended to / are connected: median / 99 % / worst (rooms)");
console.table(
	named(
		phases.done.filter(({ recovery }) => recovery),
		(phase) => ({
			owned: recoveryOf(phase, "claimed"),
			appendable: recoveryOf(phase, "ready"),
			connected: recoveryOf(phase, "connected"),
		}),
	),
);
console.log("\nOperations a second in the mean of the phase (the most within a second)");
console.table(named(phases.done, maxOf));
console.log(
	`\nAt rest: ${(rest.operations.renewal.count / rest.seconds).toFixed(1)} renewals and ${(rest.operations["view read"].count / rest.seconds).toFixed(1)} reads of all ${keys} keys a second.`,
);

/**
 * Returns the rate for one room with messages at random times: two commits begin at least `min` s apart, and after a
 * quiet time one begins at once.
 */
function commitsPerSecond(said: number, min: number): number {
	return 1 / (min + Math.exp(-said * min) / said);
}

console.log("\nAppends a second of all live rooms, by how much they say and how long a group commit waits");
console.table(
	Object.fromEntries(
		[0.2, 1, 2, 5, 20].map((said) => [
			`${said} messages a second`,
			Object.fromEntries(
				[50, 250, 1_000, 5_000].map((ms) => {
					const perSecond = commitsPerSecond(said, ms / 1000);
					const all = Math.round(perSecond * rooms * number("live"));
					return [`${ms} ms`, `${whole(all)} (${whole(Math.floor(number("appends") / perSecond))} rooms at most)`];
				}),
			),
		]),
	),
);

const cpu = (name: Computation["from"]) => cluster.owners.computations.filter(({ from }) => from === name);
const mean = (some: readonly Computation[]) => some.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / some.length;
const placement = new Placement(cluster.members);
const { user, system } = process.cpuUsage();
for (const liveId of cluster.liveIds) placement.ownerOf(liveId);
const used = process.cpuUsage({ user, system });
console.log(
	`\nA node's CPU for who owns which room, ms: all at once ${((used.user + used.system) / 1000).toFixed(0)},`,
);
console.log(`after a change ${mean(cpu("before")).toFixed(0)} in the mean of ${cpu("before").length} changes.`);
console.log(
	`${(cluster.time.now / 1000).toFixed(0)} s simulated in ${((performance.now() - started) / 1000).toFixed(0)} s.`,
);

const { broken } = cluster.servers;
const [astray, disputed] = [cluster.astray().length, cluster.disputed().length];
for (const line of broken) console.log(line);
console.log(
	broken.length + astray + disputed === 0
		? "No two epochs interleave, and every room has one owner, the one that it falls to."
		: `${broken.length} broken logs, ${astray} rooms of another than they fall to, ${disputed} of two nodes or none.`,
);
process.exitCode = broken.length + astray + disputed === 0 ? 0 : 1;
