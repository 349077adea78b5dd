import type { Anchor, RoomLookup } from "@livekeeper/douyin";

export type LiveLookup = Extract<RoomLookup, { status: "live" }>;

/**
 * What to do about a page that says live:
 * - `started`: a broadcast that was not known; `same`: the one that is known.
 * - `ended`: the one that has ended; the page has not caught up. Not to be connected.
 * - `recheck`: the page has said so too often: it may not have ended after all.
 */
export type LiveVerdict = "started" | "same" | "ended" | "recheck";

/** An ended room can still be called live for a while. After this many pages that say so it is tried again. */
const pollsBeforeRecheck = 3;

/** Which broadcast of the room is running, and which one has ended. */
export class BroadcastTracker {
	/** The broadcast that is running, as far as is known. */
	roomId: string | undefined;
	title: string | undefined;
	anchor: Anchor | undefined;
	#ended: { roomId: string; polls: number } | undefined;

	/** Whether the room is connected only to see if the broadcast has really ended. */
	isDoubtful(roomId: string): boolean {
		return this.#ended?.roomId === roomId;
	}

	/** Keeps what the page says about the room, whatever the answer. */
	describe(lookup: RoomLookup): void {
		if ("title" in lookup) this.title = lookup.title;
		if ("anchor" in lookup && lookup.anchor) this.anchor = lookup.anchor;
	}

	judge(lookup: LiveLookup): LiveVerdict {
		if (this.#ended?.roomId === lookup.roomId) {
			this.#ended.polls++;
			return this.#ended.polls < pollsBeforeRecheck ? "ended" : "recheck";
		}
		return this.roomId === lookup.roomId ? "same" : "started";
	}

	started(roomId: string): void {
		this.roomId = roomId;
		this.#ended = undefined;
	}

	/** The broadcast has ended by the upstream's own word; the page may still call it live. */
	ended(roomId: string): void {
		this.roomId = undefined;
		this.#ended = { roomId, polls: 0 };
	}

	/** The page itself says that nothing is on: whatever comes next is a broadcast of its own. */
	over(): void {
		this.roomId = undefined;
		this.#ended = undefined;
	}
}
