import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { isId } from "./dedup-window.ts";
import type { Emission } from "./emission.ts";
import type { GapReason } from "./gap.ts";
import { Piece } from "./piece.ts";
import { Queue } from "./queue.ts";
import { ResumeCursor } from "./resume-cursor.ts";

/**
 * One connection of a room. `pending`: nothing proves yet that what it brings follows what was emitted, so that is kept
 * in `run`. `synced`: it is proven, and what it brings is emitted, or waits in `queue` for other synced connections.
 */
export class Source {
	readonly #emission: Emission;
	state: "closed" | "pending" | "synced" = "closed";
	/** Every answer has to repeat something known. */
	poll = false;
	/** What is told of a gap when no proof comes. */
	reason: GapReason = "no_cursor";
	/** Where it resumes by itself. What nothing proves yet lies behind the next gap, if there is one. */
	readonly resume: ResumeCursor;
	/** The newest id that it has brought. */
	lastId: string | undefined;
	/** What it has brought that nothing proves. */
	run: Piece | undefined;
	/** The newest messages were asked for since its run began. */
	pageAsked = false;
	/** The gap behind which its run begins: what it brings of before a newer one comes too late. */
	epoch = 0;
	/** Polling: the gap behind which its next answer was asked for. */
	asked = 0;
	/** Opened since it last brought messages. */
	fruitless = 0;
	/** Ended by a frame that could not be read since it last brought something new. */
	unreadable = 0;
	readonly queue = new Queue();
	/** How many messages it has brought, and how many were emitted before it was there. */
	total: number;
	/** It has brought no messages of its own since it was opened. */
	begins = true;

	constructor(emission: Emission) {
		this.#emission = emission;
		this.total = emission.total;
		this.resume = new ResumeCursor(() => emission.epoch + (this.state === "synced" ? 0 : 1));
	}

	open(poll: boolean): void {
		this.poll = poll;
		this.begins = true;
		this.asked = this.#emission.epoch;
		this.#pend();
	}

	#pend(): void {
		this.state = "pending";
		this.epoch = this.#emission.epoch;
		this.pageAsked = false;
	}

	/** Notes what it has brought, and the cursor behind that. */
	brought(events: readonly UpstreamEvent[], cursor: Cursor | undefined, problems: readonly DecodeProblem[]): void {
		const repeated = this.begins ? events.findIndex(({ id }) => id === this.lastId) + 1 : 0;
		this.total += events.length - repeated;
		// A poll asks once more from before an answer that repeats nothing: what comes then shows whether that followed.
		if (this.begins && repeated === 0 && !this.poll) this.resume.part();
		this.resume.reached(cursor, repeated === 0 ? events : events.slice(repeated), problems);
		if (events.length > 0) this.fruitless = 0;
		this.lastId = events.findLast(({ id }) => isId(id))?.id ?? this.lastId;
	}

	/** Adds to its run what nothing proves yet. */
	buffer(events: readonly UpstreamEvent[], cursor: Cursor | undefined, now: number): void {
		const { window } = this.#emission;
		// It was asked to resume from before the gap, by a process that knew nothing of that.
		if (events.some(({ id }) => window.has(id) && !window.joins(id))) this.epoch = -1;
		if (events.length > 0) this.run ??= new Piece("run");
		this.run?.add(events, cursor, now);
	}

	/** It is proven, or was given up to a gap. */
	sync(): void {
		this.state = "synced";
		this.run = undefined;
	}

	/** It has to be proven anew. */
	desync(): void {
		this.reason = this.resume.overlaps ? "cursor_not_honoured" : "unverified";
		this.#pend();
	}
}
