import { parseArgs } from "node:util";
import { balanceRun } from "./nodes/balance.ts";
import { type Measured, measure } from "./nodes/measure.ts";
import { type Side, sides } from "./nodes/nodes.ts";

/**
 * Three nodes with a NATS server each, as they are installed and with `sync_interval: always`, against one node on SQLite:
 * the same rooms at the same rate, read over Socket.IO, in turn, all on this machine. Then many rooms over three nodes: each node's share of them, also after one has left.
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
		/** How often each side is measured; 0: not at all. */
		rounds: { type: "string", default: "3" },
		/** Rooms that are spread over the nodes; 0: none. */
		balance: { type: "string", default: "2000" },
		seed: { type: "string", default: "1" },
	},
});
const { rooms, rate, seconds, rounds, balance, seed } = Object.fromEntries(
	Object.entries(values).map(([name, value]) => [name, Number(value)]),
) as Record<keyof typeof values, number>;

const median = (runs: readonly Measured[], of: (run: Measured) => number) =>
	runs.map(of).toSorted((a, b) => a - b)[runs.length >> 1] ?? Number.NaN;

function row(runs: readonly Measured[]) {
	return {
		"events/s": Math.round(median(runs, (side) => side.events / side.seconds)),
		"of what was said": median(runs, (side) => side.events / side.said).toFixed(3),
		"nodes, µs CPU an event": Math.round(median(runs, (side) => side.nodesCpuUs / side.events)),
		"NATS, µs CPU an event": Math.round(median(runs, (side) => side.natsCpuUs / side.events)),
		"p50, ms": median(runs, ({ p50 }) => p50),
		"p99, ms": median(runs, ({ p99 }) => p99),
	};
}

function against(cluster: readonly Measured[]) {
	const single = measured.sqlite;
	const ratio = (of: (side: Measured) => number) => (median(cluster, of) / median(single, of)).toFixed(2);
	const added = (of: (side: Measured) => number) => `${(median(cluster, of) - median(single, of)).toFixed(0)} ms more`;
	return {
		"events/s": ratio((side) => side.events / side.seconds),
		"CPU an event, nodes": ratio((side) => side.nodesCpuUs / side.events),
		"CPU an event, nodes and NATS": ratio((side) => (side.nodesCpuUs + side.natsCpuUs) / side.events),
		p50: `${ratio(({ p50 }) => p50)}, ${added(({ p50 }) => p50)}`,
		p99: `${ratio(({ p99 }) => p99)}, ${added(({ p99 }) => p99)}`,
	};
}

const measured: Record<Side, Measured[]> = { sqlite: [], nats: [], "nats-synced": [] };
for (let round = 0; round < rounds; round++) {
	// Each side comes first as often as the last: what else the machine does changes with time.
	for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
		measured[side].push(await measure({ side, rooms, rate, seconds, seed }));
		console.error(`round ${round + 1} of ${rounds}, ${side}: measured`);
	}
}
if (rounds > 0) {
	console.log(`${rooms} rooms, ${rate} messages a second in each, ${rounds} × ${seconds} s, medians`);
	console.table(Object.fromEntries(sides.map((side) => [side, row(measured[side])])));
	console.log("against one node on SQLite");
	console.table({ nats: against(measured.nats), "nats-synced": against(measured["nats-synced"]) });
}
if (balance > 0) {
	const steps = await balanceRun({ rooms: balance, seed });
	console.log(`${balance} rooms over three nodes`);
	console.table(steps.map(({ what, shares, ...step }) => ({ what, ...shares, ...step })));
	process.exitCode = steps.every(({ furthest }) => furthest < 0.1) ? 0 : 1;
}
