import { reconnectDelayMs } from "@livekeeper/douyin";
import { decorrelatedJitter } from "./decorrelated-jitter.ts";

/** From this step on the delays are 60 s for ever; with jitter they are spread around that. */
const lastStep = 7;
const jitter = { leastMs: 30_000, mostMs: 90_000 } as const;
/** A connection that stood for so long after its first frame has proven that it holds, ms. */
const stableMs = 60_000;
/** So many breaks in a row are forgiven: they happen. */
const forgiven = 2;
/** A connection that stands for so long is worth having: the first wait after it is then at most this, ms. */
const worth = { stoodMs: 5_000, waitMs: 4_000 } as const;

interface History {
	/** Since when its connection works. */
	provenAt: number | undefined;
	/** Connections in a row that broke before they had stood for {@link stableMs}. */
	flaps: number;
	/** How long the last connection stood, ms. */
	stoodMs: number;
	previousMs: number;
	/** A room that flaps is not to come back before, whatever calls it, ms. */
	notBefore: number;
}

/**
 * How long a room waits by itself: 1, 2, 4, … 32, then 60 s for ever; with `random`, between 30 and 90 s by
 * decorrelated jitter instead of 60. It begins anew with the first frame of a connection, but not for ever at 1 s: from
 * the third connection in a row on that breaks within a minute, each begins the schedule one step further.
 */
export class RetrySchedule {
	readonly #rooms = new Map<string, History>();
	readonly #random: (() => number) | undefined;

	/** @param random numbers in [0, 1) */
	constructor(random?: () => number) {
		this.#random = random;
	}

	/**
	 * @param attempt failed attempts since the last frame, from 1
	 * @param flap whether the failure tells that the connection did not hold
	 */
	next(room: string, attempt: number, now: number, flap = true): { delayMs: number; why: string } {
		const history = this.#of(room);
		if (history.provenAt !== undefined) broke(history, now, flap);
		const head = headOf(history);
		history.previousMs = this.#delayMs(Math.max(1, attempt) + head, history);
		const isWorth = attempt <= 1 && history.stoodMs >= worth.stoodMs;
		const delayMs = isWorth ? Math.min(history.previousMs, worth.waitMs) : history.previousMs;
		if (attempt <= 1) history.notBefore = head > 0 ? now + delayMs : 0;
		const flapping = head > 0 ? `; the last ${history.flaps} connections broke within a minute` : "";
		return { delayMs, why: `failed attempt ${attempt} in a row${flapping}` };
	}

	/** A connection has brought its first frame. */
	works(room: string, now: number): void {
		const history = this.#of(room);
		history.provenAt = now;
		history.previousMs = 0;
	}

	/** How many of this room's connections in a row broke soon after they worked. */
	flaps(room: string): number {
		return this.#rooms.get(room)?.flaps ?? 0;
	}

	/** How long a room that flaps has to stay away even when others are called back, ms. */
	restMs(room: string, now: number): number {
		const ms = (this.#rooms.get(room)?.notBefore ?? 0) - now;
		// A longer rest than there can be means that the clock was set back.
		return ms > jitter.mostMs ? 0 : Math.max(0, ms);
	}

	forget(room: string): void {
		this.#rooms.delete(room);
	}

	#delayMs(step: number, { previousMs }: History): number {
		if (step < lastStep || !this.#random) return reconnectDelayMs(step);
		return decorrelatedJitter(Math.max(previousMs, jitter.leastMs), jitter, this.#random());
	}

	#of(room: string): History {
		const known = this.#rooms.get(room) ?? {
			provenAt: undefined,
			flaps: 0,
			stoodMs: 0,
			previousMs: 0,
			notBefore: 0,
		};
		this.#rooms.set(room, known);
		return known;
	}
}

function broke(history: History, now: number, flap: boolean): void {
	history.stoodMs = Math.max(0, now - (history.provenAt ?? now));
	history.provenAt = undefined;
	if (history.stoodMs >= stableMs) history.flaps = 0;
	else if (flap) history.flaps = Math.min(history.flaps + 1, forgiven + lastStep);
}

/** How many steps of the schedule are left out. */
function headOf({ flaps }: History): number {
	return Math.max(0, flaps - forgiven);
}
