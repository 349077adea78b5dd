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
	/** Time for which a connection waits for proof that it follows known messages, ms. Default 5,000. */
	proofMs?: number;
	/** Time for which a message waits for other connections to deliver earlier ones, ms. Default 300. */
	holdMs?: number;
	/**
	 * Number of ids that are remembered, besides those that may still be repeated. Default that of {@link DedupWindow}.
	 */
	remembered?: number;
}

/** Number of connections without messages, or without readable new ones, after which their cursor is dropped. */
const maxFruitless = 3;

/**
 * Merges the messages of a broadcast's connections into one sequence, each once and in order. The upstream never says
 * whether it honoured a cursor, and neither ids nor times show it. Only two things prove that nothing is missing: a
 * connection repeats a known message, or a page of the room's newest messages shares ids both with known messages and
 * with the connection. Until then a connection is pending and its messages wait; without proof within `proofMs` they
 * are emitted after a {@link Gap}. Gaps are numbered, and every known or waiting message has the number of the gap
 * before it, its epoch. There is no clock: times are passed in, of one that never goes back.
 */
export class Sequencer {
	readonly #proofMs: number;
	readonly #emission: Emission;
	readonly #sources: Source[];
	readonly #merge: Merge;
	readonly #unproven: Unproven;
	readonly #startOver: StartOver;
	/** Time of the last call, ms. */
	#now = 0;

	constructor({ proofMs = 5_000, holdMs = 300, remembered }: SequencerOptions = {}) {
		this.#proofMs = proofMs;
		this.#emission = new Emission(remembered);
		this.#sources = this.#emission.sources;
		this.#merge = new Merge(this.#emission, holdMs);
		this.#unproven = new Unproven(this.#emission, this.#merge);
		this.#startOver = new StartOver(this.#emission, proofMs);
	}

	/** Number of repeats within single connections. */
	get duplicates(): number {
		return this.#emission.duplicates;
	}

	/** Continues from stored state. */
	restore(stored: Stored): void {
		this.#emission.restore(stored);
	}

	/**
	 * Begins a connection.
	 * @param source from 0; a small number that the connection keeps when it reconnects
	 * @param options `poll`: each answer must repeat a known message, or counts as a new connection
	 * @returns where it should resume: one batch before the newest message, so that an honest upstream repeats that
	 */
	open(source: number, { poll = false } = {}): Cursor | undefined {
		const opened = this.#source(source);
		if (opened.state !== "closed") this.#close(opened, this.#now);
		if (opened.fruitless >= maxFruitless || opened.unreadable >= maxFruitless) {
			opened.fruitless = 0;
			opened.unreadable = 0;
			opened.last = undefined;
			this.#emission.checkpoint.restore(undefined);
		}
		opened.open(poll);
		const { from, overlaps, epoch } = this.#resume(opened);
		// A socket without a cursor begins with messages from then on; a poll, with the newest messages.
		if (poll || from) opened.run.epoch = epoch;
		opened.reason = !from ? "no_cursor" : overlaps ? "cursor_not_honoured" : "unverified";
		return from;
	}

	/** Notes that the connection is open. @param resumed whether the upstream received the cursor */
	opened(source: number, resumed: boolean): void {
		const opened = this.#source(source);
		opened.fruitless++;
		if (!resumed && opened.reason !== "unverified") opened.reason = "no_cursor";
	}

	/** Cursor of a poll's next request. */
	cursorOf(source: number): Cursor | undefined {
		const asking = this.#source(source);
		const { from, epoch } = this.#resume(asking);
		asking.asked = epoch;
		return from;
	}

	/** Whether the connection's messages are proven to follow the emitted ones. */
	isSynced(source: number): boolean {
		return this.#sources[source]?.state === "synced";
	}

