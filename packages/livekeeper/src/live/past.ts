import type { WireEvent } from "@livekeeper/douyin";
import type { PastChange, RoomPast } from "../connections/index.ts";
import type { BroadcastSummary, EventLog } from "../event-log/index.ts";

/** Maximum span of a room's quality, ms. */
const spanMs = 86_400_000;

/**
 * Returns the room's history of the last day from the log, until the service stopped.
 * @param at.broadcast the newest
 */
export async function pastOf(
	log: Pick<EventLog, "read">,
	liveId: string,
	{ broadcast, since, now }: { broadcast: BroadcastSummary | undefined; since: number; now: number },
): Promise<RoomPast> {
	const from = now - spanMs;
	const changes: PastChange[] = [];
	// A broadcast that began earlier was reported before `from`.
	if (broadcast && broadcast.startedAt < from && (broadcast.endedAt ?? now) > from) {
		changes.push({ at: from, state: "connected" });
	}
	for (let after = 0, caughtUp = false; !caughtUp; ) {
		const page = await log.read(liveId, { after, from, types: ["connection", "gap", "service_down"], limit: 5_000 });
		changes.push(...page.events.flatMap(({ json }) => changeOf(JSON.parse(json) as WireEvent) ?? []));
		({ nextAfter: after, caughtUp } = page);
	}
	return { since, changes: changes };
}

function changeOf(event: WireEvent): PastChange | undefined {
	switch (event.type) {
		case "connection":
			return { at: event.at, state: event.state as NonNullable<PastChange["state"]> };
		case "service_down":
			return { at: event.from, state: "down" };
		case "gap":
			return { at: event.at, gapMs: Math.max(0, event.to - event.from) };
		default:
			return undefined;
	}
}
