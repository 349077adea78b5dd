import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor } from "../upstream.ts";
import { type Assembled, type Step, tooLate, withoutUnprovenPages } from "./assemble.ts";
import { type Batch, Emission, type Emitted, type Stored } from "./emission.ts";
import { Merge } from "./merge.ts";
import type { ResumeCursor } from "./resume-cursor.ts";
import { Source } from "./source.ts";
import { StartOver } from "./start-over.ts";
import { mostBufferedBytes, Unproven } from "./unproven.ts";

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
	readonly #holdMs: number;
	readonly #sources: Source[] = [];
	readonly #emission = new Emission();
	readonly #unproven = new Unproven(this.#sources, this.#emission);
	readonly #merge: Merge;
	readonly #startOver: StartOver;
	/** When it was last told anything, ms. */
	#now = 0;

	constructor({ proofMs = 5_000, holdMs = 300 }: SequencerOptions = {}) {
		this.#proofMs = proofMs;
		this.#holdMs = holdMs;
		this.#merge = new Merge(this.#sources, this.#emission, holdMs);
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
		const { from, overlaps, isBeforeGap } = this.#chooseResume(opened);
		// A socket that is given no cursor begins with what is said from then on; a poll, with the newest messages.
		opened.stale = isBeforeGap && (poll || from !== undefined);
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
		const { from, isBeforeGap } = this.#chooseResume(asking);
		asking.askedBeforeGap = isBeforeGap;
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
		return this.#anySynced ? this.#unproven.firstAt : undefined;
	}

	/** Whether a page of the newest messages may prove that the connection follows; true once for each beginning. */
	takePageRequest(source: number): boolean {
		const asking = this.#source(source);
		const asks = asking.state === "pending" && !!asking.run && !asking.pageAsked && !this.#anySynced;
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
			} else if (!holds) this.#takeRepeats();
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
		this.#giveUp();
	}

	#bring(source: number, brought: Batch): void {
		const from = this.#source(source);
		const batch = this.#inTime(from, brought);
		const { events, cursor, problems = [], now } = batch;
		if (from.unreadable > 0 && events.some(({ id }) => !this.#emission.window.has(id))) from.unreadable = 0;
		if (from.poll) this.#pollAnswered(from, events, cursor);
		else from.brought(events, cursor, problems);
		if (events.length > 0) from.begins = false;
		if (from.state !== "synced") this.#buffer(from, batch);
		else if (this.#merge.isAlone(from, events)) this.#emission.batch(batch);
		else {
			for (const event of events) this.#merge.enqueue(from, { event, arrivedAt: now, cursor: undefined });
			if (cursor) from.queue.reached(cursor);
			this.#align();
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
			if (events.length > 0) this.#part(from);
			this.#emission.batch(batch);
		} else if (from.state === "pending" && !this.#anySynced) {
			this.#unproven.addPage(batch);
			if (from.run) this.#prove();
			else if (cursor || (this.#emission.begun && !this.#unproven.assemble().steps[0]?.gap))
				this.#unproven.since ??= now;
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
		this.#merge.settle(now + this.#holdMs);
		for (const source of this.#sources) this.#unproven.keep(source);
		this.#giveUp();
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
		if (since !== undefined && since + this.#proofMs <= now) this.#giveUp();
		return this.#take(now);
	}

	#source(index: number): Source {
		for (let i = this.#sources.length; i <= index; i++) this.#sources.push(new Source(this.#emission.total));
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

	get #anySynced(): boolean {
		return this.#sources.some(({ state }) => state === "synced");
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
		if (source.askedBeforeGap && source.state === "pending") source.stale = true;
		if (this.#anySynced) this.#unproven.clear();
		source.brought(fresh, cursor, []);
		if (events.length > 0 && fresh.length === 0) source.resume.skip();
	}

	/**
	 * Without what an answer has of before a gap: where it was asked for before that, or holds the newest messages, since
	 * nothing else is brought. What joins nothing may be of after it.
	 */
	#inTime(source: Source, batch: Batch): Batch {
		if (!source.askedBeforeGap) {
			const isAlone = source.poll && source.state === "synced" && this.#sources.length === 1;
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

	/** Keeps what nothing proves yet, unless that is the proof. */
	#buffer(source: Source, batch: Batch): void {
		const links = this.#unproven.add(source, batch);
		if (this.#unproven.isFull) this.#overflow(batch.now);
		else if (links) this.#prove();
	}

	/** Waits for no proof any more. What is synced has not brought what so many messages wait for, and has to be proven anew. */
	#overflow(now: number): void {
		for (const source of this.#sources) if (source.state === "synced") source.desync();
		this.#merge.settle(now + this.#holdMs);
		this.#giveUp();
	}

	#close(source: Source, now: number): void {
		source.state = "closed";
		this.#unproven.keep(source);
		this.#unproven.watch(this.#anySynced, now);
		if (this.#unproven.since === undefined) this.#unproven.clear();
	}

	/** Emits what waits for proof, once that is there. */
	#prove(): void {
		if (!this.#anySynced) {
			const assembled = this.#unproven.assemble();
			const proven = assembled.sources.length > 0 && assembled.steps.every(({ gap }) => gap === undefined);
			if (!proven) return;
			const { window, checkpoint } = this.#emission;
			if (assembled.sources.some(({ run }) => window.joins(run?.entries[0]?.event.id ?? ""))) checkpoint.honoured();
			this.#emitWaiting(assembled);
		}
		this.#align();
	}

	/** Waits for no proof any more. What lies between a page and what is before it may still come from a cursor, though. */
	#giveUp(): void {
		if (!this.#anySynced) {
			const { steps, ...assembled } = this.#unproven.assemble();
			const resumes = assembled.sources.length === 0 && this.#sources.some(({ reason }) => reason !== "no_cursor");
			this.#emitWaiting({ ...assembled, steps: resumes ? withoutUnprovenPages(steps) : steps });
		}
		this.#align();
	}

	#emitWaiting({ steps, sources, later }: Assembled): void {
		for (const { run } of sources) {
			const repeats = run?.entries.filter(({ event }) => this.#emission.window.has(event.id));
			this.#emission.duplicates += repeats?.length ?? 0;
		}
		this.#emitSteps(steps);
		for (const source of sources) source.sync();
		const waits = sources.length === 0 && this.#sources.some(({ state }) => state === "pending");
		if (waits) this.#unproven.dropRuns();
		else this.#unproven.clear(later);
		this.#unproven.since = undefined;
	}

	/** A pending source, while another is synced, waits until it overlaps with what that brings: it never makes a gap. */
	#align(): void {
		if (!this.#anySynced) return;
		const { window } = this.#emission;
		for (const source of this.#unproven.pending) {
			const { stale, run } = source;
			const entries = run?.entries ?? [];
			const known = entries.findLastIndex(({ event }) => window.joins(event.id));
			const first = entries.findIndex(({ event: { id } }) => window.joins(id) || this.#merge.has(id));
			if (first < 0) continue;
			source.sync();
			this.#unproven.clear();
			const events = entries.map(({ event }) => event);
			const late = known < 0 ? first : Math.min(first, tooLate(events, window));
			for (const [i, entry] of entries.entries()) {
				// What lies in the gap would come too late.
				if (stale && i < late) continue;
				if (i < known) entry.arrivedAt = Number.NEGATIVE_INFINITY;
				this.#merge.enqueue(source, entry);
			}
		}
	}

	#emitSteps(steps: readonly Step[]): void {
		for (const { gap, entries } of steps) {
			const [first] = entries;
			// Nothing is told of what was said before the first message, and nothing of it may come behind that.
			if (first && (gap || !this.#emission.begun)) this.#part();
			if (first && gap) this.#emission.gap(gap, first.event);
			for (const { event } of entries) this.#merge.emit(event);
			const cursor = entries.findLast((entry) => entry.cursor)?.cursor;
			if (cursor) this.#emission.checkpoint.reached(cursor, []);
		}
	}

	/** What connections bring of before what is emitted next would come too late. @param but comes from no cursor before it */
	#part(but?: Source): void {
		for (const source of this.#sources) {
			source.stale ||= source !== but && source.state === "pending";
			if (source.poll && source !== but) source.resumeBehindGap();
			source.queue.takeDone();
		}
		this.#emission.part();
	}

	#take(now: number): Emitted[] {
		this.#now = now;
		this.#unproven.watch(this.#anySynced, now);
		// What takes too much memory waits for nobody.
		const heldUntil = this.#merge.bytes >= mostBufferedBytes ? now + this.#holdMs : now;
		if (this.#sources.length > 1) this.#merge.settle(heldUntil);
		return this.#emission.take();
	}
}
