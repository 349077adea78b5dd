import { weightOf } from "../events/weight.ts";
import { isSame, type MessageIds, MessageMap } from "./message-ids.ts";
import type { Buffered, Reached } from "./piece.ts";

/** The position behind what was emitted of a queue. */
export interface Done extends Reached {
	/** Number of messages that were emitted since: the upstream says them again from there. */
	readonly repeats: number;
}

interface Passed {
	readonly cursor: Reached;
	/** Number of messages that had been emitted by then. */
	readonly total: number;
}

/** What a synced connection has brought, and that waits to be merged with what others bring. */
export class Queue {
	/** Number of messages that were emitted, by all. */
	readonly #totalNow: () => number;
	readonly #entries: Buffered[] = [];
	/** Of the entries; only a room of several connections has any. */
	#messages: MessageMap<true> | undefined;
	/** Cursors of which everything before them was emitted: the first that was not taken, and the newest. */
	#done: Passed | undefined;
	#newest: Passed | undefined;
	/** What waits in it takes in memory, about, bytes. */
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

	/** Whether the other queue holds a later message of this one: its connection won't bring the head of this any more. */
	isPassedBy(other: Queue): boolean {
		return other.#entries.length > 0 && this.#entries.some(({ event }) => other.has(event));
	}

	push(entry: Buffered): void {
		this.#messages ??= new MessageMap();
		this.#messages.set(entry.event, true);
		this.bytes += weightOf(entry.event);
		this.#entries.push(entry);
	}

	/** Takes the first message. */
	shift(): void {
		this.#remove(0);
	}

	/** Takes a message, wherever it is. The position of what is before it has passed. */
	take(message: MessageIds): void {
		if (this.has(message)) this.#remove(this.#entries.findIndex(({ event }) => isSame(event, message)));
	}

	/** What follows was emitted: all that waits is late, or what is before an index. */
	overtaken(end = this.#entries.length): void {
		for (const entry of this.#entries.slice(0, end)) entry.arrivedAt = Number.NEGATIVE_INFINITY;
	}

	/** Notes the cursor behind what was pushed last. */
	reached(cursor: Reached): void {
		this.#note(cursor, this.#entries.at(-1));
	}

	/** A cursor behind which all was emitted, until it is taken. */
	get done(): Done | undefined {
		return this.#done && { ...this.#done.cursor, repeats: this.#totalNow() - this.#done.total };
	}

	takeDone(): void {
		this.#done = this.#newest;
		this.#newest = undefined;
	}

	/** No cursor that was reached is to be resumed from. */
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
