import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../e2e/kit/until.ts";
import type { Bench, Measured } from "../kit/bench.ts";
import { cpuOf } from "../kit/cpu.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import { talk } from "../kit/talk.ts";

const [rooms, rate, seconds] = [500, 2, 8];
const settleMs = 1_000;
/** `starts_per_second` of the kit's services, which limits how fast the rooms reconnect. */
const startsPerSecond = 200;

/** Cuts all sockets of 500 rooms at once while messages continue. */
export const storm: Bench = {
	name: "storm",
	figures: [
		{
			...{ name: "storm of 500 rooms, CPU", of: "storm", dividedBy: "calm", measure: "cpu", better: "lower" },
			...{ unit: "µs of CPU an event", what: `${rate} messages a second a room, all sockets cut at once ÷ none cut` },
		},
		{
			...{ name: "storm of 500 rooms, all back", of: "storm", measure: "back", unit: "s", better: "lower" },
			what: `until every room is connected again, ${startsPerSecond} handshakes a second; nothing is lost or doubled`,
		},
	],
	rounds: 2,
	async prepare(scale) {
		const kept = await KeptRooms.open(Math.max(10, Math.round(rooms * Math.min(1, scale))));
		const during = Math.max(2, Math.round(seconds * scale));
		return {
			sides: { storm: () => measure(kept, during, true), calm: () => measure(kept, during, false) },
			close: () => kept.close(),
		};
	},
};

async function measure(kept: KeptRooms, during: number, isStorm: boolean): Promise<Measured> {
	const { simulator, service } = kept;
	const { pid = 0 } = service;
	const [before, cpu, startedAt] = [await counts(kept), cpuOf(pid).all, performance.now()];
	const talking = talk({ rooms: simulator.rooms, messages: rate * during, perFrame: 1, seconds: during });
	await pause(200);
	let back = 0;
	if (isStorm) {
		for (const { liveId } of simulator.rooms) simulator.setFault({ fault: "cut", count: 1 }, liveId);
		await until("the sockets are cut", () => simulator.connections().length < simulator.rooms.length);
		const all = () => simulator.connections().length === simulator.rooms.length;
		await until("every room is connected again", all, { limitMs: 120_000 });
		back = (performance.now() - startedAt - 200) / 1000;
	}
	await talking;
	await pause(settleMs);
	const spent = cpuOf(pid).all - cpu;
	const after = await counts(kept);
	const [events, sent] = [after.messages - before.messages, after.sent - before.sent];
	if (events !== sent) throw new Error(`${sent} messages were sent, ${events} have come.`);
	if (after.gaps > before.gaps) throw new Error(`${after.gaps - before.gaps} gaps, though the upstream replays.`);
	return { did: { events }, took: { cpu: (spent * 1000) / events, back } };
}

/** Counts the messages that the rooms have received, each once, beside those that were sent. */
async function counts({ simulator, service }: KeptRooms): Promise<{ messages: number; gaps: number; sent: number }> {
	const { body } = await service.request("GET", "/api/v1/rooms");
	const { rooms: all } = body as { rooms: { messages: number; duplicates: number; gaps: number }[] };
	return {
		messages: all.reduce((sum, room) => sum + room.messages - room.duplicates, 0),
		gaps: all.reduce((sum, room) => sum + room.gaps, 0),
		sent: simulator.rooms.reduce((sum, { info }) => sum + info.sent, 0),
	};
}
