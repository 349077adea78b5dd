import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { isId } from "./dedup-window.ts";
import type { GapReason } from "./gap.ts";
import { ResumeCursor } from "./resume-cursor.ts";

/** A message that was not emitted yet. */
export interface Buffered {
	readonly event: UpstreamEvent;
	/** ms since the epoch; `-Infinity`: its position has passed, it waits for nobody. */
	arrivedAt: number;
	/** Stands behind this message. */
	cursor: Cursor | undefined;
	/** It is known from a page alone. */
	readonly paged?: true;
}

/** Consecutive messages that one connection brought, or that one page of the room's newest messages holds. */
export interface Piece {
	readonly kind: "page" | "run";
	readonly entries: Buffered[];
	readonly ids: Set<string>;
}

/**
 * One connection of a room. `pending`: nothing proves yet that what it brings follows what was emitted, so that is kept
 * in `pieces`. `synced`: it is proven, and what it brings is emitted, or waits in `queue` for other synced sources.
 */
export class Source {
	state: "closed" | "pending" | "synced" = "closed";
	/** Every answer has to repeat something known. */
	poll = false;
	/** What is told of a gap when no proof comes. */
	reason: GapReason = "no_cursor";
	/** Where it resumes by itself. */
	readonly resume = new ResumeCursor();
	/** The newest id that it has brought. */
	lastId: string | undefined;
	pieces: Piece[] = [];
	/** Since when it waits for proof, ms since the epoch; `undefined` while it doesn't. */
	waitsSince: number | undefined;
	/** The newest messages were asked for since its run began. */
	pageAsked = false;
	/** It resumes from before a gap that was told since: only what it has of behind that proves anything. */
	stale = false;
	/** Opened since it last brought messages. */
	fruitless = 0;
	queue: Buffered[] = [];
	/** The newest cursor of which everything before it has been emitted. */
	done: Cursor | undefined;
	/** How many messages it has brought, and how many were emitted before it was there. */
	total: number;
	/** It has brought nothing since it was opened. */
	#begins = true;
	readonly #queued = new Set<string>();

	constructor(total: number) {
		this.total = total;
	}

	open(poll: boolean): void {
		this.state = "pending";
		this.poll = poll;
		this.stale = false;
		this.pageAsked = false;
		this.#begins = true;
	}

	/** Notes what it has brought, and the cursor behind that. */
	brought(events: readonly UpstreamEvent[], cursor: Cursor | undefined, problems: readonly DecodeProblem[]): void {
		const repeated = this.#begins ? events.findIndex(({ id }) => id === this.lastId) + 1 : 0;
		this.total += events.length - repeated;
		if (this.#begins && repeated === 0) this.resume.part();
		this.resume.reached(cursor, repeated === 0 ? events : events.slice(repeated), problems);
		if (events.length > 0) this.fruitless = 0;
		const last = events.findLast(({ id }) => isId(id));
		if (last) this.lastId = last.id;
	}

	/** Adds to its run what nothing proves yet. @returns how many messages are buffered */
	buffer(events: readonly UpstreamEvent[], cursor: Cursor | undefined, now: number): number {
		if (events.length > 0 && this.pieces.every(({ kind }) => kind === "page")) this.waitsSince = now;
		const last = this.pieces.at(-1);
		const run = last?.kind === "run" && !this.#begins ? last : pieceOf("run", []);
		if (run !== last && events.length > 0) this.pieces.push(run);
		for (const event of events) {
			if (isId(event.id) && run.ids.has(event.id)) continue;
			run.ids.add(event.id);
			run.entries.push({ event, arrivedAt: now, cursor: undefined });
		}
		const newest = run.entries.at(-1);
		if (newest && cursor) newest.cursor = cursor;
		if (events.length > 0) this.#begins = false;
		return this.pieces.reduce((sum, { entries }) => sum + entries.length, 0);
	}

	/** Its connection has brought messages that nothing proves yet. */
	get hasRun(): boolean {
		return !this.#begins && this.pieces.at(-1)?.kind === "run";
	}

	/** Whether its run holds the message. */
	inRun(id: string): boolean {
		const last = this.pieces.at(-1);
		return last?.kind === "run" && last.ids.has(id);
	}

	/** Puts a page before the run that it may link to what was emitted. */
	addPage(events: readonly UpstreamEvent[], cursor: Cursor | undefined, now: number): void {
		const page = pieceOf(
			"page",
			events.map((event) => ({ event, arrivedAt: now, cursor: undefined, paged: true })),
		);
		const newest = page.entries.at(-1);
		if (newest) newest.cursor = cursor;
		this.pieces.splice(this.hasRun ? -1 : this.pieces.length, 0, page);
	}

	/** It is proven, or has been given up to a gap. */
	sync(): void {
		if (this.state === "pending") this.state = "synced";
		this.stale = false;
		this.#begins = false;
		this.drop();
	}

	/** A poll that repeats nothing known begins anew. */
	desync(): void {
		this.reason = this.resume.overlaps ? "cursor_not_honoured" : "unverified";
		this.state = "pending";
		this.pageAsked = false;
		this.#begins = true;
	}

	drop(): void {
		this.pieces = [];
		this.waitsSince = undefined;
	}

	get head(): Buffered | undefined {
		return this.queue[0];
	}

	/** Whether the message waits in the queue. */
	queued(id: string): boolean {
		return this.#queued.has(id);
	}

	enqueue(entry: Buffered): void {
		if (isId(entry.event.id)) this.#queued.add(entry.event.id);
		this.queue.push(entry);
	}

	/** Takes a message out of the queue, wherever it stands. The position of what stands before it has passed. */
	dequeue(id: string): void {
		const index = this.head?.event.id === id ? 0 : this.queue.findIndex(({ event }) => event.id === id);
		if (index >= 0) this.dequeueAt(index);
	}

	dequeueAt(index: number): Buffered | undefined {
		const [entry] = index === 0 ? [this.queue.shift()] : this.queue.splice(index, 1);
		if (!entry) return undefined;
		this.#queued.delete(entry.event.id);
		for (const before of this.queue.slice(0, index)) before.arrivedAt = Number.NEGATIVE_INFINITY;
		if (entry.cursor) this.reached(entry.cursor, this.queue[index - 1]);
		return entry;
	}

	/** What follows was emitted: all that it has queued is late. */
	overtaken(): void {
		for (const entry of this.queue) entry.arrivedAt = Number.NEGATIVE_INFINITY;
	}

	/** Notes the cursor behind a message that waits, or behind all that was emitted. */
	reached(cursor: Cursor, behind = this.queue.at(-1)): void {
		if (behind) behind.cursor = cursor;
		else this.done = cursor;
	}
}

function pieceOf(kind: Piece["kind"], entries: Buffered[]): Piece {
	return { kind, entries, ids: new Set(entries.map(({ event }) => event.id)) };
}
