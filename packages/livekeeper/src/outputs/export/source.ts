import { LivekeeperError } from "@livekeeper/base/errors";
import type { LiveEventType } from "@livekeeper/douyin";
import type { BroadcastSummary, EventLog, ReadPage, StoredEvent } from "@livekeeper/log";
import { storageTexts } from "@livekeeper/log/text";

/** Selects the events to export. */
export interface ExportQuery {
	/** The rooms, at least one, in output order. */
	liveIds: readonly string[];
	/** Only events with `at` >= this, ms since the epoch. */
	from?: number | undefined;
	/** Only events with `at` < this, ms since the epoch. */
	to?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly LiveEventType[] | undefined;
	/**
	 * Exports only the events of this broadcast of the one room named: all that its summary counts, whatever their times.
	 */
	broadcast?: Pick<BroadcastSummary, "roomId" | "firstSeq" | "lastSeq"> | undefined;
}

/** The matching events that the log held at the start of the export, page by page, on demand. */
export interface ExportSource {
	/** Oldest `seq` of the first room. */
	oldestSeq: number;
	/**
	 * Last event of the first room in the export. Later ones are excluded, because an export of a live room would never
	 * end.
	 */
	lastSeq: number;
	/** Whether no event matches. */
	empty: boolean;
	/**
	 * Reads the same events from the beginning, each time it is called. If retention deletes events meanwhile, they are
	 * missing from an export of the whole log; an export of a time range or a broadcast fails.
	 */
	pages(): AsyncGenerator<readonly StoredEvent[], void>;
}

const pageSize = 1000;

/**
 * Starts to read. The first events are loaded when this resolves, so errors of the log are known before a response
 * starts.
 */
export async function openSource(
	log: Pick<EventLog, "read" | "lastSeq">,
	{ liveIds, ...query }: ExportQuery,
): Promise<ExportSource> {
	// Events that arrive in later rooms while earlier rooms are read are not included.
	const ends = await Promise.all(liveIds.slice(1).map((liveId) => log.lastSeq(liveId)));
	const [first, ...others] = liveIds.map((liveId, i) => new RoomSource(log, liveId, query, ends[i - 1]));
	if (!first) throw new TypeError("an export needs a room");
	let empty = await first.isEmpty();
	for (const other of others) empty &&= await other.isEmpty();
	async function* pages() {
		for (const room of [first, ...others]) if (room) yield* room.pages();
	}
	return { oldestSeq: first.oldestSeq, lastSeq: first.lastSeq, empty, pages };
}

type RoomQuery = Omit<ExportQuery, "liveIds">;

/** The matching events of one room. */
class RoomSource {
	readonly #log: Pick<EventLog, "read">;
	readonly #liveId: string;
	readonly #query: RoomQuery;
	/** Last `seq` to include. Infinite until the first read, if the room's newest event at that time is the end. */
	#end: number;
	#oldestSeq = 0;
	/** First matching event, and pages not taken yet. */
	#firstSeq: number | undefined;
	#opened: AsyncGenerator<readonly StoredEvent[], void> | undefined;
	#first: IteratorResult<readonly StoredEvent[], void> | undefined;

	/** @param end default: the newest event at the first read */
	constructor(log: Pick<EventLog, "read">, liveId: string, query: RoomQuery, end = Number.POSITIVE_INFINITY) {
		this.#log = log;
		this.#liveId = liveId;
		this.#query = query;
		this.#end = end;
	}

	get oldestSeq(): number {
		return this.#oldestSeq;
	}

	get lastSeq(): number {
		return this.#end;
	}

	async isEmpty(): Promise<boolean> {
		this.#opened = this.#read();
		this.#first = await this.#opened.next();
		return this.#first.done === true;
	}

	async *pages(): AsyncGenerator<readonly StoredEvent[], void> {
		const [first, opened] = [this.#first, this.#opened];
		this.#opened = undefined;
		if (!opened) return yield* this.#read();
		if (first?.done === false) yield first.value;
		yield* opened;
	}

	async *#read(): AsyncGenerator<readonly StoredEvent[], void> {
		const { broadcast, ...query } = this.#query;
		const begin = (broadcast?.firstSeq ?? 1) - 1;
		const ofBroadcast = broadcast && broadcastFilter(broadcast.roomId);
		for (let after = begin; ; ) {
			const page = await this.#log.read(this.#liveId, { after, limit: pageSize, ...query });
			if (after === begin) this.#begin(page);
			// There is nothing to export where sequence numbers jump; a gap event after the jump gives the reason.
			else if (page.truncated?.reason === "retention") throw overtaken(this.#liveId, page.truncated);
			const events = page.events.filter((event) => event.seq <= this.#end && (ofBroadcast?.(event) ?? true));
			this.#firstSeq ??= events[0]?.seq;
			if (events.length > 0) yield events;
			if (page.caughtUp || page.nextAfter >= this.#end) return;
			after = page.nextAfter;
		}
	}

	/** Sets the range. Events that retention deleted before the first read are simply absent. */
	#begin({ oldestSeq, lastSeq }: Pick<ReadPage, "oldestSeq" | "lastSeq">): void {
		const { broadcast, from } = this.#query;
		if (this.#firstSeq !== undefined && this.#firstSeq < oldestSeq && (broadcast || from !== undefined)) {
			throw overtaken(this.#liveId, { from: this.#firstSeq, to: oldestSeq - 1 });
		}
		this.#oldestSeq = oldestSeq;
		this.#end = Math.min(this.#end, broadcast?.lastSeq ?? lastSeq, lastSeq);
	}
}

/**
 * Returns a filter for one broadcast. Events also contain other broadcasts' ids, such as the other side of a battle.
 * Only events that contain the id are parsed.
 */
function broadcastFilter(roomId: string): (event: StoredEvent) => boolean {
	const quoted = JSON.stringify(roomId);
	return ({ json }) => json.includes(quoted) && (JSON.parse(json) as { room_id?: string }).room_id === roomId;
}

function overtaken(liveId: string, { from, to }: { from: number; to: number }): LivekeeperError {
	return new LivekeeperError("export_overtaken", storageTexts.overtaken(liveId, from, to));
}
