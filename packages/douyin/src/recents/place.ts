/** What is compared: a message's id, and its upstream time in ms. */
export interface Sighting {
	readonly id: string;
	readonly at: number;
}

/** Where a frame stands among recent messages. */
export interface Place {
	/** How many of them were said before it. */
	before: number;
	/** By `id` the frame itself holds the next one, so nothing lies between. By `time` something may. */
	by: "id" | "time";
}

/**
 * Looks for a frame among recent messages, both in the upstream's order. Ids are proof. Without a common one the times
 * must do: the frame's middle one, since single messages (pinned ones, notices) can carry a time of long ago.
 */
export function placeOf(frame: readonly Sighting[], recents: readonly Sighting[]): Place {
	const ids = new Set(frame.map(({ id }) => id));
	const common = recents.findIndex(({ id }) => ids.has(id));
	if (common >= 0) return { before: common, by: "id" };
	const first = recents[0];
	const last = recents.at(-1);
	const at = middleTime(frame);
	if (!first || !last || at === undefined) return { before: 0, by: "time" };
	// Times may be whole seconds: a frame of the first one's second is before it, unless all are of that second.
	const before = at < first.at || (at === first.at && at < last.at);
	return { before: before ? 0 : recents.findLastIndex((recent) => recent.at <= at) + 1, by: "time" };
}

/** Whether a frame seems to be later than what `recents` begins with, and holds none of it. */
export function isAfter(frame: readonly Sighting[], recents: readonly Sighting[]): boolean {
	const { before, by } = placeOf(frame, recents);
	return by === "time" && before > 0;
}

function middleTime(frame: readonly Sighting[]): number | undefined {
	const times = frame.map(({ at }) => at).sort((a, b) => a - b);
	return times[Math.floor((times.length - 1) / 2)];
}
