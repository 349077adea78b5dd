import {
	type Cursor,
	type DecodeProblem,
	type MergedRecents,
	OverlapCursor,
	RecentIds,
	RecentMerge,
	type RecentMessages,
	type SessionItem,
	type UpstreamEvent,
} from "@livekeeper/douyin";
import { type Before, type Gap, holeBefore } from "./hole.ts";
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
	/** Where to go on from once all this is stored. */
	cursor: Cursor | undefined;
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
 * What is judged is the first frame with new events after a reconnect within the same broadcast:
 * - It repeats an id that was there before: it overlaps, so nothing was missed. A session is asked to begin with the
 *   last messages that are known ({@link OverlapCursor}), so this is the rule where the upstream goes on from cursors.
 * - The recent messages link it to what is known: nothing was missed either.
 * - Else there is a gap, whatever the room's pace: nothing proves that there is none ({@link holeBefore}).
 */
export class ResumePoint {
	readonly #recent = new RecentIds();
	readonly #held = new RecentMerge<Frame>();
	readonly #seen = (id: string) => this.#recent.has(id);
	readonly #cursor = new OverlapCursor();
	#roomId = "";
	/** The newest upstream time of an event of this broadcast. */
	#lastAt: number | undefined;
	/** How the running session began; judged with its first new events. */
	#began: Before["began"];
	/** If the upstream goes on from where it was told to, the running session begins with what is known. */
	#overlapDue = false;
	/** The running session's socket has opened, and brought nothing yet. */
	#opened = false;
	/** The running session began with the room's first state, and gives the socket a cursor behind it. */
	#firstState = false;
	#fruitless = 0;

	/** Goes on from what was stored of a broadcast before this run. */
	restore(roomId: string, from: Omit<RoomMemory, "broadcast" | "knownStreaks">): void {
		const { cursor, lastAt, recentIds } = from;
		this.#newBroadcast(roomId);
		this.#cursor.restore(cursor);
		this.#lastAt = lastAt;
		for (const id of recentIds) this.#recent.add(id);
	}

	/** A session of this broadcast is about to begin. @returns the cursor to give it, where one is known */
	begin(roomId: string): Cursor | undefined {
		if (roomId !== this.#roomId) this.#newBroadcast(roomId);
		this.#held.clear();
		this.#firstState = false;
		if (this.#opened && this.#cursor.from && ++this.#fruitless >= fruitlessSessions) this.#cursor.clear();
		this.#opened = false;
		const { from, overlaps } = this.#cursor;
		this.#began = from ? "resumed" : "without_cursor";
		this.#overlapDue = overlaps;
		return from;
	}

	/** The session's handshake is done. */
	opened(resumed: boolean): void {
		this.#opened = true;
		if (!resumed && this.#began === "resumed") this.#began = "without_cursor";
		// What was said since then comes only if the upstream goes on from there: behind what is known.
		if (this.#firstState) {
			this.#began = "resumed";
			this.#overlapDue = false;
		}
	}

	/** Another connection goes on from here, at a place of its own: to be judged as if the session had just been resumed. */
	rejoined(): void {
		this.#began = "resumed";
		this.#overlapDue = true;
	}

	/** What the room said last, in case the upstream does not go on from the cursor. Held until a frame tells. */
	hold(recents: RecentMessages): void {
		this.#held.hold(recents, this.#opened);
	}

	/** Whether frames wait until their place is known. */
	get holdsFrames(): boolean {
		return this.#held.holdsFrames;
	}

	/**
	 * To be called when no frame has told for a while, or the broadcast is over: what is held comes, where it overlaps
	 * with what is known or frames wait behind it. Else what lies between may still come from the cursor, so it is held on.
	 * @param last the broadcast is over: nothing that lies between comes any more
	 */
	release(now: number, last = false): { recovered: Recovered; taken: TakenFrame | undefined } {
		const placed = this.#held.release(this.#seen, last);
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
		if (frame.events.length > 0) {
			if (!this.#opened) this.#firstState = frame.cursor !== undefined;
			this.#opened = false;
			this.#fruitless = 0;
		}
		if (duplicates > 0) this.#began = undefined;
		const joins = this.#began === undefined;
		const gap = this.#follow(fresh, frame);
		if (!joins) this.#cursor.part();
		this.#reached(frame, fresh);
		return { frame, recovered, fresh, duplicates, gap, cursor: this.#cursor.from };
	}

	/** A cursor stands behind all that came before it, so not while something waits for its place. */
	#reached({ cursor, problems }: Frame, fresh: readonly UpstreamEvent[]): void {
		const usable = cursor?.roomId === this.#roomId && !this.#held.holding ? cursor : undefined;
		this.#cursor.reached(usable, fresh, problems);
	}

	#recover(merged: MergedRecents | undefined, now: number): Recovered {
		if (!merged) return nothing;
		if (merged.pieces.length > 0) this.#cursor.part();
		const parts = merged.pieces.map(({ events, hole }) => {
			const from = this.#lastAt;
			const first = events[0]?.at ?? now;
			const gap: Gap | undefined =
				hole && from !== undefined ? { from, to: Math.max(from, first), reason: "cursor_not_honoured" } : undefined;
			for (const { id } of events) this.#recent.add(id);
			this.#moveOn(events, now);
			return { gap, events };
		});
		return { parts, problems: merged.problems };
	}

	/** Goes on from `fresh`. @returns the hole before it, if nothing proves that there is none */
	#follow(fresh: readonly UpstreamEvent[], frame: Frame): Gap | undefined {
		const [lastAt, began, overlapDue] = [this.#lastAt, this.#began, this.#overlapDue];
		if (fresh.length === 0) return undefined;
		const gap = holeBefore(fresh, frame.receivedAt, { lastAt, began, overlapDue });
		this.#began = undefined;
		this.#moveOn(fresh, frame.receivedAt);
		return gap;
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
		this.#cursor.clear();
		this.#lastAt = undefined;
		this.#began = undefined;
		this.#opened = false;
		this.#fruitless = 0;
		this.#recent.clear();
		this.#held.clear();
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
	};
}
