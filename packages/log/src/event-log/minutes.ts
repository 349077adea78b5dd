import type { LiveEventType } from "@livekeeper/douyin";
import { type Aggregates, addAmount, minuteOf, newAggregates } from "./charts.ts";
import type { Columns } from "./columns.ts";
import { codeOf, typeOf } from "./event-types.ts";

interface Minute {
	/** `seq` of its newest event. The minute is removed together with that event. */
	lastSeq: number;
	/** `seq` of the newest event with a number of viewers; 0: none. */
	viewersSeq: number;
	aggregates: Aggregates;
}

/** Minutes of one hour: open, by minute, or packed as text. */
interface Hour {
	/** Newest `seq` of all its minutes. */
	lastSeq: number;
	/**
	 * Smallest of its minutes' newest `seq`: nothing in it can be trimmed before that event. `undefined`: not computed.
	 */
	goesAt: number | undefined;
	open: Map<number, Minute> | undefined;
	packed: string;
}

/**
 * A packed minute: minute, newest event, newest event with viewers, viewers, peak, likes, diamonds, then code and count
 * of each type.
 */
type PackedMinute = [number, number, number, number | null, number | null, number, number, ...number[]];

/** Stored form: hour, newest event, packed minutes. */
export type StoredHour = [number, number, string];

const minutesOfHour = 60;
/** Maximum number of open hours: some events are minutes late, or later if a clock is wrong. */
const maxOpen = 3;

/**
 * Aggregates of a broadcast by the minute. All but the last few hours are packed, because a room that never ends has
 * ten thousand minutes a week.
 */
export class Minutes {
	readonly #hours = new Map<number, Hour>();

	static from(stored: readonly StoredHour[]): Minutes {
		const minutes = new Minutes();
		for (const [hour, lastSeq, packed] of stored)
			minutes.#hours.set(hour, { lastSeq, goesAt: undefined, open: undefined, packed });
		return minutes;
	}

	/** Approximate memory, bytes. */
	get bytes(): number {
		let bytes = 0;
		for (const { open, packed } of this.#hours.values()) bytes += 100 + packed.length + (open?.size ?? 0) * 400;
		return bytes;
	}

	/** Counts one event. Each must be passed exactly once, in order of `seq`. */
	add(seq: number, at: number, type: LiveEventType, columns: Pick<Columns, "amount" | "isOfService">): void {
		const minute = minuteOf(at);
		const open = this.#opened(Math.floor(minute / minutesOfHour), seq);
		const { aggregates, viewersSeq } = open.get(minute) ?? { aggregates: newAggregates(), viewersSeq: 0 };
		addAmount(aggregates, type, columns);
		open.set(minute, { lastSeq: seq, viewersSeq: type === "viewers" ? seq : viewersSeq, aggregates });
	}

	/** Yields the minutes from `first` on that begin before `end`. */
	*between(first: number, end: number): Generator<Minute & { minute: number }, void> {
		for (const [number, hour] of this.#hours) {
			if ((number + 1) * minutesOfHour <= first || number * minutesOfHour >= end) continue;
			for (const [minute, one] of minutesOf(hour)) if (minute >= first && minute < end) yield { minute, ...one };
		}
	}

	/** Removes the minutes whose events all lie before this `seq`. */
	trim(oldestSeq: number): void {
		for (const [number, hour] of this.#hours) {
			if (hour.lastSeq < oldestSeq) {
				this.#hours.delete(number);
				continue;
			}
			if (hour.goesAt !== undefined && hour.goesAt >= oldestSeq) continue;
			const minutes = minutesOf(hour);
			const left = new Map([...minutes].filter(([, { lastSeq }]) => lastSeq >= oldestSeq));
			// Changes with each event while the hour is open.
			hour.goesAt = hour.open ? undefined : Math.min(...Array.from(left.values(), ({ lastSeq }) => lastSeq));
			if (left.size === minutes.size) continue;
			if (hour.open) hour.open = left;
			else hour.packed = packed(left);
		}
	}

	stored(): StoredHour[] {
		return Array.from(this.#hours, ([number, { lastSeq, open, packed: text }]) => [
			number,
			lastSeq,
			open ? packed(open) : text,
		]);
	}

	#opened(number: number, seq: number): Map<number, Minute> {
		const hour = this.#hours.get(number);
		if (hour) {
			hour.lastSeq = seq;
			if (hour.open) return hour.open;
			hour.open = minutesOf(hour);
			hour.packed = "";
			hour.goesAt = undefined;
			this.#pack(number);
			return hour.open;
		}
		const open = new Map<number, Minute>();
		this.#hours.set(number, { lastSeq: seq, goesAt: undefined, open, packed: "" });
		this.#pack(number);
		return open;
	}

	/** Packs the hours that have not changed for longest, except this one. */
	#pack(except: number): void {
		const open = [...this.#hours].filter(([number, hour]) => hour.open && number !== except);
		for (const [, hour] of open.sort(([, a], [, b]) => b.lastSeq - a.lastSeq).slice(maxOpen - 1)) {
			if (!hour.open) continue;
			hour.packed = packed(hour.open);
			hour.open = undefined;
		}
	}
}

function minutesOf({ open, packed: text }: Hour): Map<number, Minute> {
	if (open) return open;
	const all = JSON.parse(text) as PackedMinute[];
	return new Map(
		all.map(([minute, lastSeq, viewersSeq, viewers, peakViewers, likes, diamonds, ...counts]) => {
			const messages: Record<string, number> = {};
			for (let index = 0; index < counts.length; index += 2) {
				const type = typeOf(counts[index] ?? 0);
				if (type) messages[type] = counts[index + 1] ?? 0;
			}
			return [minute, { lastSeq, viewersSeq, aggregates: { messages, viewers, peakViewers, likes, diamonds } }];
		}),
	);
}

function packed(minutes: ReadonlyMap<number, Minute>): string {
	const all = Array.from(minutes, ([minute, { lastSeq, viewersSeq, aggregates }]): PackedMinute => {
		const { messages, viewers, peakViewers, likes, diamonds } = aggregates;
		const counts = Object.entries(messages).flatMap(([type, count]) => [codeOf(type as LiveEventType), count]);
		return [minute, lastSeq, viewersSeq, viewers, peakViewers, likes, diamonds, ...counts];
	});
	return JSON.stringify(all);
}
