import type { UpstreamEvent } from "../events/live-event.ts";
import type { DecodeProblem, RecentMessages } from "../upstream.ts";
import { placeOf } from "./place.ts";

/** Messages that were missed and are had after all; nothing is missing between them. */
export interface RecoveredPiece {
	events: UpstreamEvent[];
	/** Nothing links them to what was known before: something may be missing there. */
	hole: boolean;
}

export interface MergedRecents {
	/** What comes before the frame, in the upstream's order. */
	pieces: RecoveredPiece[];
	/** Messages among them that would not decode. */
	problems: DecodeProblem[];
	/** Nothing is missing right before the frame. Where `false`, that is not known. */
	linked: boolean;
}

/** Recent messages and the frames behind them, in their order. */
export interface Placed<F> extends MergedRecents {
	/** Frames that could not be placed before, then the one that could. */
	frames: F[];
}

interface Entry {
	id: string;
	at: number;
	page: RecentMessages;
	index: number;
	/** Nothing links it to the entry before. */
	starts: boolean;
}

/**
 * So many events of frames without a place are held, about. A room does not say as much within the second or two that
 * the times leave open, so it comes from the cursor.
 */
const mostHeldEvents = 5_000;

/**
 * Finds out whether a resumed session went on from its cursor, and what of the room's recent messages has to make up
 * for it where it did not. The upstream never says; the first frame with events over the new socket tells:
 * - It holds one of the recent messages: those before that one come first, and link the frame where there are any.
 * - It repeats what was known, or is earlier than the recent messages: the upstream went on from the cursor, and brings
 *   them itself.
 * - It is later than all of them: the upstream began at "now", so they come first.
 * - It holds none of them and is of the same time: it is held with them until a later frame tells.
 *
 * Of what comes first all up to the newest known message is left out: what is not known before that one would come too
 * late to be in order. Whether something is missing only an overlap tells: where a page of recent messages, or a frame,
 * holds a known one, it is whole from there on. Times tell an order, and prove nothing. How many the page holds says
 * nothing: one that went back to the broadcast's beginning would hold a known message, and what is kept for a page
 * differs by kind and room.
 *
 * One for each session. A session gives two pages, one of several connections as many as these have asked for.
 */
export class RecentMerge<F extends { readonly events: readonly UpstreamEvent[] }> {
	#entries: Entry[] = [];
	/** The page that was there first. */
	#first: RecentMessages | undefined;
	/** No page is held that was there before the socket opened. */
	#late = false;
	/** Frames whose place is not known either. */
	#frames: F[] = [];
	#heldEvents = 0;

	/** Whether there are messages whose place is not known yet. */
	get holding(): boolean {
		return this.#entries.length > 0;
	}

	/** Whether there are frames among them. */
	get holdsFrames(): boolean {
		return this.#frames.length > 0;
	}

	/**
	 * Keeps recent messages until a frame shows where they belong. Of a later page, what the earlier ones have not is put
	 * between those that they share, as the page has it; what is behind the last shared one comes last.
	 * @param late they were asked for after the socket had opened. Where no earlier ones are held, that they are behind a
	 * frame says nothing of where the upstream began it
	 */
	hold(page: RecentMessages, late = false): void {
		if (this.#entries.length === 0) {
			this.#late = late;
			this.#first = page;
		}
		const held = new Set(this.#entries.map(({ id }) => id));
		const onPage = new Set(page.preview.map(({ id }) => id));
		const overlaps = page.preview.some(({ id }) => held.has(id));
		const added = new Set<string>();
		let run: Entry[] = [];
		for (const [index, { id, at }] of page.preview.entries()) {
			if (held.has(id)) {
				this.#insert(run, id, onPage);
				run = [];
			} else if (!added.has(id)) {
				added.add(id);
				run.push({ id, at, page, index, starts: !overlaps && added.size === 1 });
			}
		}
		this.#entries.push(...run);
	}

	/**
	 * Puts what a page alone has before the message `id`, which others have as well; before those too that are later and
	 * not `onPage`, of which the page does not say where they belong.
	 */
	#insert(run: readonly Entry[], id: string, onPage: ReadonlySet<string>): void {
		const last = run.at(-1);
		if (!last) return;
		const entries = this.#entries;
		let index = entries.findIndex((entry) => entry.id === id);
		for (let before = entries[index - 1]; before && !onPage.has(before.id) && before.at > last.at; ) {
			before = entries[--index - 1];
		}
		const [head, next] = [run[0], entries[index]];
		if (head && next) [head.starts, next.starts] = [next.starts, false];
		entries.splice(index, 0, ...run);
	}

