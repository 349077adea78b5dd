import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import type { KeptRooms, KeptWatching } from "@livekeeper/engine";
import type { EventLog } from "@livekeeper/log";
import type { Notes } from "@livekeeper/log/storage";

/** Maximum number of stored rooms, most recently known first, because a note of a cluster may have a megabyte. */
const maxRooms = 1_500;

interface WatchingDeps {
	notes: Pick<Notes, "get" | "put">;
	logger: Logger;
	/** Name of the cluster node; each node has an address of its own. Knowledge about rooms is shared. */
	node?: string | undefined;
}

/**
 * Keeps knowledge about rooms and ways of look-ups across restarts. Unreadable state is logged, and rooms are looked up
 * again.
 */
export async function keptWatching({ notes, logger, node }: WatchingDeps): Promise<{
	known: { readonly exits?: unknown; readonly rooms?: unknown };
	keep: (part: KeptWatching) => void;
	/** Resolves once everything to keep is stored. */
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

/** Merges the newest entries, because another node may have later news of a room. */
function newest(stored: unknown, own: KeptRooms): KeptRooms {
	const rooms = new Map(Object.entries(own));
	for (const [liveId, room] of Object.entries((stored ?? {}) as KeptRooms)) {
		const known = rooms.get(liveId);
		if (typeof room?.at === "number" && (!known || known.at < room.at)) rooms.set(liveId, room);
	}
	const all = [...rooms].sort(([, a], [, b]) => b.at - a.at);
	return Object.fromEntries(all.slice(0, maxRooms));
}

/** Interval at which a room's broadcasts are read again, ms: it has a few a day at most. */
const recheckMs = 6 * 3_600_000;

/** Starts of rooms' broadcasts from the log. They are read in the background and unknown until then. */
export class PastBroadcasts {
	readonly #log: Pick<EventLog, "broadcasts">;
	readonly #clock: Clock;
	readonly #rooms = new Map<string, { readAt: number; starts: readonly number[] | undefined }>();

	constructor(log: Pick<EventLog, "broadcasts">, clock: Clock) {
		this.#log = log;
		this.#clock = clock;
	}

	/** Returns the starts of the room's broadcasts, ms since the epoch; `undefined` while they are read. */
	of(liveId: string): readonly number[] | undefined {
		const known = this.#rooms.get(liveId);
		const now = this.#clock.elapsed();
		if (known && now - known.readAt < recheckMs) return known.starts;
		const one = { readAt: now, starts: known?.starts };
		this.#rooms.set(liveId, one);
		this.#log.broadcasts(liveId).then(
			(broadcasts) => {
				one.starts = broadcasts.map(({ startedAt }) => startedAt);
			},
			// The log reports its own faults: without it all rooms are equally likely.
			() => undefined,
		);
		return one.starts;
	}
}
