import type { Cursor, SessionItem, UpstreamEvent } from "@livekeeper/douyin";
import { Pace } from "./pace.ts";
import { RecentIds } from "./recent-ids.ts";

export type Frame = Extract<SessionItem, { type: "frame" }>;

/** Why the log has a hole: `cursor_not_honoured`, `no_cursor`, or `overflow` (we were too slow to take it). */
export interface Gap {
	/** Upstream time of the last event before the hole, ms. */
	from: number;
	/** Upstream time of the first event after it, ms. */
	to: number;
	reason: "cursor_not_honoured" | "no_cursor" | "overflow";
}

/** What is left of a frame. */
export interface TakenFrame {
	fresh: readonly UpstreamEvent[];
	/** Events left out because their id was there before. */
	duplicates: number;
	/** A hole before `fresh`. */
	gap: Gap | undefined;
}

/** A hole is claimed when the room's own pace would have put this many events into it. */
const expectedInHole = 3;
/** Shorter holes are not claimed: upstream times are not exact enough. */
const shortestHoleMs = 900;
/** An event that is later than its arrival by more than this has no time worth using. */
const nonsenseMs = 3_600_000;
/** A cursor with which this many sessions opened and brought nothing is let go. */
const fruitlessSessions = 3;

/**
 * From where to go on after a reconnect, and whether that worked.
 *
 * The upstream never says whether it went on from the cursor, and ids have no order to see a hole by. The evidence is
 * the first frame with new events after a reconnect within the same broadcast:
 * - It repeats an id that was there before: it overlaps, so nothing was missed.
 * - There was no cursor to go on from: without such an overlap there is a gap.
 * - There was one: the upstream time between the last event before and the first one after is the span of which
 *   nothing was heard. If the upstream went on from the cursor, the span holds what it always holds: the pause between
 *   two messages. If it did not, the span is as long as we were away. A span in which the room's own pace would have
 *   put three events or more is a gap. In a room too quiet for that the two can't be told apart, and no gap is claimed.
 */
export class ResumePoint {
	readonly #recent = new RecentIds();
	readonly #pace = new Pace();
	#roomId = "";
	#cursor: Cursor | undefined;
	/** The newest upstream time of an event of this broadcast. */
	#lastAt: number | undefined;
	/** How the running session began; judged with its first new events. */
	#began: "resumed" | "without_cursor" | undefined;
	#opened = false;
	#fruitless = 0;

	/** A session of this broadcast is about to begin. @returns the cursor to give it, where one is known */
	begin(roomId: string): Cursor | undefined {
		if (roomId !== this.#roomId) this.#newBroadcast(roomId);
		if (this.#opened && this.#cursor && ++this.#fruitless >= fruitlessSessions) this.#cursor = undefined;
		this.#opened = false;
		this.#began = this.#cursor ? "resumed" : "without_cursor";
		return this.#cursor;
	}

	/** The session's handshake is done. */
	opened(resumed: boolean): void {
		this.#opened = true;
		if (!resumed && this.#began === "resumed") this.#began = "without_cursor";
	}

	take(frame: Frame): TakenFrame {
		const fresh = this.#withoutRepeats(frame.events);
		const duplicates = frame.events.length - fresh.length;
		if (frame.cursor?.roomId === this.#roomId) this.#cursor = frame.cursor;
		if (frame.events.length > 0) {
			this.#opened = false;
			this.#fruitless = 0;
		}
		if (duplicates > 0) this.#began = undefined;
		return { fresh, duplicates, gap: this.#follow(fresh, frame) };
	}

	/** Goes on from `fresh`. @returns the hole before it, if there is reason to claim one */
	#follow(fresh: readonly UpstreamEvent[], frame: Frame): Gap | undefined {
		const from = this.#lastAt;
		const first = fresh.reduce((earliest, event) => Math.min(earliest, event.at), Number.POSITIVE_INFINITY);
		const gap = this.#holeBefore(first, frame);
		if (fresh.length === 0) return gap;
		// The room's recent messages at the start of a session were not said at the pace at which they come.
		if (this.#began === "without_cursor") this.#pace.reset();
		if (gap) this.#pace.skipTo(frame.receivedAt);
		this.#pace.count(fresh.length, frame.receivedAt);
		this.#began = undefined;
		this.#lastAt = fresh.reduce(
			(latest, event) => (event.at > frame.receivedAt + nonsenseMs ? latest : Math.max(latest, event.at)),
			from ?? 0,
		);
		return gap;
	}

	#holeBefore(first: number, frame: Frame): Gap | undefined {
		const from = this.#lastAt;
		const to = Math.max(from ?? 0, Math.min(first, frame.receivedAt));
		if (frame.dropped > 0) return { from: from ?? to, to, reason: "overflow" };
		if (first === Number.POSITIVE_INFINITY || this.#began === undefined || from === undefined) return undefined;
		if (this.#began === "without_cursor") return { from, to, reason: "no_cursor" };
		const span = first - from;
		if (span < shortestHoleMs || this.#pace.expected(span) < expectedInHole) return undefined;
		return { from, to: first, reason: "cursor_not_honoured" };
	}

	#withoutRepeats(events: readonly UpstreamEvent[]): readonly UpstreamEvent[] {
		// Repeats are rare: the list is copied only when there is one.
		let fresh: UpstreamEvent[] | undefined;
		events.forEach((event, index) => {
			const isNew = this.#recent.add(event.id);
			if (!isNew) fresh ??= events.slice(0, index);
			else fresh?.push(event);
		});
		return fresh ?? events;
	}

	#newBroadcast(roomId: string): void {
		this.#roomId = roomId;
		this.#cursor = undefined;
		this.#lastAt = undefined;
		this.#began = undefined;
		this.#opened = false;
		this.#fruitless = 0;
		this.#recent.clear();
		this.#pace.reset();
	}
}
