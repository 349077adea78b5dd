import type { Cursor, LiveEventType } from "@livekeeper/douyin";
import type { Columns } from "./columns.ts";
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
