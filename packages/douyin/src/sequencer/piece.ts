import type { UpstreamEvent } from "../events/live-event.ts";
import { weightOf } from "../events/weight.ts";
import type { Cursor } from "../upstream.ts";
import { MessageMap } from "./message-ids.ts";
import { latestAt } from "./times.ts";

/** Maximum number of messages that wait, for proof or for what they may be, and of their bytes, about. */
export const mostBuffered = 5_000;
export const mostBufferedBytes = 16 * 1024 * 1024;

/** A cursor that a connection has brought. */
export interface Reached {
	readonly cursor: Cursor;
	/** The message right before it. */
	readonly last: UpstreamEvent | undefined;
	/** When it came, ms. */
	readonly arrivedAt: number;
}

/** A message that was not emitted yet. */
export interface Buffered {
	readonly event: UpstreamEvent;
	/** ms; `-Infinity`: its position has passed, it waits for nobody. */
	arrivedAt: number;
	/** The position behind this message, and right behind `last`, which was known already. */
	cursor: Reached | undefined;
	/** It is known from a page alone. */
	readonly paged?: true;
}

/** Consecutive messages that one connection brought, or that one page of the room's newest messages holds. */
export class Piece {
	readonly kind: "page" | "run";
	/** The gap that it begins behind, as far as is known: what it has of before a newer one comes too late. */
	epoch: number;
	readonly entries: Buffered[] = [];
	readonly messages = new MessageMap<true>();
	/** What its messages take in memory, about, bytes. */
	bytes = 0;

	constructor(kind: Piece["kind"], epoch = Number.POSITIVE_INFINITY) {
		this.kind = kind;
		this.epoch = epoch;
	}

	/** Adds a frame or a page; what is newer than all of it has overtaken it. @param cursor lies behind it */
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
