import { hash53 } from "../../hash.ts";
import { bestKinds, bestOf } from "../best.ts";
import { plus } from "../bounded.ts";
import {
	addToTotals,
	type BroadcastSummary,
	type BroadcastTotals,
	type Gifter,
	type NumberedWireEvent,
	newTotals,
	toSummary,
	userKey,
} from "../broadcast-summary.ts";
import {
	addToKinds,
	addToSums,
	type BroadcastGifts,
	type GiftKind,
	mergeSums,
	minuteMs,
	minuteOf,
	newSums,
	type Series,
	type SeriesPoint,
	type SeriesQuery,
	type Sums,
} from "../charts.ts";
import type { SourceSums } from "../log-source.ts";
import { mostCompared, type Newcomers } from "../newcomers.ts";
import { beginning, type Placed, type Position, positionAfter } from "./claim.ts";
import type { Head } from "./message.ts";

interface Broadcast {
	roomId: string;
	totals: BroadcastTotals;
	/** Number of users that were counted and are no longer stored. */
	usersBefore: number;
	/** Who was seen, by the hash of what tells people apart. */
	people: Set<number>;
	givers: Map<string, Gifter>;
	kinds: Map<string, GiftKind>;
	/** Set once its events are gone, and another broadcast has begun. */
	best: { gifters: Gifter[]; kinds: GiftKind[] } | undefined;
}

interface Minute {
	/** Of its newest event: the minute goes when that one goes. */
	lastSeq: number;
	sums: Sums;
}

/** Kept in the store: fields are only added, each with a default. */
interface Stored {
	sequence: number;
	position: Position;
	broadcasts: (Omit<Broadcast, "people" | "givers" | "kinds"> & {
		people: string;
		givers: [string, Gifter][];
		kinds: GiftKind[];
	})[];
	minutes: [number, number, Sums][];
}

/** What the events of one room add up to: its broadcasts, its minutes, and the gifts. */
export class RoomSummary {
	/** Of the newest message that is counted, in its stream. */
	sequence = 0;
	/** How far the log goes with it. */
	position: Position = beginning;
	readonly #broadcasts = new Map<string, Broadcast>();
	readonly #minutes = new Map<number, Minute>();

	/** @param text what `stored` gave */
	static from(text: string): RoomSummary {
		const { sequence, position, broadcasts, minutes } = JSON.parse(text) as Stored;
		const summary = new RoomSummary();
		summary.sequence = sequence;
		summary.position = position;
		for (const { people, givers, kinds, ...broadcast } of broadcasts) {
			const byId = new Map(kinds.map((kind) => [kind.giftId, kind]));
			const one = { ...broadcast, people: unpacked(people), givers: new Map(givers), kinds: byId };
			summary.#broadcasts.set(broadcast.roomId, one);
		}
		for (const [minute, lastSeq, sums] of minutes) summary.#minutes.set(minute, { lastSeq, sums });
		return summary;
	}

