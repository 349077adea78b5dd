import type { ReadPage, ReadQuery, Truncation } from "../event-log.ts";
import { emptyPage, maxScanned, Page, truncation } from "../read-page.ts";
import { isOfService } from "../service-events.ts";
import type { Position } from "./claim.ts";
import type { LogStreams } from "./log-streams.ts";
import { blockOf, gapsOf, type LogMessage } from "./message.ts";
import { PlaceCache } from "./place-cache.ts";
import { afterNewest, type Bounds, countedAfter, countedIn, firstWhere, type RoomMessages } from "./room-messages.ts";

/** How far a room's log goes at this moment. */
export interface Extent extends Bounds {
	oldestSeq: number;
	lastSeq: number;
}

/** A room, as one page is read of it. */
interface Room {
	liveId: string;
	messages: RoomMessages;
	extent: Extent;
}

export interface RoomReaderOptions {
	/** Called for events that are damaged, both ends included: readers get gaps in their places. */
	onDamaged?: (liveId: string, events: { from: number; to: number }) => void;
	/** Whether it is shown that the room ends with this message. Default: it always is. */
	isShown?: (liveId: string, newest: LogMessage | undefined) => Promise<boolean>;
}

/** Reads rooms' logs by `seq`: the place is found by binary search over the stream, then messages follow one by one. */
export class RoomReader {
	readonly #streams: Pick<LogStreams, "messages" | "newest">;
	readonly #places = new PlaceCache();
	readonly #onDamaged: NonNullable<RoomReaderOptions["onDamaged"]>;
	readonly #isShown: NonNullable<RoomReaderOptions["isShown"]>;

	constructor(streams: Pick<LogStreams, "messages" | "newest">, options: RoomReaderOptions = {}) {
		const { onDamaged = () => undefined, isShown = async () => true } = options;
		this.#streams = streams;
		this.#onDamaged = onDamaged;
		this.#isShown = isShown;
	}

