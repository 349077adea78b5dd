import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { DedupWindow } from "./dedup-window.ts";
import { type MessageIds, MessageMap } from "./message-ids.ts";
import { ResumeCursor } from "./resume-cursor.ts";
import type { Source } from "./source.ts";
import { isNonsense, latestAt } from "./times.ts";

/**
 * Why a log has a gap:
 * - `cursor_not_honoured`: the upstream was asked to repeat a known message, and did not.
 * - `unverified`: it was asked to resume, from where nothing is repeated, and nothing proves that it did.
 * - `no_cursor`: there was nothing to resume from.
 * - `backfilled`: the room's newest messages were had, and may not reach to what follows.
 */
export type GapReason = "cursor_not_honoured" | "unverified" | "no_cursor" | "backfilled";

/** Messages may be missing here. */
export interface Gap {
	/** Upstream time of the newest event before the gap, ms. */
	from: number;
	/** Upstream time of the first event behind it, ms. */
	to: number;
	reason: GapReason;
}

/** What one connection has brought. */
export interface Batch {
	readonly events: readonly UpstreamEvent[];
	/** The position behind `events`. */
	readonly cursor?: Cursor | undefined;
	readonly problems?: readonly DecodeProblem[] | undefined;
	/** When it came, ms on a time that never goes back. */
	readonly now: number;
}

/** Messages that are new, in order. */
export interface Emitted {
	/** Messages may be missing before `events`. */
	gap?: Gap;
	readonly events: readonly UpstreamEvent[];
	/** The upstream was started over: from here on ids, including those of gifts, belong to other messages. */
	readonly startedOver?: boolean;
	/** Where to resume once all this is stored. */
	checkpoint?: Cursor | undefined;
}

/** What was stored of a broadcast. */
export interface Stored {
	cursor?: Cursor | undefined;
	/** The newest messages, oldest first. */
	messages: readonly MessageIds[];
	/** How many of them were said before the newest gap. Default 0. */
	beforeGap?: number | undefined;
	/** Their newest upstream time, ms. */
	lastAt?: number | undefined;
}

/** What was emitted of a broadcast, and what is about to be. */
export class Emission {
	/** The connections that bring it. */
	readonly sources: Source[] = [];
	readonly window: DedupWindow;
	/** The number of the newest gap, or of the beginning: what lies before it comes too late. */
	epoch = 0;
	/** Nobody knows whether the oldest message that is known is the first behind the gap: others may have been forgotten. */
	hasForgotten = false;
	/** Where to resume after all of it. */
	readonly checkpoint: ResumeCursor;
	/** Number of messages, since the process began. */
	total = 0;
	begun = false;
	/** The upstream time of the first message behind the newest gap, ms; 0 where that was before a restart. */
	firstAt: number | undefined;
	/** The newest upstream time, ms. */
	lastAt: number | undefined;
	/** Repeats that single connections brought. */
	duplicates = 0;
	/**
	 * Since it was asked last; `undefined`: nothing. An empty list would grow old with the room, and then have what it is
	 * given live on as long.
	 */
	#out: (Emitted & { events: UpstreamEvent[] })[] | undefined;

	constructor(capacity: number | undefined) {
		this.window = new DedupWindow(capacity);
		this.window.retain(0);
		this.checkpoint = new ResumeCursor(this.window, () => this.epoch);
	}

	/** The stored cursor may be before all that is known. */
	restore({ cursor, messages, beforeGap = 0, lastAt }: Stored): void {
		// An upstream that was started over has said ids of before the gap once more.
		const sinceGap = new MessageMap<true>();
		for (const message of messages.slice(beforeGap)) sinceGap.set(message, true);
		for (const message of messages.slice(0, beforeGap))
			if (!sinceGap.has(message)) this.window.add(message, this.epoch);
		this.part();
		for (const message of messages.slice(beforeGap)) this.window.add(message, this.epoch);
		this.checkpoint.restore(cursor);
		this.hasForgotten = beforeGap === 0;
		this.firstAt = 0;
		this.lastAt = lastAt;
		this.begun = lastAt !== undefined || messages.length > 0;
	}

	/** All that a connection brings which has nobody to be merged with. */
	batch({ events, cursor, problems }: Batch): void {
		for (const event of events) if (!this.one(event)) this.duplicates++;
		this.checkpoint.reached(cursor, { last: events.at(-1) }, problems);
	}

	/** One message. @returns whether it is new */
	one(event: UpstreamEvent): boolean {
		if (!this.window.add(event, this.epoch)) return false;
		const last = this.#out?.at(-1);
		if (last) last.events.push(event);
		else this.#put({ events: [event] });
		this.total++;
		this.begun = true;
		this.checkpoint.note(event);
		if (isNonsense(event)) return true;
		this.firstAt ??= event.at;
		this.lastAt = Math.max(this.lastAt ?? 0, event.at);
		return true;
	}

	/** Nothing proves that what follows is next to what was emitted: what a cursor before it brings comes too late. */
	part(): void {
		this.epoch++;
		this.hasForgotten = false;
		this.firstAt = undefined;
		this.checkpoint.part();
	}

	/** Messages may be missing before this one. */
	gap(reason: GapReason, { at, receivedAt }: UpstreamEvent): void {
		const to = Math.min(at, receivedAt);
		const from = this.lastAt ?? to;
		this.#put({ gap: { from, to: Math.max(from, to), reason }, events: [] });
	}

	#put(emitted: Emitted & { events: UpstreamEvent[] }): void {
		if (this.#out) this.#out.push(emitted);
		else this.#out = [emitted];
	}

	/**
	 * Notes the position that a connection comes to with what it brings, before that is emitted. A new message that is
	 * older than the newest known one may be late: it tells only that the connection was there before.
	 */
	arrived(source: Source, events: readonly UpstreamEvent[]): void {
		const last = events.at(-1);
		if (!last) return;
		const known = this.window.positionOf(last);
		if (known !== undefined) source.position = known;
		else if (source.state !== "synced") return;
		else if (latestAt(last) >= (this.lastAt ?? 0)) source.position = this.window.position;
		else source.position = Math.min(source.position + events.length, this.window.position);
	}

	/** Sees to it that what may still be repeated is remembered: behind the checkpoint, and where connections have come to. */
	retain(): void {
		let from = this.checkpoint.position;
		for (const { state, position } of this.sources) if (state !== "closed") from = Math.min(from, position);
		this.window.retain(from);
	}

	/** Hands out what was emitted since it was asked last. */
	take(): Emitted[] {
		const out = this.#out;
		const last = out?.at(-1);
		if (!out || !last) return [];
		last.checkpoint = this.checkpoint.stored;
		this.#out = undefined;
		return out;
	}
}
