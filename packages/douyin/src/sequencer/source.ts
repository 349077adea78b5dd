import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import type { Batch, Emission, GapReason } from "./emission.ts";
import { isId, isSame, type MessageIds } from "./message-ids.ts";
import { Piece } from "./piece.ts";
import { Queue } from "./queue.ts";
import { ResumeCursor } from "./resume-cursor.ts";

/**
 * One connection of a room. `pending`: its messages are not proven yet to follow the emitted ones, so they are kept in
 * `run`. `synced`: that is proven, and its messages are emitted, or wait in `queue` for other synced connections.
 */
export class Source {
	readonly #emission: Emission;
	state: "closed" | "pending" | "synced" = "closed";
	/** Whether it polls, so that every answer must repeat a known message. */
	poll = false;
	/** The reason of the gap if no proof comes. */
	reason: GapReason = "no_cursor";
	/** Its own cursor to resume from. Unproven messages are after the next gap, if there is one. */
	readonly resume: ResumeCursor;
	/** The newest message with an id that it has delivered. */
	last: MessageIds | undefined;
	run = new Piece("run");
	/** Whether the newest messages were requested since its run began. */
	pageAsked = false;
	/** For polls: the epoch in which its next answer was requested. */
	asked = 0;
	/** Number of times it was opened since it last delivered messages. */
	fruitless = 0;
	/** Number of times it ended with an unreadable frame since it last delivered a new message. */
	unreadable = 0;
	readonly queue: Queue;
	/** Number of messages that it has delivered, plus those emitted before it existed. */
	total: number;
	/** Whether it has delivered no messages of its own since it was opened. */
	begins = true;
	/** The position in the dedup window that it has reached: its next messages are after that. */
	position = 0;

	constructor(emission: Emission) {
		this.#emission = emission;
		this.queue = new Queue(() => emission.total);
		this.total = emission.total;
		this.resume = new ResumeCursor(emission.window, () => emission.epoch + (this.state === "synced" ? 0 : 1));
	}

	/** Whether it has delivered unproven messages. */
	get waits(): boolean {
		return this.run.entries.length > 0;
	}

	open(poll: boolean): void {
		this.poll = poll;
		this.begins = true;
		this.asked = this.#emission.epoch;
		this.#pend();
	}

	/** Notes delivered messages, and the cursor after them. */
	brought(events: readonly UpstreamEvent[], cursor: Cursor | undefined, problems: readonly DecodeProblem[] = []): void {
		const repeated = this.begins ? events.findIndex((event) => isSame(event, this.last)) + 1 : 0;
		this.total += events.length - repeated;
		// A poll asks once more from before an answer without repeats: the next answer shows whether that one followed.
		if (this.begins && repeated === 0 && !this.poll) this.resume.part();
		for (const event of repeated === 0 ? events : events.slice(repeated)) this.resume.note(event);
		this.resume.reached(cursor, { last: events.at(-1) }, problems);
		if (events.length > 0) this.fruitless = 0;
		this.#remember(events);
	}

	/** Remembers only the ids: otherwise they would keep a whole event in memory. */
	#remember(events: readonly UpstreamEvent[]): void {
		const last = events.findLast(({ id }) => isId(id));
		if (!last) return;
		const { method, id, envelopeId } = last;
		this.last = envelopeId === undefined ? { method, id } : { method, id, envelopeId };
	}

	/** Adds to its run. After a restart only ids show before which gap the run begins. */
	buffer({ events, cursor, now }: Batch): void {
		const { window } = this.#emission;
		for (const event of events) this.run.epoch = Math.min(this.run.epoch, window.epochOf(event) ?? this.run.epoch);
		this.run.add(events, cursor, now);
	}

	/** Marks it as proven to follow, or as separated by a reported gap. @returns its messages so far */
	sync(): Piece {
		this.state = "synced";
		this.resume.settle(this.#emission.epoch);
		return this.takeRun();
	}

	/** Ends its run and returns it. */
	takeRun(): Piece {
		const { run } = this;
		this.run = new Piece("run", run.epoch);
		return run;
	}

	/** Marks it as unproven again. */
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
