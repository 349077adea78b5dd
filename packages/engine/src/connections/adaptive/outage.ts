import { reconnectDelayMs } from "@livekeeper/douyin";

export interface OutageSettings {
	/** Maximum time between rooms' failures that count together, ms. */
	windowMs: number;
	/** Minimum share of the rooms that must have failed. */
	share: number;
	/** Minimum number of rooms that must have failed; lower if there are fewer rooms. */
	minRooms: number;
	/** Minimum number of rooms: with fewer, a probe could learn nothing for others. */
	fewestRooms: number;
	/** Delay before the n-th probe (n from 1) for `rooms` rooms, ms. */
	probeDelayMs: (probe: number, rooms: number) => number;
	/** Time without a result after which another room probes instead, ms. */
	probeMs: number;
	/** Interval at which the rooms come back one by one after the outage, ms. */
	spacingMs: number;
}

const probeSteps = [
	{ upTo: 20, delayMs: 250 },
	{ upTo: 70, delayMs: 500 },
	{ upTo: 160, delayMs: 1000 },
	{ upTo: 250, delayMs: 2000 },
] as const;

/**
 * Probes every 250 ms for 5 s, 500 ms to 30 s, 1 s to 2 min, 2 s to 5 min, then every 5 s; but never more often than
 * the rooms together would by their own schedules.
 */
export const sharedOutage = {
	windowMs: 10_000,
	share: 0.5,
	minRooms: 5,
	fewestRooms: 3,
	probeDelayMs: (probe, rooms) => {
		const delayMs = probeSteps.find(({ upTo }) => probe <= upTo)?.delayMs ?? 5000;
		return Math.max(delayMs, reconnectDelayMs(Math.ceil(probe / rooms)) / rooms);
	},
	probeMs: 90_000,
	spacingMs: 50,
} as const satisfies OutageSettings;

/** Two refused rooms mean the identity is refused, not a room: one probes after 5, 10, 20, 40, then 60 min. */
export const blockedIdentity = {
	windowMs: 300_000,
	share: 0,
	minRooms: 2,
	fewestRooms: 1,
	probeDelayMs: (probe) => Math.min(3_600_000, 300_000 * 2 ** Math.min(4, probe - 1)),
	probeMs: 90_000,
	spacingMs: 50,
} as const satisfies OutageSettings;

/** Time after which a room that should probe but does not ask loses the probe to another, ms. */
const turnMs = 1_000;

interface Probe {
	/** The room that probes for all; `undefined` for the next room that asks. */
	room: string | undefined;
	/** Number of failed probes. */
	failed: number;
	/** Time of the next probe. */
	dueAt: number;
	/** Start of the running probe. */
	since: number | undefined;
}

/**
 * Detects a failure that many rooms share, then lets one of them at a time probe for all while the others wait in the
 * gate's queue. When a room receives something, all resume, in the queue's order and at its pace.
 *
 * `normal` → (most rooms fail within seconds) → `outage` → (a connection brings something) → `recovering` → (time
 * for all to come back has passed) → `normal`. While recovering, a few failures without a success between them are
 * enough to go back.
 */
export class Outage {
	readonly #settings: OutageSettings;
	/** Failure times of rooms that have failed and not recovered, newest last. */
	readonly #failed = new Map<string, number>();
	#probe: Probe | undefined;
	/** Last known number of rooms. */
	#rooms = 1;
	/** `failed`: rooms that failed since the last success. */
	#recovery: { until: number; failed: Set<string> } | undefined;

	constructor(settings: OutageSettings) {
		this.#settings = settings;
	}

	get active(): boolean {
		return this.#probe !== undefined;
	}

	/** The room that probes for all. */
	get prober(): string | undefined {
		return this.#probe?.room;
	}

	/** Whether there is no state to keep. */
	get idle(): boolean {
		return !this.active && this.#failed.size === 0;
	}

	/** Notes that a room's attempt or connection failed in a shared way. @param rooms number of rooms */
	failed(room: string, rooms: number, now: number): void {
		if (!this.#probe) this.#forgetOld(now);
		this.#rooms = Math.max(1, rooms);
		this.#failed.delete(room);
		this.#failed.set(room, now);
		const probe = this.#probe;
		if (probe?.room === room) this.#next(room, probe.failed + 1, now);
		else if (!probe && this.#isOutage(room, rooms, now)) this.#next(room, 0, now);
	}

	/**
	 * Notes that the probing room failed for a reason of its own, which says nothing about the others: the probe stays
	 * due.
	 */
	gaveUp(room: string): void {
		if (this.#probe?.room === room) this.#probe.since = undefined;
	}

	/** Returns when a room may try, ms; a past time means now. Changes nothing. */
	heldUntil(room: string, now: number): number {
		const probe = this.#probe;
		if (!probe) return now;
		const { room: prober, dueAt, since } = probe;
		if (prober === room) return since === undefined ? dueAt : now;
		if (prober === undefined) return dueAt;
		return since === undefined ? dueAt + turnMs : since + this.#settings.probeMs;
	}

	/** Notes that an allowed room tries, so it probes for all. */
	begins(room: string, now: number): void {
		const probe = this.#probe;
		if (!probe || (probe.room === room && probe.since !== undefined)) return;
		probe.room = room;
		probe.since = now;
	}

	/** Notes that a room succeeded, so the outage is over. */
	works(room: string, now: number): void {
		this.#failed.delete(room);
		this.#recovery?.failed.clear();
		if (!this.#probe) return;
		this.#probe = undefined;
		this.#failed.clear();
		this.#recovery = { until: now + this.#rooms * this.#settings.spacingMs, failed: new Set() };
	}

	/**
	 * Notes that a room's connection was opened but has brought nothing yet. Opening may be all that works, or the room
	 * may have nothing to say, so the next room probes from now on, as if the probe had failed.
	 */
	opened(room: string, now: number): void {
		if (this.#probe?.room === room) this.#next(undefined, this.#probe.failed + 1, now);
	}

	/**
	 * Notes that the room is gone or has trouble of its own: another room, if any is left, probes in its place at the
	 * same time.
	 */
	left(room: string): void {
		this.#failed.delete(room);
		if (this.#failed.size === 0) this.#probe = undefined;
		if (this.#probe?.room !== room) return;
		this.#probe.room = undefined;
		this.#probe.since = undefined;
	}

	#isOutage(room: string, rooms: number, now: number): boolean {
		const { share, minRooms, fewestRooms, windowMs } = this.#settings;
		if (rooms < fewestRooms) return false;
		const min = Math.max(1, Math.min(minRooms, rooms));
		const recovery = this.#recovery;
		if (recovery && now - recovery.until <= windowMs + rooms * this.#settings.spacingMs) {
			recovery.failed.add(room);
			if (recovery.failed.size >= min) return true;
		}
		return this.#failed.size >= Math.max(min, share * rooms);
	}

	/** @param failed number of probes so far */
	#next(room: string | undefined, failed: number, now: number): void {
		this.#probe = { room, failed, dueAt: now + this.#settings.probeDelayMs(failed + 1, this.#rooms), since: undefined };
		this.#recovery = undefined;
	}

	#forgetOld(now: number): void {
		for (const [room, at] of this.#failed) {
			if (now - at <= this.#settings.windowMs) break;
			this.#failed.delete(room);
		}
	}
}
