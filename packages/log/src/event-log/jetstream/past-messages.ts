import { blockSearch } from "../block-search.ts";
import { storedTimes } from "../read-page.ts";
import { type Looked, type PastEnd, type RoomPast, type RoomRange, roomPast, type SearchQuery } from "../search.ts";
import type { SearchFilter } from "../search-filter.ts";
import type { LogStreams } from "./log-streams.ts";
import { blockOf } from "./message.ts";
import { countedAfter, firstStoredFrom } from "./room-messages.ts";
import type { RoomReader } from "./room-reader.ts";

/** Maximum number of rooms queried at the same time. */
const maxAtOnce = 16;

/**
 * Reads rooms backwards from their end: finds the beginning of each range by binary search over the stream, then reads
 * message by message. NATS can't search its messages itself, so all of them are transferred.
 */
export class PastMessages {
	readonly #streams: Pick<LogStreams, "messages">;
	readonly #reader: Pick<RoomReader, "extent">;

	constructor(streams: Pick<LogStreams, "messages">, reader: Pick<RoomReader, "extent">) {
		this.#streams = streams;
		this.#reader = reader;
	}

	async histories(ends: readonly PastEnd[], range: Pick<SearchQuery, "from" | "to">): Promise<RoomPast[]> {
		return (await inGroups(ends, (end) => this.#past(end, range))).filter((past) => past !== undefined);
	}

	lookBack(ranges: readonly RoomRange[], filter: SearchFilter, signal: AbortSignal): Promise<Looked[]> {
		return inGroups(ranges, (range) => this.#lookAt(range, filter, signal));
	}

	async #past(pastEnd: PastEnd, range: Pick<SearchQuery, "from" | "to">): Promise<RoomPast | undefined> {
		const messages = this.#streams.messages(pastEnd.liveId);
		const extent = await this.#reader.extent(pastEnd.liveId, messages);
		if (!extent) return undefined;
		const { from, before } = storedTimes(range, extent);
		const first = await firstStoredFrom(messages, extent, from);
		const end = await firstStoredFrom(messages, extent, Math.min(before, pastEnd.storedBefore ?? before));
		return roomPast(pastEnd, extent, { from, first, end });
	}

	async #lookAt({ liveId, first, last }: RoomRange, filter: SearchFilter, signal: AbortSignal) {
		const messages = this.#streams.messages(liveId, signal);
		const extent = await this.#reader.extent(liveId, messages);
		const looked: Looked = { found: [], first, storedAt: Number.POSITIVE_INFINITY };
		if (!extent || extent.lastSeq < first) return looked;
		const search = blockSearch(filter);
		let isFirst = true;
		for await (const message of countedAfter(messages, extent, first - 1)) {
			const { head } = message;
			// Numbers between the previous message and this one have no events, and need not be searched in slices.
			if (isFirst && head.next - head.count > first && message.before >= extent.first.sequence) {
				const before = await messages.at(message.before);
				looked.first = Math.min(first, before?.head.next ?? first);
			}
			isFirst = false;
			if (head.next - head.count > last) break;
			looked.storedAt = Math.min(looked.storedAt, head.at);
			const block = blockOf(message);
			if (!block) continue;
			const range = { block, from: Math.max(first, block.firstSeq), to: Math.min(last, block.lastSeq) };
			looked.found.unshift(...search(range));
		}
		return looked;
	}
}

async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (let i = 0; i < items.length; i += maxAtOnce) {
		results.push(...(await Promise.all(items.slice(i, i + maxAtOnce).map(work))));
	}
	return results;
}
