import { openSettings, sealSettings, type TextBox } from "./secret.ts";
import type { DeadLetter, RoomProgress, Target } from "./target.ts";

/** A target with its settings, which are always sealed in a store. */
export interface StoredTarget {
	target: Target;
	/** Sealed {@link TargetSettings}. */
	sealed: Uint8Array;
}

/** A target's progress in a room, and the revision of that entry, which the next write names. */
export interface StoredProgress {
	progress: RoomProgress;
	/** Grows with each write. */
	revision: number;
}

/** Revision of a target's progress in a room before the first write. */
export const unwritten = 0;

/** Another node wrote the room's progress since it was read; nothing was stored. */
export class ProgressConflict extends Error {
	override readonly name = "ProgressConflict";

	constructor(liveId: string) {
		super(`The target's position in ${liveId} was written by another since it was read.`);
	}
}

/** A change in a store: a target, its queue of dead letters to resend, or possibly anything. */
export type TargetChange = { what: "target"; id: string } | { what: "letters"; id: string } | { what: "all" };

/**
 * Durable state of targets. A resolved call is durable; otherwise it rejects. Nodes may share a store: each room is
 * delivered by one of them, and a progress that another node has written since is never overwritten.
 *
 * A call that changes several things may be left halfway by a process that dies: then events are sent again, or the
 * position of a removed target remains; no event is ever left out.
 */
export interface TargetStore {
	/** Returns the targets in the order in which they were added. */
	list(): Promise<StoredTarget[]>;
	get(id: string): Promise<StoredTarget | undefined>;
	/** Adds a target, and its initial progress in existing rooms. */
	add(stored: StoredTarget, beginnings: readonly RoomProgress[]): Promise<void>;
	/**
	 * Replaces a target: rooms in `forget` are dropped with their dead letters, those in `beginnings` are set, and
	 * batches of the others that wait for a retry are due at once, with all their attempts.
	 * @returns whether it existed
	 */
	replace(stored: StoredTarget, beginnings: readonly RoomProgress[], forget: readonly string[]): Promise<boolean>;
	/** @returns whether it existed */
	remove(id: string): Promise<boolean>;

	/** Returns the progress in all rooms. */
	progress(id: string): Promise<StoredProgress[]>;
	roomProgress(id: string, liveId: string): Promise<StoredProgress | undefined>;
	/**
	 * @param revision of the previous write; `unwritten` if there is none
	 * @returns the revision of this write
	 * @throws ProgressConflict
	 */
	saveProgress(id: string, progress: RoomProgress, revision: number): Promise<number>;
	/**
	 * Moves past a batch and keeps it as a dead letter; the oldest letters beyond the store's limit are dropped.
	 * @throws ProgressConflict; a store that nodes share may keep the letter even then
	 */
	addDeadLetter(id: string, letter: DeadLetter, progress: RoomProgress, revision: number): Promise<number>;

	/**
	 * Changes the arrival times of the last minute's messages, ms since the epoch, for a target with a limit (see
	 * `Pace`). Repeats the change if another node has written meanwhile.
	 * @param change returns the new times; `undefined`: leave them unchanged
	 */
	changeArrived(id: string, change: (arrived: readonly number[]) => readonly number[] | undefined): Promise<void>;

	/** Returns letters newest first. */
	deadLetters(id: string, query: { limit: number; before?: number | undefined }): Promise<DeadLetterPage>;
	deadLetter(id: string, deliveryId: string): Promise<DeadLetter | undefined>;
	deadLetterCounts(id: string): Promise<DeadLetterCounts>;
	/** Returns rooms with letters that are queued to be resent. */
	queuedRooms(id: string): Promise<string[]>;
	/** Returns the next letter of a room that is queued to be resent: the oldest one if all were queued. */
	nextQueued(id: string, liveId: string): Promise<DeadLetter | undefined>;
	queueLetter(id: string, deliveryId: string): Promise<void>;
	/** Queues all letters. @returns their number, and their rooms */
	queueAllLetters(id: string): Promise<{ count: number; liveIds: string[] }>;
	/** Returns a letter to the list after another failure. */
	unqueueLetter(id: string, letter: DeadLetter): Promise<void>;
	removeLetter(id: string, letter: DeadLetter): Promise<void>;

	/**
	 * Reports further changes by any node in a store that nodes share, and `all` if some may have been missed.
	 * @returns a function that stops it
	 */
	watch(listener: (change: TargetChange) => void): Promise<() => void>;
}

export interface DeadLetterPage {
	letters: DeadLetter[];
	/** Value of `before` for older letters; `undefined`: no more. */
	nextBefore: number | undefined;
}

export interface DeadLetterCounts {
	kept: number;
	/** Number of letters dropped for newer ones. */
	dropped: number;
}

const pageSize = 500;

/** Returns the ids of targets whose settings the box cannot open. */
export async function unreadableTargets(from: TargetStore, box: TextBox): Promise<string[]> {
	const all = await from.list();
	return all.filter((stored) => openSettings(box, stored) === undefined).map(({ target }) => target.id);
}

/**
 * Copies targets into another store, each with its progress and dead letters. Targets that exist there are left alone.
 * If it is interrupted, call it again.
 * @returns the number of targets that were added, and that existed already
 */
export async function copyTargets(
	from: TargetStore,
	to: TargetStore,
	boxes: { from: TextBox; to: TextBox },
): Promise<{ added: number; there: number }> {
	let added = 0;
	const all = await from.list();
	for (const stored of all) {
		const { id } = stored.target;
		const settings = openSettings(boxes.from, stored);
		if (settings === undefined || (await to.get(id))) continue;
		const places = (await from.progress(id)).map(({ progress }) => progress);
		for (const letter of await lettersOf(from, id)) {
			const place = places.find(({ liveId }) => liveId === letter.liveId);
			if (!place) continue;
			const { revision = unwritten } = (await to.roomProgress(id, letter.liveId)) ?? {};
			await to.addDeadLetter(id, letter, place, revision);
			if (letter.queued) await to.queueLetter(id, letter.deliveryId);
		}
		// The target's delivery starts from these places.
		await to.add({ ...stored, sealed: sealSettings(boxes.to, id, settings) }, places);
		added++;
	}
	return { added, there: all.length - added };
}

/** Returns the letters, oldest first. */
async function lettersOf(from: TargetStore, id: string): Promise<DeadLetter[]> {
	const letters: DeadLetter[] = [];
	let before: number | undefined;
	do {
		const page = await from.deadLetters(id, { limit: pageSize, before });
		letters.push(...page.letters);
		before = page.nextBefore;
	} while (before !== undefined);
	return letters.reverse();
}
