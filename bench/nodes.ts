import { parseArgs } from "node:util";
import { balanceRun } from "./nodes/balance.ts";
import { type Measured, measure } from "./nodes/measure.ts";

/**
 * Three nodes with a NATS server each, against one node on SQLite: the same rooms at the same rate, read over Socket.IO,
 * in turn, all on this machine. Then many rooms over three nodes: each node's share of them, also after one has left.
 *
 *   npm run bench:nodes -- --rooms 200 --rate 2 --seconds 30 --rounds 3 --balance 2000
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "200" },
		/** Messages a second in each room. */
		rate: { type: "string", default: "2" },
		/** Of each measurement. */
		seconds: { type: "string", default: "30" },
		/** How often both sides are measured; 0: not at all. */
		rounds: { type: "string", default: "3" },
		/** Rooms that are spread over the nodes; 0: none. */
		balance: { type: "string", default: "2000" },
		seed: { type: "string", default: "1" },
	},
});
const { rooms, rate, seconds, rounds, balance, seed } = Object.fromEntries(
	Object.entries(values).map(([name, value]) => [name, Number(value)]),
) as Record<keyof typeof values, number>;

const median = (sides: readonly Measured[], of: (side: Measured) => number) =>
	sides.map(of).toSorted((a, b) => a - b)[sides.length >> 1] ?? Number.NaN;

function row(sides: readonly Measured[]) {
	return {
		"events/s": Math.round(median(sides, (side) => side.events / side.seconds)),
		"of what was said": median(sides, (side) => side.events / side.said).toFixed(3),
		"nodes, µs CPU an event": Math.round(median(sides, (side) => side.nodesCpuUs / side.events)),
		"NATS, µs CPU an event": Math.round(median(sides, (side) => side.natsCpuUs / side.events)),
		"p50, ms": median(sides, ({ p50 }) => p50),
		"p99, ms": median(sides, ({ p99 }) => p99),
	};
}

const single: Measured[] = [];
const cluster: Measured[] = [];
for (let round = 0; round < rounds; round++) {
	// Each side comes first as often as the other: what else the machine does changes with time.
	const order = round % 2 === 0 ? [1, 3] : [3, 1];
	for (const nodes of order) {
		const measured = await measure({ nodes: nodes === 1 ? 1 : 3, rooms, rate, seconds, seed });
		(nodes === 1 ? single : cluster).push(measured);
		console.error(`round ${round + 1} of ${rounds}, ${nodes === 1 ? "one node" : "three nodes"}: measured`);
	}
}
if (rounds > 0) {
	const ratio = (of: (side: Measured) => number) => (median(cluster, of) / median(single, of)).toFixed(2);
	const added = (of: (side: Measured) => number) => `${(median(cluster, of) - median(single, of)).toFixed(0)} ms`;
	console.log(`${rooms} rooms, ${rate} messages a second in each, ${rounds} × ${seconds} s, medians`);
	console.table({ "one node, SQLite": row(single), "three nodes, three NATS": row(cluster) });
	console.table({
		"events/s": ratio((side) => side.events / side.seconds),
		"CPU an event, nodes": ratio((side) => side.nodesCpuUs / side.events),
		"CPU an event, nodes and NATS": ratio((side) => (side.nodesCpuUs + side.natsCpuUs) / side.events),
		p50: `${ratio(({ p50 }) => p50)}, ${added(({ p50 }) => p50)} more`,
		p99: `${ratio(({ p99 }) => p99)}, ${added(({ p99 }) => p99)} more`,
	});
}
if (balance > 0) {
	const steps = await balanceRun({ rooms: balance, seed });
	console.log(`${balance} rooms over three nodes`);
	console.table(steps.map(({ what, shares, ...step }) => ({ what, ...shares, ...step })));
	process.exitCode = steps.every(({ furthest }) => furthest < 0.1) ? 0 : 1;
}
