import type { UpstreamEvent } from "../events/live-event.ts";
import { weightOf } from "../events/weight.ts";
import type { Cursor } from "../upstream.ts";
import { MessageMap } from "./message-ids.ts";

/** Maximum number of waiting messages, unproven or queued, and maximum of their approximate size, bytes. */
export const maxBuffered = 5_000;
export const maxBufferedBytes = 16 * 1024 * 1024;

/** A cursor that a connection has delivered. */
export interface Reached {
	readonly cursor: Cursor;
	/** The message right before it. */
	readonly last: UpstreamEvent | undefined;
	/** Time of arrival, ms. */
	readonly arrivedAt: number;
}

/** A message that was not emitted yet. */
export interface Buffered {
	readonly event: UpstreamEvent;
	/** Time of arrival, ms; `-Infinity` if its position has passed and it must not wait. */
	arrivedAt: number;
	/** The position after this message, and right after `last`, which was known already. */
	cursor: Reached | undefined;
	/** Whether it is known only from a page. */
	readonly paged?: true;
}

/** Consecutive messages of one connection, or of one page of the room's newest messages. */
export class Piece {
	readonly kind: "page" | "run";
	/** The gap after which it begins, as far as is known: its messages from before a newer one come too late. */
	epoch: number;
	readonly entries: Buffered[] = [];
	readonly messages = new MessageMap<true>();
	/** Approximate size of its messages in memory, bytes. */
	bytes = 0;

	constructor(kind: Piece["kind"], epoch = Number.POSITIVE_INFINITY) {
		this.kind = kind;
		this.epoch = epoch;
	}

	/**
	 * Adds a frame or a page; a frame with newer messages than all of it has overtaken it.
	 * @param cursor position after it
	 */
	add(events: readonly UpstreamEvent[], cursor: Cursor | undefined, now: number): void {
		const fresh: Buffered[] = [];
		for (const event of events) {
			if (this.messages.has(event)) continue;
			this.messages.set(event, true);
			this.bytes += weightOf(event);
			fresh.push({ event, arrivedAt: now, cursor: undefined, ...(this.kind === "page" && { paged: true }) });
		}
		const newest = fresh.at(-1) ?? this.entries.at(-1);
		if (newest && cursor) newest.cursor = { cursor, last: events.at(-1), arrivedAt: now };
		const until = Math.max(...fresh.map(({ event }) => latestAt(event)));
		this.entries.splice(this.entries.findLastIndex(({ event }) => event.at <= until) + 1, 0, ...fresh);
	}
}

/** Maximum time by which a message's upstream time may be later than its arrival, ms; beyond it the time is useless. */
const nonsenseMs = 3_600_000;

export function isNonsense({ at, receivedAt }: UpstreamEvent): boolean {
	return at > receivedAt + nonsenseMs;
}

/**
 * Returns the latest time at which a message may have been sent: a time in whole seconds may be any within that second.
 */
export function latestAt({ at }: Pick<UpstreamEvent, "at">): number {
	return at % 1000 === 0 ? at + 999 : at;
}
