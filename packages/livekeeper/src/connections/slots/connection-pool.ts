import type { Clock } from "@livekeeper/douyin";
import type { Place, PlaceSource } from "../../rooms/index.ts";
import { permitTexts, type Text } from "../../text/index.ts";
import {
	checkLimits,
	type FullLimit,
	limitText,
	loweredText,
	PoolCount,
	type PoolLimits,
	type PoolPlace,
	relieves,
} from "./pool-limits.ts";
import { type RoomPriority, rankOf, roomPriorities } from "./priority.ts";
import { type Waiting, WaitingLine } from "./waiting-line.ts";

/** A room that waits for a connection. */
export interface QueuedRoom {
	liveId: string;
	/** 1 is served next. */
	position: number;
	priority: RoomPriority;
	/** Since when it waits, ms since the epoch. */
	since: number;
	/** What it waits for, for people. */
	why: Text;
}

/** A connection that a room holds. */
export interface HeldConnection {
	liveId: string;
	priority: RoomPriority;
	/** It is beside the room's own. */
	second: boolean;
	/** It was asked to make room for another. */
	givingWay: boolean;
}

export interface ConnectionPoolOptions {
	clock: Clock;
	limits?: PoolLimits;
	/** What a room takes up, asked for when it wants a slot. */
	placeOf: (liveId: string) => PoolPlace;
	/** A room's class, asked for whenever it matters. */
	priorityOf: (liveId: string) => RoomPriority;
	/** Waiting this long counts as one class better, ms. Default 300000. */
	agingMs?: number;
	/** Whether idle rooms give way to every room that is not idle, and not to pinned ones alone. Default true. */
	lendIdle?: boolean;
}

interface Holder extends Waiting, PoolPlace {
	readonly reclaim: AbortController;
	/** Until then only pinned rooms can make it give way, ms: its turn came by waiting. */
	readonly protectedUntil: number;
}

interface Waiter extends Waiting {
	readonly place: PoolPlace;
	/** Who was asked to give way. */
	asked: Holder | undefined;
	give(place: Place): void;
}

/** Of so many rooms that gave way it is remembered when they came. */
const mostRemembered = 10_000;

/**
 * Hands out connections within limits. Who finds no room waits in {@link WaitingLine}; who waits behind a full limit of
 * its own identity or proxy holds up nobody else. A pinned room makes the lowest, then newest, of the others give way;
 * a room that is not idle makes idle rooms give way. Who gave way keeps its place among its equals when it asks again.
 *
 * A second connection of a room ({@link second}) has what no room needs: it comes after all rooms, gives way to any that
 * waits, and makes nobody give way. While the room could not do without it, it counts as the room's own.
 */
export class ConnectionPool implements PlaceSource {
	readonly #options: Required<Omit<ConnectionPoolOptions, "limits">>;
	readonly #line: WaitingLine<Waiter>;
	readonly #holders = new Set<Holder>();
	readonly #count = new PoolCount();
	/** What will be held when all who were asked to have given way. */
	readonly #staying = new PoolCount();
	readonly #gaveWay = new Map<string, number>();
	#limits: PoolLimits;
	#order = 0;
	#serving = false;
	#serveAgain = false;

	/** @throws RangeError for a limit below 1 */
	constructor({ limits = {}, ...options }: ConnectionPoolOptions) {
		this.#options = { agingMs: 300_000, lendIdle: true, ...options };
		this.#limits = checkLimits(limits);
		this.#line = new WaitingLine((waiting) => this.#rank(waiting), this.#options.agingMs);
	}

	/** Connections in use, those that are giving way included. */
	get held(): number {
		return this.#count.total;
	}

	get waiting(): number {
		return this.#line.size;
	}

