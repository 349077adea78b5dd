import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { isId } from "./dedup-window.ts";
import type { GapReason } from "./gap.ts";
import { Piece } from "./piece.ts";
import { Queue } from "./queue.ts";
import { ResumeCursor } from "./resume-cursor.ts";

/**
 * One connection of a room. `pending`: nothing proves yet that what it brings follows what was emitted, so that is kept
 * in `run`. `synced`: it is proven, and what it brings is emitted, or waits in `queue` for other synced connections.
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
	/** What it has brought that nothing proves. */
	run: Piece | undefined;
	/** The newest messages were asked for since its run began. */
	pageAsked = false;
	/** It was asked to resume from before a gap, or before the first message: what it brings of before that comes too late. */
	stale = false;
	/** Polling: its next answer was asked for before a gap, and may reach back into that. */
	askedBeforeGap = false;
	/** Opened since it last brought messages. */
	fruitless = 0;
	/** Ended by a frame that could not be read since it last brought something new. */
	unreadable = 0;
	readonly queue = new Queue();
	/** How many messages it has brought, and how many were emitted before it was there. */
	total: number;
	/** It has brought no messages of its own since it was opened. */
	begins = true;

	constructor(total: number) {
		this.total = total;
	}

	open(poll: boolean): void {
		this.poll = poll;
		this.begins = true;
		this.askedBeforeGap = false;
		this.#pend();
	}

	#pend(): void {
		this.state = "pending";
		this.stale = false;
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
		if (events.length > 0) this.run ??= new Piece("run");
		this.run?.add(events, cursor, now);
	}

	/** Polling: a gap follows. It resumes at its own cursor only where that stands behind the gap. */
	resumeBehindGap(): void {
		this.askedBeforeGap = true;
		if (!this.run?.holds(this.resume.from)) this.lastId = undefined;
	}

	/** It is proven, or was given up to a gap. */
	sync(): void {
		this.state = "synced";
		this.stale = false;
		this.run = undefined;
	}

	/** It has to be proven anew. */
	desync(): void {
		this.reason = this.resume.overlaps ? "cursor_not_honoured" : "unverified";
		this.#pend();
	}
}
