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

interface Entry {
	id: string;
	at: number;
	page: RecentMessages;
	index: number;
	/** Nothing links it to the entry before. */
	starts: boolean;
}

/**
 * Finds out whether a resumed session went on from its cursor, and what of the room's recent messages has to make up
 * for it where it did not. The upstream never says; the first frame with events over the new socket tells:
 * - It holds one of the recent messages: those before that one come first, and nothing is missing before the frame.
 * - It repeats what was known, or is earlier than the recent messages: the upstream went on from the cursor, and brings
 *   them itself.
 * - It is later than all of them: the upstream began at "now", so they come first.
 *
 * Of what comes first all up to the newest known message is left out: what is not known before that one would come too
 * late to be in order. Whether something is missing before the rest only an overlap tells: where a page of recent
 * messages holds a known one, it is whole from there on. How many the page holds says nothing: one that went back to
 * the broadcast's beginning would hold a known message, and what is kept for a page differs by kind and room.
 *
 * One for each session; it holds at most the two pages that a session gives.
 */
export class RecentMerge {
	#entries: Entry[] = [];

	/** Whether there are messages whose place is not known yet. */
	get holding(): boolean {
		return this.#entries.length > 0;
	}

	/** Keeps recent messages until a frame shows where they belong; a later page is put behind an earlier one. */
	hold(page: RecentMessages): void {
		const known = new Set(this.#entries.map(({ id }) => id));
		let starts = !page.preview.some(({ id }) => known.has(id));
		for (const [index, { id, at }] of page.preview.entries()) {
			if (known.has(id)) continue;
			known.add(id);
			this.#entries.push({ id, at, page, index, starts });
			starts = false;
		}
	}

	/**
	 * What comes before the first frame with events. Nothing is held afterwards.
	 * @param seen whether a message was known before the frame came
	 */
	before(frame: readonly UpstreamEvent[], seen: (id: string) => boolean): MergedRecents {
		const entries = this.#entries;
		const repeats = frame.some(({ id }) => seen(id));
		const { before, by } = placeOf(frame, entries);
		if (by === "id") {
			const linked = repeats || (before > 0 && entries[before]?.starts === false);
			return { ...this.#take(before, seen), linked };
		}
		const resumed = entries.length > 0 && (repeats || before === 0);
		return { ...this.#take(resumed ? 0 : before, seen), linked: resumed };
	}

	/**
	 * What is held, when no frame shows where it belongs. `undefined`, and it is held on, when nothing links it to what
	 * was known: what lies between may still come from the cursor.
	 * @param seen whether a message was known before
	 */
	release(seen: (id: string) => boolean): MergedRecents | undefined {
		if (!this.#entries.some(({ id }) => seen(id))) return undefined;
		return { ...this.#take(this.#entries.length, seen), linked: false };
	}

	/** Forgets what is held. */
	clear(): void {
		this.#entries = [];
	}

	/** Takes what follows the newest known message, up to the `count`th. */
	#take(count: number, seen: (id: string) => boolean): Pick<MergedRecents, "pieces" | "problems"> {
		const known = this.#entries.findLastIndex(({ id }) => seen(id));
		const pieces: RecoveredPiece[] = [];
		const problems: DecodeProblem[] = [];
		for (const { page, index, starts } of this.#entries.slice(known + 1, count)) {
			if (starts || pieces.length === 0) pieces.push({ events: [], hole: starts });
			const taken = page.take(index, index + 1);
			pieces.at(-1)?.events.push(...taken.events);
			problems.push(...taken.problems);
		}
		this.clear();
		return { pieces, problems };
	}
}
