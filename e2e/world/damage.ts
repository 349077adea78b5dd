import type { KnownRoom } from "../chaos/world.ts";
import type { RoomLog } from "../kit/room-log.ts";
import { WorldReader } from "./reader.ts";
import type { World } from "./world.ts";

const storedWithinMs = 10_000;
const readWithinMs = 60_000;
const messages = 3;

/**
 * Lets bits of a connected room's messages flip on their way to the store. The damage must be reported, and nothing else
 * may differ.
 * @param log of the room
 * @returns broken promises, as sentences
 */
export async function judgeDamage(
	world: World,
	{ liveId, room }: KnownRoom,
	log: RoomLog,
	random: () => number,
): Promise<string[]> {
	const { store, scheduler, service } = world;
	if (!service) return [];
	await scheduler.finish(log.readOn());
	const damaged: number[] = [];
	// One bit is near the beginning of a block, the other among its lines.
	for (const place of [Math.floor(random() * 40), 400 + Math.floor(random() * 400)]) {
		store.flip(liveId, place, (from, to) => {
			for (let seq = from; seq <= to; seq++) damaged.push(seq);
		});
		room.produce(messages);
		await scheduler.advance(storedWithinMs);
	}
	const reader = new WorldReader("a reader of a damaged log", [liveId], { scheduler, random });
	reader.come(service.readers);
	await scheduler.advance(readWithinMs);
	reader.lose();
	const seen = new Map(reader.rooms[0]?.seen.map(({ seq, id }) => [seq, id]));
	const broken = [...reader.complaints];
	const other = log.events.find(({ seq, id }) => seen.get(seq) !== id);
	if (other) broken.push(`room ${liveId}: seq ${other.seq} differs since later events were damaged`);
	const reported = [...seen].flatMap(([seq, id]) => (id.startsWith(`lk:${liveId}:corrupt-`) ? [seq] : []));
	if (reported.join() !== damaged.join())
		broken.push(`room ${liveId}: the events ${reported.join()} are reported as damaged, and ${damaged.join()} are`);
	return broken;
}

/** Whether a line of the service's log reports damaged events. */
export function isAboutDamage(line: string): boolean {
	return /"event":"event_(?:corrupt|not_counted)"/.test(line);
}
