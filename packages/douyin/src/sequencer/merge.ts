import type { UpstreamEvent } from "../events/live-event.ts";
import type { Emission } from "./emission.ts";
import { isId, isSame, type MessageIds } from "./message-ids.ts";
import { type Buffered, mostBufferedBytes } from "./piece.ts";
import type { Done } from "./queue.ts";
import type { Source } from "./source.ts";

/** Makes one sequence of what several synced connections bring. */
export class Merge {
	readonly #emission: Emission;
	readonly #holdMs: number;

	/** @param holdMs how long a message waits for other connections to bring what they have before it */
	constructor(emission: Emission, holdMs: number) {
		this.#emission = emission;
		this.#holdMs = holdMs;
	}

	/** Nobody else has any of these messages, or anything that is to be merged with them. */
	isAlone(source: Source, events: readonly UpstreamEvent[]): boolean {
		return this.#emission.sources.every((other) => {
			if (other.queue.head) return false;
			if (other === source) return true;
			return other.state !== "synced" && !events.some((event) => other.run.messages.has(event));
		});
	}

	/** Whether the message waits. */
	has(message: MessageIds): boolean {
		return this.#emission.sources.some(({ queue }) => queue.has(message));
	}

	enqueue({ queue }: Source, entry: Buffered): void {
		const { event, cursor } = entry;
		if (!isId(event.id)) {
			// They can't be compared: they come from one source alone.
			if (this.#emission.sources.find(({ state }) => state === "synced")?.queue === queue) queue.push(entry);
		} else if (this.#emission.window.has(event)) {
			queue.overtaken();
			if (cursor) queue.reached(cursor);
		} else if (!queue.has(event)) {
			queue.push(entry);
		}
	}

	emit(event: UpstreamEvent): void {
		this.#emission.one(event);
		for (const { queue } of this.#emission.sources) queue.take(event);
	}

	/** Emits all that waits. */
	settleAll(now: number): void {
		this.#settleAt(now + this.#holdMs);
	}

	/** Emits all that has nobody to wait for; what takes too much memory waits for nobody. */
	settle(now: number): void {
		const bytes = this.#emission.sources.reduce((sum, { queue }) => sum + queue.bytes, 0);
		this.#settleAt(bytes >= mostBufferedBytes ? now + this.#holdMs : now);
	}

	#settleAt(now: number): void {
		for (let source = this.#next(now); source?.queue.head; source = this.#next(now)) {
			const { head } = source.queue;
			this.emit(head.event);
			// A message without an id can't be found by its id.
			if (source.queue.head === head) source.queue.shift();
		}
		for (const source of this.#emission.sources) {
			if (source.state !== "synced") continue;
			for (let done = source.queue.done; done && !this.#passes(source, done); done = source.queue.done) {
				this.#emission.checkpoint.reached(done.cursor, done);
				source.queue.takeDone();
			}
		}
	}

	/** Whether a cursor may pass a message that waits, and that another connection had brought when the cursor came. */
	#passes(source: Source, { arrivedAt }: Done): boolean {
		return this.#emission.sources.some(({ queue }) => {
			return queue !== source.queue && queue.head !== undefined && queue.head.arrivedAt <= arrivedAt;
		});
	}

	/** When the next message has waited long enough, ms; `Infinity` while none waits. */
	dueAfter(now: number): number {
		let due = Number.POSITIVE_INFINITY;
		for (const { queue } of this.#emission.sources) {
			const heldUntil = (queue.head?.arrivedAt ?? Number.NEGATIVE_INFINITY) + this.#holdMs;
			// One that has waited long enough is still here because another comes before it.
			if (heldUntil > now) due = Math.min(due, heldUntil);
		}
		return due;
	}

	/**
	 * The source whose next message is to be emitted; `undefined` when all that there is has to wait. Each source keeps its
	 * own order. A message that another queue holds deeper waits for what that one has before it; one that a synced source
	 * may still bring waits for it, at most `holdMs`; else the upstream's times decide.
	 */
	#next(now: number): Source | undefined {
		const first: Partial<Record<Verdict, Source>> = {};
		for (const source of this.#emission.sources) {
			const { head } = source.queue;
			const verdict = head && this.#judge(source, head, now - this.#holdMs);
			if (verdict && comesFirst(source, first[verdict])) first[verdict] = source;
		}
		const { late, go, wait, crossed } = first;
		if (late) return late;
		// A closed source's messages wait as well: what was said after them comes after them.
		if (go && wait && comesFirst(wait, go)) return undefined;
		// Each of two queues has the other's head behind its own: they contradict each other.
		return go ?? (wait ? undefined : crossed);
	}

	#judge(source: Source, { event, arrivedAt }: Buffered, waitedSince: number): Verdict {
		if (arrivedAt === Number.NEGATIVE_INFINITY) return "late";
		let missing = false;
		for (const other of this.#emission.sources) {
			if (other === source) continue;
			if (other.queue.has(event)) {
				if (!isSame(event, other.queue.head?.event)) return "crossed";
			} else missing ||= other.state === "synced" && !source.queue.isPassedBy(other.queue);
		}
		return missing && arrivedAt > waitedSince ? "wait" : "go";
	}
}

type Verdict = "late" | "go" | "wait" | "crossed";

/** Compares by upstream time, and by id where that is equal: ids rise with time. */
export function isBefore(one: UpstreamEvent, two: UpstreamEvent): boolean {
	if (one.at !== two.at) return one.at < two.at;
	return one.id.length !== two.id.length ? one.id.length < two.id.length : one.id < two.id;
}

function comesFirst(source: Source, best: Source | undefined): boolean {
	const [one, two] = [source.queue.head, best?.queue.head];
	return !two || (!!one && isBefore(one.event, two.event));
}
