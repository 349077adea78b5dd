import { DamagedLines } from "../block.ts";
import { blockSearch } from "../block-search.ts";
import type { FoundEvent, Looked, PastEnd, RoomPast, RoomRange, SearchQuery } from "../search.ts";
import type { SearchFilter } from "../search-filter.ts";
import type { RoomBlocks } from "./room-blocks.ts";
import type { StoredRooms } from "./rooms.ts";

/** Reads rooms backwards from their end. Blocks whose bytes contain no match are skipped without unpacking. */
export class PastBlocks {
	readonly #rooms: StoredRooms;
	readonly #blocks: RoomBlocks;

	constructor(rooms: StoredRooms, blocks: RoomBlocks) {
		this.#rooms = rooms;
		this.#blocks = blocks;
	}

	histories(ends: readonly PastEnd[], range: Pick<SearchQuery, "from" | "to">): RoomPast[] {
		return ends.flatMap((end) => this.#past(end, range) ?? []);
	}

	lookBack(ranges: readonly RoomRange[], filter: SearchFilter, max: number): Looked[] {
		const search = blockSearch(filter);
		return ranges.map((range) => this.#lookAt(range, search, max));
	}

	#past({ liveId, last, storedBefore }: PastEnd, { from, to }: Pick<SearchQuery, "from" | "to">) {
		const room = this.#rooms.find(liveId);
		if (!room || room.oldestAt === null) return undefined;
		const { oldestSeq, lastSeq, newestAt } = room;
		const before = (time: number) => (newestAt < time ? lastSeq : this.#blocks.firstStoredFrom(room, time) - 1);
		const ends = [lastSeq, last ?? lastSeq];
		if (storedBefore !== undefined) ends.push(before(storedBefore));
		if (to !== undefined) ends.push(before(to + room.maxSkewMs + 1));
		const oldest = from === undefined ? room.oldestAt : from - room.maxAheadMs;
		const past = {
			liveId,
			first: oldest <= room.oldestAt ? oldestSeq : before(oldest) + 1,
			last: Math.min(...ends),
			storedAt: Math.min(newestAt, (storedBefore ?? Number.POSITIVE_INFINITY) - 1),
			oldestAt: Math.max(oldest, room.oldestAt),
		};
		return past.first <= past.last ? past : undefined;
	}

	#lookAt({ liveId, first, last }: RoomRange, search: ReturnType<typeof blockSearch>, max: number): Looked {
		const roomNo = this.#rooms.numberOf(liveId);
		if (roomNo === undefined) return { found: [], first, storedAt: Number.POSITIVE_INFINITY };
		const pieces = [...this.#blocks.heads(roomNo, first - 1, last)];
		const found: FoundEvent[] = [];
		for (const piece of pieces.toReversed()) {
			for (const event of undamaged(search(piece))) {
				found.push(event);
				if (found.length >= max) return { found, first: event.seq, storedAt: event.storedAt };
			}
		}
		const [oldest] = pieces;
		// Numbers within a jump need not be examined.
		const jump = oldest?.from === first ? undefined : this.#blocks.jumpAfter(roomNo, first - 1);
		const from = jump && jump.from < first ? jump.from : first;
		return { found, first: from, storedAt: oldest?.block.storedAt(oldest.from) ?? Number.POSITIVE_INFINITY };
	}
}

/** Yields events up to the first unreadable one: the lines of a block are damaged as a whole. */
function* undamaged(events: Iterable<FoundEvent>): Generator<FoundEvent, void> {
	try {
		yield* events;
	} catch (error) {
		if (!(error instanceof DamagedLines)) throw error;
	}
}
