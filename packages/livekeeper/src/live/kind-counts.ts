import type { Clock } from "@livekeeper/douyin";
import { type CommittedBatch, type EventLog, isOfService } from "../event-log/index.ts";

/** How often a room has said one kind, since the service was started. */
export interface KindCount {
	/** The type of events that have their own; the site's name for the others. */
	kind: string;
	/** Whether events of it have a type of their own. */
	typed: boolean;
	count: number;
	/** When the first and the last were stored, ms since the epoch. */
	firstAt: number;
	lastAt: number;
	/** The last one's place in the log. */
	lastSeq: number;
}

/** Most kinds counted separately, of one room and of all rooms together: names come from outside. The rest count as one. */
const mostKinds = 200;
/** What kinds past that count as. */
export const otherKinds = "other";

/**
 * Counts what rooms say by kind as it becomes durable, so that a kind that is new is seen the day it appears. A type is
 * counted as it is; of what has none only the name is looked for in its text.
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

	/** The most frequent first; none for a room that has said nothing since the service was started. */
	of(liveId: string): KindCount[] {
		return Array.from(this.#rooms.get(liveId)?.values() ?? []).sort((a, b) => b.count - a.count);
	}

	/** Totals of all rooms, including those no longer kept. */
	get totals(): ReadonlyMap<string, number> {
		return this.#totals;
	}

	/** To be called when a room is not kept any more. */
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

/** Nearly always there is room for the name: then nothing is looked up. */
function within(known: ReadonlyMap<string, unknown>, name: string): string {
	return known.size < mostKinds || known.has(name) ? name : otherKinds;
}

const methodKey = '"method":"';

/** No such key can be within a text: its quotes would be escaped. */
function methodOf(json: string): string {
	const from = json.indexOf(methodKey) + methodKey.length;
	return json.slice(from, Math.min(json.indexOf('"', from), from + 80));
}
