import { type Assembled, assemble, inTime, type Step, withoutUnprovenPages } from "./assemble.ts";
import type { Batch, Emission } from "./emission.ts";
import type { Merge } from "./merge.ts";
import type { MessageIds } from "./message-ids.ts";
import { type Buffered, maxBuffered, maxBufferedBytes, Piece } from "./piece.ts";
import type { Source } from "./source.ts";

/** Messages that are not proven to follow the emitted ones: kept until they are proven or given up. */
export class Unproven {
	readonly #emission: Emission;
	readonly #merge: Merge;
	/** Pages, and runs of connections that have ended. */
	#kept: Piece[] = [];
	/** The position in the dedup window of the first known message among pieces kept beside a synced source. */
	#keptFrom = 0;
	/** Time since which messages wait for proof, ms; `undefined` if none do, or if they wait for a synced source. */
	since: number | undefined;

	constructor(emission: Emission, merge: Merge) {
		this.#emission = emission;
		this.#merge = merge;
	}

	get anySynced(): boolean {
		return this.#emission.sources.some(({ state }) => state === "synced");
	}

	/** Time since which messages wait to overlap with a synced source, ms; `undefined` if none do. */
	get overlapAwaitedSince(): number | undefined {
		const arrivals = this.anySynced ? this.#pending.map(({ run }) => run.entries[0]?.arrivedAt ?? 0) : [];
		return arrivals.length > 0 ? Math.min(...arrivals) : undefined;
	}

	/**
	 * Updates the wait after any change: messages wait for proof, or to overlap with a synced source. A page that a
	 * synced source has passed is given up before its known messages are forgotten, and would be new again.
	 */
	watch(now: number): void {
		if (this.anySynced) {
			this.since = undefined;
			if (this.#kept.length > 0 && !this.#emission.window.remembersFrom(this.#keptFrom)) this.clear();
		} else if (this.#hasRuns) this.since ??= now;
	}

	/** Adds to a source's run, and emits messages that are proven by it, or too many to keep. */
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

	/**
	 * Takes the room's newest messages: emits those that are proven; otherwise they wait together with a connection's.
	 */
	addPage({ events, cursor, now }: Batch, source: Source): void {
		const page = new Piece("page");
		page.add(events, cursor, now);
		this.#kept.push(page);
		if (source.waits) this.#prove();
		else if (cursor || (this.#emission.begun && !this.#assemble().steps[0]?.gap)) this.since ??= now;
	}

	/** Keeps a source's finished run, which later messages may still prove. */
	keep(source: Source): void {
		if (source.waits) this.#kept.push(source.takeRun());
	}

	/** Forgets everything except the runs of pending sources. @param later pieces to keep as well */
	clear(later: readonly Piece[] = []): void {
		this.#kept = [...later];
		const { window } = this.#emission;
		const known = later.flatMap(({ entries }) => entries.flatMap(({ event }) => window.positionOf(event) ?? []));
		this.#keptFrom = Math.min(window.position, ...known);
	}

	/** Stops waiting for proof. Messages between a page and earlier ones may still come from a cursor, though. */
	giveUp(): void {
		if (!this.anySynced) {
			const { steps, ...assembled } = this.#assemble();
			const resumes =
				assembled.sources.length === 0 && this.#emission.sources.some(({ reason }) => reason !== "no_cursor");
			this.#emit({ ...assembled, steps: resumes ? withoutUnprovenPages(steps) : steps });
		}
		this.align();
	}

	/** Syncs pending sources that overlap with a synced one. While one is synced, a pending source never causes a gap. */
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

	/** Begins a new epoch, after a gap or the beginning. @param but source that resumes at no cursor from before it */
	part(but?: Source): void {
		this.#emission.part();
		for (const source of this.#emission.sources) {
			source.queue.dropDone();
			if (source === but) {
				source.run.epoch = this.#emission.epoch;
				source.asked = this.#emission.epoch;
			}
			// It resumes at its own cursor only if that is after the gap.
			else if (source.poll && source.resume.epoch < this.#emission.epoch) source.last = undefined;
		}
	}

	/** Sources that have delivered unproven messages. */
	get #pending(): Source[] {
		return this.#emission.sources.filter(({ waits }) => waits);
	}

	/** Whether there is more than pages. */
	get #hasRuns(): boolean {
		return this.#pending.length > 0 || this.#kept.some(({ kind }) => kind === "run");
	}

	get #isFull(): boolean {
		let [messages, bytes] = [0, 0];
		for (const piece of [...this.#kept, ...this.#emission.sources.map(({ run }) => run)]) {
			messages += piece.entries.length;
			bytes += piece.bytes;
		}
		return messages >= maxBuffered || bytes >= maxBufferedBytes;
	}

	/** Whether the message is known since the newest gap, or waits. */
	links(message: MessageIds): boolean {
		const { window, epoch } = this.#emission;
		const isIn = ({ messages }: Piece) => messages.has(message);
		if (window.epochOf(message) === epoch || this.#kept.some(isIn)) return true;
		return this.#emission.sources.some(({ run, queue }) => isIn(run) || queue.has(message));
	}

	/** Emits messages that wait for proof, once it exists. */
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

	/** Stops waiting for proof. A synced source has not delivered the awaited messages, and must be proven again. */
	#overflow(now: number): void {
		for (const source of this.#emission.sources) if (source.state === "synced") source.desync();
		this.#merge.settleAll(now);
		this.giveUp();
	}

	/** Returns the messages to emit, with gaps if completeness is unproven, and the sources of their runs. */
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
		// Messages from before the first one are no gap, and none of them may come after it.
		if (first && (gap || !this.#emission.begun)) this.part();
		if (first && gap) this.#emission.gap(gap, first.event);
		for (const { event } of entries) this.#merge.emit(event);
		const index = entries.findLastIndex((entry) => entry.cursor);
		const { cursor, last } = entries[index]?.cursor ?? {};
		this.#emission.checkpoint.reached(cursor, { last, repeats: entries.length - 1 - index });
	}
}
