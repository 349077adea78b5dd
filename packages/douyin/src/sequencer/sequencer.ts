import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { assemble, type Step } from "./assemble.ts";
import { DedupWindow, isId } from "./dedup-window.ts";
import type { Gap, GapReason } from "./gap.ts";
import { nextOf } from "./merge.ts";
import { ResumeCursor } from "./resume-cursor.ts";
import { type Buffered, Source } from "./source.ts";

/** What one connection has brought. */
export interface Batch {
	readonly events: readonly UpstreamEvent[];
	/** Stands behind `events`. */
	readonly cursor?: Cursor | undefined;
	readonly problems?: readonly DecodeProblem[] | undefined;
	/** When it came, ms since the epoch. */
	readonly now: number;
}

/** Messages that are new, in order. */
export interface Emitted {
	/** Messages may be missing before `events`. */
	gap?: Gap;
	readonly events: readonly UpstreamEvent[];
	/** Where to resume once all this is stored. */
	checkpoint?: Cursor | undefined;
}

export interface SequencerOptions {
	/** How long a connection waits for proof that it follows what is known, ms. Default 5,000. */
	proofMs?: number;
	/** How long a message waits for other connections to bring what they have before it, ms. Default 300. */
	holdMs?: number;
}

/** So many messages are buffered by a connection that waits for proof. */
const mostBuffered = 5_000;
/** With an upstream time later than its arrival by more than this, ms, a message has none worth using. */
const nonsenseMs = 3_600_000;
/** A cursor with which so many connections opened and brought nothing is given up. */
const mostFruitless = 3;

/**
 * Makes one sequence of a broadcast's messages, each once and in order, out of what its connections bring. The upstream
 * never says whether it went on from a cursor, and neither ids nor times tell; only two things prove that nothing is
 * missing: a connection repeats a known message, or a page of the room's newest messages shares ids both with what is
 * known and with the connection. Until then a connection is pending and its messages wait; where no proof comes within
 * `proofMs` they are emitted behind a {@link Gap}. It has no clock: times are given, and `dueAt` says when to call
 * {@link expire}.
 */
export class Sequencer {
	readonly #proofMs: number;
	readonly #holdMs: number;
	readonly #window = new DedupWindow();
	readonly #known = (id: string) => this.#window.has(id);
	/** What was emitted since the last gap, kept for sources that resume from before it. */
	#behindGap: DedupWindow | undefined;
	readonly #sources: Source[] = [];
	/** Where to resume after what was emitted. */
	readonly #checkpoint = new ResumeCursor();
	/** How many messages were emitted. */
	#total = 0;
	#begun = false;
	/** The newest upstream time of an emitted message, ms. */
	#lastAt: number | undefined;
	#out: Emitted[] = [];
	/** Pending sources whose run holds what was emitted just now. */
	readonly #overlapping = new Set<Source>();
	/** When it was last told anything, ms since the epoch. */
	#now = 0;
	/** Repeats that single connections brought. */
	duplicates = 0;

	constructor({ proofMs = 5_000, holdMs = 300 }: SequencerOptions = {}) {
		this.#proofMs = proofMs;
		this.#holdMs = holdMs;
	}

	/** Goes on from what was stored. @param ids of the newest messages, oldest first; `lastAt`: their newest upstream time, ms */
	restore(stored: { cursor?: Cursor | undefined; ids: readonly string[]; lastAt?: number | undefined }): void {
		for (const id of stored.ids) this.#window.add(id);
		this.#checkpoint.restore(stored.cursor);
		this.#lastAt = stored.lastAt;
		this.#begun = stored.lastAt !== undefined || stored.ids.length > 0;
	}

	/**
	 * A connection begins.
	 * @param source from 0; a small number that the connection keeps when it reconnects
	 * @param options `poll`: every answer of it repeats a known message, or counts as a connection that begins anew
	 * @returns where it should resume: one batch behind the newest message, so that an honest upstream repeats that
	 */
	open(source: number, { poll = false } = {}): Cursor | undefined {
		const opened = this.#source(source);
		if (opened.fruitless >= mostFruitless) {
			opened.fruitless = 0;
			opened.lastId = undefined;
			this.#checkpoint.restore(undefined);
		}
		const resume = this.#resumeOf(opened);
		opened.reason = !resume.from ? "no_cursor" : resume.overlaps ? "cursor_not_honoured" : "unverified";
		opened.open(poll);
		return resume.from;
	}

