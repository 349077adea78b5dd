import { LivekeeperApiError } from "./errors.ts";
import type { Room } from "./gen/api.ts";
import type { Connection } from "./http.ts";
import { type ReopenOptions, reopen } from "./reopen.ts";
import { socketMessages } from "./socket-reader.ts";

/** A change of the rooms that the service keeps. */
export interface RoomsChange {
	/** Whether `rooms` are all there are: at the beginning, and after each reconnect. */
	all: boolean;
	/** New and changed rooms, complete. */
	rooms: Room[];
	/** Live ids of rooms that are no longer kept. */
	removed: string[];
}

type RoomPatch = Partial<Room> & Pick<Room, "live_id">;

const defaultSilenceMs = 45_000;

/**
 * Yields all rooms, and then their changes, about once a second; at once if a state changes. Without end, across cuts
 * and restarts of the service.
 * @param ask requests the rooms by HTTP, to learn why a socket was refused
 * @throws LivekeeperApiError if retrying can't help (`unauthorized`)
 */
export function watchRooms(
	connection: Connection,
	options: ReopenOptions,
	ask: () => Promise<unknown>,
): AsyncGenerator<RoomsChange, void> {
	return reopen<RoomsChange>(
		async function* (signal, onAlive) {
			const known = new Map<string, Room>();
			const socket = { signal, silenceMs: options.silenceMs ?? defaultSilenceMs, onAlive, ask };
			for await (const message of socketMessages(connection, "ws", {}, socket)) {
				if (message["type"] === "rooms") {
					const rooms = message["rooms"] as Room[];
					known.clear();
					for (const room of rooms) known.set(room.live_id, room);
					yield { all: true, rooms, removed: [] };
				} else if (message["type"] === "changes") {
					const removed = message["removed"] as string[];
					for (const liveId of removed) known.delete(liveId);
					yield {
						all: false,
						rooms: (message["changed"] as RoomPatch[]).map((patch) => patched(known, patch)),
						removed,
					};
				}
				// Other messages are a later version's.
			}
		},
		{ ...options, clock: connection.clock },
	);
}

function patched(known: Map<string, Room>, patch: RoomPatch): Room {
	const room = { ...known.get(patch.live_id), ...patch } as Room;
	if (room.state === undefined)
		throw new LivekeeperApiError("bad_answer", "A change came for a room that was not listed before.");
	known.set(room.live_id, room);
	return room;
}
