import type { DeadLetter, RoomProgress, Target } from "./target.ts";

/** A target with its settings, which no store sees in the clear. */
export interface StoredTarget {
	target: Target;
	/** Its {@link TargetSettings}. */
	sealed: Uint8Array;
}

/** How far a target has come in a room, and the revision of that entry, which the next write names. */
export interface StoredProgress {
	progress: RoomProgress;
	/** Grows with each writing. */
	revision: number;
}

/** Nothing is stored yet of the target in the room. */
export const unwritten = 0;

/** A room's progress was written by another since it was read: nothing was stored. */
export class ProgressConflict extends Error {
	override readonly name = "ProgressConflict";

	constructor(liveId: string) {
		super(`The target's position in ${liveId} was written by another since it was read.`);
	}
}

/** What has changed in a store: a target, which of its dead letters are to be sent again, or perhaps anything. */
export type TargetChange = { what: "target"; id: string } | { what: "letters"; id: string } | { what: "all" };

/**
 * What of targets outlives the process. What a call stores is durable when it resolves; it rejects else. Nodes may share
 * a store: each room is delivered by one of them, and a progress that another has written since is never overwritten.
 *
 * A call that changes several things may be left half-way by a process that dies: then events are sent again, or a
 * position stays of a target that is gone; none is ever left out.
 */
export interface TargetStore {
	/** In the order in which they were added. */
	list(): Promise<StoredTarget[]>;
	get(id: string): Promise<StoredTarget | undefined>;
	/** Adds a target, and where it begins in the rooms there are. */
	add(stored: StoredTarget, beginnings: readonly RoomProgress[]): Promise<void>;
	/**
	 * Replaces a target: rooms in `forget` are dropped with their dead letters, those in `beginnings` set, and what waits
	 * for another attempt in the others is due at once, with all its attempts.
	 * @returns whether it existed
	 */
	replace(stored: StoredTarget, beginnings: readonly RoomProgress[], forget: readonly string[]): Promise<boolean>;
	/** @returns whether it existed */
	remove(id: string): Promise<boolean>;

	/** Of all its rooms. */
	progress(id: string): Promise<StoredProgress[]>;
	roomProgress(id: string, liveId: string): Promise<StoredProgress | undefined>;
	/**
	 * @param revision of the writing before; `unwritten` where there is none
	 * @returns this one's
	 * @throws ProgressConflict
	 */
	saveProgress(id: string, progress: RoomProgress, revision: number): Promise<number>;
	/**
	 * Moves on past a batch and keeps it as a dead letter; the oldest are dropped beyond the store's bound.
	 * @throws ProgressConflict; a store that nodes share may keep the letter even then
	 */
	bury(id: string, letter: DeadLetter, progress: RoomProgress, revision: number): Promise<number>;

	/**
	 * For a target with a limit: when the messages of the last minute arrived, ms since the epoch (see `Pace`). It is
	 * tried again where another has changed it in between.
	 * @param change returns what it is then; `undefined`: leave it as it is
	 */
	changeArrived(id: string, change: (arrived: readonly number[]) => readonly number[] | undefined): Promise<void>;

	/** Newest first. */
	deadLetters(id: string, query: { limit: number; before?: number | undefined }): Promise<DeadLetterPage>;
	deadLetter(id: string, deliveryId: string): Promise<DeadLetter | undefined>;
	deadLetterCounts(id: string): Promise<DeadLetterCounts>;
	/** Rooms with letters that are queued to be sent again. */
	queuedRooms(id: string): Promise<string[]>;
	/** The next one of a room that is queued to be sent again: the oldest one where all were queued. */
	nextQueued(id: string, liveId: string): Promise<DeadLetter | undefined>;
	queueLetter(id: string, deliveryId: string): Promise<void>;
	/** Queues all. @returns how many there are, and their rooms */
	queueAllLetters(id: string): Promise<{ count: number; liveIds: string[] }>;
	/** Back on the list after another failure. */
	unqueueLetter(id: string, letter: DeadLetter): Promise<void>;
	removeLetter(id: string, letter: DeadLetter): Promise<void>;

	/**
	 * Tells what changes from now on in a store that nodes share, by any node, and of `all` where something may
	 * have been missed. @returns what ends it
	 */
	watch(listener: (change: TargetChange) => void): Promise<() => void>;
}

export interface DeadLetterPage {
	letters: DeadLetter[];
	/** Ask for older ones with this as `before`; `undefined`: no more. */
	nextBefore: number | undefined;
}

export interface DeadLetterCounts {
	kept: number;
	/** Gave way to newer ones. */
	dropped: number;
}
