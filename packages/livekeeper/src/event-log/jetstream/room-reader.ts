import type { LiveEventType } from "@livekeeper/douyin";
import type { ReadPage, ReadQuery, StoredEvent, Truncation } from "../event-log.ts";
import { isOfService } from "../service-events.ts";
import type { Position } from "./claim.ts";
import type { LogStreams } from "./log-streams.ts";
import { eventsOf, type LogMessage } from "./message.ts";
import { PlaceCache } from "./place-cache.ts";
import { type Bounds, countedAfter, countedIn, firstWhere, type RoomMessages } from "./room-messages.ts";
import { isBefore, type Loss } from "./stream-memory.ts";

const defaultLimit = 500;
const maxLimit = 5_000;
/** A page looks at no more events than this, so that a rare type can't hold up other readers. */
const maxScanned = 5_000;
const maxPageChars = 1 << 20;

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

type OnDamaged = (liveId: string, seq: number) => void;

/** Reads rooms' logs by `seq`: the place is found by binary search over the stream, then messages follow one by one. */
export class RoomReader {
	readonly #streams: Pick<LogStreams, "messages" | "newest" | "freshLossOf" | "lossOf">;
	readonly #places = new PlaceCache();
	readonly #onDamaged: OnDamaged;

	/** @param onDamaged called for each event that is damaged: readers get a gap in its place */
	constructor(
		streams: Pick<LogStreams, "messages" | "newest" | "freshLossOf" | "lossOf">,
		onDamaged: OnDamaged = () => undefined,
	) {
		this.#streams = streams;
		this.#onDamaged = onDamaged;
	}

	/** @param signal has it end early where nobody waits for the page any more */
	async read(liveId: string, query: ReadQuery, signal?: AbortSignal): Promise<ReadPage> {
		const asked = Math.max(0, query.after ?? 0);
		let messages = this.#streams.messages(liveId, signal);
		let extent = await this.extent(liveId, messages);
		if (asked > (extent?.lastSeq ?? 0)) {
			const loss = await this.#streams.freshLossOf(liveId);
			// Other nodes may know of a loss before this one: the room lies elsewhere then.
			messages = this.#streams.messages(liveId, signal);
			extent = await this.extent(liveId, messages);
			// The room goes on behind what was lost, and what it has from before that was read already.
			const { base = -1 } = isBefore(extent?.newest.head, loss) ? loss : {};
			if (asked <= base) return lostPage(asked, base, extent?.oldestSeq ?? base + 1);
		}
		if (!extent) return emptyPage(asked);
		const { newest, oldestSeq, lastSeq } = extent;
		const { from, to } = query;
		const { skew } = newest.head;
		const oldestWanted = from === undefined ? oldestSeq : await firstStoredFrom(messages, extent, from - skew);
		const end = to === undefined ? lastSeq : (await firstStoredFrom(messages, extent, to + skew + 1)) - 1;
		// Where the time range begins after the oldest event, what retention took can't have been part of it.
		const truncated = oldestWanted > oldestSeq ? undefined : truncation(extent, asked);
		const after = Math.max(asked > lastSeq ? 0 : asked, oldestWanted - 1);
		const { events, scannedTo, hole } = await this.#scan({ liveId, messages, extent }, after, end, query);
		const gone = truncated ?? hole;
		const caughtUp = scannedTo >= end;
		const nextAfter = caughtUp ? lastSeq : scannedTo;
		return { events, nextAfter, caughtUp, ...(gone && { truncated: gone }), oldestSeq, lastSeq };
	}

