import { type MessageIds, maxRemembered, type WireEvent } from "@livekeeper/douyin";
import type { PastChange, RoomMemory, RoomPast } from "@livekeeper/engine";
import { type BroadcastSummary, corruptReason, type EventLog, type StoredEvent } from "@livekeeper/log";

/** Number of newest events that are read, besides those that the cursor repeats. */
const recentEvents = 500;

/**
 * Returns the event log's knowledge of a room, so its monitor can resume. It only reads, so it works on a log that
 * can't be written.
 * @param kept the room was kept before this start: if the log was set aside meanwhile, its memory is lost
 * @param down time since which the service did not run, if the room was kept until then, and the time now; ms since the
 * epoch
 * @throws LivekeeperError `storage_failing` if any of it can't be read
 */
export async function recall(
	log: EventLog,
	liveId: string,
	kept: boolean,
	down?: { since: number | undefined; now: number },
): Promise<RoomMemory> {
	await settled(log);
	const [cursor, broadcasts, lost] = await Promise.all([log.cursor(liveId), log.broadcasts(liveId), log.lost(liveId)]);
	const broadcast = broadcasts.at(-1);
	const events = await newest(log, liveId, Math.min(maxRemembered, recentEvents + (cursor?.repeats ?? 0)));
	// Messages are known even without a cursor from the upstream: a gap after them must be reported.
	const roomId = cursor?.roomId ?? broadcast?.roomId;
	// A pushed event is no message of the web's and gives no position to resume from.
	const isSaid = ({ method, source, room_id: id }: WireEvent) =>
		method !== "livekeeper" && source !== "official" && id === roomId;
	const recent = events.map(parse);
	const said = recent.filter(isSaid);
	// An event damaged in the log is no gap upstream.
	const gap = recent.findLastIndex(
		(event) => event.type === "gap" && event.room_id === roomId && event.reason !== corruptReason,
	);
	const lastMessageAt = said.length > 0 ? Math.max(...said.map(({ received_at: at }) => at)) : undefined;
	const since = down?.since === undefined ? undefined : Math.max(down.since, lastMessageAt ?? 0);
	const beforeGap = recent.slice(0, Math.max(0, gap)).filter(isSaid).length;
	return {
		cursor,
		...(broadcast && {
			broadcast: { roomId: broadcast.roomId, title: broadcast.title, ended: broadcast.endedAt !== undefined },
		}),
		lastAt: lastAtOf(said, broadcast, roomId),
		...(lastMessageAt !== undefined && { lastMessageAt }),
		recent: said.map(idsOf),
		...(beforeGap > 0 && { beforeGap }),
		knownStreaks: said.filter(isGift).map(({ streak_id: streakId, count, final, received_at: at }) => ({
			streakId,
			count,
			final,
			at,
		})),
		...(lost && (kept || cursor) && { lost }),
		...(down && since !== undefined && { past: await pastOf(log, liveId, { broadcast, since, now: down.now }) }),
	};
}

/**
 * Returns the time of the last event. If retention has removed the events themselves, their aggregates still have it.
 */
function lastAtOf(said: readonly WireEvent[], broadcast: BroadcastSummary | undefined, roomId: string | undefined) {
	if (said.length > 0) return Math.max(...said.map(({ at }) => at));
	const heard = broadcast?.roomId === roomId && Object.keys(broadcast?.messages ?? {}).length > 0;
	return heard && broadcast ? broadcast.startedAt + broadcast.durationMs : undefined;
}

/** Waits for the commit of events from before the room was last stopped, unless the log can't write. */
async function settled(log: EventLog): Promise<void> {
	if (log.status().state !== "ok") return;
	let unsubscribe = () => undefined as unknown;
	const failing = new Promise<void>((resolve) => {
		unsubscribe = log.onStatus(() => resolve());
	});
	try {
		await Promise.race([log.flush(), failing]);
	} finally {
		unsubscribe();
	}
}

/** Reads the newest events over several pages, because a page of large events can end before the newest. */
async function newest(log: EventLog, liveId: string, count: number): Promise<StoredEvent[]> {
	const events: StoredEvent[] = [];
	for (let after = await log.afterNewest(liveId, count); ; ) {
		const page = await log.read(liveId, { after, limit: recentEvents });
		events.push(...page.events);
		if (page.caughtUp || page.nextAfter <= after) return events;
		after = page.nextAfter;
	}
}

/** Parses text that this program itself has written to the log. */
function parse({ json }: StoredEvent): WireEvent {
	return JSON.parse(json);
}

const idsOf = ({ method, id, envelope_id: envelopeId }: WireEvent): MessageIds =>
	envelopeId === undefined ? { method, id } : { method, id, envelopeId };

function isGift(event: WireEvent): event is Extract<WireEvent, { type: "gift" }> {
	return event.type === "gift";
}

/** Maximum span of a room's quality, ms. */
const spanMs = 86_400_000;

/**
 * Returns the room's history of the last day from the log, until the service stopped.
 * @param at.broadcast the newest
 */
async function pastOf(
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