	/**
	 * Takes a frame with events. `undefined`: its place is not known, and it is held with the recent messages. Else
	 * nothing is held afterwards.
	 * @param seen whether a message was known before the frame came
	 */
	place(frame: F, seen: (id: string) => boolean): Placed<F> | undefined {
		const entries = this.#entries;
		const { events } = frame;
		const repeats = events.some(({ id }) => seen(id));
		const first = entries.findLastIndex(({ page }) => page === this.#first) + 1;
		const place = placeOf(events, entries, first);
		if (place?.by === "id") {
			const { before } = place;
			return this.#take(before, seen, repeats || (before > 0 && entries[before]?.starts === false), frame);
		}
		if (this.#late) return this.#take(0, seen, repeats, frame);
		if (place && !repeats && place.before > 0) return this.#take(place.before, seen, false, frame);
		const resumed = repeats || place !== undefined || this.#heldEvents + events.length > mostHeldEvents;
		if (resumed) return this.#take(0, seen, repeats, frame);
		this.#frames.push(frame);
		this.#heldEvents += events.length;
		return undefined;
	}

	/**
	 * What is held, when no frame has shown for a while where it belongs. Had the upstream gone on from the cursor, the
	 * recent messages would have come right behind the frames that are held: so those come last. Where there are none,
	 * only what is linked to what was known comes, and the rest is held on: what lies between may still come from the
	 * cursor. `undefined` when that is all.
	 * @param seen whether a message was known before
	 * @param last nothing comes any more: what overlaps comes with all that is held behind it
	 */
	release(seen: (id: string) => boolean, last = false): Placed<F> | undefined {
		const entries = this.#entries;
		const known = entries.findLastIndex(({ id }) => seen(id));
		if (this.#frames.length > 0) return this.#take(entries.length, seen, false);
		if (known < 0) return undefined;
		const hole = last ? -1 : entries.findIndex(({ starts }, index) => index > known && starts);
		const rest = hole < 0 ? [] : entries.slice(hole);
		const placed = this.#take(entries.length - rest.length, seen, false);
		this.#entries = rest;
		this.#first = rest[0]?.page;
		return placed;
	}

	/**
	 * What is held, when the session has ended: only what is known to follow what was known. Frames without a place are
	 * forgotten; the cursor is still before them.
	 */
	end(seen: (id: string) => boolean): MergedRecents | undefined {
		const merged = this.#frames.length === 0 ? this.release(seen) : undefined;
		this.clear();
		return merged;
	}

	/** Forgets what is held. */
	clear(): void {
		this.#entries = [];
		this.#first = undefined;
		this.#frames = [];
		this.#heldEvents = 0;
	}

	/** Takes what follows the newest known message, up to the `count`th, and the frames behind. */
	#take(count: number, seen: (id: string) => boolean, linked: boolean, frame?: F): Placed<F> {
		const known = this.#entries.findLastIndex(({ id }) => seen(id));
		const frames = frame ? [...this.#frames, frame] : this.#frames;
		const pieces: RecoveredPiece[] = [];
		const problems: DecodeProblem[] = [];
		for (const { page, index, starts } of this.#entries.slice(known + 1, count)) {
			if (starts || pieces.length === 0) pieces.push({ events: [], hole: starts });
			const taken = page.take(index, index + 1);
			pieces.at(-1)?.events.push(...taken.events);
			problems.push(...taken.problems);
		}
		this.clear();
		return { pieces, problems, linked, frames };
	}
}