	/** How far the room's log goes; `undefined`: nobody ever wrote to it. */
	async extent(liveId: string, messages = this.#streams.messages(liveId)): Promise<Extent | undefined> {
		const [first, newest] = await Promise.all([messages.firstFrom(1), this.#streams.newest(liveId)]);
		if (!first || !newest) return undefined;
		return { first, newest, oldestSeq: first.head.next - first.head.count, lastSeq: newest.head.next - 1 };
	}

	/** What the room's stream has lost last. */
	lossOf(liveId: string): Loss | undefined {
		return this.#streams.lossOf(liveId);
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

	async #scan(room: Room, after: number, end: number, query: ReadQuery) {
		// Where it is known where all of them lie, none is too far away.
		const areKnown = query.types?.every(isOfService) ?? false;
		const { liveId } = room;
		const events = (message: LogMessage) => eventsOf(liveId, message, (seq) => this.#onDamaged(liveId, seq));
		const page = new Page(query, after, end, areKnown ? Number.POSITIVE_INFINITY : maxScanned);
		if (after >= end) return page;
		if (areKnown) {
			for (const message of await ownMessages(room, after)) if (!page.add(message, events(message))) return page;
			page.scannedTo = end;
			return page;
		}
		for await (const message of this.#messagesAfter(room, after)) {
			if (page.add(message, events(message)) && message.head.next <= page.scanEnd) continue;
			const ended = page.scannedTo === message.head.next - 1;
			const place = ended ? message.sequence + 1 : message.sequence;
			this.#places.note(logOf(room.liveId, room.extent), page.scannedTo, place);
			break;
		}
		return page;
	}
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

/** A page that is being filled. */
class Page {
	readonly events: StoredEvent[] = [];
	scannedTo: number;
	/** Where the log has lost something right behind what was asked for. */
	hole: Truncation | undefined;
	readonly #after: number;
	/** No event behind this is looked at. */
	scanEnd: number;
	readonly #end: number;
	readonly #mostScanned: number;
	readonly #query: ReadQuery;
	readonly #types: ReadonlySet<LiveEventType> | undefined;
	readonly #limit: number;
	readonly #maxChars: number;
	#chars = 0;

	/** @param end nothing behind this is wanted */
	constructor(query: ReadQuery, after: number, end: number, mostScanned: number) {
		this.#query = query;
		this.#types = query.types && new Set(query.types);
		this.#limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
		this.#maxChars = Math.min(maxPageChars, query.maxChars ?? maxPageChars);
		this.scannedTo = after;
		this.#after = after;
		this.#end = end;
		this.#mostScanned = mostScanned;
		this.scanEnd = Math.min(end, after + mostScanned);
	}

	/** @returns false when the page is full */
	add(message: LogMessage, events: readonly StoredEvent[]): boolean {
		const { floor = 0 } = message.head;
		if (this.scannedTo < floor) {
			// What was lost is told with the page that begins there.
			if (this.scannedTo > this.#after) return false;
			this.hole = { from: this.scannedTo + 1, to: floor, reason: "reset" };
			this.scannedTo = floor;
			this.scanEnd = Math.min(this.#end, floor + this.#mostScanned);
		}
		const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, raw: withRaw } = this.#query;
		for (const event of events) {
			const { seq, type, at, json, raw } = event;
			if (seq <= this.scannedTo) continue;
			if (seq > this.scanEnd) return false;
			this.scannedTo = seq;
			if (at < from || at >= to || (this.#types && !this.#types.has(type))) continue;
			const wanted = withRaw === true && raw !== undefined;
			this.events.push({ seq, type, at, json, ...(wanted && { raw }) });
			this.#chars += json.length + (wanted ? raw.length : 0);
			if (this.events.length >= this.#limit || this.#chars >= this.#maxChars) return false;
		}
		return true;
	}
}

function truncation({ first, oldestSeq, lastSeq }: Extent, after: number): Truncation | undefined {
	const to = oldestSeq - 1;
	if (after > lastSeq) return { from: 1, to, reason: "reset" };
	if (after >= to) return undefined;
	return { from: after + 1, to, reason: after < (first.head.floor ?? 0) ? "reset" : "retention" };
}

/** Tells a room's log from the one that was lost: what lay at a place lies elsewhere now. */
function logOf(liveId: string, { newest }: Extent): string {
	return `${newest.head.floor ?? 0} ${liveId}`;
}

function lostPage(asked: number, base: number, oldestSeq: number): ReadPage {
	const page: ReadPage = { events: [], nextAfter: base, caughtUp: true, oldestSeq, lastSeq: base };
	return asked < base ? { ...page, truncated: { from: asked + 1, to: base, reason: "reset" } } : page;
}

function emptyPage(after: number): ReadPage {
	const page: ReadPage = { events: [], nextAfter: 0, caughtUp: true, oldestSeq: 1, lastSeq: 0 };
	return after > 0 ? { ...page, truncated: { from: 1, to: 0, reason: "reset" } } : page;
}
