import type { ReadPage, ReadQuery } from "../event-log.ts";
import { isOfService } from "../event-types.ts";
import { askedAfter, emptyPage, Page, type RoomEnds, storedTimes } from "../read-page.ts";
import type { Position } from "./claim.ts";
import type { LogStreams } from "./log-streams.ts";
import { blockOf, gapsOf, type LogMessage, skewsOf } from "./message.ts";
import {
	afterNewest,
	type Bounds,
	countedAfter,
	countedIn,
	firstStoredFrom,
	firstWhere,
	type RoomMessages,
} from "./room-messages.ts";

/** First and last event of a room's log at this moment. */
export interface Extent extends Bounds, RoomEnds {
	/** When the first and the newest message were stored, ms since the epoch. */
	oldestAt: number;
	newestAt: number;
}

/** A room while one page of it is read. */
interface Room {
	liveId: string;
	messages: RoomMessages;
	extent: Extent;
}

export interface RoomReaderOptions {
	/** Whether the room is shown to end with this message. Default: it always is. */
	isShown?: (liveId: string, newest: LogMessage | undefined) => Promise<boolean>;
}

/** Reads rooms' logs by `seq`: finds the position by binary search over the stream, then reads message by message. */
export class RoomReader {
	readonly #streams: Pick<LogStreams, "messages" | "newest">;
	readonly #places = new PlaceCache();
	readonly #isShown: NonNullable<RoomReaderOptions["isShown"]>;

	constructor(streams: Pick<LogStreams, "messages" | "newest">, options: RoomReaderOptions = {}) {
		this.#streams = streams;
		this.#isShown = options.isShown ?? (async () => true);
	}

