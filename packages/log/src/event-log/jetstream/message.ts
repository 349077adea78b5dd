import type { Cursor } from "@livekeeper/douyin";
import { Block } from "../block.ts";
import { gapInPlaceOf } from "../damaged-event.ts";
import type { StoredEvent } from "../event-log.ts";
import type { Skews } from "../read-page.ts";
import type { EventKey } from "../recent-ids.ts";

/** Metadata of a message of a room's log, and of the log before it. */
export interface Head {
	/**
	 * `batch`: events, or a newer cursor. `claim`: a node became the owner. `anchor`: preserves the room's state in the
	 * log.
	 */
	kind: "batch" | "claim" | "anchor";
	/** Rises with each claim: the claim's time, ms since the epoch, or the last epoch plus one if that is greater. */
	epoch: number;
	/** View with which the epoch's owner claimed the room. */
	view: number;
	/** Owner of the epoch: one run of one node. */
	owner: string;
	/** Number of the owner's message within the epoch; 0: its claim. */
	n: number;
	/** The `seq` of the first event behind this message. */
	next: number;
	/** Number of its events. */
	count: number;
	/** When it was stored, ms since the epoch, by the owner's clock; never decreases within a room. */
	at: number;
	/** The room's {@link Skews}. */
	skew: number;
	ahead: number;
	/** Whether it holds events of the service itself. */
	own: boolean;
	/** The stream's sequence of the newest earlier message with such events; 0: none. */
	ownBefore: number;
	/** Numbers up to this were assigned before the log's end was last in doubt, or never; absent: it never was. */
	floor?: number;
	/** When the newest event before the floor was stored, ms since the epoch; absent: unknown. */
	floorAt?: number;
	/** Run of the servers in which it was stored: `server-run.ts`. */
	run?: string;
	/** Whether its owner has released the room and published nothing after this. */
	released?: boolean;
}

/** A message of a room's log as stored in the stream. */
export interface LogMessage {
	/** Sequence in the stream; rises within a room, with messages of other rooms in between. */
	sequence: number;
	/** Sequence of the room's newest message when this one was appended; 0: none. */
	before: number;
	head: Head;
	/** Cursor behind the last event so far. */
	cursor: Cursor | undefined;
	body: Uint8Array;
}

export function skewsOf({ skew, ahead }: Pick<Head, "skew" | "ahead">): Skews {
	return { maxSkewMs: skew, maxAheadMs: ahead };
}

/** Opened blocks: verifying a body takes about as long as reading it, and a reader asks more than once. */
const blocks = new WeakMap<LogMessage, Block | undefined>();

/** Returns the block with the events of a message; `undefined` if it is damaged, or has no events. */
export function blockOf(message: LogMessage): Block | undefined {
	const { next, count } = message.head;
	if (count === 0) return undefined;
	if (!blocks.has(message)) {
		blocks.set(message, Block.open(message.body, { firstSeq: next - count, lastSeq: next - 1 }));
	}
	return blocks.get(message);
}

/** Returns the gaps that readers get for a damaged message, one for each of its events. */
export function gapsOf(liveId: string, { head: { next, count, at } }: LogMessage): StoredEvent[] {
	return Array.from({ length: count }, (_, offset) => {
		return gapInPlaceOf({ liveId, seq: next - count + offset, roomId: "", from: at, to: at }).event;
	});
}

/** Returns the events of a message, including stored payloads. */
export function eventsOf(liveId: string, message: LogMessage): StoredEvent[] {
	const block = blockOf(message);
	return block ? [...block.events(block.firstSeq, block.lastSeq)] : gapsOf(liveId, message);
}

/** Returns the ids and times of a message's events; none if they are damaged. */
export function keysOf(message: LogMessage): EventKey[] {
	const block = blockOf(message);
	return block ? [...block.keys(block.firstSeq, block.lastSeq)] : [];
}