	/** @param signal has it end early where nobody waits for the page any more */
	async read(liveId: string, query: ReadQuery, signal?: AbortSignal): Promise<ReadPage> {
		const asked = Math.max(0, query.after ?? 0);
		const messages = this.#streams.messages(liveId, signal);
		const extent = await this.extent(liveId, messages);
		if (asked > (extent?.lastSeq ?? 0) && !(await this.#isShown(liveId, extent?.newest))) {
			// A number that the log may have given, and lost: once the room continues, above it, the reader is told.
			const { oldestSeq = asked + 1 } = extent ?? {};
			return { events: [], nextAfter: asked, caughtUp: true, oldestSeq, lastSeq: asked };
		}
		if (!extent) return emptyPage(asked);
		const { newest, oldestSeq, lastSeq } = extent;
		const { from, to } = query;
		const { skew } = newest.head;
		const oldestWanted = from === undefined ? oldestSeq : await firstStoredFrom(messages, extent, from - skew);
		const end = to === undefined ? lastSeq : (await firstStoredFrom(messages, extent, to + skew + 1)) - 1;
		// Where the time range begins after the oldest event, what retention took can't have been part of it.
		const base = extent.first.head.floor ?? 0;
		const truncated = oldestWanted > oldestSeq ? undefined : truncation({ oldestSeq, lastSeq, base }, asked);
		const after = Math.max(asked > lastSeq ? 0 : asked, oldestWanted - 1);
		const { page, hole } = await this.#scan({ liveId, messages, extent }, after, end, query);
		// A page that skips events cannot see that retention took some meanwhile.
		if (skips(query) && (await messages.firstFrom(1))?.sequence !== extent.first.sequence) {
			return this.read(liveId, query, signal);
		}
		const { events, scannedTo } = page;
		const gone = truncated ?? hole;
		const caughtUp = scannedTo >= end;
		const nextAfter = caughtUp ? lastSeq : scannedTo;
		return { events, nextAfter, caughtUp, ...(gone && { truncated: gone }), oldestSeq, lastSeq };
	}

	/** The `seq` behind which the room's newest events lie, so many of them. */
	async afterNewest(liveId: string, count: number): Promise<number> {
		const messages = this.#streams.messages(liveId);
		const extent = await this.extent(liveId, messages);
		if (!extent) return 0;
		return afterNewest(messages, extent, count);
	}

	/** How far the room's log goes; `undefined`: nobody ever wrote to it. */
	async extent(liveId: string, messages = this.#streams.messages(liveId)): Promise<Extent | undefined> {
		const [first, newest] = await Promise.all([messages.firstFrom(1), this.#streams.newest(liveId)]);
		if (!first || !newest) return undefined;
		return { first, newest, oldestSeq: first.head.next - first.head.count, lastSeq: newest.head.next - 1 };
	}

	/** The stream's sequence of the first message behind this `seq`. */
	async placeAfter(liveId: string, seq: number): Promise<number> {
		const messages = this.#streams.messages(liveId);
		const extent = await this.extent(liveId, messages);
		return extent ? (await firstWhere(messages, extent, ({ head }) => head.next > seq + 1)).sequence : 0;
	}

	/** Messages that count, from one sequence to another. @param from how far the log goes before them */
	counted(liveId: string, range: readonly [number, number], from: Position): AsyncIterable<LogMessage> {
		return countedIn(this.#streams.messages(liveId), range, from);
	}

	/** Messages that count, from the first that holds events after this `seq`. */
	#messagesAfter({ liveId, messages, extent }: Room, after: number) {
		const known = this.#places.find(logOf(liveId, extent), after);
		if (known === undefined) return countedAfter(messages, extent, after);
		return countedIn(messages, [known, extent.newest.sequence]);
	}

	/** @returns also what is gone right behind what was asked for */
	async #scan(room: Room, after: number, end: number, query: ReadQuery) {
		// Where it is known where all of them lie, none is too far away.
		const areKnown = areOfService(query);
		const page = new Page(query, after, areKnown ? Number.POSITIVE_INFINITY : maxScanned);
		if (after >= end) return { page };
		let hole: Truncation | undefined;
		for await (const message of areKnown ? await ownMessages(room, after) : this.#messagesAfter(room, after)) {
			const { next, count, floor = 0 } = message.head;
			const to = areKnown ? floor : next - count - 1;
			if (page.scannedTo < to) {
				// Retention deletes while it is read, and what was lost lies behind what was not: the page there reports it.
				if (page.scannedTo > after) return { page, hole };
				hole = { from: page.scannedTo + 1, to, reason: page.scannedTo < floor ? "reset" : "retention" };
				page.scannedTo = to;
			}
			if (this.#add(page, room.liveId, message, end) && page.scannedTo < end) continue;
			if (areKnown) return { page, hole };
			const place = page.scannedTo === next - 1 ? message.sequence + 1 : message.sequence;
			this.#places.note(logOf(room.liveId, room.extent), page.scannedTo, place);
			return { page, hole };
		}
		if (areKnown) page.scannedTo = end;
		return { page, hole };
	}

	#add(page: Page, liveId: string, message: LogMessage, end: number): boolean {
		const { next, count } = message.head;
		const block = blockOf(message);
		const range = { from: next - count, to: next - 1 };
		if (!block && count > 0) this.#onDamaged(liveId, range);
		return page.add(range.from, Math.min(end, range.to), (from, to, isWanted) => {
			if (block) return block.events(from, to, isWanted);
			return gapsOf(liveId, message).filter((gap) => gap.seq >= from && gap.seq <= to && isWanted(gap));
		});
	}
}

/** All of them can be found without reading what lies between. */
function areOfService({ types }: ReadQuery): boolean {
	return types?.every(isOfService) ?? false;
}

/** Whether its pages have holes where nothing is missing. */
function skips(query: ReadQuery): boolean {
	return query.from !== undefined || areOfService(query);
}

/** Those with events of the service itself after this `seq`: each tells where the one before it lies. */
async function ownMessages({ messages, extent: { first, newest } }: Room, after: number): Promise<LogMessage[]> {
	const found: LogMessage[] = [];
	let message: LogMessage | undefined = newest;
	while (message && message.head.next > after + 1) {
		if (message.head.own) found.push(message);
		const { ownBefore }: { ownBefore: number } = message.head;
		message = ownBefore < first.sequence ? undefined : await messages.at(ownBefore);
	}
	return found.toReversed();
}

/** The first `seq` that was stored at or after this time; `lastSeq + 1` when none was. */
async function firstStoredFrom(messages: RoomMessages, extent: Extent, time: number): Promise<number> {
	if (extent.newest.head.at < time) return extent.lastSeq + 1;
	const { head } = await firstWhere(messages, extent, (message) => message.head.at >= time);
	return head.next - head.count;
}

/** Tells a room's log from the one that was lost: what lay at a place lies elsewhere now. */
function logOf(liveId: string, { newest }: Extent): string {
	return `${newest.head.floor ?? 0} ${liveId}`;
}
