import { type LiveEvent, lookedUpTypes, type OfficialType, readEntries } from "@livekeeper/douyin";
import { LivekeeperError } from "../errors.ts";
import { clusterTexts } from "../text/index.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import type { BroadcastNote } from "./broadcast-status.ts";
import { storeDurably } from "./durable.ts";

/**
 * Maximum number of known ids, the newest ones: a log may know fewer, and a delivery may be reported as failed long
 * after it arrived.
 */
const maxKnown = 50_000;

/** Stores the platform's entries of a broadcast in the log, each once. */
export class EntryIntake {
	readonly #note: Pick<BroadcastNote, "liveId" | "roomId">;
	readonly #deps: Pick<BroadcastDeps, "log" | "clock" | "isHere">;
	readonly #acks: Acknowledgements;
	/** Ids of stored events, oldest first. */
	readonly #known: Set<string>;
	/** Numbers of events, including duplicates, and of entries that are none. */
	readonly counts = { entries: 0, tests: 0, unreadable: 0 };
	readonly #onUnreadable: (type: OfficialType, entries: number) => void;

	/** @param onUnreadable called with the number of unreadable entries of a kind */
	constructor(
		note: BroadcastNote,
		deps: Pick<BroadcastDeps, "log" | "clock" | "isHere">,
		acks: Acknowledgements,
		onUnreadable: (type: OfficialType, entries: number) => void = () => undefined,
	) {
		this.#onUnreadable = onUnreadable;
		this.#note = note;
		this.#deps = deps;
		this.#acks = acks;
		this.#known = new Set(Object.values(note.stored ?? {}).flat());
	}

	/**
	 * Stores entries; resolves once they are durable.
	 *
	 * @returns ids of their events
	 * @throws LivekeeperError `storage_failing`, and `node_silent` if another process keeps the room
	 */
	async take(type: OfficialType, entries: readonly unknown[]): Promise<string[]> {
		const { log, clock } = this.#deps;
		const { liveId, roomId } = this.#note;
		const receivedAt = clock.now();
		const { events, msgIds, tests, unreadable } = readEntries(entries, { liveId, roomId, type, receivedAt });
		const fresh = events.filter(({ id }) => !this.#known.has(id));
		this.#assertHere();
		await storeDurably(log, { liveId, events: fresh }, clock);
		// The log may have dropped the batch, if another process has taken the room over meanwhile.
		this.#assertHere();
		this.counts.entries += events.length;
		this.counts.tests += tests;
		this.counts.unreadable += unreadable;
		if (unreadable > 0) this.#onUnreadable(type, unreadable);
		if (!lookedUpTypes.includes(type)) return [];
		this.#remember(fresh);
		// Comments and likes are too many to acknowledge ten times a second, and are never resent.
		this.#acks.add(msgIds, type, receivedAt);
		return events.map(({ id }) => id);
	}

	#remember(events: readonly LiveEvent[]): void {
		for (const { id } of events) this.#known.add(id);
		for (const id of this.#known) {
			if (this.#known.size <= maxKnown) return;
			this.#known.delete(id);
		}
	}

	#assertHere(): void {
		if (!this.#deps.isHere()) throw new LivekeeperError("node_silent", clusterTexts.takesOver);
	}
}