	/** @param signal aborts the read when the page is no longer needed */
	async read(liveId: string, query: ReadQuery, signal?: AbortSignal): Promise<ReadPage> {
		const asked = askedAfter(query);
		const messages = this.#streams.messages(liveId, signal);
		const extent = await this.extent(liveId, messages);
		if (asked > (extent?.lastSeq ?? 0) && !(await this.#isShown(liveId, extent?.newest))) {
			// The log may have assigned and lost this number. The reader is notified once the room continues above it.
			const { oldestSeq = asked + 1 } = extent ?? {};
			return { events: [], nextAfter: asked, caughtUp: true, oldestSeq, lastSeq: asked };
		}
		if (!extent) return emptyPage(asked);
		const times = storedTimes(query, extent);
		const first = await firstStoredFrom(messages, extent, times.from);
		const end = await firstStoredFrom(messages, extent, times.before);
		const ends = { ...extent, base: extent.first.head.floor ?? 0 };
		// The positions of all matching messages are known if they are of the service, so none is too far away.
		const more = areOfService(query) ? { maxLooked: Number.POSITIVE_INFINITY } : {};
		const page = new Page(query, { ends, first, end, ...more });
		await this.#scan({ liveId, messages, extent }, page, query);
		// A page that skips events cannot notice that retention deleted some meanwhile.
		if (skips(query) && (await messages.firstFrom(1))?.sequence !== extent.first.sequence) {
			return this.read(liveId, query, signal);
		}
		return page.result();
	}

	/** Returns the `seq` behind which the room's newest `count` events lie. */
	async afterNewest(liveId: string, count: number): Promise<number> {
		const messages = this.#streams.messages(liveId);
		const extent = await this.extent(liveId, messages);
		if (!extent) return 0;
		return afterNewest(messages, extent, count);
	}

	/** Returns the ends of the room's log; `undefined` if it was never written. */
	async extent(liveId: string, messages = this.#streams.messages(liveId)): Promise<Extent | undefined> {
		const [first, newest] = await Promise.all([messages.firstFrom(1), this.#streams.newest(liveId)]);
		if (!first || !newest) return undefined;
		const { next, at: newestAt } = newest.head;
		return {
			...{ first, newest, oldestSeq: first.head.next - first.head.count, lastSeq: next - 1 },
			...{ oldestAt: first.head.at, newestAt, ...skewsOf(newest.head) },
		};
	}

	/** Returns the stream's sequence of the first message behind this `seq`. */
	async placeAfter(liveId: string, seq: number): Promise<number> {
		const messages = this.#streams.messages(liveId);
		const extent = await this.extent(liveId, messages);
		return extent ? (await firstWhere(messages, extent, ({ head }) => head.next > seq + 1)).sequence : 0;
	}

	/** Yields messages that count, from one sequence to another. @param from end of the log before them */
	counted(liveId: string, range: readonly [number, number], from: Position): AsyncIterable<LogMessage> {
		return countedIn(this.#streams.messages(liveId), range, from);
	}

	/** Yields messages that count, from the first one with events after this `seq`. */
	#messagesAfter({ liveId, messages, extent }: Room, after: number) {
		const known = this.#places.find(logOf(liveId, extent), after);
		if (known === undefined) return countedAfter(messages, extent, after);
		return countedIn(messages, [known, extent.newest.sequence]);
	}

	async #scan(room: Room, page: Page, query: ReadQuery): Promise<void> {
		const begin = page.scannedTo;
		if (begin >= page.last) return;
		const areKnown = areOfService(query);
		for await (const message of areKnown ? await ownMessages(room, begin) : this.#messagesAfter(room, begin)) {
			const { next, count, floor = 0 } = message.head;
			// Retention deletes during the read, and lost events lie behind others.
			if (!page.skip(areKnown ? floor : next - count - 1, page.scannedTo < floor ? "reset" : "retention")) return;
			if (added(page, room.liveId, message) && page.scannedTo < page.last) continue;
			if (areKnown) return;
			const place = page.scannedTo === next - 1 ? message.sequence + 1 : message.sequence;
			this.#places.note(logOf(room.liveId, room.extent), page.scannedTo, place);
			return;
		}
		if (areKnown) page.scannedTo = page.last;
	}
}

/** Adds the selected events of a message. @returns whether the page takes more */
function added(page: Page, liveId: string, message: LogMessage): boolean {
	const { next, count } = message.head;
	const block = blockOf(message);
	return page.add(next - count, Math.min(page.last, next - 1), (from, to, isSelected) => {
		if (block) return block.events(from, to, isSelected);
		return gapsOf(liveId, message).filter((gap) => gap.seq >= from && gap.seq <= to && isSelected(gap));
	});
}

/** Whether all of its events can be found without reading the messages in between. */
function areOfService({ types }: ReadQuery): boolean {
	return types?.every(isOfService) ?? false;
}

/** Whether its pages skip numbers although nothing is missing. */
function skips(query: ReadQuery): boolean {
	return query.from !== undefined || areOfService(query);
}

/** Returns the messages with events of the service itself after this `seq`: each refers to the one before it. */
async function ownMessages({ messages, extent: { first, newest } }: Room, after: number): Promise<LogMessage[]> {
	const found: LogMessage[] = [];
	// Its leader may have it damaged.
	let message: LogMessage | undefined = newest.head.own ? ((await messages.at(newest.sequence)) ?? newest) : newest;
	while (message && message.head.next > after + 1) {
		if (message.head.own) found.push(message);
		const { ownBefore }: { ownBefore: number } = message.head;
		message = ownBefore < first.sequence ? undefined : await messages.at(ownBefore);
	}
	return found.toReversed();
}

/** Distinguishes a room's log from a lost one, whose positions are not valid any more. */
function logOf(liveId: string, { newest }: Extent): string {
	return `${newest.head.floor ?? 0} ${liveId}`;
}

const maxPlaces = 10_000;

/**
 * Positions at which pages of rooms' logs ended, so that a reader that continues from there needs no search. The oldest
 * are forgotten.
 */
class PlaceCache {
	readonly #places = new Map<string, number>();

	/** @returns the stream's sequence from which the room's messages hold the events behind this `seq` */
	find(liveId: string, seq: number): number | undefined {
		return this.#places.get(keyOf(liveId, seq));
	}

	note(liveId: string, seq: number, sequence: number): void {
		const key = keyOf(liveId, seq);
		this.#places.delete(key);
		this.#places.set(key, sequence);
		if (this.#places.size <= maxPlaces) return;
		const [oldest] = this.#places.keys();
		if (oldest !== undefined) this.#places.delete(oldest);
	}
}

function keyOf(liveId: string, seq: number): string {
	return `${seq} ${liveId}`;
}
