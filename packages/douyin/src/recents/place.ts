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
 * Looks for a frame among recent messages, both in the upstream's order. Ids are proof. Without a common one the frame
 * is either earlier than all of `page` or later, and the times must tell: the middle one of each, since single messages
 * (pinned ones, notices) can carry a time of long ago. Kinds differ in what they tell: some have the ms, some whole
 * seconds, so a whole second may be any moment of it.
 * @param page how many of `recents` were there before the frame; those behind came later. Default all
 * @returns `undefined` when the times don't tell either
 */
export function placeOf(
	frame: readonly Sighting[],
	recents: readonly Sighting[],
	page = recents.length,
): Place | undefined {
	const ids = new Set(frame.map(({ id }) => id));
	const common = recents.findIndex(({ id }) => ids.has(id));
	if (common >= 0) return { before: common, by: "id" };
	if (frame.length === 0 || recents.length === 0) return { before: 0, by: "time" };
	const [frameFrom, frameTo] = middleOf(frame);
	const [pageFrom, pageTo] = middleOf(recents.slice(0, page));
	if (frameTo < pageFrom) return { before: 0, by: "time" };
	if (frameFrom <= pageTo) return undefined;
	// What came later belongs before the frame only where it is sure to be earlier: the rest the socket brings itself.
	return { before: Math.max(page, recents.findLastIndex(({ at }) => latestOf(at) < frameFrom) + 1), by: "time" };
}

/** Whether a frame may be later than `recents`: it holds none of them, and is not known to be earlier. */
export function mayBeAfter(frame: readonly Sighting[], recents: readonly Sighting[]): boolean {
	if (recents.length === 0) return false;
	const place = placeOf(frame, recents);
	return place === undefined || (place.by === "time" && place.before > 0);
}

/** From when to when the middle one of some messages may have been said, ms. */
function middleOf(messages: readonly Sighting[]): readonly [from: number, to: number] {
	const middle = Math.floor((messages.length - 1) / 2);
	const earliest = messages.map(({ at }) => at).sort(ascending);
	const latest = messages.map(({ at }) => latestOf(at)).sort(ascending);
	return [earliest[middle] as number, latest[middle] as number];
}

/** A time in whole seconds may be any moment of its second. */
const latestOf = (at: number) => (at % 1_000 === 0 ? at + 999 : at);

const ascending = (a: number, b: number) => a - b;
