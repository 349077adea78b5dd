import { DamagedLines } from "../block.ts";
import { blockSearch } from "../block-search.ts";
import { storedTimes } from "../read-page.ts";
import {
	type FoundEvent,
	type Looked,
	type PastEnd,
	type RoomPast,
	type RoomRange,
	roomPast,
	type SearchQuery,
} from "../search.ts";
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

	#past(pastEnd: PastEnd, range: Pick<SearchQuery, "from" | "to">): RoomPast | undefined {
		const room = this.#rooms.find(pastEnd.liveId);
		if (!room || room.oldestAt === null) return undefined;
		const { from, before } = storedTimes(range, room);
		const first = this.#blocks.firstStoredFrom(room, from);
		const end = this.#blocks.firstStoredFrom(room, Math.min(before, pastEnd.storedBefore ?? before));
		return roomPast(pastEnd, { ...room, oldestAt: room.oldestAt }, { from, first, end });
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
