import { reconnectDelayMs } from "@livekeeper/douyin";
import { decorrelatedJitter } from "./decorrelated-jitter.ts";

/** From this attempt on the fixed schedule would wait 60 s for ever; here the waits are spread around that. */
const jitterFrom = 7;
const jitter = { leastMs: 30_000, mostMs: 90_000 } as const;
/** A connection that lived for so long has proven that the room is stable: one flap less is remembered, ms. */
const stableMs = 300_000;
/** Flaps push the first delay to 8 s and no further: a connection that works for a while is worth having. */
const mostFlaps = 4;

interface History {
	/** Since when its connection works. */
	provenAt: number | undefined;
	/** Connections that broke soon after they worked, less those that did not; 0 to {@link mostFlaps}. */
	flaps: number;
	previousMs: number;
	/** A room that flaps is not to come back before, whatever calls it, ms. */
	notBefore: number;
}

/**
 * How long a room by itself waits: 1, 2, 4, … 32 s as always, then between 30 and 90 s by decorrelated jitter. Where
 * connections break soon after their first frame, the schedule begins further on each time instead of at 1 s for ever.
 */
export class RetrySchedule {
	readonly #rooms = new Map<string, History>();
	readonly #random: () => number;

	constructor(random: () => number) {
		this.#random = random;
	}

	/** @param attempt failed attempts since the last frame, from 1 */
	next(room: string, attempt: number, now: number): { delayMs: number; why: string } {
		const history = this.#of(room);
		if (history.provenAt !== undefined) broke(history, now - history.provenAt, now);
		const head = headOf(history);
		const step = Math.max(1, attempt) + head;
		history.previousMs =
			step < jitterFrom
				? reconnectDelayMs(step)
				: decorrelatedJitter(Math.max(history.previousMs, jitter.leastMs), jitter, this.#random());
		const flapping = head > 0 ? `; it broke ${Math.floor(history.flaps)} times soon after it worked` : "";
		return { delayMs: history.previousMs, why: `failed attempt ${attempt} in a row${flapping}` };
	}

	succeeded(room: string, now: number): void {
		const history = this.#of(room);
		history.provenAt = now;
		history.previousMs = 0;
	}

	/** How often this room's connection lately broke soon after it worked. */
	flaps(room: string): number {
		return this.#rooms.get(room)?.flaps ?? 0;
	}

	/** How long a room that flaps has to stay away even when others are called back, ms. */
	restMs(room: string, now: number): number {
		const ms = (this.#rooms.get(room)?.notBefore ?? 0) - now;
		// A longer rest than there can be means that the clock was set back.
		return ms > reconnectDelayMs(mostFlaps) ? 0 : Math.max(0, ms);
	}

	forget(room: string): void {
		this.#rooms.delete(room);
	}

	#of(room: string): History {
		const known = this.#rooms.get(room) ?? { provenAt: undefined, flaps: 0, previousMs: 0, notBefore: 0 };
		this.#rooms.set(room, known);
		return known;
	}
}

function broke(history: History, livedMs: number, now: number): void {
	history.provenAt = undefined;
	if (livedMs < stableMs) history.flaps = Math.min(mostFlaps, history.flaps + 1);
	else history.flaps = Math.max(0, history.flaps - livedMs / stableMs);
	const head = headOf(history);
	history.notBefore = head > 0 ? now + reconnectDelayMs(1 + head) : 0;
}

/** How many steps of the schedule are left out: the first flap is forgiven. */
function headOf({ flaps }: History): number {
	return Math.max(0, Math.floor(flaps) - 1);
}
