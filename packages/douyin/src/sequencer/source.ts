import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import type { Batch, Emission, GapReason } from "./emission.ts";
import { isId, isSame, type MessageIds } from "./message-ids.ts";
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
	/** The reason of the gap when no proof comes. */
	reason: GapReason = "no_cursor";
	/** Where it resumes by itself. What nothing proves yet lies behind the next gap, if there is one. */
	readonly resume: ResumeCursor;
	/** The newest message with an id that it has brought. */
	last: MessageIds | undefined;
	run = new Piece("run");
	/** The newest messages were asked for since its run began. */
	pageAsked = false;
	/** Polling: the gap behind which its next answer was asked for. */
	asked = 0;
	/** Opened since it last brought messages. */
	fruitless = 0;
	/** Ended by a frame that could not be read since it last brought something new. */
	unreadable = 0;
	readonly queue: Queue;
	/** How many messages it has brought, and how many were emitted before it was there. */
	total: number;
	/** It has brought no messages of its own since it was opened. */
	begins = true;
	/** The position in the dedup window that it has come to: what it brings lies behind that. */
	position = 0;

	constructor(emission: Emission) {
		this.#emission = emission;
		this.queue = new Queue(() => emission.total);
		this.total = emission.total;
		this.resume = new ResumeCursor(emission.window, () => emission.epoch + (this.state === "synced" ? 0 : 1));
	}

	/** Whether it has brought something that nothing proves. */
	get waits(): boolean {
		return this.run.entries.length > 0;
	}

	open(poll: boolean): void {
		this.poll = poll;
		this.begins = true;
		this.asked = this.#emission.epoch;
		this.#pend();
	}

	/** Notes what it has brought, and the cursor behind that. */
	brought(events: readonly UpstreamEvent[], cursor: Cursor | undefined, problems: readonly DecodeProblem[] = []): void {
		const repeated = this.begins ? events.findIndex((event) => isSame(event, this.last)) + 1 : 0;
		this.total += events.length - repeated;
		// A poll asks once more from before an answer that repeats nothing: what comes then shows whether that followed.
		if (this.begins && repeated === 0 && !this.poll) this.resume.part();
		for (const event of repeated === 0 ? events : events.slice(repeated)) this.resume.note(event);
		this.resume.reached(cursor, { last: events.at(-1) }, problems);
		if (events.length > 0) this.fruitless = 0;
		this.#remember(events);
	}

	/** The ids alone: a whole event would be kept in memory for them. */
	#remember(events: readonly UpstreamEvent[]): void {
		const last = events.findLast(({ id }) => isId(id));
		if (!last) return;
		const { method, id, envelopeId } = last;
		this.last = envelopeId === undefined ? { method, id } : { method, id, envelopeId };
	}

	/** Adds to its run. After a restart ids alone tell before which gap that begins. */
	buffer({ events, cursor, now }: Batch): void {
		const { window } = this.#emission;
		for (const event of events) this.run.epoch = Math.min(this.run.epoch, window.epochOf(event) ?? this.run.epoch);
		this.run.add(events, cursor, now);
	}

	/** It is proven to follow, or a gap tells that it may not. @returns what it had brought by then */
	sync(): Piece {
		this.state = "synced";
		this.resume.settle(this.#emission.epoch);
		return this.takeRun();
	}

	/** Its run is over. */
	takeRun(): Piece {
		const { run } = this;
		this.run = new Piece("run", run.epoch);
		return run;
	}

	/** It has to be proven again. */
	desync(): void {
		this.reason = this.resume.overlaps ? "cursor_not_honoured" : "unverified";
		this.#pend();
	}

	#pend(): void {
		this.state = "pending";
		this.run.epoch = this.#emission.epoch;
		this.pageAsked = false;
	}
}
