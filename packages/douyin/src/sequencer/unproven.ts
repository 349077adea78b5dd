import { type Assembled, assemble, inTime, type Step, withoutUnprovenPages } from "./assemble.ts";
import type { Batch, Emission } from "./emission.ts";
import type { Merge } from "./merge.ts";
import type { MessageIds } from "./message-ids.ts";
import { type Buffered, mostBuffered, mostBufferedBytes, Piece } from "./piece.ts";
import type { Source } from "./source.ts";

/** What connections have brought and nothing proves to follow what was emitted: kept until it is proven or given up. */
export class Unproven {
	readonly #emission: Emission;
	readonly #merge: Merge;
	/** Pages, and runs of connections that have ended. */
	#kept: Piece[] = [];
	/** The position in the dedup window of the first message that is known of what is kept beside a synced source. */
	#keptFrom = 0;
	/** Since when it waits for proof, ms; `undefined` while it doesn't, or waits for a synced source. */
	since: number | undefined;

	constructor(emission: Emission, merge: Merge) {
		this.#emission = emission;
		this.#merge = merge;
	}

	get anySynced(): boolean {
		return this.#emission.sources.some(({ state }) => state === "synced");
	}

	/** Since when messages wait to overlap with what a synced source brings, ms; `undefined`: none do. */
	get overlapAwaitedSince(): number | undefined {
		const arrivals = this.anySynced ? this.#pending.map(({ run }) => run.entries[0]?.arrivedAt ?? 0) : [];
		return arrivals.length > 0 ? Math.min(...arrivals) : undefined;
	}

