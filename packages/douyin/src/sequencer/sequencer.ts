import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor } from "../upstream.ts";
import { tooLate } from "./assemble.ts";
import { type Batch, Emission, type Emitted, type Stored } from "./emission.ts";
import { Merge } from "./merge.ts";
import type { ResumeCursor } from "./resume-cursor.ts";
import { Source } from "./source.ts";
import { StartOver } from "./start-over.ts";
import { Unproven } from "./unproven.ts";

export interface SequencerOptions {
	/** How long a connection waits for proof that it follows what is known, ms. Default 5,000. */
	proofMs?: number;
	/** How long a message waits for other connections to bring what they have before it, ms. Default 300. */
	holdMs?: number;
}

/** A cursor with which so many connections opened and brought nothing, or nothing new that can be read, is given up. */
const mostFruitless = 3;

/**
 * Makes one sequence of a broadcast's messages, each once and in order, out of what its connections bring. The upstream
 * never says whether it went on from a cursor, and neither ids nor times tell; only two things prove that nothing is
 * missing: a connection repeats a known message, or a page of the room's newest messages shares ids both with what is
 * known and with the connection. Until then a connection is pending and its messages wait; where no proof comes within
 * `proofMs` they are emitted behind a {@link Gap}. It has no clock: times are given, of one that never goes back, and `dueAt` says when to call
 * {@link expire}.
 */
export class Sequencer {
	readonly #proofMs: number;
	readonly #sources: Source[] = [];
	readonly #emission = new Emission();
	readonly #merge: Merge;
	readonly #unproven: Unproven;
	readonly #startOver: StartOver;
	/** When it was last told anything, ms. */
	#now = 0;

	constructor({ proofMs = 5_000, holdMs = 300 }: SequencerOptions = {}) {
		this.#proofMs = proofMs;
		this.#merge = new Merge(this.#sources, this.#emission, holdMs);
		this.#unproven = new Unproven(this.#sources, this.#emission, this.#merge);
		this.#startOver = new StartOver(this.#emission, proofMs);
	}

	/** Repeats that single connections brought. */
	get duplicates(): number {
		return this.#emission.duplicates;
	}

	/** Goes on from what was stored. */
	restore(stored: Stored): void {
		this.#emission.restore(stored);
	}

	/**
	 * A connection begins.
	 * @param source from 0; a small number that the connection keeps when it reconnects
	 * @param options `poll`: every answer of it repeats a known message, or counts as a connection that begins anew
	 * @returns where it should resume: one batch behind the newest message, so that an honest upstream repeats that
	 */
	open(source: number, { poll = false } = {}): Cursor | undefined {
		const opened = this.#source(source);
		if (opened.state !== "closed") this.#close(opened, this.#now);
		if (opened.fruitless >= mostFruitless || opened.unreadable >= mostFruitless) {
			opened.fruitless = 0;
			opened.unreadable = 0;
			opened.lastId = undefined;
			this.#emission.checkpoint.restore(undefined);
		}
		opened.open(poll);
		const { from, overlaps, epoch } = this.#chooseResume(opened);
		// A socket that is given no cursor begins with what is said from then on; a poll, with the newest messages.
		if (poll || from) opened.epoch = epoch;
		opened.reason = !from ? "no_cursor" : overlaps ? "cursor_not_honoured" : "unverified";
		return from;
	}

	/** The connection stands. @param resumed whether the upstream was given the cursor */
	opened(source: number, resumed: boolean): void {
		const opened = this.#source(source);
		opened.fruitless++;
		if (!resumed && opened.reason !== "unverified") opened.reason = "no_cursor";
	}

	/** Where a poll asks next. */
	cursorOf(source: number): Cursor | undefined {
		const asking = this.#source(source);
		const { from, epoch } = this.#chooseResume(asking);
		asking.asked = epoch;
		return from;
	}

	/** Whether what the connection brings is proven to follow what was emitted. */
	isSynced(source: number): boolean {
		return this.#sources[source]?.state === "synced";
	}

