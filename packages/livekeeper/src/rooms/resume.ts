import {
	type Cursor,
	type DecodeProblem,
	type MergedRecents,
	RecentIds,
	RecentMerge,
	type RecentMessages,
	type SessionItem,
	type UpstreamEvent,
} from "@livekeeper/douyin";
import { type Before, type Gap, holeBefore } from "./hole.ts";
import { Pace } from "./pace.ts";
import type { RoomMemory } from "./room-memory.ts";

export type Frame = Extract<SessionItem, { type: "frame" }>;

/** Messages that the socket did not bring, and that were had after all. */
export interface Recovered {
	parts: readonly {
		/** A hole before them. */
		gap: Gap | undefined;
		events: readonly UpstreamEvent[];
	}[];
	/** Messages among them that would not decode. */
	problems: readonly DecodeProblem[];
}

/** What is left of a frame. */
export interface TakenFrame {
	/** The frame, joined to those before it whose place was not known until now. */
	frame: Frame;
	/** What comes before it. */
	recovered: Recovered;
	fresh: readonly UpstreamEvent[];
	/** Events left out because their id was there before. */
	duplicates: number;
	/** A hole before `fresh`. */
	gap: Gap | undefined;
}

/** An event that is later than its arrival by more than this has no time worth using. */
const nonsenseMs = 3_600_000;
/** A cursor with which this many sessions opened and brought nothing is let go. */
const fruitlessSessions = 3;

const nothing: Recovered = { parts: [], problems: [] };

/**
 * From where to go on after a reconnect, and whether that worked.
 *
 * The upstream never says whether it went on from the cursor, and ids have no order to see a hole by. So a resumed
 * session also brings the room's recent messages, and they are held until a frame with events shows whether the
 * upstream went on from the cursor ({@link RecentMerge}): if it did they are let go, else those that are not known come
 * before the frame, and a gap before them where they overlap with nothing that is known. Frames that don't show it are
 * held as well.
 *
 * Where they don't tell, since they could not be had or the frame has no part in them, the evidence is the first frame
 * with new events after a reconnect within the same broadcast:
 * - It repeats an id that was there before: it overlaps, so nothing was missed.
 * - There was no cursor to go on from: without such an overlap there is a gap.
 * - There was one: the upstream time between the last event before and the first one after is the span of which
 *   nothing was heard. If the upstream went on from the cursor, the span holds what it always holds: the pause between
 *   two messages. If it did not, the span is as long as we were away. A span in which the room's own pace would have
 *   put three events or more is a gap, and so is one in which the pace of what comes behind it would have put ten. In a
 *   room too quiet for that the two can't be told apart: no gap is claimed where the recent messages were there and spoke
 *   of none, else one that is called `unverified`.
 */
export class ResumePoint {
	readonly #recent = new RecentIds();
	readonly #held = new RecentMerge<Frame>();
	readonly #seen = (id: string) => this.#recent.has(id);
	readonly #pace = new Pace();
	#roomId = "";
	#cursor: Cursor | undefined;
	/** The newest upstream time of an event of this broadcast. */
	#lastAt: number | undefined;
	/** How the running session began; judged with its first new events. */
	#began: Before["began"];
	#opened = false;
	/** The running session has given recent messages. */
	#paged = false;
	/** The running session's socket has opened. */
	#socket = false;
	/** The running session began with the room's first state, and gives the socket a cursor behind it. */
	#firstState = false;
	#fruitless = 0;

	/** Goes on from what was stored of a broadcast before this run. */
	restore(roomId: string, from: Omit<RoomMemory, "broadcast" | "knownStreaks">): void {
		const { cursor, firstAt, lastAt, recentIds } = from;
		this.#newBroadcast(roomId);
		this.#cursor = cursor;
		this.#lastAt = lastAt;
		for (const id of recentIds) this.#recent.add(id);
		if (firstAt !== undefined && lastAt !== undefined) this.#pace.restore(recentIds.length, firstAt, lastAt);
	}

