import type { UpstreamEvent } from "../events/live-event.ts";
import type { KnownStreak } from "./gift-streaks.ts";

const maxStreaks = 5_000;
/** A tracker's own memory is no longer than this, so that an older streak is of no use to it. */
const rememberMs = 600_000;

/**
 * What a reader of sessions has been told of a room's gift streaks. It gives that to the next session, whichever
 * identity, host or process that comes from: then what a session had counted and its reader never took is counted
 * again, and what it took is not.
 */
export class StreakMemory {
	/** In the order of their last steps. */
	readonly #streaks = new Map<string, KnownStreak>();

	/** Goes on from what was told before. */
	restore(known: Iterable<KnownStreak>): void {
		for (const streak of known) this.#note(streak);
	}

	/** These events were taken. */
	note(events: readonly UpstreamEvent[]): void {
		for (const event of events) {
			if (event.type !== "gift") continue;
			const { streakId, count, final, receivedAt: at } = event;
			this.#note({ streakId, count, final, at });
		}
	}

	/** For `knownStreaks` of a session that begins at `now`, ms. */
	known(now: number): KnownStreak[] {
		for (const [streakId, { at }] of this.#streaks) if (now - at > rememberMs) this.#streaks.delete(streakId);
		return [...this.#streaks.values()];
	}

	#note(streak: KnownStreak): void {
		const { streakId } = streak;
		const before = this.#streaks.get(streakId);
		this.#streaks.delete(streakId);
		this.#streaks.set(streakId, {
			streakId,
			count: Math.max(streak.count, before?.count ?? 0),
			final: streak.final || before?.final === true,
			at: Math.max(streak.at, before?.at ?? 0),
		});
		if (this.#streaks.size <= maxStreaks) return;
		for (const oldest of this.#streaks.keys()) {
			this.#streaks.delete(oldest);
			return;
		}
	}
}
