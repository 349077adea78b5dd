import type { LoggedEvent, RoomLog } from "../kit/room-log.ts";

/** How what a reader was given of a room differs from what was said in it. */
export interface Verdict {
	/** Messages that are missing where nothing says so. */
	lost: number;
	/** Messages that are missing behind a `gap` or `truncated` that says so. */
	told: number;
	doubled: number;
	/** Messages that came again behind a gap that says that the log has lost what it had: nothing remembers them. */
	repeated: number;
	outOfOrder: number;
	/** Ids that were never sent. */
	foreign: number;
	/** Places where `seq` doesn't go on by one although nothing was said to be missing. */
	holes: number;
	/** `gap` events at places where nothing is missing. */
	falseGaps: number;
}

/**
 * @param sent all ids, in their order
 * @param log one reader's events, with the places where it was told `truncated`
 * @param losses how often the log may have lost what it had: it may say so as often, also where nothing is missing
 */
export function judge(
	sent: readonly string[],
	{ events, cuts }: Pick<RoomLog, "events" | "cuts">,
	losses = Number.POSITIVE_INFINITY,
): Verdict {
	const verdict: Verdict = {
		lost: 0,
		told: 0,
		doubled: 0,
		repeated: 0,
		outOfOrder: 0,
		foreign: 0,
		holes: 0,
		falseGaps: 0,
	};
	const places = new Map(sent.map((id, place) => [id, place]));
	const seen = new Set<string>();
	/** What was seen when the log had lost its memory. */
	let forgotten = new Set<string>();
	const isCut = new Set(cuts);
	let last = -1;
	let isTold = false;
	let gaps = 0;
	let memoriesLost = 0;
	const missing = (count: number) => {
		if (isTold) verdict.told += count;
		else verdict.lost += count;
		if (count === 0) verdict.falseGaps += gaps;
		isTold = false;
		gaps = 0;
	};
	const take = ({ id, method, type, reason }: LoggedEvent) => {
		if (type === "gap") {
			isTold = true;
			// What has come before is lost, whatever comes again.
			if (reason === "memory_lost") forgotten = new Set(seen);
			if (reason !== "memory_lost") gaps++;
			else if (++memoriesLost > losses) verdict.falseGaps++;
		}
		if (method === "livekeeper") return;
		const place = places.get(id);
		if (place === undefined) verdict.foreign++;
		else if (forgotten.delete(id)) verdict.repeated++;
		else if (seen.has(id)) verdict.doubled++;
		else if (place < last) verdict.outOfOrder++;
		else {
			missing(place - last - 1);
			last = place;
		}
		seen.add(id);
	};
	events.forEach((event, at) => {
		isTold ||= isCut.has(at);
		const follows = event.seq === (events[at - 1]?.seq ?? 0) + 1;
		if (!follows && !isTold && event.type !== "gap") verdict.holes++;
		take(event);
	});
	if (last < sent.length - 1) missing(sent.length - 1 - last);
	return verdict;
}

/** Everything that was said is there, or said to be missing. */
export function isKept({ told: _, repeated: __, ...faults }: Verdict): boolean {
	return Object.values(faults).every((count) => count === 0);
}
