import { SimulatorError } from "../errors.ts";
import type { Broadcast } from "./broadcast.ts";
import { Room, type RoomContext, type RoomSettings } from "./room.ts";
import { secUidOf } from "./room-links.ts";

export const defaultFirstLiveId = 1001;

/** Returns the live id of the `i`-th room, from 0: `1001`, `1002`, … */
export function liveIdOf(i: number, firstLiveId = defaultFirstLiveId): string {
	return String(firstLiveId + i);
}

/** All rooms, by live id and by the room ids of their broadcasts. */
export class RoomSet implements Iterable<Room> {
	readonly #context: RoomContext;
	readonly #rooms = new Map<string, Room>();
	/** Rooms by the anchor's numeric id, and by its `sec_uid`. */
	readonly #byAnchor = new Map<string, Room>();

	constructor(context: RoomContext) {
		this.#context = context;
	}

	get size(): number {
		return this.#rooms.size;
	}

	[Symbol.iterator](): Iterator<Room> {
		return this.#rooms.values();
	}

	add(settings: Omit<RoomSettings, "number">): Room {
		if (this.#rooms.has(settings.liveId)) {
			throw new SimulatorError("room_exists", `There is a room ${settings.liveId} already.`);
		}
		const room = new Room({ ...settings, number: this.#rooms.size }, this.#context);
		this.#rooms.set(room.liveId, room);
		this.#byAnchor.set(room.anchor.id, room).set(secUidOf(room), room);
		return room;
	}

	find(liveId: string): Room | undefined {
		return this.#rooms.get(liveId);
	}

	/** Finds a room by its live id, or by its anchor's 抖音号, as the site's pages are named. */
	findByName(name: string): Room | undefined {
		return this.find(name) ?? [...this].find(({ anchor }) => anchor.user.displayId === name);
	}

	/** Finds a room by its anchor's numeric id, or by its `sec_uid`. */
	findByAnchor(person: string): Room | undefined {
		return this.#byAnchor.get(person);
	}

	get(liveId: string): Room {
		const room = this.#rooms.get(liveId);
		if (!room) throw new SimulatorError("unknown_room", `There is no room ${liveId}. See GET /__sim/rooms.`);
		return room;
	}

	/** Returns the room and broadcast of a room id. */
	byRoomId(roomId: string): { room: Room; broadcast: Broadcast } | undefined {
		for (const room of this.#rooms.values()) {
			const broadcast = room.broadcast(roomId);
			if (broadcast) return { room, broadcast };
		}
		return undefined;
	}
}
