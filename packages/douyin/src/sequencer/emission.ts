import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { DedupWindow } from "./dedup-window.ts";
import { type MessageIds, MessageMap } from "./message-ids.ts";
import { isNonsense, latestAt } from "./piece.ts";
import { ResumeCursor } from "./resume-cursor.ts";
import type { Source } from "./source.ts";

/**
 * Why a log has a gap:
 * - `cursor_not_honoured`: the upstream was asked to repeat a known message, and did not.
 * - `unverified`: it was asked to resume at a cursor from which nothing is repeated, and nothing proves that it did.
 * - `no_cursor`: there was no cursor to resume from.
 * - `backfilled`: the room's newest messages were fetched, and may not reach the messages that follow.
 */
export type GapReason = "cursor_not_honoured" | "unverified" | "no_cursor" | "backfilled";

/** A point in the sequence at which messages may be missing. */
export interface Gap {
	/** Upstream time of the newest event before the gap, ms. */
	from: number;
	/** Upstream time of the first event after the gap, ms. */
	to: number;
	reason: GapReason;
}

/** Messages delivered by one connection. */
export interface Batch {
	readonly events: readonly UpstreamEvent[];
	/** The position after `events`. */
	readonly cursor?: Cursor | undefined;
	readonly problems?: readonly DecodeProblem[] | undefined;
	/** Time of arrival, ms of a clock that never goes back. */
	readonly now: number;
}

/** New messages, in order. */
export interface Emitted {
	/** Set if messages may be missing before `events`. */
	gap?: Gap;
	readonly events: readonly UpstreamEvent[];
	/** Whether the upstream restarted its ids: from here on they, including those of gifts, belong to other messages. */
	readonly startedOver?: boolean;
	/** Position to resume from once all this is stored. */
	checkpoint?: Cursor | undefined;
}

/** Stored state of a broadcast. */
export interface Stored {
	cursor?: Cursor | undefined;
	/** The newest messages, oldest first. */
	messages: readonly MessageIds[];
	/** Number of them from before the newest gap. Default 0. */
	beforeGap?: number | undefined;
	/** Their newest upstream time, ms. */
	lastAt?: number | undefined;
}

/** State of a broadcast's emitted messages, and the batch being built. */
export class Emission {
	/** The connections that deliver it. */
	readonly sources: Source[] = [];
	readonly window: DedupWindow;
	/** The number of the newest gap, or of the beginning: messages from before it come too late. */
	epoch = 0;
	/** Whether the oldest known message may not be the first after the gap, because others may have been forgotten. */
	hasForgotten = false;
	/** Position to resume from after everything emitted. */
	readonly checkpoint: ResumeCursor;
	/** Number of messages since the process began. */
	total = 0;
	begun = false;
	/** The upstream time of the first message after the newest gap, ms; 0 if that was before a restart. */
	firstAt: number | undefined;
	/** The newest upstream time, ms. */
	lastAt: number | undefined;
	/** Number of repeats within single connections. */
	duplicates = 0;
	/**
	 * Output since the last call of `take`; `undefined` if there is none. An empty list would be promoted to the old
	 * generation, and would keep its contents alive as long.
	 */
	#out: (Emitted & { events: UpstreamEvent[] })[] | undefined;

	constructor(capacity: number | undefined) {
		this.window = new DedupWindow(capacity);
		this.window.retain(0);
		this.checkpoint = new ResumeCursor(this.window, () => this.epoch);
	}

	/** Restores stored state. The cursor may be from before all known messages. */
	restore({ cursor, messages, beforeGap = 0, lastAt }: Stored): void {
		// An upstream that restarted its ids has used ids from before the gap again.
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

	/** Emits a batch that needs no merging. */
	batch({ events, cursor, problems }: Batch): void {
		for (const event of events) if (!this.one(event)) this.duplicates++;
		this.checkpoint.reached(cursor, { last: events.at(-1) }, problems);
	}

	/** Emits one message. @returns whether it is new */
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

	/**
	 * Starts a new epoch: the following messages are not proven to follow, and messages of earlier cursors come too late.
	 */
	part(): void {
		this.epoch++;
		this.hasForgotten = false;
		this.firstAt = undefined;
		this.checkpoint.part();
	}

	/** Emits a gap before this message. */
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
	 * Records the position that a connection reaches with its messages, before they are emitted. A new message that is
	 * older than the newest known one may be late: it only proves that the connection was there before.
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

	/** Retains messages that may still be repeated: after the checkpoint, and from the connections' positions on. */
	retain(): void {
		let from = this.checkpoint.position;
		for (const { state, position } of this.sources) if (state !== "closed") from = Math.min(from, position);
		this.window.retain(from);
	}

	/** Returns the output since the last call. */
	take(): Emitted[] {
		const out = this.#out;
		const last = out?.at(-1);
		if (!out || !last) return [];
		last.checkpoint = this.checkpoint.stored;
		this.#out = undefined;
		return out;
	}
}