	/**
	 * To be called with whatever has changed: what waits, waits for proof, or to overlap with a synced source. A page that
	 * a synced source has gone past is given up before any of it is forgotten, and would be new again.
	 */
	watch(now: number): void {
		if (this.anySynced) {
			this.since = undefined;
			if (this.#kept.length > 0 && !this.#emission.window.remembersFrom(this.#keptFrom)) this.clear();
		} else if (this.#hasRuns) this.since ??= now;
	}

	/** Adds to a source's run, and emits what that proves, or is too much to keep. */
	add(source: Source, batch: Batch): void {
		const { events, now } = batch;
		const isFirst = !this.#hasRuns;
		const begins = isFirst && this.#kept.length === 0 && !this.#emission.begun;
		const links = begins || events.some((event) => this.links(event));
		if (isFirst && events.length > 0) this.since = now;
		source.buffer(batch);
		if (this.#isFull) this.#overflow(now);
		else if (links) this.#prove();
	}

	/** The room's newest messages: what they prove is emitted, else they wait with what a connection brings. */
	addPage({ events, cursor, now }: Batch, source: Source): void {
		const page = new Piece("page");
		page.add(events, cursor, now);
		this.#kept.push(page);
		if (source.waits) this.#prove();
		else if (cursor || (this.#emission.begun && !this.#assemble().steps[0]?.gap)) this.since ??= now;
	}

	/** A source's run is over, and may still be proven by what comes next. */
	keep(source: Source): void {
		if (source.waits) this.#kept.push(source.takeRun());
	}

	/** Forgets all but the runs of pending sources. @param later and these */
	clear(later: readonly Piece[] = []): void {
		this.#kept = [...later];
		const { window } = this.#emission;
		const known = later.flatMap(({ entries }) => entries.flatMap(({ event }) => window.positionOf(event) ?? []));
		this.#keptFrom = Math.min(window.position, ...known);
	}

	/** Waits for no proof any more. What lies between a page and what is before it may still come from a cursor, though. */
	giveUp(): void {
		if (!this.anySynced) {
			const { steps, ...assembled } = this.#assemble();
			const resumes =
				assembled.sources.length === 0 && this.#emission.sources.some(({ reason }) => reason !== "no_cursor");
			this.#emit({ ...assembled, steps: resumes ? withoutUnprovenPages(steps) : steps });
		}
		this.align();
	}

	/** A pending source, while another is synced, waits until it overlaps with what that brings: it never makes a gap. */
	align(): void {
		if (!this.anySynced) return;
		const { window, epoch } = this.#emission;
		const isKnown = (message: MessageIds) => window.epochOf(message) === epoch || this.#merge.has(message);
		for (const source of this.#pending) {
			if (!source.run.entries.some(({ event }) => isKnown(event))) continue;
			const run = source.sync();
			this.clear();
			const entries = run.epoch < epoch ? inTime(run.entries, ({ event }) => event, this.#emission) : run.entries;
			for (const entry of entries) this.#merge.enqueue(source, entry);
		}
	}

	/** A gap, or the beginning, follows. @param but comes from no cursor before it */
	part(but?: Source): void {
		this.#emission.part();
		for (const source of this.#emission.sources) {
			source.queue.dropDone();
			if (source === but) {
				source.run.epoch = this.#emission.epoch;
				source.asked = this.#emission.epoch;
			}
			// It resumes at its own cursor only where that lies behind the gap.
			else if (source.poll && source.resume.epoch < this.#emission.epoch) source.last = undefined;
		}
	}

	/** The sources that have brought something. */
	get #pending(): Source[] {
		return this.#emission.sources.filter(({ waits }) => waits);
	}

	/** There is more of it than pages. */
	get #hasRuns(): boolean {
		return this.#pending.length > 0 || this.#kept.some(({ kind }) => kind === "run");
	}

	get #isFull(): boolean {
		let [messages, bytes] = [0, 0];
		for (const piece of [...this.#kept, ...this.#emission.sources.map(({ run }) => run)]) {
			messages += piece.entries.length;
			bytes += piece.bytes;
		}
		return messages >= mostBuffered || bytes >= mostBufferedBytes;
	}

	/** Whether the message is known since the newest gap, or waits. */
	links(message: MessageIds): boolean {
		const { window, epoch } = this.#emission;
		const isIn = ({ messages }: Piece) => messages.has(message);
		if (window.epochOf(message) === epoch || this.#kept.some(isIn)) return true;
		return this.#emission.sources.some(({ run, queue }) => isIn(run) || queue.has(message));
	}

	/** Emits what waits for proof, once that is there. */
	#prove(): void {
		if (!this.anySynced) {
			const assembled = this.#assemble();
			const { steps, sources } = assembled;
			if (sources.length === 0 || steps.some(({ gap }) => gap !== undefined)) return;
			const { window, checkpoint, epoch } = this.#emission;
			const overlaps = ({ run: { entries } }: Source) => entries[0] && window.epochOf(entries[0].event) === epoch;
			if (sources.some(overlaps)) checkpoint.honoured();
			this.#emit(assembled);
		}
		this.align();
	}

	/** Stops waiting for proof. What is synced has not brought what these messages wait for, and has to be proven again. */
	#overflow(now: number): void {
		for (const source of this.#emission.sources) if (source.state === "synced") source.desync();
		this.#merge.settleAll(now);
		this.giveUp();
	}

	/** What to emit of it, with gaps where nothing proves that none is missing, and whose runs are part of that. */
	#assemble(): Assembled {
		const waits =
			this.#pending[0] ?? this.#emission.sources.find(({ state }) => state === "pending") ?? this.#emission.sources[0];
		return assemble(this.#kept, this.#pending, this.#emission, this.#emission.begun ? waits?.reason : undefined);
	}

	#emit({ steps, sources, later }: Assembled): void {
		const isRepeat = ({ event }: Buffered) => this.#emission.window.has(event);
		for (const { run } of sources) this.#emission.duplicates += run.entries.filter(isRepeat).length;
		for (const step of steps) this.#emitStep(step);
		for (const source of sources) source.sync();
		const waits = sources.length === 0 && this.#emission.sources.some(({ state }) => state === "pending");
		this.clear(waits ? this.#kept.filter(({ kind }) => kind === "page") : later);
		this.since = undefined;
	}

	#emitStep({ gap, entries }: Step): void {
		const [first] = entries;
		// What was said before the first message is no gap, and none of it may come behind that message.
		if (first && (gap || !this.#emission.begun)) this.part();
		if (first && gap) this.#emission.gap(gap, first.event);
		for (const { event } of entries) this.#merge.emit(event);
		const index = entries.findLastIndex((entry) => entry.cursor);
		const { cursor, last } = entries[index]?.cursor ?? {};
		this.#emission.checkpoint.reached(cursor, { last, repeats: entries.length - 1 - index });
	}
}