	/** Of a log that was moved here. @param last its newest message, which is counted */
	static of({ broadcasts, minutes }: SourceSums, last: Placed): RoomSummary {
		const summary = new RoomSummary();
		summary.sequence = last.sequence;
		summary.position = positionAfter(last.head);
		for (const { roomId, totals, users, best, people, kinds } of broadcasts) {
			const givers = people.flatMap(({ key, gifter }): [string, Gifter][] => (gifter ? [[key, gifter]] : []));
			summary.#broadcasts.set(roomId, {
				...{ roomId, totals, best, usersBefore: users - people.length },
				people: new Set(people.map(({ key }) => hash53(key))),
				givers: new Map(givers),
				kinds: new Map(kinds.map((kind) => [kind.giftId, kind])),
			});
		}
		for (const { minute, lastSeq, sums } of minutes) summary.#minutes.set(minute, { lastSeq, sums });
		return summary;
	}

	stored(): string {
		const broadcasts = [...this.#broadcasts.values()].map(({ people, givers, kinds, ...broadcast }) => ({
			...broadcast,
			people: packed(people),
			givers: [...givers],
			kinds: [...kinds.values()],
		}));
		const minutes = [...this.#minutes].map(([minute, { lastSeq, sums }]): [number, number, Sums] => [
			minute,
			lastSeq,
			sums,
		]);
		return JSON.stringify({ sequence: this.sequence, position: this.position, broadcasts, minutes } satisfies Stored);
	}

	/** Counts a message. Each that counts in the log has to come exactly once, in order. */
	add(sequence: number, head: Head, events: Iterable<NumberedWireEvent>): void {
		for (const event of events) this.#count(event);
		this.sequence = sequence;
		this.position = positionAfter(head);
	}

	/** Lets go of what belongs to events before this `seq` alone. The newest broadcast is left: it may still go on. */
	trim(oldestSeq: number): void {
		for (const [minute, { lastSeq }] of this.#minutes) if (lastSeq < oldestSeq) this.#minutes.delete(minute);
		for (const one of [...this.#broadcasts.values()].slice(0, -1)) {
			if (one.best || one.totals.lastSeq >= oldestSeq) continue;
			one.best = { gifters: giftersOf(one, 10), kinds: bestKinds([...one.kinds.values()]) };
			one.usersBefore += one.people.size;
			for (const part of [one.people, one.givers, one.kinds]) part.clear();
		}
	}

	/** Oldest first. */
	broadcasts(): BroadcastSummary[] {
		return [...this.#broadcasts.values()].map((one) =>
			toSummary(one.roomId, one.totals, one.usersBefore + one.people.size, giftersOf(one, 10)),
		);
	}

	gifts(roomId: string, most: number): BroadcastGifts | undefined {
		const one = this.#broadcasts.get(roomId);
		if (!one) return undefined;
		const byKind = one.best ? one.best.kinds.slice(0, most) : bestKinds([...one.kinds.values()], most);
		return { diamonds: one.totals.diamonds, byKind, byGiver: giftersOf(one, most) };
	}

	newcomers(roomId: string): Newcomers | undefined {
		const all = [...this.#broadcasts.values()];
		const at = all.findIndex((one) => one.roomId === roomId);
		const one = all[at];
		if (!one || one.best) return undefined;
		const earlier = all
			.slice(0, at)
			.filter(({ best }) => !best)
			.slice(-mostCompared);
		let newcomers = 0;
		for (const person of one.people) if (!earlier.some(({ people }) => people.has(person))) newcomers++;
		const since = earlier[0]?.totals.startedAt;
		return { people: one.people.size, newcomers, comparedWith: earlier.length, ...(since !== undefined && { since }) };
	}

	series({ from, to, step }: SeriesQuery): Series {
		const first = minuteOf(from);
		const end = Math.ceil(to / minuteMs);
		const points = new Map<number, SeriesPoint>();
		for (const [minute, { sums }] of [...this.#minutes].toSorted(([a], [b]) => a - b)) {
			if (minute < first || minute >= end) continue;
			const at = (first + Math.floor((minute - first) / step) * step) * minuteMs;
			const point = points.get(at) ?? { at, ...newSums() };
			mergeSums(point, sums);
			points.set(at, point);
		}
		const lastSeq = this.position.next - 1;
		return { points: [...points.values()], countedTo: lastSeq, lastSeq };
	}

	#count(event: NumberedWireEvent): void {
		const minute = minuteOf(event.at);
		const { sums } = this.#minutes.get(minute) ?? { sums: newSums() };
		addToSums(sums, event);
		this.#minutes.set(minute, { lastSeq: event.seq, sums });
		if (event.room_id === "") return;
		const one = this.#broadcasts.get(event.room_id) ?? newBroadcast(event);
		this.#broadcasts.set(event.room_id, one);
		addToTotals(one.totals, event);
		addToKinds(one.kinds, event);
		if (!event.user) return;
		const key = userKey(event.user);
		one.people.add(hash53(key));
		if (event.type !== "gift" || event.diamonds <= 0) return;
		const { id, sec_uid: secUid, nickname, masked } = event.user;
		const diamonds = plus(one.givers.get(key)?.diamonds, event.diamonds);
		one.givers.set(key, { id, secUid, nickname, masked, diamonds });
	}
}

function newBroadcast(first: NumberedWireEvent): Broadcast {
	return {
		roomId: first.room_id,
		totals: newTotals(first),
		usersBefore: 0,
		people: new Set(),
		givers: new Map(),
		kinds: new Map(),
		best: undefined,
	};
}

function giftersOf({ best, givers }: Broadcast, most: number): Gifter[] {
	if (best) return best.gifters.slice(0, most);
	return bestOf(
		Array.from(givers, ([key, gifter]) => ({ key, gifter })),
		most,
	);
}

function packed(people: ReadonlySet<number>): string {
	return Buffer.from(Float64Array.from(people).buffer).toString("base64");
}

function unpacked(text: string): Set<number> {
	const bytes = Uint8Array.from(Buffer.from(text, "base64"));
	return new Set(new Float64Array(bytes.buffer));
}
