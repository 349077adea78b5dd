import type { Cursor, LiveEventType } from "@livekeeper/douyin";
import type { EncodedEvent } from "../encoded-event.ts";
import { takeRaw, withRaw, withSeq } from "../encoded-event.ts";
import type { StoredEvent } from "../event-log.ts";

/** What a message of a room's log says of itself and of the log before it. */
export interface Head {
	/** `batch`: events, or a newer cursor. `claim`: a node became the owner. `anchor`: keeps the room's place in the log. */
	kind: "batch" | "claim" | "anchor";
	/** Rises with each claim: the time of it, ms since the epoch, or one more than the last where that is later. */
	epoch: number;
	/** The view by which the epoch's owner is the owner. */
	view: number;
	/** Who owns the epoch: one run of one node. */
	owner: string;
	/** Counts the owner's messages within the epoch, from 0, its claim. */
	n: number;
	/** The `seq` of the first event behind this message. */
	next: number;
	/** How many events it holds. */
	count: number;
	/** When it was stored, ms since the epoch, by the owner's clock; never falls within a room. */
	at: number;
	/** The most that an event's `at` ever lay away from when it was stored, in this room, ms. */
	skew: number;
	/** It holds events of the service itself. */
	own: boolean;
	/** The stream's sequence of the newest earlier message that does; 0: none. */
	ownBefore: number;
	/** The numbers up to this were given before the room's stream was lost, or never; absent: it never was. */
	floor?: number;
}

/** A message of a room's log as it lies in the stream. */
export interface LogMessage {
	/** Of the stream; rises within a room, with the other rooms' messages between. */
	sequence: number;
	/** What the room's newest message was when this one was appended; 0: none. */
	before: number;
	head: Head;
	/** Stands behind the last event so far. */
	cursor: Cursor | undefined;
	body: Uint8Array;
}

/** The first line of a body; the texts of the events follow, each on a line of its own. */
interface Index {
	ids: string[];
	types: LiveEventType[];
	ats: number[];
}

const lineEnd = 10;

/** @param firstSeq the number of the first of the events */
export function encodeBody(events: readonly EncodedEvent[], firstSeq: number): Uint8Array {
	const index: Index = { ids: [], types: [], ats: [] };
	const lines = [""];
	events.forEach(({ id, type, at, json, raw }, offset) => {
		index.ids.push(id);
		index.types.push(type);
		index.ats.push(at);
		lines.push(withRaw(withSeq(firstSeq + offset, json), raw));
	});
	lines[0] = JSON.stringify(index);
	return Buffer.from(lines.join("\n"), "utf8");
}

/** The events of a message, payloads included where they are stored. */
export function eventsOf({ head, body }: LogMessage): StoredEvent[] {
	if (head.count === 0) return [];
	const [first = "", ...texts] = bufferOf(body).toString("utf8").split("\n");
	const { types, ats } = JSON.parse(first) as Index;
	return texts.map((text, offset) => ({
		seq: head.next - head.count + offset,
		type: types[offset] ?? "raw",
		at: ats[offset] ?? 0,
		...takeRaw(text),
	}));
}

/** The ids of a message's events, without reading the rest of it. */
export function idsOf({ head, body }: LogMessage): string[] {
	if (head.count === 0) return [];
	const bytes = bufferOf(body);
	const end = bytes.indexOf(lineEnd);
	return (JSON.parse(bytes.toString("utf8", 0, end === -1 ? bytes.length : end)) as Index).ids;
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
