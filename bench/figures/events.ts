import type { Bench } from "../kit/bench.ts";
import { FloorRooms, KeptRooms } from "../kit/kept-rooms.ts";

const unit = "µs of CPU an event";
const floor = "a socket a room, F, the ack and a row of 528 bytes a message, committed every 10 ms";

interface Load {
	name: string;
	rooms: number;
	/** Messages per second in each room, and number of messages in each frame. */
	rate: number;
	perFrame: number;
	seconds: number;
	goal?: number;
	/** Maximum absolute cost, µs. */
	max?: number;
}

const loads: Load[] = [
	{ name: "1,000 rooms × 2/s", rooms: 1_000, rate: 2, perFrame: 1, seconds: 5, goal: 1.5 },
	{ name: "100 rooms × 50/s", rooms: 100, rate: 50, perFrame: 5, seconds: 4, goal: 1.5 },
	{ name: "one room × 100/s", rooms: 1, rate: 100, perFrame: 1, seconds: 6, max: 200 },
];

/** From the socket to the disk, with default settings, without readers. */
export const eventBenches = loads.map(({ name, rooms, rate, perFrame, seconds, goal, max }): Bench => {
	const shared = { measure: "cpu", unit, of: "service", better: "lower" } as const;
	const ratio = {
		...{ ...shared, name: `event, ${name}`, dividedBy: "floor" },
		what: `all threads of the service, frames of ${perFrame}, for each stored event ÷ ${floor}`,
	};
	const alone = { ...shared, name: `event, ${name}, alone`, what: "all threads of the service" };
	return {
		name: `event-${rooms}x${rate}`,
		figures: [goal === undefined ? ratio : { ...ratio, goal }, ...(max === undefined ? [] : [{ ...alone, goal: max }])],
		rounds: 2,
		async prepare(scale) {
			const count = Math.max(1, Math.round(rooms * Math.min(1, scale)));
			const [kept, bare] = [await KeptRooms.open(count), await FloorRooms.open(count)];
			const load = { messages: Math.max(perFrame, rate * Math.round(seconds * scale)), perFrame };
			const during = { ...load, seconds: load.messages / rate };
			return {
				sides: { service: () => kept.cpuOfEvent(during), floor: () => bare.cpuOfEvent(during) },
				close: async () => {
					await kept.close();
					await bare.close();
				},
			};
		},
	};
});
