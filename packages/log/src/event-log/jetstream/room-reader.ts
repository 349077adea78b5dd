import type { ReadPage, ReadQuery, Truncation } from "../event-log.ts";
import { isOfService } from "../event-types.ts";
import { emptyPage, maxScanned, Page, truncation } from "../read-page.ts";
import type { Position } from "./claim.ts";
import type { LogStreams } from "./log-streams.ts";
import { blockOf, gapsOf, type LogMessage } from "./message.ts";
import { afterNewest, type Bounds, countedAfter, countedIn, firstWhere, type RoomMessages } from "./room-messages.ts";

/** First and last event of a room's log at this moment. */
export interface Extent extends Bounds {
	oldestSeq: number;
	lastSeq: number;
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
		const asked = Math.max(0, query.after ?? 0);
		const messages = this.#streams.messages(liveId, signal);
		const extent = await this.extent(liveId, messages);
		if (asked > (extent?.lastSeq ?? 0) && !(await this.#isShown(liveId, extent?.newest))) {
			// The log may have assigned and lost this number. The reader is notified once the room continues above it.
			const { oldestSeq = asked + 1 } = extent ?? {};
			return { events: [], nextAfter: asked, caughtUp: true, oldestSeq, lastSeq: asked };
		}
		if (!extent) return emptyPage(asked);
		const { newest, oldestSeq, lastSeq } = extent;
		const { from, to } = query;
		const { skew } = newest.head;
		const oldestSelected = from === undefined ? oldestSeq : await firstStoredFrom(messages, extent, from - skew);
		const end = to === undefined ? lastSeq : (await firstStoredFrom(messages, extent, to + skew + 1)) - 1;
		// If the time range begins after the oldest event, nothing that retention deleted can have been part of it.
		const base = extent.first.head.floor ?? 0;
		const truncated = oldestSelected > oldestSeq ? undefined : truncation({ oldestSeq, lastSeq, base }, asked);
		const after = Math.max(asked > lastSeq ? 0 : asked, oldestSelected - 1);
		const { page, hole } = await this.#scan({ liveId, messages, extent }, after, end, query);
		// A page that skips events cannot notice that retention deleted some meanwhile.
		if (skips(query) && (await messages.firstFrom(1))?.sequence !== extent.first.sequence) {
			return this.read(liveId, query, signal);
		}
		const { events, scannedTo } = page;
		const gone = truncated ?? hole;
		const caughtUp = scannedTo >= end;
		const nextAfter = caughtUp ? lastSeq : scannedTo;
		return { events, nextAfter, caughtUp, ...(gone && { truncated: gone }), oldestSeq, lastSeq };
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
		return { first, newest, oldestSeq: first.head.next - first.head.count, lastSeq: newest.head.next - 1 };
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

	/** @returns the page, and the lost or deleted range directly behind `after` */
	async #scan(room: Room, after: number, end: number, query: ReadQuery) {
		// The positions of all matching messages are known, so none is too far away.
		const areKnown = areOfService(query);
		const page = new Page(query, after, areKnown ? Number.POSITIVE_INFINITY : maxScanned);
		if (after >= end) return { page };
		let hole: Truncation | undefined;
		for await (const message of areKnown ? await ownMessages(room, after) : this.#messagesAfter(room, after)) {
			const { next, count, floor = 0 } = message.head;
			const to = areKnown ? floor : next - count - 1;
			if (page.scannedTo < to) {
				// Retention deletes during the read, and lost events lie behind others: the page that begins there reports
				// them.
				if (page.scannedTo > after) return { page, hole };
				hole = { from: page.scannedTo + 1, to, reason: page.scannedTo < floor ? "reset" : "retention" };
				page.scannedTo = to;
			}
			if (added(page, room.liveId, message, end) && page.scannedTo < end) continue;
			if (areKnown) return { page, hole };
			const place = page.scannedTo === next - 1 ? message.sequence + 1 : message.sequence;
			this.#places.note(logOf(room.liveId, room.extent), page.scannedTo, place);
			return { page, hole };
		}
		if (areKnown) page.scannedTo = end;
		return { page, hole };
	}
}

/** Adds the selected events of a message up to `end`. @returns whether the page takes more */
function added(page: Page, liveId: string, message: LogMessage, end: number): boolean {
	const { next, count } = message.head;
	const block = blockOf(message);
	return page.add(next - count, Math.min(end, next - 1), (from, to, isSelected) => {
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

/** Returns the first `seq` that was stored at or after this time; `lastSeq + 1` if there is none. */
async function firstStoredFrom(messages: RoomMessages, extent: Extent, time: number): Promise<number> {
	if (extent.newest.head.at < time) return extent.lastSeq + 1;
	const { head } = await firstWhere(messages, extent, (message) => message.head.at >= time);
	return head.next - head.count;
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
