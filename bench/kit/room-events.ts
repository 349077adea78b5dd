import { decodeResponse, type LiveEvent } from "@livekeeper/douyin";
import { Generator } from "../../packages/simulator/src/traffic/generator.ts";
import { People } from "../../packages/simulator/src/traffic/people.ts";

/** Number of events in a room's repertoire. */
const repertoire = 200;

/**
 * Events of many rooms as the service decodes them, in the simulator's mix of kinds. Each room repeats its events with
 * new ids and times; people who chat recur, those who enter are always new.
 */
export class RoomEvents {
	readonly #rooms: readonly { liveId: string; roomId: string; events: readonly LiveEvent[] }[];
	#made = 0;

	constructor(count: number) {
		const people = new People(1);
		this.#rooms = Array.from({ length: count }, (_, roomNumber) => {
			const [liveId, roomId] = [`${100_000 + roomNumber}`, `${7_380_000_000_000_000_000n + BigInt(roomNumber)}`];
			const generator = new Generator({ seed: 1, roomNumber, broadcast: 0, roomId }, people);
			const bytes = Array.from({ length: repertoire }, () => generator.next(Date.now()).bytes);
			const { events } = decodeResponse(Buffer.concat(bytes), { liveId, roomId, receivedAt: Date.now() });
			return { liveId, roomId, events };
		});
	}

	/** Returns an event of the next room: the rooms take turns. */
	next(): { liveId: string; events: LiveEvent[]; cursor: { roomId: string; cursor: string; internalExt: string } } {
		const made = this.#made++;
		const room = this.#rooms[made % this.#rooms.length];
		const said = Math.floor(made / this.#rooms.length);
		const event = room?.events[said % room.events.length];
		if (!room || !event) throw new Error("A room has nothing to say.");
		const now = Date.now();
		const id = `${7_400_000_000_000_000_000n + BigInt(made)}`;
		const cursor = {
			roomId: room.roomId,
			cursor: `d-1_u-1_fh-${id}_t-${now}_r-1`,
			internalExt: `seq:${id}|wss:${now}`,
		};
		return { liveId: room.liveId, events: [renewed(event, id, now)], cursor };
	}
}

function renewed(event: LiveEvent, id: string, now: number): LiveEvent {
	const again = { ...event, id, at: now, receivedAt: now };
	return again.type === "member" && again.user ? { ...again, user: { ...again.user, id, secUid: id } } : again;
}
