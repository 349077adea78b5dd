import { reconnectDelayMs } from "@livekeeper/douyin";

export interface OutageSettings {
	/** Failures of rooms count together when they are this close, ms. */
	windowMs: number;
	/** This share of the rooms must have failed, */
	share: number;
	/** and at least so many of them; fewer when there are fewer, */
	leastRooms: number;
	/** but with fewer than so many rooms there is nothing that one could find out for the others. */
	fewestRooms: number;
	/** The canary's n-th wait for its next probe, n from 1, ms, when it probes for so many rooms. */
	probeDelayMs: (probe: number, rooms: number) => number;
	/** A canary that says nothing for so long after its probe was due is replaced, ms. */
	canaryMs: number;
	/** When it is over, the rooms come back one in this time, ms. */
	spacingMs: number;
}

const probeSteps = [
	{ upTo: 20, delayMs: 250 },
	{ upTo: 70, delayMs: 500 },
	{ upTo: 160, delayMs: 1000 },
	{ upTo: 250, delayMs: 2000 },
] as const;

/**
 * Probes every 250 ms for 5 s, 500 ms to 30 s, 1 s to 2 min, 2 s to 5 min, then every 5 s; but never more often than the
 * rooms together would by their schedules, each by itself.
 */
export const sharedOutage = {
	windowMs: 10_000,
	share: 0.5,
	leastRooms: 5,
	fewestRooms: 3,
	probeDelayMs: (probe, rooms) => {
		const delayMs = probeSteps.find(({ upTo }) => probe <= upTo)?.delayMs ?? 5000;
		return Math.max(delayMs, reconnectDelayMs(Math.ceil(probe / rooms)) / rooms);
	},
	canaryMs: 90_000,
	spacingMs: 50,
} as const satisfies OutageSettings;

/** Two rooms refused mean the identity, not a room: one tries after 5, 10, 20, 40, then 60 min. */
export const blockedIdentity = {
	windowMs: 300_000,
	share: 0,
	leastRooms: 2,
	fewestRooms: 1,
	probeDelayMs: (probe) => Math.min(3_600_000, 300_000 * 2 ** Math.min(4, probe - 1)),
	canaryMs: 90_000,
	spacingMs: 50,
} as const satisfies OutageSettings;

/** What a room has to do. */
export type Role =
	| { role: "free" }
	| { role: "canary"; delayMs: number; probe: number }
	| { role: "parked"; canary: string };

/** A room that may come back. */
export interface Release {
	room: string;
	delayMs: number;
}

interface Canary {
	room: string;
	/** Probes that failed. */
	probes: number;
	dueAt: number;
}

/**
 * Finds out that what many rooms share is broken, and then lets one of them, the canary, try for all; the others are
 * parked. When a room is brought something they are released one after the other, the most important first.
 *
 * `normal` → (most rooms fail within seconds) → `outage` → (a connection brings something) → `recovering` → (the last release is
 * past) → `normal`. While recovering, a few failures without a success between them are enough to go back.
 */
export class Outage {
	readonly #settings: OutageSettings;
	/** Rooms that failed and have not come back; when. The newest failure is last. */
	readonly #failed = new Map<string, number>();
	readonly #parked = new Set<string>();
	#canary: Canary | undefined;
	/** How many there are, as far as is known. */
	#rooms = 1;
	/** `failed`: since the last success. */
	#recovery: { until: number; failed: Set<string> } | undefined;

	constructor(settings: OutageSettings) {
		this.#settings = settings;
	}

	get active(): boolean {
		return this.#canary !== undefined;
	}

	/** Who probes for all. */
	get canary(): string | undefined {
		return this.#canary?.room;
	}

	/** Who waits for it. */
	get waiting(): number {
		return this.#parked.size;
	}

	/** Nothing is remembered. */
	get idle(): boolean {
		return !this.active && this.#failed.size === 0 && this.#parked.size === 0;
	}

