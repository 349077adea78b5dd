import type { Cursor, LiveEventType } from "@livekeeper/douyin";
import { type LiveEvent, toWire } from "@livekeeper/douyin";
import type { Columns } from "./columns.ts";
import { columnsOf } from "./columns.ts";
import type { EventBatch } from "./event-log.ts";
import type { EventKey } from "./recent-ids.ts";

/** An event on its way into a store: serialised once, still without its `seq`. */
export interface EncodedEvent extends EventKey {
	type: LiveEventType;
	json: string;
	/** The upstream's payload, base64, if it is to be stored as well. */
	raw?: string | undefined;
	/** Absent if they must be derived from the JSON. */
	columns?: Columns;
}

export interface EncodedBatch {
	liveId: string;
	events: EncodedEvent[];
	cursor: Cursor | undefined;
}

/** Returns the stored text: the event's JSON with its `seq` in front, which readers forward without parsing. */
export function withSeq(seq: number, json: string): string {
	return `{"seq":${seq},${json.slice(1)}`;
}

/** Returns a stored text with the payload behind its `seq`, where it is found without parsing. */
export function withRaw(json: string, raw: string | undefined): string {
	if (raw === undefined) return json;
	const at = json.indexOf(",") + 1;
	return `${json.slice(0, at)}${rawKey}${raw}",${json.slice(at)}`;
}

/** Splits a text made by {@link withRaw}. */
export function takeRaw(text: string): { json: string; raw?: string } {
	const at = text.indexOf(",") + 1;
	if (!text.startsWith(rawKey, at)) return { json: text };
	const begin = at + rawKey.length;
	const end = text.indexOf('"', begin);
	return { json: text.slice(0, at) + text.slice(end + 2), raw: text.slice(begin, end) };
}

const rawKey = '"raw":"';

/** @throws TypeError when an event holds what JSON can't (a bigint, a cycle) */
export function encodeBatch(batch: EventBatch): EncodedBatch {
	return { liveId: batch.liveId, events: batch.events.map(encodeEvent), cursor: batch.cursor };
}

function encodeEvent(event: LiveEvent): EncodedEvent {
	const at = timeOf(event);
	// A queue may have numbered the event for its own purposes; only the log's number is kept.
	const wire: object & { seq?: unknown; at: number; raw?: string } = toWire(event);
	const { raw } = wire;
	if (wire.at !== at) wire.at = at;
	if (wire.seq !== undefined) delete wire.seq;
	if (raw !== undefined) delete wire.raw;
	const { id, method, type, envelopeId } = event;
	return {
		...{ id, method, type, at, json: JSON.stringify(wire), columns: columnsOf(event) },
		...(envelopeId !== undefined && { envelopeId }),
		...(raw !== undefined && { raw }),
	};
}

/** Returns an event's time as it is stored, ms since the epoch. No store could hold one that is no date. */
export function timeOf({ at, receivedAt }: Pick<LiveEvent, "at" | "receivedAt">): number {
	return Math.abs(at) <= 8.64e15 ? Math.trunc(at) : receivedAt;
}
