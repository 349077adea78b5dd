import type { LiveEvent, WithheldInterval } from "@livekeeper/douyin";

/** Returns an interval as an event. The id derives from the interval, so the log keeps a repeated report once. */
export function withheldEvent(
	interval: WithheldInterval,
	where: { liveId: string; roomId: string; now: number },
): LiveEvent {
	const { from, to, diamondsMissing, diamondsSeen, source, unit, unitLearned } = interval;
	const { liveId, roomId, now } = where;
	return {
		type: "gifts_withheld",
		from,
		to,
		diamondsMissing,
		diamondsSeen,
		evidence: { source, unit, unitLearned },
		id: `lk:${roomId}:withheld-${to}`,
		liveId,
		roomId,
		method: "livekeeper",
		at: now,
		receivedAt: now,
	};
}
