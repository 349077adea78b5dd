import type { LiveEvent, WithheldInterval } from "@livekeeper/douyin";

/** An interval as an event. Its id is the interval's own: told again after a restart, the log keeps it once. */
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
