import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { measure } from "../kit/nodes/measure.ts";
import { type Side, sides } from "../kit/nodes/nodes.ts";

const rooms = 150;
const rate = 2;
const seconds = 12;

const names: Record<Side, string> = {
	sqlite: "one node",
	nats: "three nodes",
	"nats-synced": "three nodes that sync each write",
};

const figures = (["nats", "nats-synced"] as const).flatMap((side): Figure[] => {
	const shared = { of: names[side], dividedBy: names.sqlite, better: "lower" } as const;
	const on = "one node with SQLite, on one machine";
	return [
		{
			...{ ...shared, name: `cluster, ${side}, CPU`, measure: "cpu", unit: "µs of CPU an event" },
			what: `CPU of three nodes and their NATS servers for each event that reached a reader ÷ ${on}`,
		},
		{
			...{ ...shared, name: `cluster, ${side}, p99`, measure: "p99", unit: "ms" },
			what: `from an event's time until a reader has it ÷ ${on}`,
		},
	];
});

/** Compares three nodes with a NATS server each with one node; needs nats-server on the PATH. */
export const cluster: Bench = {
	name: "nodes",
	figures,
	rounds: 3,
	warmUps: 0,
	async prepare(scale) {
		const load = { rooms: Math.max(6, Math.round(rooms * Math.min(1, scale))), rate, seed: 1 };
		const during = Math.max(2, Math.round(seconds * scale));
		return {
			sides: Object.fromEntries(sides.map((side) => [names[side], () => ofSide({ ...load, side, seconds: during })])),
		};
	},
};

async function ofSide(options: Parameters<typeof measure>[0]): Promise<Measured> {
	const { events, said, nodesCpuUs, natsCpuUs, p50, p99 } = await measure(options);
	// Events in flight at the beginning or end of the measurement are counted on the other side of it.
	if (events < said * 0.9) throw new Error(`${options.side}: ${events} of ${said} events came.`);
	return { did: {}, took: { cpu: (nodesCpuUs + natsCpuUs) / events, p50, p99 } };
}