	/** A session of this broadcast is about to begin. @returns the cursor to give it, where one is known */
	begin(roomId: string): Cursor | undefined {
		if (roomId !== this.#roomId) this.#newBroadcast(roomId);
		this.#held.clear();
		this.#paged = false;
		this.#socket = false;
		this.#firstState = false;
		if (this.#opened && this.#cursor && ++this.#fruitless >= fruitlessSessions) this.#cursor = undefined;
		this.#opened = false;
		this.#began = this.#cursor ? "resumed" : "without_cursor";
		return this.#cursor;
	}

	/** The session's handshake is done. */
	opened(resumed: boolean): void {
		this.#opened = true;
		this.#socket = true;
		if (!resumed && this.#began === "resumed") this.#began = "without_cursor";
		// What was said since then comes only if the upstream goes on from there.
		if (this.#firstState) {
			this.#began = "resumed";
			this.#paged = true;
		}
	}

	/** Another connection goes on from here, at a place of its own: to be judged as if the session had just been resumed. */
	rejoined(): void {
		this.#began = "resumed";
	}

	/** What the room said last, in case the upstream does not go on from the cursor. Held until a frame tells. */
	hold(recents: RecentMessages): void {
		const late = this.#opened;
		this.#paged ||= !late;
		this.#held.hold(recents, late);
	}

	/** Whether frames wait until their place is known. */
	get holdsFrames(): boolean {
		return this.#held.holdsFrames;
	}

	/**
	 * To be called when no frame has told for a while, or the broadcast is over: what is held comes, where it overlaps
	 * with what is known or frames wait behind it. Else what lies between may still come from the cursor, so it is held on.
	 */
	release(now: number): { recovered: Recovered; taken: TakenFrame | undefined } {
		const placed = this.#held.release(this.#seen);
		const recovered = this.#recover(placed, now);
		const frame = placed && joined(placed.frames);
		return { recovered, taken: frame && this.#taken(frame, nothing) };
	}

	/** The session is over; where it `broke` what is held comes, if it follows what is known. */
	ended(broke: boolean, now: number): Recovered {
		if (broke) return this.#recover(this.#held.end(this.#seen), now);
		this.#held.clear();
		return nothing;
	}

	/** @returns `undefined` when the frame has to wait until its place is known */
	take(frame: Frame): TakenFrame | undefined {
		if (frame.events.length === 0 || !this.#held.holding) return this.#taken(frame, nothing);
		const placed = this.#held.place(frame, this.#seen);
		if (!placed) return undefined;
		const recovered = this.#recover(placed, frame.receivedAt);
		if (placed.linked) this.#began = undefined;
		return this.#taken(joined(placed.frames) ?? frame, recovered);
	}

	#taken(frame: Frame, recovered: Recovered): TakenFrame {
		const fresh = this.#withoutRepeats(frame.events);
		const duplicates = frame.events.length - fresh.length;
		// A cursor stands behind all that came before it, so not while something waits for its place.
		if (frame.cursor?.roomId === this.#roomId && !this.#held.holding) this.#cursor = frame.cursor;
		if (frame.events.length > 0) {
			this.#opened = false;
			this.#fruitless = 0;
		}
		if (duplicates > 0) this.#began = undefined;
		return { frame, recovered, fresh, duplicates, gap: this.#follow(fresh, frame) };
	}

	#recover(merged: MergedRecents | undefined, now: number): Recovered {
		if (!merged) return nothing;
		const parts = merged.pieces.map(({ events, hole }) => {
			const from = this.#lastAt;
			const first = events[0]?.at ?? now;
			const gap: Gap | undefined =
				hole && from !== undefined ? { from, to: Math.max(from, first), reason: "cursor_not_honoured" } : undefined;
			if (gap) this.#pace.skipTo(now);
			else this.#pace.count(events.length, now);
			for (const { id } of events) this.#recent.add(id);
			this.#moveOn(events, now);
			return { gap, events };
		});
		return { parts, problems: merged.problems };
	}

	/** Goes on from `fresh`. @returns the hole before it, if there is reason to claim one */
	#follow(fresh: readonly UpstreamEvent[], frame: Frame): Gap | undefined {
		const gap = this.#began || frame.dropped > 0 ? this.#holeBefore(fresh, frame) : undefined;
		if (fresh.length === 0) return gap;
		// The room's recent messages at the start of a session were not said at the pace at which they come.
		if (this.#began === "without_cursor") this.#pace.reset();
		if (gap) this.#pace.skipTo(frame.receivedAt);
		if (this.#socket) this.#pace.count(fresh.length, frame.receivedAt);
		else this.#begunWith(fresh, frame);
		this.#began = undefined;
		this.#moveOn(fresh, frame.receivedAt);
		return gap;
	}

	#holeBefore(fresh: readonly UpstreamEvent[], frame: Frame): Gap | undefined {
		const [lastAt, began, paged, pace] = [this.#lastAt, this.#began, this.#paged, this.#pace];
		return holeBefore(fresh, frame, { lastAt, began, paged, pace });
	}

	/** The first state: its messages tell the pace at which they were said. */
	#begunWith(fresh: readonly UpstreamEvent[], frame: Frame): void {
		this.#firstState = frame.cursor !== undefined;
		const times = fresh.map(({ at }) => at).sort((a, b) => a - b);
		this.#pace.restore(fresh.length, times[0] ?? frame.receivedAt, times.at(-1) ?? frame.receivedAt);
	}

	#moveOn(events: readonly UpstreamEvent[], now: number): void {
		this.#lastAt = events.reduce(
			(latest, event) => (event.at > now + nonsenseMs ? latest : Math.max(latest, event.at)),
			this.#lastAt ?? 0,
		);
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
		this.#held.clear();
		this.#pace.reset();
	}
}

/** Frames as one, with the last one's cursor. */
function joined(frames: readonly Frame[]): Frame | undefined {
	const last = frames.at(-1);
	if (!last || frames.length === 1) return last;
	return {
		...last,
		events: frames.flatMap(({ events }) => events),
		cursor: frames.findLast(({ cursor }) => cursor)?.cursor,
		problems: frames.flatMap(({ problems }) => problems),
		dropped: frames.reduce((sum, { dropped }) => sum + dropped, 0),
	};
}
