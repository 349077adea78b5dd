import type { UpstreamEvent } from "../events/live-event.ts";
import { weightOf } from "../events/weight.ts";
import type { Cursor } from "../upstream.ts";
import { isId } from "./dedup-window.ts";
import type { Buffered } from "./queue.ts";

/** Consecutive messages that one connection brought, or that one page of the room's newest messages holds. */
export class Piece {
	readonly kind: "page" | "run";
	readonly entries: Buffered[] = [];
	readonly ids = new Set<string>();
	/** What its messages take in memory, about, bytes. */
	bytes = 0;
	/** Of a connection that has ended: see `Source`. */
	epoch = Number.POSITIVE_INFINITY;

	constructor(kind: Piece["kind"]) {
		this.kind = kind;
	}

	/** Whether the cursor stands behind one of its messages. */
	holds(cursor: Cursor | undefined): boolean {
		return cursor !== undefined && this.entries.some((entry) => entry.cursor === cursor);
	}

	/** @param cursor stands behind the events */
	add(events: readonly UpstreamEvent[], cursor: Cursor | undefined, now: number): void {
		const paged = this.kind === "page" ? { paged: true as const } : {};
		for (const event of events) {
			if (isId(event.id) && this.ids.has(event.id)) continue;
			this.ids.add(event.id);
			this.bytes += weightOf(event);
			this.entries.push({ event, arrivedAt: now, cursor: undefined, ...paged });
		}
		const newest = this.entries.at(-1);
		if (newest && cursor) newest.cursor = cursor;
	}
}
