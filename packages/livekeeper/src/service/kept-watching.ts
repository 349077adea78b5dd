import type { Clock } from "@livekeeper/douyin";
import type { EventLog } from "../event-log/index.ts";
import type { Logger } from "../log.ts";
import type { Notes } from "../storage/index.ts";
import type { KeptRooms, KeptWatching } from "../watching/index.ts";

/** Rooms that are kept at most, those last heard of: a note of a cluster may have a megabyte. */
const maxRooms = 1_500;

interface WatchingDeps {
	notes: Pick<Notes, "get" | "put">;
	logger: Logger;
	/** The node of a cluster: each has an address of its own. What is known of rooms they share. */
	node?: string | undefined;
}

/**
 * What is known of rooms and of ways of asking about them, over restarts. What can't be read is logged, and rooms are
 * looked up again.
 */
export async function keptWatching({ notes, logger, node }: WatchingDeps): Promise<{
	known: { readonly exits?: unknown; readonly rooms?: unknown };
	keep: (part: KeptWatching) => void;
	/** Resolves once what was to be kept is stored. */
	stored: () => Promise<void>;
}> {
	const names = { exits: node === undefined ? "lookup_exits" : `lookup_exits.${node}`, rooms: "lookup_rooms" };
	const read = async (part: "exits" | "rooms") => {
		try {
			return await notes.get(names[part]);
		} catch (err) {
			logger.warn({ event: "watching_unreadable", part, err });
			return undefined;
		}
	};
	const store = async ({ exits, rooms }: KeptWatching) => {
		try {
			if (exits) await notes.put(names.exits, exits);
			if (rooms) await notes.put(names.rooms, newest(await notes.get(names.rooms), rooms));
		} catch (err) {
			logger.warn({ event: "watching_not_stored", err });
		}
	};
	let last = Promise.resolve();
	return {
		known: { exits: await read("exits"), rooms: await read("rooms") },
		keep: (part) => {
			last = last.then(() => store(part));
		},
		stored: () => last,
	};
}

/** Another node may have heard of a room later. */
function newest(stored: unknown, own: KeptRooms): KeptRooms {
	const rooms = new Map(Object.entries(own));
	for (const [liveId, room] of Object.entries((stored ?? {}) as KeptRooms)) {
		const known = rooms.get(liveId);
		if (typeof room?.at === "number" && (!known || known.at < room.at)) rooms.set(liveId, room);
	}
	const all = [...rooms].sort(([, a], [, b]) => b.at - a.at);
	return Object.fromEntries(all.slice(0, maxRooms));
}

/** A room's broadcasts are read again after this, ms: it has a few a day at most. */
const againMs = 6 * 3_600_000;

/** When rooms have gone live, from the log. It is read beside; until then nothing is known. */
export class PastBroadcasts {
	readonly #log: Pick<EventLog, "broadcasts">;
	readonly #clock: Clock;
	readonly #rooms = new Map<string, { readAt: number; starts: readonly number[] | undefined }>();

	constructor(log: Pick<EventLog, "broadcasts">, clock: Clock) {
		this.#log = log;
		this.#clock = clock;
	}

	/** Times at which the room's broadcasts began, ms since the epoch; `undefined` while they are read. */
	of(liveId: string): readonly number[] | undefined {
		const known = this.#rooms.get(liveId);
		const now = this.#clock.elapsed();
		if (known && now - known.readAt < againMs) return known.starts;
		const one = { readAt: now, starts: known?.starts };
		this.#rooms.set(liveId, one);
		this.#log.broadcasts(liveId).then(
			(broadcasts) => {
				one.starts = broadcasts.map(({ startedAt }) => startedAt);
			},
			// The log reports its own faults: without it all rooms are as likely.
			() => undefined,
		);
		return one.starts;
	}
}
