import type { Cursor } from "@livekeeper/douyin";
import { Block } from "../block.ts";
import { gapInPlaceOf } from "../damaged-event.ts";
import type { StoredEvent } from "../event-log.ts";
import type { EventKey } from "../recent-ids.ts";

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
	/** The numbers up to this were given before the log's end was last in doubt, or never; absent: it never was. */
	floor?: number;
	/** When the newest event before the floor was stored, ms since the epoch; absent: not known. */
	floorAt?: number;
	/** The run of the servers in which it was stored: `server-run.ts`. */
	run?: string;
	/** Its owner has let go of the room, and given out no more than this. */
	released?: boolean;
}

/** A message of a room's log as it lies in the stream. */
export interface LogMessage {
	/** Of the stream; rises within a room, with the other rooms' messages between. */
	sequence: number;
	/** What the room's newest message was when this one was appended; 0: none. */
	before: number;
	head: Head;
	/** The position behind the last event so far. */
	cursor: Cursor | undefined;
	body: Uint8Array;
}

/** What holds the events of a message; `undefined` where it is damaged, or there are none. */
export function blockOf({ head: { next, count }, body }: LogMessage): Block | undefined {
	return count === 0 ? undefined : Block.open(body, { firstSeq: next - count, lastSeq: next - 1 });
}

/** What readers get of a message that is damaged: a gap in the place of each of its events. */
export function gapsOf(liveId: string, { head: { next, count, at } }: LogMessage): StoredEvent[] {
	return Array.from({ length: count }, (_, offset) => {
		return gapInPlaceOf({ liveId, seq: next - count + offset, roomId: "", from: at, to: at }).event;
	});
}

/** The events of a message, payloads included where they are stored. */
export function eventsOf(liveId: string, message: LogMessage): StoredEvent[] {
	const block = blockOf(message);
	return block ? [...block.events(block.firstSeq, block.lastSeq)] : gapsOf(liveId, message);
}

/** The ids and times of a message's events; none where they are damaged. */
export function keysOf(message: LogMessage): EventKey[] {
	const block = blockOf(message);
	return block ? [...block.keys(block.firstSeq, block.lastSeq)] : [];
}
