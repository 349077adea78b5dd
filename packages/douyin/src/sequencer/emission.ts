import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { isNonsense } from "./assemble.ts";
import { DedupWindow } from "./dedup-window.ts";
import type { Gap, GapReason } from "./gap.ts";
import { ResumeCursor } from "./resume-cursor.ts";

/** What one connection has brought. */
export interface Batch {
	readonly events: readonly UpstreamEvent[];
	/** Stands behind `events`. */
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
	/** The upstream was started over: from here on ids, also those of gifts, stand for others than before. */
	readonly startedOver?: boolean;
	/** Where to resume once all this is stored. */
	checkpoint?: Cursor | undefined;
}

/** What was stored of a broadcast. */
export interface Stored {
	cursor?: Cursor | undefined;
	/** Of the newest messages, oldest first. */
	ids: readonly string[];
	/** So many of them were said before the newest gap. Default 0. */
	beforeGap?: number | undefined;
	/** Their newest upstream time, ms. */
	lastAt?: number | undefined;
}

/** What was emitted of a broadcast, and what is about to be. */
export class Emission {
	readonly window = new DedupWindow();
	/** The number of the newest gap, or of the beginning: what lies before it comes too late. */
	epoch = 0;
	/** Where to resume after all of it. */
	readonly checkpoint = new ResumeCursor(() => this.epoch);
	/** How many messages. */
	total = 0;
	/** There was one. */
	begun = false;
	/** The newest upstream time, ms. */
	lastAt: number | undefined;
	/** Repeats that single connections brought. */
	duplicates = 0;
	#out: Emitted[] = [];

	restore({ cursor, ids, beforeGap = 0, lastAt }: Stored): void {
		// An upstream that was started over has said ids of before the gap once more.
		const sinceGap = new Set(ids.slice(beforeGap));
		for (const id of ids.slice(0, beforeGap)) if (!sinceGap.has(id)) this.window.add(id);
		if (beforeGap > 0) this.window.part();
		for (const id of sinceGap) this.window.add(id);
		this.checkpoint.restore(cursor);
		this.lastAt = lastAt;
		this.begun = lastAt !== undefined || ids.length > 0;
	}

	/** All that a connection brings which has nobody to be merged with. */
	batch({ events, cursor, problems }: Batch): void {
		let fresh: UpstreamEvent[] | undefined;
		for (const [i, event] of events.entries()) {
			const isNew = this.window.add(event.id);
			// Repeats are rare: the list is copied only when there is one.
			if (!isNew) fresh ??= events.slice(0, i);
			else fresh?.push(event);
		}
		const emitted = fresh ?? events;
		this.duplicates += events.length - emitted.length;
		this.total += emitted.length;
		this.checkpoint.reached(cursor, emitted, problems);
		if (emitted.length === 0) return;
		for (const event of emitted) this.#moveOn(event);
		this.#out.push({ events: emitted });
	}

	/** One message, which is new. */
	one(event: UpstreamEvent): void {
		const last = this.#out.at(-1);
		if (last) (last.events as UpstreamEvent[]).push(event);
		else this.#out.push({ events: [event] });
		this.window.add(event.id);
		this.total++;
		this.checkpoint.reached(undefined, [event]);
		this.#moveOn(event);
	}

	/** Nothing proves that what follows is next to what was emitted: what a cursor before it brings comes too late. */
	part(): void {
		this.epoch++;
		this.checkpoint.part();
		this.window.part();
	}

	/** Messages may be missing before this one. */
	gap(reason: GapReason, { at, receivedAt }: UpstreamEvent): void {
		const to = Math.min(at, receivedAt);
		const from = this.lastAt ?? to;
		this.#out.push({ gap: { from, to: Math.max(from, to), reason }, events: [] });
	}

	/** Hands out what was emitted since it was asked last. */
	take(): Emitted[] {
		const out = this.#out;
		const last = out.at(-1);
		if (last) {
			last.checkpoint = this.checkpoint.from;
			this.#out = [];
		}
		return out;
	}

	#moveOn(event: UpstreamEvent): void {
		this.begun = true;
		if (!isNonsense(event)) this.lastAt = Math.max(this.lastAt ?? 0, event.at);
	}
}
