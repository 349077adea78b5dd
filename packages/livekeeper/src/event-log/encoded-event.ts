import type { Cursor, LiveEventType } from "@livekeeper/douyin";
import type { Columns } from "./columns.ts";
import type { EventKey } from "./recent-ids.ts";

/** An event on its way into a store: serialised once, still without its `seq`. */
export interface EncodedEvent extends EventKey {
	type: LiveEventType;
	json: string;
	/** The upstream's payload, base64, where it is stored as well. */
	raw?: string | undefined;
	/** Absent where they are to be made from the JSON. */
	columns?: Columns;
}

export interface EncodedBatch {
	liveId: string;
	events: EncodedEvent[];
	cursor: Cursor | undefined;
}

/** The stored text: the event's JSON with its `seq` in front, so that readers forward it without parsing. */
export function withSeq(seq: number, json: string): string {
	return `{"seq":${seq},${json.slice(1)}`;
}

/** A stored text with the payload behind its `seq`, where it is found without parsing. */
export function withRaw(json: string, raw: string | undefined): string {
	if (raw === undefined) return json;
	const at = json.indexOf(",") + 1;
	return `${json.slice(0, at)}${rawKey}${raw}",${json.slice(at)}`;
}

/** Takes such a text apart. */
export function takeRaw(text: string): { json: string; raw?: string } {
	const at = text.indexOf(",") + 1;
	if (!text.startsWith(rawKey, at)) return { json: text };
	const begin = at + rawKey.length;
	const end = text.indexOf('"', begin);
	return { json: text.slice(0, at) + text.slice(end + 2), raw: text.slice(begin, end) };
}

const rawKey = '"raw":"';