	get limits(): PoolLimits {
		return { ...this.#limits };
	}

	/** Takes effect at once; past a lower limit the lowest and newest are asked to give way. @throws RangeError below 1 */
	setLimits(limits: PoolLimits): void {
		this.#limits = checkLimits(limits);
		for (const holder of this.#byWorth()) {
			const [full] = this.#staying.full(limits, holder, 0);
			if (full) this.#reclaim(holder, loweredText(full, limits));
		}
		this.#serve();
	}

	/** To be called when rooms have changed their class, and at every health check. */
	refresh(): void {
		this.#serve();
	}

	/** The rooms that wait for a connection of their own, the next first. */
	queue(): QueuedRoom[] {
		const rooms = this.#line.inOrder(this.#options.clock.now()).filter(({ spare }) => spare === undefined);
		return rooms.map((waiter, i) => {
			const { liveId, since } = waiter;
			const priority = this.#options.priorityOf(liveId);
			return { liveId, position: i + 1, priority, since, why: this.#whyOf(waiter) };
		});
	}

	/** The connections in use, the most important first. */
	holders(): HeldConnection[] {
		const sorted = [...this.#holders].sort((a, b) => this.#rank(a) - this.#rank(b) || a.order - b.order);
		return sorted.map(({ liveId, spare, reclaim }) => {
			const priority = this.#options.priorityOf(liveId);
			return { liveId, priority, second: spare !== undefined, givingWay: reclaim.signal.aborted };
		});
	}

	/** What a room waits for, for people; that its turn is next for one that doesn't. */
	why(liveId: string): Text {
		return this.#whyOf(this.#line.find(liveId));
	}

	#whyOf(waiter: Waiter | undefined): Text {
		if (!waiter) return permitTexts.next;
		const { place, asked } = waiter;
		const [full] = this.#count.full(this.#limits, place);
		const words = full ? limitText(full, this.#limits) : permitTexts.next;
		return asked && this.#holders.has(asked) ? permitTexts.preempting(words, asked.liveId) : words;
	}

	/**
	 * For a connection beside the room's own.
	 * @param spare whether the room could do without it at the moment
	 */
	second(place: PoolPlace, spare: () => boolean): PlaceSource {
		return {
			acquire: (liveId, signal) => this.#acquire(liveId, signal, { place, order: this.#order++, spare }),
			why: (liveId) => this.#whyOf(this.#line.find(liveId, true)),
		};
	}

	acquire(liveId: string, signal: AbortSignal): Place | Promise<Place> {
		if (signal.aborted) return Promise.reject(signal.reason);
		const order = this.#gaveWay.get(liveId) ?? this.#order++;
		this.#gaveWay.delete(liveId);
		return this.#acquire(liveId, signal, { place: this.#options.placeOf(liveId), order });
	}

	#acquire(
		liveId: string,
		signal: AbortSignal,
		wish: Pick<Waiter, "place" | "order" | "spare">,
	): Place | Promise<Place> {
		if (signal.aborted) return Promise.reject(signal.reason);
		let given: Place | undefined;
		let onGiven = (slot: Place): void => {
			given = slot;
		};
		const waiter: Waiter = {
			liveId,
			since: this.#options.clock.now(),
			...wish,
			asked: undefined,
			give: (slot) => onGiven(slot),
		};
		this.#line.add(waiter);
		this.#serve();
		if (given) return given;
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#line.delete(waiter);
				reject(signal.reason);
				this.#serve();
			};
			onGiven = (slot) => {
				signal.removeEventListener("abort", leave);
				resolve(slot);
			};
			signal.addEventListener("abort", leave, { once: true });
		});
	}

	/** Whoever is told of a slot may give one back at once: one round at a time. */
	#serve(): void {
		this.#serveAgain = true;
		if (this.#serving) return;
		this.#serving = true;
		try {
			while (this.#serveAgain) {
				this.#serveAgain = false;
				if (this.#line.size === 0) return;
				const now = this.#options.clock.now();
				// Sorted only when somebody has to be asked to give way.
				let sorted: Holder[] | undefined;
				const holders = () => (sorted ??= this.#byWorth());
				for (const waiter of this.#line.inOrder(now)) {
					this.#serveOne(waiter, holders, now);
					// A place has come free meanwhile: it belongs to the first in line, not to the next in this round.
					if (this.#serveAgain) break;
				}
			}
		} finally {
			this.#serving = false;
		}
	}

	/** @param holders the least worthy first */
	#serveOne(waiter: Waiter, holders: () => readonly Holder[], now: number): void {
		if (!this.#line.has(waiter)) return;
		const full = this.#count.full(this.#limits, waiter.place);
		if (full.length === 0) {
			this.#grant(waiter, now);
			return;
		}
		if (waiter.asked && this.#holders.has(waiter.asked)) return;
		const holder = this.#whoGivesWay(waiter, full, holders(), now);
		if (!holder) return;
		waiter.asked = holder;
		const { liveId } = waiter;
		this.#reclaim(holder, permitTexts.needed(liveId, permitTexts.priority[this.#options.priorityOf(liveId)]));
	}

	#grant(waiter: Waiter, now: number): void {
		const { liveId, since, order, spare, place } = waiter;
		const protectedUntil = this.#line.hasAged(waiter, now) ? now + this.#options.agingMs : now;
		const holder: Holder = { liveId, since, order, spare, ...place, reclaim: new AbortController(), protectedUntil };
		this.#line.delete(waiter);
		this.#holders.add(holder);
		this.#count.add(holder, 1);
		this.#staying.add(holder, 1);
		waiter.give({ reclaimed: holder.reclaim.signal, release: () => this.#release(holder) });
	}

	#release(holder: Holder): void {
		if (!this.#holders.delete(holder)) return;
		this.#count.add(holder, -1);
		if (!holder.reclaim.signal.aborted) this.#staying.add(holder, -1);
		this.#serve();
	}

	/** The least worthy of those who have to make room for `waiter`, where one alone can. */
	#whoGivesWay(waiter: Waiter, full: readonly FullLimit[], holders: readonly Holder[], now: number) {
		if (waiter.spare) return undefined;
		const { priorityOf, lendIdle } = this.#options;
		const wanted = priorityOf(waiter.liveId);
		for (const holder of holders) {
			const held = priorityOf(holder.liveId);
			const spare = holder.spare?.() ?? false;
			const lower = rankOf(held) > rankOf(wanted) && (wanted === "pinned" || (lendIdle && held === "idle"));
			// Nobody after it gives way either: they are in order.
			if (!lower && !spare) return undefined;
			if (holder.reclaim.signal.aborted || !this.#holders.has(holder)) continue;
			if (wanted !== "pinned" && !spare && now < holder.protectedUntil) continue;
			if (relieves(holder, waiter.place, full)) return holder;
		}
		return undefined;
	}

	#reclaim(holder: Holder, why: Text): void {
		this.#staying.add(holder, -1);
		this.#remember(holder);
		holder.reclaim.abort(why);
	}

	/** Behind all rooms with what they could do without. */
	#rank({ liveId, spare }: Waiting): number {
		const rank = rankOf(this.#options.priorityOf(liveId));
		return spare?.() ? roomPriorities.length + rank : rank;
	}

	#remember({ liveId, order, spare }: Holder): void {
		if (spare) return;
		this.#gaveWay.set(liveId, order);
		const [oldest] = this.#gaveWay.keys();
		if (this.#gaveWay.size > mostRemembered && oldest !== undefined) this.#gaveWay.delete(oldest);
	}

	/** Those who were not asked to give way yet, the least worthy first. */
	#byWorth(): Holder[] {
		const staying = [...this.#holders].filter(({ reclaim }) => !reclaim.signal.aborted);
		return staying.sort((a, b) => this.#rank(b) - this.#rank(a) || b.order - a.order);
	}
}
