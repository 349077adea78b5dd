import type { LoggedEvent, RoomLog } from "../kit/room-log.ts";

/** Differences between what a reader received of a room and what was sent. */
export interface Verdict {
	/** Number of messages missing without a report. */
	lost: number;
	/** Number of messages missing behind a `gap` or `truncated` that reports them. */
	reported: number;
	doubled: number;
	/** Number of messages repeated after a gap with the reason `memory_lost`, because no record of them was left. */
	repeated: number;
	outOfOrder: number;
	/** Number of ids that were never sent. */
	foreign: number;
	/** Number of places where `seq` skips without a reported loss. */
	holes: number;
	/** Number of `gap` events at places where nothing is missing. */
	falseGaps: number;
}

/**
 * @param sent all ids in order
 * @param log one reader's events, with the positions of `truncated`
 * @param losses how often the log may have lost its data: it may report as many losses, even if nothing is missing
 */
export function judge(
	sent: readonly string[],
	{ events, cuts }: Pick<RoomLog, "events" | "cuts">,
	losses = Number.POSITIVE_INFINITY,
): Verdict {
	const verdict: Verdict = {
		lost: 0,
		reported: 0,
		doubled: 0,
		repeated: 0,
		outOfOrder: 0,
		foreign: 0,
		holes: 0,
		falseGaps: 0,
	};
	const places = new Map(sent.map((id, place) => [id, place]));
	const seen = new Set<string>();
	/** Ids seen before the log lost its data. */
	let forgotten = new Set<string>();
	const isCut = new Set(cuts);
	let last = -1;
	let isReported = false;
	let gaps = 0;
	let memoriesLost = 0;
	const missing = (count: number) => {
		if (isReported) verdict.reported += count;
		else verdict.lost += count;
		if (count === 0) verdict.falseGaps += gaps;
		isReported = false;
		gaps = 0;
	};
	const take = ({ id, method, type, reason }: LoggedEvent) => {
		if (type === "gap") {
			isReported = true;
			// Everything before counts as lost, even if it is repeated.
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
		isReported ||= isCut.has(at);
		const follows = event.seq === (events[at - 1]?.seq ?? 0) + 1;
		if (!follows && !isReported && event.type !== "gap") verdict.holes++;
		take(event);
	});
	if (last < sent.length - 1) missing(sent.length - 1 - last);
	return verdict;
}

/** Whether everything that was sent is there, or reported as missing. */
export function isKept({ reported: _, repeated: __, ...faults }: Verdict): boolean {
	return Object.values(faults).every((count) => count === 0);
}
