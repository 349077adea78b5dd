import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { Helper } from "../kit/child-process.ts";
import type { ReaderAnswer, ReaderOrder } from "../kit/delay-reader.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import { quantile } from "../kit/spread.ts";

interface Load {
	rooms: number;
	/** Messages per second in each room, each in a frame of its own. */
	rate: number;
	seconds: number;
	/** Goal for the p99, ms. */
	goal?: number;
	/** Goal for the main thread's share of a core. */
	busy?: number;
}

const loads: Load[] = [
	{ rooms: 100, rate: 10, seconds: 5, goal: 20 },
	{ rooms: 1_000, rate: 5, seconds: 4, goal: 40 },
	{ rooms: 1_000, rate: 10, seconds: 4, busy: 0.8 },
];

export const delayBenches = loads.map((load): Bench => {
	const { rooms, rate, seconds } = load;
	return {
		name: `delay-${rooms}x${rate}`,
		figures: figuresOf(load),
		rounds: 2,
		async prepare(scale) {
			const kept = await KeptRooms.open(Math.max(2, Math.round(rooms * Math.min(1, scale))));
			const readers = new Helper<ReaderOrder, ReaderAnswer>(new URL("../kit/delay-reader.ts", import.meta.url));
			const liveIds = kept.simulator.rooms.map(({ liveId }) => liveId);
			await readers.order({ do: "join", port: kept.service.port, liveIds });
			const during = Math.max(1, Math.round(seconds * scale));
			return {
				sides: { service: () => measure(kept, readers, { messages: rate * during, perFrame: 1, seconds: during }) },
				close: async () => {
					await readers.close();
					await kept.close();
				},
			};
		},
	};
});

function figuresOf({ rooms, rate, goal, busy }: Load): Figure[] {
	const load = `${(rooms * rate).toLocaleString("en-US")}/s over ${rooms.toLocaleString("en-US")} rooms`;
	const shared = { of: "service", better: "lower" } as const;
	const what = "from the upstream's sending of a message to its arrival at a Socket.IO client, default settings";
	const delay = (of: string) => ({ ...shared, name: `delay ${of}, ${load}`, what, measure: of, unit: "ms" });
	const main = { ...shared, name: `main thread, ${load}`, measure: "main", unit: "of one core" };
	return [
		delay("p50"),
		goal === undefined ? delay("p99") : { ...delay("p99"), goal },
		delay("p99.9"),
		{
			...main,
			what: "CPU time of the service's main thread in a second",
			...(busy === undefined ? {} : { goal: busy }),
		},
		{
			...shared,
			name: `CPU, ${load}`,
			what: "all threads, stored and read",
			measure: "cpu",
			unit: "µs of CPU an event",
		},
	];
}

async function measure(
	kept: KeptRooms,
	readers: Helper<ReaderOrder, ReaderAnswer>,
	load: { messages: number; perFrame: number; seconds: number },
): Promise<Measured> {
	await readers.order({ do: "note" });
	const { did, took } = await kept.cpuOfEvent(load);
	const { arrivals } = await readers.order({ do: "noted" });
	const sentAts = new Map(kept.simulator.rooms.flatMap((room) => [...room.sentAts()]));
	const delays = arrivals.map(([id, at]) => at - (sentAts.get(id) ?? Number.NaN));
	if (arrivals.length !== did["events"])
		throw new Error(`${did["events"]} events were stored, ${arrivals.length} came.`);
	const p = { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), "p99.9": quantile(delays, 0.999) };
	return { did, took: { ...took, ...p } };
}