	/** Number of messages that other connections delivered and this one did not, including any still on their way. */
	missedBy(source: number): number {
		return Math.max(0, this.#emission.total - this.#source(source).total);
	}

	/**
	 * Whether messages say that the broadcast has ended and none of them has been emitted. An upstream that resumes at a
	 * cursor from before the end repeats it, and messages after that belong to a broadcast that continues.
	 */
	isEnd(events: readonly UpstreamEvent[]): boolean {
		const { window } = this.#emission;
		return events.some((event) => event.type === "control" && event.action === "end" && !window.has(event));
	}

	/** Time since which messages wait to overlap with a synced connection, ms; `undefined` if none do. */
	get overlapAwaitedSince(): number | undefined {
		return this.#unproven.overlapAwaitedSince;
	}

	/** Whether a page of the newest messages may prove that the connection follows; true once per beginning. */
	takePageRequest(source: number): boolean {
		const asking = this.#source(source);
		const asks = asking.state === "pending" && asking.waits && !asking.pageAsked && !this.#unproven.anySynced;
		asking.pageAsked ||= asks;
		return asks;
	}

	/** Takes a connection's messages. */
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

	/** Takes the room's newest messages, requested when or after the connection began. Its first state has a cursor. */
	backfill(source: number, batch: Batch): Emitted[] {
		const { events, cursor, problems, now } = batch;
		const from = this.#source(source);
		if (cursor) {
			from.brought(events, cursor, problems);
			from.reason = "unverified";
		}
		// A connection that received a cursor may still deliver messages from before the page.
		if (!this.#emission.begun && (cursor || from.reason === "no_cursor")) {
			if (events.length > 0) this.#unproven.part(from);
			this.#emission.batch(batch);
		} else if (from.state === "pending" && !this.#unproven.anySynced) {
			this.#unproven.addPage(batch, from);
		}
		return this.#take(now);
	}

	/**
	 * Ends a connection. Unproven messages are kept for the next one.
	 * @param how `unreadable`: whether it delivered a frame that could not be read
	 */
	closed(source: number, now: number, { unreadable = false } = {}): Emitted[] {
		this.#takeRepeats();
		const ended = this.#source(source);
		if (unreadable) ended.unreadable++;
		this.#close(ended, now);
		return this.#take(now);
	}

	/** Ends the broadcast: nothing more can prove anything, or is worth waiting for. */
	ended(now: number): Emitted[] {
		this.#startOver.release();
		for (const source of this.#sources) source.state = "closed";
		this.#merge.settleAll(now);
		for (const source of this.#sources) this.#unproven.keep(source);
		this.#unproven.giveUp();
		this.#unproven.clear();
		return this.#take(now);
	}

	/** Time at which to call {@link expire}, ms; `undefined` while nothing waits. */
	get dueAt(): number | undefined {
		const proofDue = (this.#unproven.since ?? Number.POSITIVE_INFINITY) + this.#proofMs;
		const due = Math.min(proofDue, this.#merge.dueAfter(this.#now));
		return due === Number.POSITIVE_INFINITY ? undefined : due;
	}

	/** Emits messages that have waited long enough. */
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

	/** Delivers held messages after all: they repeat known ones, or prove that they follow. */
	#takeRepeats(): void {
		for (const held of this.#startOver.release()) this.#bring(held.source, held.batch);
	}

	/**
	 * Handles an upstream that restarted its ids: earlier ids belong to other messages now. If the connection is proven
	 * to follow the newest gap, the restart happened at the gap; otherwise it has happened now, and a gap reports it.
	 */
	#beginAgain(source: number): void {
		const { window, epoch } = this.#emission;
		window.forget(this.isSynced(source) && this.#startOver.isOfBeforeGap ? epoch : Number.POSITIVE_INFINITY);
		this.#takeRepeats();
		this.#unproven.giveUp();
	}

	/** Chooses where it resumes, and retains the messages that an upstream repeats from there. */
	#resume(source: Source): ResumeCursor {
		const resume = this.#chooseResume(source);
		source.position = Math.min(resume.position, this.#emission.window.position);
		this.#emission.retain();
		return resume;
	}

	/**
	 * Chooses where it resumes: at its own cursor, as long as the message before that is known and no gap follows;
	 * otherwise at the shared checkpoint, which a poll adopts.
	 */
	#chooseResume({ last, resume, poll, run }: Source): ResumeCursor {
		const { window, checkpoint, epoch } = this.#emission;
		const isKnown = last && (window.epochOf(last) === epoch || (poll && run.messages.has(last)));
		if (isKnown && (poll || this.#sources.length > 1)) return resume;
		if (poll) resume.takeOver(checkpoint);
		return checkpoint;
	}

	/**
	 * Handles a poll's answer: it must prove that it follows, like a new connection. One of repeats alone may be full.
	 */
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

	/**
	 * Drops messages from before the newest gap from a poll's answer: it may hold the newest messages, for any cursor.
	 */
	#timely(source: Source, batch: Batch): Batch {
		const { window, epoch, lastAt = 0 } = this.#emission;
		const wasAskedBefore = source.asked < epoch;
		// Its own cursor may be from before the gap: it takes the checkpoint before it notes the answer's messages.
		if (wasAskedBefore) this.#chooseResume(source);
		const events = inTime(batch.events, (event) => event, this.#emission);
		// Messages that overlap with nothing may be from after the gap.
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