	/** The connection stands. @param resumed whether the upstream was given the cursor */
	opened(source: number, resumed: boolean): void {
		const opened = this.#source(source);
		opened.fruitless++;
		if (!resumed && opened.reason !== "unverified") opened.reason = "no_cursor";
	}

	/** Where a poll asks next. */
	cursorOf(source: number): Cursor | undefined {
		return this.#resumeOf(this.#source(source)).from;
	}

	/** Whether what the connection brings is proven to follow what was emitted. */
	isSynced(source: number): boolean {
		return this.#sources[source]?.state === "synced";
	}

	/** How many messages other connections brought, and this one did not; those that are on their way may be among them. */
	missedBy(source: number): number {
		return Math.max(0, this.#total - this.#source(source).total);
	}

	/** Whether a page of the newest messages may prove that the connection follows; true once for each beginning. */
	takePageRequest(source: number): boolean {
		const asking = this.#source(source);
		const asks = asking.state === "pending" && asking.hasRun && !asking.pageAsked && !this.#othersSynced(asking);
		asking.pageAsked ||= asks;
		return asks;
	}

	/** What the connection has brought. */
	accept(source: number, { events, cursor, problems = [], now }: Batch): Emitted[] {
		const from = this.#source(source);
		if (from.poll) this.#pollAnswered(from, events, cursor);
		else from.brought(events, cursor, problems);
		if (from.state !== "synced") {
			const links = this.#mayLink(from, events);
			const full = from.buffer(events, cursor, now) >= mostBuffered;
			if (links || full) this.#prove(from, now, full);
		} else if (this.#isAlone(from)) this.#emitBatch({ events, cursor, problems, now });
		else this.#enqueue(from, events, cursor, now);
		return this.#take(now);
	}

	/** The room's newest messages, asked for when or after the connection began. A cursor comes with its first state. */
	backfill(source: number, { events, cursor, problems = [], now }: Batch): Emitted[] {
		const from = this.#source(source);
		if (cursor) {
			from.brought(events, cursor, problems);
			from.reason = "unverified";
		}
		// To a connection that was given a cursor what lies before the page may still come.
		if (!this.#begun && (cursor || from.reason === "no_cursor")) this.#emitBatch({ events, cursor, problems, now });
		else if (from.state === "pending" && !this.#othersSynced(from)) {
			from.addPage(events, cursor, now);
			if (from.hasRun) this.#prove(from, now, false);
			else if (cursor || (this.#begun && !this.#assemble(from)[0]?.gap)) from.waitsSince ??= now;
		}
		return this.#take(now);
	}

	/** The connection has ended. What nothing has proven yet is kept for the next one. */
	closed(source: number, now: number): Emitted[] {
		const gone = this.#source(source);
		gone.state = "closed";
		if (this.#othersSynced(gone) || gone.waitsSince === undefined) gone.drop();
		return this.#take(now);
	}

	/** The broadcast is over: nothing comes that could prove anything, or that is worth waiting for. */
	ended(now: number): Emitted[] {
		for (const source of this.#sources) source.state = "closed";
		for (const source of this.#sources) {
			this.#emitSteps(source, this.#assemble(source), now);
			source.drop();
		}
		return this.#take(now);
	}

	/** When to call {@link expire}, ms since the epoch; `undefined` while nothing waits. */
	get dueAt(): number | undefined {
		let due = Number.POSITIVE_INFINITY;
		const synced = this.#sources.some(({ state }) => state === "synced");
		for (const { waitsSince, head } of this.#sources) {
			if (!synced && waitsSince !== undefined) due = Math.min(due, waitsSince + this.#proofMs);
			// One that has waited long enough is still here because another comes before it.
			if (head && head.arrivedAt + this.#holdMs > this.#now) due = Math.min(due, head.arrivedAt + this.#holdMs);
		}
		return due === Number.POSITIVE_INFINITY ? undefined : due;
	}

	/** Emits what has waited long enough. */
	expire(now: number): Emitted[] {
		for (const source of this.#sources) {
			const { waitsSince, pieces, reason } = source;
			if (waitsSince === undefined || waitsSince + this.#proofMs > now || this.#othersSynced(source)) continue;
			// Without a run, what lies between may still come from the cursor.
			if (reason === "no_cursor" || pieces.some(({ kind }) => kind === "run")) this.#prove(source, now, true);
			else this.#emitLinked(source, now);
		}
		return this.#take(now);
	}

	#source(index: number): Source {
		for (let i = this.#sources.length; i <= index; i++) this.#sources.push(new Source(this.#total));
		return this.#sources[index] as Source;
	}

	/** Its own, as long as what that stands behind is known; else the one that all share. */
	#resumeOf(source: Source): ResumeCursor {
		const { lastId, resume, poll } = source;
		if (lastId === undefined || !(poll || this.#sources.length > 1)) return this.#checkpoint;
		return this.#window.has(lastId) || (poll && source.inRun(lastId)) ? resume : this.#checkpoint;
	}

	#othersSynced(source: Source): boolean {
		return this.#sources.some((other) => other !== source && other.state === "synced");
	}

	/** Nobody else has anything to merge with. */
	#isAlone(source: Source): boolean {
		return this.#sources.every((other) => !other.head && (other === source || other.state === "closed"));
	}

	/** An answer that begins anew proves nothing; one that only repeats may have capacity for no more. */
	#pollAnswered(source: Source, events: readonly UpstreamEvent[], cursor: Cursor | undefined): void {
		const fresh = events.filter(({ id }) => !this.#window.has(id) && !source.queued(id) && !source.inRun(id));
		const begun = source.state === "synced" || source.hasRun;
		if (begun && fresh.length > 0 && fresh.length === events.length) source.desync();
		source.brought(fresh, cursor, []);
		if (events.length > 0 && fresh.length === 0) source.resume.skip();
	}

	/** Whether these messages may be the proof that a pending source waits for. */
	#mayLink({ pieces, stale }: Source, events: readonly UpstreamEvent[]): boolean {
		if (!this.#begun && pieces.length === 0) return true;
		return events.some(
			({ id }) =>
				this.#proves(id, stale) ||
				pieces.some(({ ids }) => ids.has(id)) ||
				this.#sources.some((other) => other.queued(id)),
		);
	}

	#proves(id: string, stale: boolean): boolean {
		return (stale && this.#behindGap ? this.#behindGap : this.#window).has(id);
	}

	#assemble(source: Source): Step[] {
		return assemble(source.pieces, this.#known, this.#begun ? source.reason : undefined);
	}

	/** Emits what a pending source has brought, once it is proven to follow. @param giveUp nothing more is waited for */
	#prove(source: Source, now: number, giveUp: boolean): void {
		if (this.#othersSynced(source)) {
			this.#align(source, giveUp);
			return;
		}
		if (source.stale) this.#skipGap(source);
		const steps = this.#assemble(source);
		if (!giveUp && !(source.hasRun && steps.every(({ gap }) => gap === undefined))) return;
		for (const { kind, entries } of source.pieces) {
			if (kind === "run") this.duplicates += entries.filter(({ event }) => this.#window.has(event.id)).length;
		}
		// What former connections have brought says nothing of the one that has brought nothing yet.
		if (source.hasRun) source.sync();
		else source.drop();
		this.#emitSteps(source, steps, now);
	}

	/** What a stale source has of before the first message behind the gap would come too late. */
	#skipGap(source: Source): void {
		const run = source.pieces.at(-1);
		const first = run?.entries.findIndex(({ event }) => this.#proves(event.id, true)) ?? -1;
		if (run && first >= 0) source.pieces = [{ ...run, entries: run.entries.slice(first) }];
	}

	/** A pending source waits until it overlaps with what the others bring: it never makes a gap. */
	#align(source: Source, full: boolean): void {
		const { stale } = source;
		const run = source.pieces.at(-1)?.entries ?? [];
		const known = run.findLastIndex(({ event }) => this.#proves(event.id, stale));
		const first = run.findIndex(
			({ event: { id } }) => this.#proves(id, stale) || this.#sources.some((other) => other.queued(id)),
		);
		if (first < 0) {
			if (full) source.drop();
			return;
		}
		source.sync();
		for (const [i, entry] of run.entries()) {
			// What lies in the gap would come too late.
			if (stale && i < first) continue;
			if (i < known) entry.arrivedAt = Number.NEGATIVE_INFINITY;
			this.#arrive(source, entry);
		}
	}

	/** Emits what is proven of a source that has no run to prove the rest. */
	#emitLinked(source: Source, now: number): void {
		const steps = this.#assemble(source);
		const unproven = steps.findIndex(({ gap }) => gap !== undefined);
		this.#emitSteps(source, unproven < 0 ? steps : steps.slice(0, unproven), now);
		source.waitsSince = undefined;
		if (source.state === "closed") source.drop();
	}

	#emitSteps(source: Source, steps: readonly Step[], now: number): void {
		for (const { gap, entries } of steps) {
			const [first] = entries;
			if (gap && first) this.#emitGap(gap, first.event.at, now);
			for (const { event } of entries) this.#emit(source, event, now);
			const cursor = entries.findLast((entry) => entry.cursor)?.cursor;
			if (cursor) this.#checkpoint.reached(cursor, []);
		}
	}

	#emitGap(reason: GapReason, firstAt: number, now: number): void {
		const from = this.#lastAt ?? Math.min(firstAt, now);
		this.#checkpoint.part();
		const stale = this.#sources.filter(({ state }) => state === "pending");
		for (const source of stale) source.stale = true;
		this.#behindGap = stale.length > 0 ? new DedupWindow() : undefined;
		this.#out.push({ gap: { from, to: Math.max(from, Math.min(firstAt, now)), reason }, events: [] });
	}

	/** All that a connection brings which has nobody to be merged with. */
	#emitBatch({ events, cursor, problems, now }: Batch): void {
		let fresh: UpstreamEvent[] | undefined;
		for (const [i, event] of events.entries()) {
			const isNew = this.#window.add(event.id);
			this.#behindGap?.add(event.id);
			// Repeats are rare: the list is copied only when there is one.
			if (!isNew) fresh ??= events.slice(0, i);
			else fresh?.push(event);
		}
		const emitted = fresh ?? events;
		this.duplicates += events.length - emitted.length;
		this.#total += emitted.length;
		this.#checkpoint.reached(cursor, emitted, problems);
		if (emitted.length === 0) return;
		for (const { at } of emitted) this.#moveOn(at, now);
		this.#out.push({ events: emitted });
	}

	#emit(source: Source, event: UpstreamEvent, now: number): void {
		const last = this.#out.at(-1);
		if (last) (last.events as UpstreamEvent[]).push(event);
		else this.#out.push({ events: [event] });
		this.#window.add(event.id);
		this.#behindGap?.add(event.id);
		this.#total++;
		this.#checkpoint.reached(undefined, [event]);
		this.#moveOn(event.at, now);
		for (const other of this.#sources) {
			if (other === source) continue;
			if (other.queued(event.id)) other.dequeue(event.id);
			else if (other.state === "pending" && other.inRun(event.id)) this.#overlapping.add(other);
		}
	}

	#moveOn(at: number, now: number): void {
		this.#begun = true;
		if (at <= now + nonsenseMs) this.#lastAt = Math.max(this.#lastAt ?? 0, at);
	}

	/** A synced source's messages, to be merged with what others bring. */
	#enqueue(source: Source, events: readonly UpstreamEvent[], cursor: Cursor | undefined, now: number): void {
		for (const event of events) this.#arrive(source, { event, arrivedAt: now, cursor: undefined });
		if (cursor) source.reached(cursor);
	}

	#arrive(source: Source, entry: Buffered): void {
		const { event, cursor } = entry;
		if (!isId(event.id)) {
			// They can't be compared: they come from one source alone.
			if (this.#sources.find(({ state }) => state === "synced") === source) source.enqueue(entry);
		} else if (this.#window.has(event.id)) {
			source.overtaken();
			if (cursor) source.reached(cursor);
		} else if (!source.queued(event.id)) {
			source.enqueue(entry);
		}
	}

	/** Emits all that has nobody to wait for. */
	#settle(now: number): void {
		for (;;) {
			for (const source of this.#overlapping) {
				this.#overlapping.delete(source);
				this.#prove(source, now, false);
			}
			const source = nextOf(this.#sources, now, this.#holdMs);
			if (!source?.head) break;
			const { event } = source.head;
			// What a pending source has before the same message comes first.
			const pending = this.#sources.find((other) => other.state === "pending" && other.inRun(event.id));
			if (pending) this.#prove(pending, now, false);
			else {
				source.dequeueAt(0);
				this.#emit(source, event, now);
			}
		}
		// Behind everything that was emitted, with nothing that waits before it.
		const behind = this.#sources.find(
			(source) => source.done && source.state === "synced" && this.#sources.every((o) => o === source || !o.head),
		);
		if (!behind?.done) return;
		this.#checkpoint.reached(behind.done, []);
		behind.done = undefined;
	}

	#take(now: number): Emitted[] {
		this.#now = now;
		if (this.#sources.length > 1) this.#settle(now);
		const out = this.#out;
		const last = out.at(-1);
		if (last) {
			last.checkpoint = this.#checkpoint.from;
			this.#out = [];
		}
		return out;
	}
}
