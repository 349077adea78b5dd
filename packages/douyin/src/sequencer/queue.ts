import { weightOf } from "../events/weight.ts";
import { isSame, type MessageIds, MessageMap } from "./message-ids.ts";
import type { Buffered, Reached } from "./piece.ts";

/** The position after the emitted messages of a queue. */
export interface Done extends Reached {
	/** Number of messages emitted since, which the upstream repeats from there. */
	readonly repeats: number;
}

interface Passed {
	readonly cursor: Reached;
	/** Number of messages emitted by then. */
	readonly total: number;
}

/** Messages of a synced connection that wait to be merged with other connections'. */
export class Queue {
	/** Returns the number of messages emitted by all connections. */
	readonly #totalNow: () => number;
	readonly #entries: Buffered[] = [];
	/** Messages of the entries; only a room of several connections has any. */
	#messages: MessageMap<true> | undefined;
	/** Cursors before which everything was emitted: the first that was not taken, and the newest. */
	#done: Passed | undefined;
	#newest: Passed | undefined;
	/** Approximate size of the waiting messages in memory, bytes. */
	bytes = 0;

	constructor(totalNow: () => number) {
		this.#totalNow = totalNow;
	}

	get head(): Buffered | undefined {
		return this.#entries[0];
	}

	has(message: MessageIds): boolean {
		return this.#messages?.has(message) === true;
	}

	/**
	 * Whether the other queue holds a later message of this one, so that its connection won't deliver this one's head.
	 */
	isPassedBy(other: Queue): boolean {
		return other.#entries.length > 0 && this.#entries.some(({ event }) => other.has(event));
	}

	push(entry: Buffered): void {
		this.#messages ??= new MessageMap();
		this.#messages.set(entry.event, true);
		this.bytes += weightOf(entry.event);
		this.#entries.push(entry);
	}

	/** Removes the first message. */
	shift(): void {
		this.#remove(0);
	}

	/** Removes a message, wherever it is. The position of messages before it has passed. */
	take(message: MessageIds): void {
		if (this.has(message)) this.#remove(this.#entries.findIndex(({ event }) => isSame(event, message)));
	}

	/** Marks waiting messages as late because a later one was emitted: all, or those before an index. */
	overtaken(end = this.#entries.length): void {
		for (const entry of this.#entries.slice(0, end)) entry.arrivedAt = Number.NEGATIVE_INFINITY;
	}

	/** Records the cursor after the message that was pushed last. */
	reached(cursor: Reached): void {
		this.#note(cursor, this.#entries.at(-1));
	}

	/** A cursor before which everything was emitted, until it is taken. */
	get done(): Done | undefined {
		return this.#done && { ...this.#done.cursor, repeats: this.#totalNow() - this.#done.total };
	}

	takeDone(): void {
		this.#done = this.#newest;
		this.#newest = undefined;
	}

	/** Drops all reached cursors: none may be resumed from. */
	dropDone(): void {
		this.#done = undefined;
		this.#newest = undefined;
	}

	#remove(index: number): void {
		const [entry] = index === 0 ? [this.#entries.shift()] : this.#entries.splice(index, 1);
		if (!entry) return;
		this.#messages?.delete(entry.event);
		this.bytes -= weightOf(entry.event);
		this.overtaken(index);
		if (entry.cursor) this.#note(entry.cursor, this.#entries[index - 1]);
	}

	#note(cursor: Reached, behind: Buffered | undefined): void {
		if (behind) behind.cursor = cursor;
		else if (!this.#done) this.#done = { cursor, total: this.#totalNow() };
		else this.#newest = { cursor, total: this.#totalNow() };
	}
}
