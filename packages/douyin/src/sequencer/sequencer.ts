import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor } from "../upstream.ts";
import { inTime } from "./assemble.ts";
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
	/** Number of ids that are remembered, besides what may still be repeated. Default that of {@link DedupWindow}. */
	remembered?: number;
}

/** A cursor is given up after this many connections with it brought nothing, or nothing new that can be read. */
const mostFruitless = 3;

/**
 * Makes one sequence of a broadcast's messages, each once and in order, out of what its connections bring. The upstream
 * never says whether it went on from a cursor, and neither ids nor times tell; only two things prove that nothing is
 * missing: a connection repeats a known message, or a page of the room's newest messages shares ids both with what is
 * known and with the connection. Until then a connection is pending and its messages wait; where no proof comes within
 * `proofMs` they are emitted behind a {@link Gap}. Gaps are numbered, and whatever is known or waits has the number of the
 * gap that it lies behind, its epoch. It has no clock: times are given, of one that never goes back.
 */
export class Sequencer {
	readonly #proofMs: number;
	readonly #emission: Emission;
	readonly #sources: Source[];
	readonly #merge: Merge;
	readonly #unproven: Unproven;
	readonly #startOver: StartOver;
	/** When anything happened last, ms. */
	#now = 0;

	constructor({ proofMs = 5_000, holdMs = 300, remembered }: SequencerOptions = {}) {
		this.#proofMs = proofMs;
		this.#emission = new Emission(remembered);
		this.#sources = this.#emission.sources;
		this.#merge = new Merge(this.#emission, holdMs);
		this.#unproven = new Unproven(this.#emission, this.#merge);
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
	 * @param options `poll`: each answer repeats a known message, or counts as a new connection
	 * @returns where it should resume: one batch behind the newest message, so that an honest upstream repeats that
	 */
	open(source: number, { poll = false } = {}): Cursor | undefined {
		const opened = this.#source(source);
		if (opened.state !== "closed") this.#close(opened, this.#now);
		if (opened.fruitless >= mostFruitless || opened.unreadable >= mostFruitless) {
			opened.fruitless = 0;
			opened.unreadable = 0;
			opened.last = undefined;
			this.#emission.checkpoint.restore(undefined);
		}
		opened.open(poll);
		const { from, overlaps, epoch } = this.#resume(opened);
		// A socket that is given no cursor begins with what is said from then on; a poll, with the newest messages.
		if (poll || from) opened.run.epoch = epoch;
		opened.reason = !from ? "no_cursor" : overlaps ? "cursor_not_honoured" : "unverified";
		return from;
	}

	/** The connection is there. @param resumed whether the upstream was given the cursor */
	opened(source: number, resumed: boolean): void {
		const opened = this.#source(source);
		opened.fruitless++;
		if (!resumed && opened.reason !== "unverified") opened.reason = "no_cursor";
	}

	/** Where a poll asks next. */
	cursorOf(source: number): Cursor | undefined {
		const asking = this.#source(source);
		const { from, epoch } = this.#resume(asking);
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
		return events.some((event) => event.type === "control" && event.action === "end" && !window.has(event));
	}

	/** Since when messages wait to overlap with what a synced connection brings, ms; `undefined`: none do. */
	get overlapAwaitedSince(): number | undefined {
		return this.#unproven.overlapAwaitedSince;
	}

	/** Whether a page of the newest messages may prove that the connection follows; true once for each beginning. */
	takePageRequest(source: number): boolean {
		const asking = this.#source(source);
		const asks = asking.state === "pending" && asking.waits && !asking.pageAsked && !this.#unproven.anySynced;
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

	/** The room's newest messages, asked for when or after the connection began. A cursor comes with its first state. */
	backfill(source: number, batch: Batch): Emitted[] {
		const { events, cursor, problems, now } = batch;
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
		const proofDue = (this.#unproven.since ?? Number.POSITIVE_INFINITY) + this.#proofMs;
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

	#bring(source: number, brought: Batch): void {
		const from = this.#source(source);
		const batch = from.poll ? this.#timely(from, brought) : brought;
		const { events, cursor, problems, now } = batch;
		this.#emission.arrived(from, events);
		if (from.unreadable > 0 && events.some((event) => !this.#emission.window.has(event))) from.unreadable = 0;
		if (from.poll) this.#pollAnswered(from, events, cursor);
		else from.brought(events, cursor, problems);
		if (events.length > 0) from.begins = false;
		if (from.state !== "synced") this.#unproven.add(from, batch);
		else if (this.#merge.isAlone(from, events)) this.#emission.batch(batch);
		else {
			for (const event of events) this.#merge.enqueue(from, { event, arrivedAt: now, cursor: undefined });
			if (cursor) from.queue.reached({ cursor, last: events.at(-1), arrivedAt: now });
			this.#unproven.align();
		}
	}

	/** What was held repeats what is known, or proves that it follows. */
	#takeRepeats(): void {
		for (const held of this.#startOver.release()) this.#bring(held.source, held.batch);
	}

	/**
	 * The upstream was started over: ids from before that belong to other messages now. For a connection that is proven to
	 * follow the newest gap, that happened at the gap; else it has happened now, and a gap reports it.
	 */
	#beginAgain(source: number): void {
		const { window, epoch } = this.#emission;
		window.forget(this.isSynced(source) && this.#startOver.isOfBeforeGap ? epoch : Number.POSITIVE_INFINITY);
		this.#takeRepeats();
		this.#unproven.giveUp();
	}

	/** Chooses where it resumes, and retains what an upstream repeats from there. */
	#resume(source: Source): ResumeCursor {
		const resume = this.#chooseResume(source);
		source.position = Math.min(resume.position, this.#emission.window.position);
		this.#emission.retain();
		return resume;
	}

	/**
	 * Chooses where it resumes: at its own cursor, as long as the message before that is known and no gap follows; else at
	 * the checkpoint that all share, which a poll takes for its own.
	 */
	#chooseResume({ last, resume, poll, run }: Source): ResumeCursor {
		const { window, checkpoint, epoch } = this.#emission;
		const isKnown = last && (window.epochOf(last) === epoch || (poll && run.messages.has(last)));
		if (isKnown && (poll || this.#sources.length > 1)) return resume;
		if (poll) resume.takeOver(checkpoint);
		return checkpoint;
	}

	/** Every answer has to prove that it follows, as a connection that begins. One that only repeats may hold no more. */
	#pollAnswered(source: Source, events: readonly UpstreamEvent[], cursor: Cursor | undefined): void {
		const fresh = events.filter((event) => !this.#emission.window.has(event) && !this.#unproven.links(event));
		const isNew = fresh.length === events.length;
		if (events.length > 0) this.#unproven.keep(source);
		if (events.length > 0 && (source.state === "synced" || isNew)) source.desync();
		if (source.state === "pending") source.run.epoch = Math.min(source.run.epoch, source.asked);
		if (this.#unproven.anySynced) this.#unproven.clear();
		source.brought(fresh, cursor);
		if (events.length > 0 && fresh.length === 0) source.resume.skip();
	}

	/** Drops from a poll's answer what is older than the newest gap: it may hold the newest messages, from any cursor. */
	#timely(source: Source, batch: Batch): Batch {
		const { window, epoch, lastAt = 0 } = this.#emission;
		const wasAskedBefore = source.asked < epoch;
		// Its own cursor may lie before the gap: it takes the checkpoint before it notes what the answer brings.
		if (wasAskedBefore) this.#chooseResume(source);
		const events = inTime(batch.events, (event) => event, this.#emission);
		// What joins nothing may be of after the gap.
		const isBefore =
			wasAskedBefore &&
			events.every((event) => window.epochOf(event) !== epoch) &&
			(events.some((event) => window.has(event)) || events.every(({ at }) => at < lastAt));
		return isBefore ? { ...batch, events: [], cursor: undefined } : { ...batch, events };
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
		this.#emission.retain();
		return this.#emission.take();
	}
}
