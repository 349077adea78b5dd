import type { Clock } from "@livekeeper/douyin";
import { type CommittedBatch, type EventLog, isOfService } from "@livekeeper/log";

/** Number of a room's messages of one kind since the start of the service. */
export interface KindCount {
	/** Event type, or the site's method name for events without a type of their own. */
	kind: string;
	/** Whether events of this kind have a type of their own. */
	typed: boolean;
	count: number;
	/** Storage times of the first and the last, ms since the epoch. */
	firstAt: number;
	lastAt: number;
	/** Sequence of the last one in the log. */
	lastSeq: number;
}

/**
 * Maximum number of kinds counted separately, per room and over all rooms, because names come from outside. The others
 * share one counter.
 */
const maxKinds = 200;
/** Name of the shared counter for kinds past the maximum. */
export const otherKinds = "other";

/**
 * Counts rooms' events by kind as they become durable, so a new kind is noticed the day it appears. Typed events are
 * counted by type; for the others only the method name is searched in the text.
 */
export class KindCounts {
	readonly #clock: Clock;
	readonly #rooms = new Map<string, Map<string, KindCount>>();
	readonly #totals = new Map<string, number>();
	readonly #unsubscribe: () => void;

	constructor(log: Pick<EventLog, "onCommitted">, clock: Clock) {
		this.#clock = clock;
		this.#unsubscribe = log.onCommitted((batch) => this.#committed(batch));
	}

	/** Returns the most frequent kinds first; none for a room without messages since the start of the service. */
	of(liveId: string): KindCount[] {
		return Array.from(this.#rooms.get(liveId)?.values() ?? []).sort((a, b) => b.count - a.count);
	}

	/** Totals of all rooms, including rooms that are no longer kept. */
	get totals(): ReadonlyMap<string, number> {
		return this.#totals;
	}

	/** Call it when a room is no longer kept. */
	forget(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	close(): void {
		this.#unsubscribe();
	}

	#committed({ liveId, events }: CommittedBatch): void {
		const now = this.#clock.now();
		let kinds = this.#rooms.get(liveId);
		for (const { type, json, seq } of events) {
			if (isOfService(type)) continue;
			if (!kinds) {
				kinds = new Map();
				this.#rooms.set(liveId, kinds);
			}
			const typed = type !== "raw";
			const name = typed ? type : methodOf(json);
			const kind = within(kinds, name);
			const known = kinds.get(kind);
			if (known) {
				known.count++;
				known.lastAt = now;
				known.lastSeq = seq;
			} else kinds.set(kind, { kind, typed, count: 1, firstAt: now, lastAt: now, lastSeq: seq });
			const total = within(this.#totals, name);
			this.#totals.set(total, (this.#totals.get(total) ?? 0) + 1);
		}
	}
}

/** Returns the name, or the shared name if the maximum is reached. Usually there is room, and nothing is looked up. */
function within(known: ReadonlyMap<string, unknown>, name: string): string {
	return known.size < maxKinds || known.has(name) ? name : otherKinds;
}

const methodKey = '"method":"';

/** Finds the method name. The key can't occur inside a text, because its quotes would be escaped. */
function methodOf(json: string): string {
	const from = json.indexOf(methodKey) + methodKey.length;
	return json.slice(from, Math.min(json.indexOf('"', from), from + 80));
}
