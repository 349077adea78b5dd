import type { Clock } from "@livekeeper/douyin";
import type { EventLog } from "../event-log/index.ts";

/** What is known of a room is read again after this, ms: it broadcasts a few times a day at most. */
const againMs = 6 * 3_600_000;

/** When rooms have gone live, from the log. It is read beside; until then nothing is known. */
export class PastBroadcasts {
	readonly #log: Pick<EventLog, "broadcasts">;
	readonly #clock: Clock;
	readonly #rooms = new Map<string, { readAt: number; starts: readonly number[] | undefined }>();

	constructor(log: Pick<EventLog, "broadcasts">, clock: Clock) {
		this.#log = log;
		this.#clock = clock;
	}

	/** Times at which the room's broadcasts began, ms since the epoch; `undefined` while they are read. */
	of(liveId: string): readonly number[] | undefined {
		const known = this.#rooms.get(liveId);
		const now = this.#clock.elapsed();
		if (known && now - known.readAt < againMs) return known.starts;
		const one = { readAt: now, starts: known?.starts };
		this.#rooms.set(liveId, one);
		this.#log.broadcasts(liveId).then(
			(broadcasts) => {
				one.starts = broadcasts.map(({ startedAt }) => startedAt);
			},
			// The log says by itself what is wrong with it: without it all rooms are as likely.
			() => undefined,
		);
		return one.starts;
	}
}