	/** How many messages other connections brought, and this one did not; those that are on their way may be among them. */
	missedBy(source: number): number {
		return Math.max(0, this.#emission.total - this.#source(source).total);
	}

	/**
	 * Whether messages tell that the broadcast has ended, and none of them has been emitted: an upstream that goes on from
	 * a cursor before the end repeats it, and what it says behind that is of a broadcast that goes on.
	 */
	isEnd(events: readonly UpstreamEvent[]): boolean {
		const { window } = this.#emission;
		return events.some((event) => event.type === "control" && event.action === "end" && !window.has(event.id));
	}

	/** Since when messages wait to overlap with what a synced connection brings, ms; `undefined`: none do. */
	get overlapAwaitedSince(): number | undefined {
		return this.#unproven.overlapAwaitedSince;
	}

	/** Whether a page of the newest messages may prove that the connection follows; true once for each beginning. */
	takePageRequest(source: number): boolean {
		const asking = this.#source(source);
		const asks = asking.state === "pending" && !!asking.run && !asking.pageAsked && !this.#unproven.anySynced;
		asking.pageAsked ||= asks;
		return asks;
	}

	/** What the connection has brought. */
	accept(source: number, brought: Batch): Emitted[] {
		let startedOver = false;
		for (const { batch, holds } of this.#startOver.split(brought)) {
			if (holds) this.#startOver.hold(source, batch);
			if (this.#startOver.isProven(this.isSynced(source))) {
				startedOver = true;
				this.#beginAgain(source);
			} else if (!holds || this.#startOver.isFull) this.#takeRepeats();
			if (!holds) this.#bring(source, batch);
		}
		const emitted = this.#take(brought.now);
		return startedOver ? emitted.map((one, index) => (index === 0 ? { ...one, startedOver } : one)) : emitted;
	}

	/** What was held repeats what is known, or proves that it follows. */
	#takeRepeats(): void {
		for (const held of this.#startOver.release()) this.#bring(held.source, held.batch);
	}

	/**
	 * The upstream was started over: ids from before that stand for other messages now. To a connection that is proven to
	 * follow the newest gap that happened there; else it has happened now, and a gap tells of it.
	 */
	#beginAgain(source: number): void {
		this.#emission.window.forget(this.isSynced(source) ? "before_gap" : "all");
		this.#takeRepeats();
		this.#unproven.giveUp();
	}

	#bring(source: number, brought: Batch): void {
		const from = this.#source(source);
		const batch = this.#inTime(from, brought);
		const { events, cursor, problems = [], now } = batch;
		if (from.unreadable > 0 && events.some(({ id }) => !this.#emission.window.has(id))) from.unreadable = 0;
		if (from.poll) this.#pollAnswered(from, events, cursor);
		else from.brought(events, cursor, problems);
		if (events.length > 0) from.begins = false;
		if (from.state !== "synced") this.#unproven.add(from, batch);
		else if (this.#merge.isAlone(from, events)) this.#emission.batch(batch);
		else {
			for (const event of events) this.#merge.enqueue(from, { event, arrivedAt: now, cursor: undefined });
			if (cursor) from.queue.reached(cursor);
			this.#unproven.align();
		}
	}

	/** The room's newest messages, asked for when or after the connection began. A cursor comes with its first state. */
	backfill(source: number, batch: Batch): Emitted[] {
		const { events, cursor, problems = [], now } = batch;
		const from = this.#source(source);
		if (cursor) {
			from.brought(events, cursor, problems);
			from.reason = "unverified";
		}
		// To a connection that was given a cursor what lies before the page may still come.
		if (!this.#emission.begun && (cursor || from.reason === "no_cursor")) {
			if (events.length > 0) this.#unproven.part(from);
			this.#emission.batch(batch);
		} else if (from.state === "pending" && !this.#unproven.anySynced) {
			this.#unproven.addPage(batch, from);
		}
		return this.#take(now);
	}

	/**
	 * The connection has ended. What nothing has proven yet is kept for the next one.
	 * @param how `unreadable`: it has brought a frame that could not be read
	 */
	closed(source: number, now: number, { unreadable = false } = {}): Emitted[] {
		this.#takeRepeats();
		const ended = this.#source(source);
		if (unreadable) ended.unreadable++;
		this.#close(ended, now);
		return this.#take(now);
	}

	/** The broadcast is over: nothing comes that could prove anything, or that is worth waiting for. */
	ended(now: number): Emitted[] {
		this.#startOver.release();
		for (const source of this.#sources) source.state = "closed";
		this.#merge.settleAll(now);
		for (const source of this.#sources) this.#unproven.keep(source);
		this.#unproven.giveUp();
		this.#unproven.clear();
		return this.#take(now);
	}

	/** When to call {@link expire}, ms; `undefined` while nothing waits. */
	get dueAt(): number | undefined {
		const { since } = this.#unproven;
		const proofDue = since === undefined ? Number.POSITIVE_INFINITY : since + this.#proofMs;
		const due = Math.min(proofDue, this.#merge.dueAfter(this.#now));
		return due === Number.POSITIVE_INFINITY ? undefined : due;
	}

	/** Emits what has waited long enough. */
	expire(now: number): Emitted[] {
		const { since } = this.#unproven;
		if (since !== undefined && since + this.#proofMs <= now) this.#unproven.giveUp();
		return this.#take(now);
	}

	#source(index: number): Source {
		for (let i = this.#sources.length; i <= index; i++) this.#sources.push(new Source(this.#emission));
		return this.#sources[index] as Source;
	}

	/**
	 * Chooses where it resumes: at its own cursor, as long as what that stands behind is known and no gap follows; else at
	 * the checkpoint that all share, which a poll takes for its own.
	 */
	#chooseResume({ lastId = "", resume, poll, run }: Source): ResumeCursor {
		const { window, checkpoint } = this.#emission;
		const hasOwn = poll || this.#sources.length > 1;
		if (hasOwn && (window.joins(lastId) || (poll && run?.ids.has(lastId)))) return resume;
		if (poll) resume.takeOver(checkpoint);
		return checkpoint;
	}

	/**
	 * An answer that begins anew proves nothing; one that only repeats may have capacity for no more. One that begins
	 * before what waits is put together with that like any two pieces.
	 */
	#pollAnswered(source: Source, events: readonly UpstreamEvent[], cursor: Cursor | undefined): void {
		const { queue, run, state } = source;
		const [first] = events;
		const fresh = events.filter(({ id }) => !this.#emission.window.has(id) && !queue.has(id) && !run?.ids.has(id));
		const beginsAnew = fresh.length > 0 && fresh.length === events.length && (state === "synced" || run !== undefined);
		if (beginsAnew || (first && run && !run.ids.has(first.id))) this.#unproven.keep(source);
		if (beginsAnew) source.desync();
		if (source.state === "pending") source.epoch = Math.min(source.epoch, source.asked);
		if (this.#unproven.anySynced) this.#unproven.clear();
		source.brought(fresh, cursor, []);
		if (events.length > 0 && fresh.length === 0) source.resume.skip();
	}

	/**
	 * Without what an answer has of before a gap: where it was asked for before that, or holds the newest messages, since
	 * nothing else is brought. What joins nothing may be of after it.
	 */
	#inTime(source: Source, batch: Batch): Batch {
		if (!source.poll) return batch;
		if (source.asked >= this.#emission.epoch) {
			const isAlone = source.state === "synced" && this.#sources.length === 1;
			const late = isAlone ? tooLate(batch.events, this.#emission.window) : 0;
			return late > 0 ? { ...batch, events: batch.events.slice(late) } : batch;
		}
		// Its own cursor may stand before the gap: it takes the checkpoint before it notes what the answer brings.
		this.#chooseResume(source);
		const { window, lastAt = 0 } = this.#emission;
		const { events } = batch;
		const first = events.findIndex(({ id }) => window.joins(id));
		if (first >= 0) return { ...batch, events: events.slice(tooLate(events, window)) };
		const isBefore = events.some(({ id }) => window.has(id)) || events.every(({ at }) => at < lastAt);
		return isBefore ? { ...batch, events: [], cursor: undefined } : batch;
	}

	#close(source: Source, now: number): void {
		source.state = "closed";
		this.#unproven.keep(source);
		this.#unproven.watch(now);
		if (this.#unproven.since === undefined) this.#unproven.clear();
	}

	#take(now: number): Emitted[] {
		this.#now = now;
		this.#unproven.watch(now);
		if (this.#sources.length > 1) this.#merge.settle(now);
		return this.#emission.take();
	}
}
