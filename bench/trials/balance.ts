import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import type { ServiceProcess } from "../../e2e/kit/service-process.ts";
import { until } from "../../e2e/kit/until.ts";
import { type KeptRoom, type Nodes, roomsOf, startNodes, startRooms } from "../kit/nodes/nodes.ts";

interface Balance {
	what: string;
	/** Number of connected rooms, by node. */
	shares: Record<string, number>;
	/** Maximum deviation of a node from an equal share, as a part of it. */
	furthest: number;
	/** Time until every room was connected there, s. */
	seconds: number;
}

const limitMs = 600_000;

/**
 * Three nodes keep silent rooms; then one of the nodes is stopped. Measures each node's share of the rooms.
 *
 *   npm run trial -- balance --rooms 2000
 */
const { values } = parseArgs({
	options: { rooms: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
});
const steps = await balanceRun({ rooms: Number(values.rooms), seed: Number(values.seed) });
console.log(`${values.rooms} rooms over three nodes`);
console.table(steps.map(({ what, shares, ...step }) => ({ what, ...shares, ...step })));
process.exitCode = steps.every(({ furthest }) => furthest < 0.1) ? 0 : 1;

async function balanceRun({ rooms, seed }: { rooms: number; seed: number }): Promise<Balance[]> {
	const simulator = await startSimulator({ rooms, rate: 0, seed });
	let nodes: Nodes | undefined;
	try {
		nodes = await startNodes("nats", simulator);
		const [first, , last] = nodes.services;
		if (!first || !last) throw new Error("there are not three nodes");
		const startedAt = performance.now();
		await startRooms(nodes, simulator);
		const joined = await settled("all have joined", first, ["a", "b", "c"], startedAt);
		const leftAt = performance.now();
		const { code } = await last.stop("SIGTERM");
		if (code !== 0) throw new Error(`the node ended with ${code}`);
		return [joined, await settled("one has left", first, ["a", "b"], leftAt)];
	} finally {
		await nodes?.close();
		await simulator.close();
	}
}

async function settled(
	what: string,
	service: ServiceProcess,
	names: readonly string[],
	startedAt: number,
): Promise<Balance> {
	let rooms: KeptRoom[] = [];
	const isKept = ({ state, node = "" }: KeptRoom) => state === "connected" && names.includes(node);
	const all = async () => {
		rooms = await roomsOf(service);
		return rooms.every(isKept);
	};
	await until(`${what}, and every room is connected`, all, {
		limitMs,
		describe: () => `${rooms.filter(isKept).length} of ${rooms.length}`,
	});
	const shares = Object.fromEntries(names.map((name) => [name, rooms.filter(({ node }) => node === name).length]));
	const equal = rooms.length / names.length;
	const furthest = Math.max(...Object.values(shares).map((share) => Math.abs(share / equal - 1)));
	return {
		what,
		shares,
		furthest: Number(furthest.toFixed(3)),
		seconds: Math.round((performance.now() - startedAt) / 1_000),
	};
}
