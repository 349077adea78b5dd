import { parseArgs } from "node:util";
import { RoomReader } from "../../e2e/kit/redundant-room.ts";
import { Rig } from "../../e2e/kit/rig.ts";
import { compare } from "../../e2e/kit/room-log.ts";

/**
 * One room with two sessions, over an upstream that ignores every cursor: the sessions are cut in turn, each time when
 * both are connected, and at the end the room's log is compared with the sent messages.
 *
 *   npm run trial -- redundancy --cuts 1000
 */
const { values } = parseArgs({
	options: {
		cuts: { type: "string", default: "1000" },
		rate: { type: "string", default: "5" },
		speed: { type: "string", default: "20" },
		seed: { type: "string", default: "1" },
	},
});

const room = "1001";
const [cuts, rate, speed, seed] = [values.cuts, values.rate, values.speed, values.seed].map(Number);

const rig = await Rig.start({ speed: speed ?? 20, start: [], simulator: { rate: rate ?? 5, seed: seed ?? 1 } });
try {
	const reader = new RoomReader(rig, room);
	await reader.put({ redundancy: 2 });
	await reader.untilBothStand();
	rig.simulator.setFault({ fault: "ignore_cursor" }, room);
	for (let cut = 1; cut <= (cuts ?? 0); cut++) {
		await reader.cutAndReturn();
		if (cut % 100 === 0) console.error(`${cut} cuts`);
	}
	rig.simulator.room(room)?.change({ rate: 0 });
	await reader.untilAllStored();
	const said = rig.simulator.room(room);
	if (!said) throw new Error("The simulator has lost the room.");
	const events = await reader.events();
	const { lost, doubled, foreign, holes, parts } = compare({ events: [...events], ids: await reader.ids() }, said);
	const gaps = (await reader.gaps()).length;
	const order = parts === undefined ? "kept" : `parts at ${parts.at}`;
	console.table([{ cuts, messages: said.sentIds().length, lost, doubled, foreign, holes, order, gaps }]);
} finally {
	await rig.stop();
}
