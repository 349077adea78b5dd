import { assemble } from "./assemble.ts";
import type { Batch, Emission } from "./emission.ts";
import { Piece } from "./piece.ts";
import type { Source } from "./source.ts";

/** Maximum number of messages that wait for proof, and of their bytes, about. */
const mostBuffered = 5_000;
export const mostBufferedBytes = 16 * 1024 * 1024;

/** What connections have brought, and nothing proves yet to follow what was emitted. */
export class Unproven {
	readonly #sources: readonly Source[];
	readonly #emission: Emission;
	/** Pages, and runs of connections that have ended. */
	#kept: Piece[] = [];
	/** Since when it waits for proof, ms; `undefined` while it doesn't, or waits for a synced source. */
	since: number | undefined;

	constructor(sources: readonly Source[], emission: Emission) {
		this.#sources = sources;
		this.#emission = emission;
	}

	/** Pending sources that have brought something. */
	get pending(): Source[] {
		return this.#sources.filter(({ run }) => run !== undefined);
	}

	/** There is more of it than pages. */
	get hasRuns(): boolean {
		return this.#kept.some(({ kind }) => kind === "run") || this.#sources.some(({ run }) => run !== undefined);
	}

	/** When the first of what pending sources have brought came, ms. */
	get firstAt(): number | undefined {
		const [first] = this.pending
			.map(({ run }) => run?.entries[0]?.arrivedAt ?? Number.POSITIVE_INFINITY)
			.sort((a, b) => a - b);
		return first;
	}

	get isFull(): boolean {
		let [messages, bytes] = [0, 0];
		for (const piece of [...this.#kept, ...this.#sources.map(({ run }) => run)]) {
			messages += piece?.entries.length ?? 0;
			bytes += piece?.bytes ?? 0;
		}
		return messages >= mostBuffered || bytes >= mostBufferedBytes;
	}

	/** Adds to a source's run. @returns whether that may be the proof */
	add(source: Source, { events, cursor, now }: Batch): boolean {
		const isFirst = !this.hasRuns;
		const begins = isFirst && this.#kept.length === 0 && !this.#emission.begun;
		const links = begins || events.some(({ id }) => this.#links(id));
		if (isFirst && events.length > 0) this.since = now;
		// It was asked to resume from before the gap, by a process that knew nothing of that.
		source.stale ||= events.some(({ id }) => this.#emission.window.has(id) && !this.#emission.window.joins(id));
		source.buffer(events, cursor, now);
		return links;
	}

	/** To be called with whatever has changed. @param anySynced what waits, waits to overlap with a synced source */
	watch(anySynced: boolean, now: number): void {
		if (anySynced) this.since = undefined;
		else if (this.hasRuns) this.since ??= now;
	}

	addPage({ events, cursor, now }: Batch): void {
		const page = new Piece("page");
		page.add(events, cursor, now);
		this.#kept.push(page);
	}

	/** A source's run is over, and may still be proven by what comes next. */
	keep(source: Source): void {
		if (!source.run) return;
		source.run.stale = source.stale;
		this.#kept.push(source.run);
		source.run = undefined;
	}

	/** Forgets all but the runs of pending sources. @param later and these */
	clear(later: readonly Piece[] = []): void {
		this.#kept = [...later];
	}

	/** Forgets runs of connections that have ended. */
	dropRuns(): void {
		this.#kept = this.#kept.filter(({ kind }) => kind === "page");
	}

	/** What to emit of it, with gaps where nothing proves that none is missing, and whose runs are part of that. */
	assemble(): ReturnType<typeof assemble> {
		const { window, lastAt, begun } = this.#emission;
		const waits = this.pending[0] ?? this.#sources.find(({ state }) => state === "pending") ?? this.#sources[0];
		return assemble(this.#kept, this.pending, { window, lastAt, reason: begun ? waits?.reason : undefined });
	}

	#links(id: string): boolean {
		return (
			this.#emission.window.joins(id) ||
			this.#kept.some(({ ids }) => ids.has(id)) ||
			this.#sources.some(({ run, queue }) => run?.ids.has(id) || queue.has(id))
		);
	}
}
