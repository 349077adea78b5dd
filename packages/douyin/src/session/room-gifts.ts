import type { Clock } from "../clock.ts";
import { GiftStreaks } from "../gifts/index.ts";

/** A streak's own memory is no longer than this, so that an older tracker knows nothing of use. */
const keepIdleMs = 600_000;

interface Entry {
	streaks: GiftStreaks;
	sessions: number;
	idleSince: number;
}

/**
 * The gift tracker of each room whose sessions are not given what their reader knows. It outlives the room's sessions, so that a streak goes on being counted right across a
 * reconnect, and is forgotten ten minutes after the last of them.
 */
export class RoomGifts {
	readonly #clock: Clock;
	/** Idle entries stand in the order in which they became idle. */
	readonly #entries = new Map<string, Entry>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** How many rooms are remembered. */
	get size(): number {
		return this.#entries.size;
	}

	/** The room's tracker, until as many calls of {@link release}. */
	acquire(roomId: string): GiftStreaks {
		this.#forgetIdle();
		let entry = this.#entries.get(roomId);
		if (!entry) {
			entry = { streaks: new GiftStreaks(), sessions: 0, idleSince: 0 };
			this.#entries.set(roomId, entry);
		}
		entry.sessions++;
		return entry.streaks;
	}

	release(roomId: string): void {
		const entry = this.#entries.get(roomId);
		if (!entry || --entry.sessions > 0) return;
		entry.idleSince = this.#clock.now();
		this.#entries.delete(roomId);
		this.#entries.set(roomId, entry);
	}

	#forgetIdle(): void {
		const limit = this.#clock.now() - keepIdleMs;
		for (const [roomId, entry] of this.#entries) {
			if (entry.sessions === 0 && entry.idleSince < limit) this.#entries.delete(roomId);
		}
	}
}
