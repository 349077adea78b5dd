import { crc32 } from "node:zlib";
import type { Cursor, LiveEventType } from "@livekeeper/douyin";
import { gapInPlaceOf } from "../damaged-event.ts";
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

/** What the first line of a body says, behind its checksum; the texts of the events follow, each on a line of its own. */
interface Index {
	ids: string[];
	types: LiveEventType[];
	ats: number[];
	/** Of each text, bytes. */
	sizes: number[];
	/** CRC-32 of each text. */
	crcs: number[];
}

const lineEnd = 10;
/** Of a CRC-32, in hexadecimal. */
const crcDigits = 8;

/** @param firstSeq the number of the first of the events */
export function encodeBody(events: readonly EncodedEvent[], firstSeq: number): Uint8Array {
	const index: Index = { ids: [], types: [], ats: [], sizes: [], crcs: [] };
	const parts: Buffer[] = [];
	events.forEach(({ id, type, at, json, raw }, offset) => {
		const text = Buffer.from(withRaw(withSeq(firstSeq + offset, json), raw));
		index.ids.push(id);
		index.types.push(type);
		index.ats.push(at);
		index.sizes.push(text.length);
		index.crcs.push(crc32(text));
		parts.push(Buffer.of(lineEnd), text);
	});
	const first = JSON.stringify(index);
	return Buffer.concat([Buffer.from(`${checksumOf(first)}${first}`), ...parts]);
}

/**
 * The events of a message, payloads included where they are stored; in the place of each that is damaged, a gap.
 * @param onDamaged called with the `seq` of those
 */
export function eventsOf(liveId: string, { head, body }: LogMessage, onDamaged?: (seq: number) => void): StoredEvent[] {
	const bytes = bufferOf(body);
	const index = head.count === 0 ? undefined : indexOf(head, bytes);
	let begin = bytes.indexOf(lineEnd) + 1;
	return Array.from({ length: head.count }, (_, offset): StoredEvent => {
		const seq = head.next - head.count + offset;
		const { types, ats, sizes, crcs } = index ?? {};
		const text = bytes.subarray(begin, begin + (sizes?.[offset] ?? 0));
		begin += text.length + 1;
		if (crcs && crc32(text) === crcs[offset]) {
			return { seq, type: types?.[offset] ?? "raw", at: ats?.[offset] ?? 0, ...takeRaw(text.toString("utf8")) };
		}
		onDamaged?.(seq);
		return gapInPlaceOf({ liveId, seq, roomId: "", from: head.at, to: head.at }).event;
	});
}

/** The ids and times of a message's events, without reading the rest of it; none where they are damaged. */
export function keysOf({ head, body }: LogMessage): [id: string, at: number][] {
	const index = head.count === 0 ? undefined : indexOf(head, bufferOf(body));
	return index ? index.ids.map((id, offset) => [id, index.ats[offset] ?? 0]) : [];
}

/** @returns `undefined` where it is damaged */
function indexOf({ count }: Head, bytes: Buffer): Index | undefined {
	const end = bytes.indexOf(lineEnd);
	const line = bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
	const text = line.slice(crcDigits);
	if (checksumOf(text) !== line.slice(0, crcDigits)) return undefined;
	const index = JSON.parse(text) as Index;
	return index.ids.length === count ? index : undefined;
}

function checksumOf(text: string): string {
	return crc32(text).toString(16).padStart(crcDigits, "0");
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
