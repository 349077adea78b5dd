import type { UpstreamEvent } from "../events/live-event.ts";
import type { Emission } from "./emission.ts";
import { isId, isSame, type MessageIds } from "./message-ids.ts";
import { type Buffered, maxBufferedBytes } from "./piece.ts";
import type { Done } from "./queue.ts";
import type { Source } from "./source.ts";

/** Merges the messages of several synced connections into one sequence. */
export class Merge {
	readonly #emission: Emission;
	readonly #holdMs: number;

	/** @param holdMs time for which a message waits for other connections to deliver earlier ones, ms */
	constructor(emission: Emission, holdMs: number) {
		this.#emission = emission;
		this.#holdMs = holdMs;
	}

	/** Whether no other connection has any of these messages, or anything to be merged with them. */
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
			// They can't be compared, so they are taken from one source alone.
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

	/** Emits all waiting messages. */
	settleAll(now: number): void {
		this.#settleAt(now + this.#holdMs);
	}

	/** Emits all messages that need not wait; if they take too much memory, none waits. */
	settle(now: number): void {
		const bytes = this.#emission.sources.reduce((sum, { queue }) => sum + queue.bytes, 0);
		this.#settleAt(bytes >= maxBufferedBytes ? now + this.#holdMs : now);
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

	/** Whether a cursor would pass a waiting message that another connection had delivered when the cursor arrived. */
	#passes(source: Source, { arrivedAt }: Done): boolean {
		return this.#emission.sources.some(({ queue }) => {
			return queue !== source.queue && queue.head !== undefined && queue.head.arrivedAt <= arrivedAt;
		});
	}

	/** Time until which the next message waits, ms; `Infinity` while none waits. */
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
	 * Returns the source whose next message is to be emitted; `undefined` if all messages must wait. Each source keeps
	 * its own order. A message that is deeper in another queue waits for that queue's earlier messages; one that a synced
	 * source may still deliver waits for it, at most `holdMs`; otherwise the upstream's times decide.
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
		// A closed source's messages wait as well: later ones come after them.
		if (go && wait && comesFirst(wait, go)) return undefined;
		// Each of two queues has the other's head after its own: they contradict each other.
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

/** Compares by upstream time, and by id if that is equal: ids increase with time. */
export function isBefore(one: UpstreamEvent, two: UpstreamEvent): boolean {
	if (one.at !== two.at) return one.at < two.at;
	return one.id.length !== two.id.length ? one.id.length < two.id.length : one.id < two.id;
}

function comesFirst(source: Source, best: Source | undefined): boolean {
	const [one, two] = [source.queue.head, best?.queue.head];
	return !two || (!!one && isBefore(one.event, two.event));
}
