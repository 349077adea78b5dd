import type { Block } from "./block.ts";
import { plus } from "./bounded.ts";
import {
	addToTotals,
	type BroadcastSummary,
	type BroadcastTotals,
	type CountedEvent,
	type Gifter,
	isReadWhole,
	type NumberedWireEvent,
	newTotals,
	toSummary,
} from "./broadcast-summary.ts";
import {
	addToKinds,
	type BroadcastGifts,
	type GiftKind,
	mergeAggregates,
	minuteMs,
	minuteOf,
	newAggregates,
	type Series,
	type SeriesPoint,
	type SeriesQuery,
} from "./charts.ts";
import { userKey } from "./columns.ts";
import { maxCompared, type Newcomers } from "./event-log.ts";
import { Minutes, type StoredHour } from "./minutes.ts";
import { People } from "./people.ts";

interface Broadcast {
	roomId: string;
	totals: BroadcastTotals;
	minutes: Minutes;
	/** Number of people that were counted and are no longer stored. */
	usersBefore: number;
	people: People;
	givers: Map<string, Gifter>;
	kinds: Map<string, GiftKind>;
	/** Set once its events are gone and another broadcast has begun. */
	best: { gifters: Gifter[]; kinds: GiftKind[] } | undefined;
}

/** A projection in its stored form. */
export interface StoredProjection {
	/** Events up to this are counted. */
	seq: number;
	broadcasts: (Omit<Broadcast, "minutes" | "people" | "givers" | "kinds"> & {
		hours: StoredHour[];
		people: string;
		givers: [string, Gifter][];
		kinds: GiftKind[];
	})[];
	/** Minutes of events that belong to no broadcast. */
	hours: StoredHour[];
}

/** Called with an event that can't be counted and is left out. */
export type OnBad = (seq: number, error: unknown) => void;

/**
 * Aggregates of one room's events: broadcasts, minutes, gifts and people. Consumes blocks, each event once and in
 * order. Most events are counted by their columns; {@link isReadWhole} names those that are parsed.
 */
export class Projection {
	#seq: number;
	readonly #broadcasts = new Map<string, Broadcast>();
	/** Minutes of events that belong to no broadcast. */
	#minutes = new Minutes();

	/** @param seq newest `seq` that is counted; for a new room the number before its first event */
	constructor(seq: number) {
		this.#seq = seq;
	}

