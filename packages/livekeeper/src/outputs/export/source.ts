import type { LiveEventType } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import type { BroadcastSummary, EventLog, ReadPage, StoredEvent } from "../../event-log/index.ts";
import { storageTexts } from "../../text/index.ts";

/** Which events to export. */
export interface ExportQuery {
	/** The rooms, at least one; those of the first come first. */
	liveIds: readonly string[];
	/** Only events with `at` >= this, ms since the epoch. */
	from?: number | undefined;
	/** Only events with `at` < this, ms since the epoch. */
	to?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly LiveEventType[] | undefined;
	/** Only events of this broadcast, of the one room that is named: whatever their times, all that its summary counts. */
	broadcast?: Pick<BroadcastSummary, "roomId" | "firstSeq" | "lastSeq"> | undefined;
}

/** The matching events that the log held when the export began, page by page, as far as the reader asks for them. */
export interface ExportSource {
	/** Oldest `seq` of the first room. */
	oldestSeq: number;
	/** The last event of the first room in the export; later ones are not, or an export of a live room would never end. */
	lastSeq: number;
	/** Not one event matches. */
	empty: boolean;
	/**
	 * Reads from the beginning, as often as it is called, and the same events. Events that retention has deleted
	 * meanwhile are missing where all that the log has was asked for; of a time or a broadcast, reading fails.
	 */
	pages(): AsyncGenerator<readonly StoredEvent[], void>;
}

const pageSize = 1000;

/**
 * Begins to read. The first events are already there when this resolves, so that what is wrong with the log is known
 * before a reader is promised anything.
 */
export async function openSource(
	log: Pick<EventLog, "read" | "lastSeq">,
	{ liveIds, ...query }: ExportQuery,
): Promise<ExportSource> {
	// What later rooms say while those before them are read is not part of it.
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

/** The events of one room that match. */
class RoomSource {
	readonly #log: Pick<EventLog, "read">;
	readonly #liveId: string;
	readonly #query: RoomQuery;
	/** Events after it are left out; infinite until the room is read where its newest is the end. */
	#end: number;
	#oldestSeq = 0;
	/** The first event that matched, and pages that have not been taken yet. */
	#firstSeq: number | undefined;
	#opened: AsyncGenerator<readonly StoredEvent[], void> | undefined;
	#first: IteratorResult<readonly StoredEvent[], void> | undefined;

	/** @param end default: the newest event that there is when it is first read */
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
			// Where numbers jump there is nothing to export, and a gap behind it says why.
			else if (page.truncated?.reason === "retention") throw overtaken(this.#liveId, page.truncated);
			const events = page.events.filter((event) => event.seq <= this.#end && (ofBroadcast?.(event) ?? true));
			this.#firstSeq ??= events[0]?.seq;
			if (events.length > 0) yield events;
			if (page.caughtUp || page.nextAfter >= this.#end) return;
			after = page.nextAfter;
		}
	}

	/** Events that retention deleted before the first reading are simply absent. */
	#begin({ oldestSeq, lastSeq }: Pick<ReadPage, "oldestSeq" | "lastSeq">): void {
		const { broadcast, from } = this.#query;
		if (this.#firstSeq !== undefined && this.#firstSeq < oldestSeq && (broadcast || from !== undefined)) {
			throw overtaken(this.#liveId, { from: this.#firstSeq, to: oldestSeq - 1 });
		}
		this.#oldestSeq = oldestSeq;
		this.#end = Math.min(this.#end, broadcast?.lastSeq ?? lastSeq, lastSeq);
	}
}

/** Other broadcasts' ids stand in events too: of a battle's other side. Only where the id appears is an event parsed. */
function broadcastFilter(roomId: string): (event: StoredEvent) => boolean {
	const quoted = JSON.stringify(roomId);
	return ({ json }) => json.includes(quoted) && (JSON.parse(json) as { room_id?: string }).room_id === roomId;
}

function overtaken(liveId: string, { from, to }: { from: number; to: number }): LivekeeperError {
	return new LivekeeperError("export_overtaken", storageTexts.overtaken(liveId, from, to));
}