	/** A room's attempt or connection failed in a way that all share. @param rooms how many there are */
	failed(room: string, rooms: number, now: number): void {
		this.#forgetOld(now);
		this.#rooms = Math.max(1, rooms);
		this.#failed.delete(room);
		this.#failed.set(room, now);
		if (this.#canary) {
			if (room === this.#canary.room) this.#probed(this.#canary, now);
			return;
		}
		if (this.#isOutage(room, rooms, now)) this.#appoint(room, now + this.#delayMs(1));
	}

	/** What a room that has no connection is to do. A canary that is lost is replaced by the room that asks, and that is to try now. */
	roleOf(room: string, now: number): Role {
		const canary = this.#canary;
		if (!canary) return { role: "free" };
		const lost = now - canary.dueAt > this.#settings.canaryMs;
		if (lost && room !== canary.room) this.#appoint(room, now, canary.probes);
		const { room: current, dueAt, probes } = this.#canary ?? canary;
		if (room === current) return { role: "canary", delayMs: Math.max(0, dueAt - now), probe: probes + 1 };
		this.#parked.add(room);
		return { role: "parked", canary: current };
	}

	/** A room got through: the outage is over. @returns the parked rooms in the order given, and when each may come */
	succeeded(room: string, now: number, inOrder: (rooms: string[]) => string[]): Release[] {
		this.#failed.delete(room);
		this.#parked.delete(room);
		this.#recovery?.failed.clear();
		const canary = this.#canary;
		if (!canary) return [];
		this.#canary = undefined;
		this.#failed.clear();
		const { spacingMs } = this.#settings;
		// Who was to probe next need not wait for that any more; one that is connected is not called.
		const isDue = canary.room !== room && canary.dueAt > now;
		const waiting = [...(isDue ? [canary.room] : []), ...this.#parked];
		const releases = inOrder(waiting).map((parked, i) => ({ room: parked, delayMs: (i + 1) * spacingMs }));
		this.#parked.clear();
		this.#recovery = { until: now + (releases.length + 1) * spacingMs, failed: new Set() };
		return releases;
	}

	/**
	 * A room has been opened a connection, which has brought nothing yet: that may be all that works. It may also have
	 * nothing to say, so that another probes from now on, as if the probe had failed.
	 * @returns the room that is to probe instead
	 */
	opened(room: string, now: number): Release[] {
		const canary = this.#canary;
		if (canary?.room !== room) return [];
		const [next] = this.#parked;
		if (next === undefined) {
			// Whoever asks is to try.
			this.#canary = { ...canary, dueAt: Number.NEGATIVE_INFINITY };
			return [];
		}
		const probes = canary.probes + 1;
		const delayMs = this.#delayMs(probes);
		this.#appoint(next, now + delayMs, probes);
		return [{ room: next, delayMs }];
	}

	/**
	 * The room is gone, or has a trouble of its own.
	 * @returns if it was the canary: the room that is to probe instead
	 */
	removed(room: string, now: number): Release[] {
		this.#failed.delete(room);
		this.#parked.delete(room);
		if (this.#canary?.room !== room) return [];
		const { probes, dueAt } = this.#canary;
		const [next] = this.#parked;
		this.#canary = undefined;
		if (next === undefined) return [];
		this.#parked.delete(next);
		this.#canary = { room: next, probes, dueAt: Math.max(now, dueAt) };
		return [{ room: next, delayMs: Math.max(0, dueAt - now) }];
	}

	#isOutage(room: string, rooms: number, now: number): boolean {
		const { share, leastRooms, fewestRooms, windowMs } = this.#settings;
		if (rooms < fewestRooms) return false;
		const least = Math.max(1, Math.min(leastRooms, rooms));
		const recovery = this.#recovery;
		if (recovery && now - recovery.until <= windowMs + rooms * this.#settings.spacingMs) {
			recovery.failed.add(room);
			if (recovery.failed.size >= least) return true;
		}
		return this.#failed.size >= Math.max(least, share * rooms);
	}

	#appoint(room: string, dueAt: number, probes = 0): void {
		this.#parked.delete(room);
		this.#canary = { room, probes, dueAt };
		this.#recovery = undefined;
	}

	#delayMs(probe: number): number {
		return this.#settings.probeDelayMs(probe, this.#rooms);
	}

	#probed(canary: Canary, now: number): void {
		const probes = canary.probes + 1;
		this.#canary = { ...canary, probes, dueAt: now + this.#delayMs(probes + 1) };
	}

	#forgetOld(now: number): void {
		for (const [room, at] of this.#failed) {
			if (now - at <= this.#settings.windowMs) break;
			this.#failed.delete(room);
		}
	}
}