	static from({ seq, broadcasts, hours }: StoredProjection): Projection {
		const projection = new Projection(seq);
		for (const { hours: own, people, givers, kinds, ...broadcast } of broadcasts) {
			projection.#broadcasts.set(broadcast.roomId, {
				...broadcast,
				minutes: Minutes.from(own),
				people: People.from(people),
				givers: new Map(givers),
				kinds: new Map(kinds.map((kind) => [kind.giftId, kind])),
			});
		}
		projection.#minutes = Minutes.from(hours);
		return projection;
	}

	stored(): StoredProjection {
		const broadcasts = Array.from(this.#broadcasts.values(), ({ minutes, people, givers, kinds, ...broadcast }) => ({
			...broadcast,
			hours: minutes.stored(),
			people: people.stored(),
			givers: [...givers],
			kinds: [...kinds.values()],
		}));
		return { seq: this.#seq, broadcasts, hours: this.#minutes.stored() };
	}

	/** Events up to this are counted. */
	get seq(): number {
		return this.#seq;
	}

	/** Approximate memory, bytes. */
	get bytes(): number {
		let bytes = 1_000 + this.#minutes.bytes;
		for (const { minutes, people, givers, kinds } of this.#broadcasts.values()) {
			bytes += 1_500 + minutes.bytes + people.bytes + 300 * givers.size + 300 * kinds.size;
		}
		return bytes;
	}

	/** Counts the events of a block that were not counted yet. @param to last event to count; default: all */
	add(block: Block, to = block.lastSeq, onBad?: OnBad): void {
		const first = Math.max(block.firstSeq, this.#seq + 1);
		let named = block.firstSeq;
		let roomId: string | undefined;
		for (let seq = block.firstSeq; seq <= to; seq++) {
			const columns = block.columns[seq - block.firstSeq];
			if (columns?.namesRoom) {
				named = seq;
				roomId = undefined;
			}
			if (seq < first || !columns) continue;
			const { type, at } = block.mark(seq);
			try {
				roomId ??= block.roomId(named);
				// Written by this program itself.
				const event = isReadWhole(type) ? (JSON.parse(block.event(seq).json) as NumberedWireEvent) : undefined;
				this.#count(roomId, { seq, type, at, columns, event });
			} catch (error) {
				onBad?.(seq, error);
			}
		}
		this.skip(to);
	}

	/** Marks numbers up to this as having no events to count. */
	skip(seq: number): void {
		this.#seq = Math.max(this.#seq, seq);
	}

	/**
	 * Removes data that belongs only to events before this `seq`. Keeps the newest broadcast, which may still continue.
	 */
	trim(oldestSeq: number): void {
		for (const minutes of this.#allMinutes()) minutes.trim(oldestSeq);
		for (const one of [...this.#broadcasts.values()].slice(0, -1)) {
			if (one.best || one.totals.lastSeq >= oldestSeq) continue;
			one.best = { gifters: giftersOf(one, 10), kinds: bestKinds([...one.kinds.values()]) };
			one.usersBefore += one.people.size;
			one.people = new People();
			one.givers.clear();
			one.kinds.clear();
		}
	}

	/** Oldest first. */
	broadcasts(): BroadcastSummary[] {
		return Array.from(this.#broadcasts.values(), (one) =>
			toSummary(one.roomId, one.totals, one.usersBefore + one.people.size, giftersOf(one, 10)),
		);
	}

	/** @returns `undefined` for a broadcast that is not known */
	gifts(roomId: string, max: number): BroadcastGifts | undefined {
		const one = this.#broadcasts.get(roomId);
		if (!one) return undefined;
		const byKind = one.best ? one.best.kinds.slice(0, max) : bestKinds([...one.kinds.values()], max);
		return { diamonds: one.totals.diamonds, byKind, byGiver: giftersOf(one, max) };
	}

	/** @returns `undefined` for a broadcast that is not known, or whose people are gone with its events */
	newcomers(roomId: string): Newcomers | undefined {
		const all = [...this.#broadcasts.values()];
		const at = all.findIndex((one) => one.roomId === roomId);
		const one = all[at];
		if (!one || one.best) return undefined;
		const earlier = all
			.slice(0, at)
			.filter(({ best }) => !best)
			.slice(-maxCompared);
		let newcomers = 0;
		for (const person of one.people) if (!earlier.some(({ people }) => people.has(person))) newcomers++;
		const since = earlier[0]?.totals.startedAt;
		return { people: one.people.size, newcomers, comparedWith: earlier.length, ...(since !== undefined && { since }) };
	}

	series({ from, to, step, roomId }: SeriesQuery): Series {
		const first = minuteOf(from);
		const points = new Map<number, SeriesPoint>();
		// In a minute that several broadcasts share, the viewers reported last apply.
		const all = this.#allMinutes(roomId).flatMap((minutes) => [...minutes.between(first, Math.ceil(to / minuteMs))]);
		for (const { minute, aggregates } of all.sort((a, b) => a.minute - b.minute || a.viewersSeq - b.viewersSeq)) {
			const at = (first + Math.floor((minute - first) / step) * step) * minuteMs;
			const point = points.get(at) ?? { at, ...newAggregates() };
			mergeAggregates(point, aggregates);
			points.set(at, point);
		}
		return { points: [...points.values()], lastSeq: this.#seq };
	}

	/** @param roomId of one broadcast; default: all, including events that belong to none */
	#allMinutes(roomId?: string): Minutes[] {
		if (roomId === undefined)
			return [this.#minutes, ...Array.from(this.#broadcasts.values(), ({ minutes }) => minutes)];
		const one = this.#broadcasts.get(roomId);
		return one ? [one.minutes] : [];
	}

	#count(roomId: string, counted: CountedEvent): void {
		const { seq, type, at, columns, event } = counted;
		if (roomId === "") {
			this.#minutes.add(seq, at, type, columns);
			return;
		}
		let one = this.#broadcasts.get(roomId);
		if (!one) {
			one = newBroadcast(roomId, counted);
			this.#broadcasts.set(roomId, one);
		}
		addToTotals(one.totals, counted);
		one.minutes.add(seq, at, type, columns);
		if (columns.person > 0) one.people.add(columns.person);
		if (event?.type !== "gift") return;
		addToKinds(one.kinds, event);
		if (event.diamonds <= 0 || !event.user) return;
		const { id, sec_uid: secUid, nickname, masked } = event.user;
		const key = userKey(event.user);
		const diamonds = plus(one.givers.get(key)?.diamonds, event.diamonds);
		one.givers.set(key, { id, secUid, nickname, masked, diamonds });
	}
}

function newBroadcast(roomId: string, first: CountedEvent): Broadcast {
	return {
		roomId,
		totals: newTotals(first),
		minutes: new Minutes(),
		usersBefore: 0,
		people: new People(),
		givers: new Map(),
		kinds: new Map(),
		best: undefined,
	};
}

function giftersOf({ best, givers }: Broadcast, max: number): Gifter[] {
	if (best) return best.gifters.slice(0, max);
	return bestOf(
		Array.from(givers, ([key, gifter]) => ({ key, gifter })),
		max,
	);
}

/** A person who gave something in a broadcast, with the key that identifies the person there. */
interface Giver {
	key: string;
	gifter: Gifter;
}

/** Returns the givers with the most diamonds. Ties are in the same order in every store. */
function bestOf(givers: readonly Giver[], max = 10): Gifter[] {
	return givers
		.toSorted((a, b) => b.gifter.diamonds - a.gifter.diamonds || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
		.slice(0, max)
		.map(({ gifter }) => gifter);
}

/** Returns the kinds with the highest value; among free gifts, those given most often. */
function bestKinds(kinds: readonly GiftKind[], max = 10): GiftKind[] {
	const byId = (a: GiftKind, b: GiftKind) => (a.giftId < b.giftId ? -1 : 1);
	return kinds.toSorted((a, b) => b.diamonds - a.diamonds || b.count - a.count || byId(a, b)).slice(0, max);
}
