import type { Hold, LookWait } from "../rooms/index.ts";
import type { Outlook } from "./forecast.ts";
import { usableRoute } from "./planner.ts";
import { type WatchedRoom, waitingRank } from "./watched-room.ts";

/** Change of its end by which a wait is reported again, ms. */
const movedMs = 30_000;

/**
 * Returns what a room waits for: its turn, the end of a refusal at every exit, or its identities.
 * @param turn planned time of its single look-up
 */
export function waitOf(
	room: WatchedRoom,
	turn: Outlook["single"],
	{ now, holdOf }: { now: number; holdOf: (identity: string) => Hold | undefined },
): LookWait {
	const holds: LookWait[] = [];
	const refusals: LookWait[] = [];
	let perMinute: number | undefined;
	for (const [exit, routes] of room.routes) {
		const route = usableRoute(exit, room, holdOf);
		if (!route) {
			const [hold] = routes.flatMap(({ identity }) => holdOf(identity) ?? []);
			if (hold) holds.push({ until: hold.until, why: hold.why, refused: hold.reason });
			continue;
		}
		const records = room.ways(exit.ways, route.upstream.ask !== undefined).map((way) => exit.records[way]);
		if (!exit.probe && records.every((record) => record.isClosed(now))) {
			const until = Math.min(...records.map((record) => record.until));
			const isCaptcha = records.some(({ sign }) => sign === "captcha");
			const why = [isCaptcha ? "captchaAsked" : "lookupsRefused", exit.name] as const;
			refusals.push({ until, why, refused: "blocked" });
			continue;
		}
		const unreached = exit.unreached(now);
		if (unreached) {
			refusals.push({ until: unreached.until, why: ["siteUnreached", exit.name], refused: unreached.reason });
			continue;
		}
		perMinute ??= exit.perMinute("enter") + exit.perMinute("page");
	}
	if (perMinute === undefined || !turn) {
		const [first] = [...refusals, ...holds].sort((a, b) => (a.until ?? 0) - (b.until ?? 0));
		return first ?? { why: ["lookupsRefused", ""], refused: "blocked" };
	}
	const { at: until, ahead } = turn;
	if (room.rank(now) === waitingRank && room.dueAt > now) return { until, why: ["lookupNotDue"] };
	if (ahead > 0) return { until, why: ["lookupsAhead", ahead] };
	return { until, why: ["lookupsPaced", Math.max(1, Math.round(perMinute))] };
}

/** Returns whether a wait differs from the reported one by its reason or its end. */
export function isOther(reported: LookWait, wait: LookWait, now: number): boolean {
	if (reported.why[0] !== wait.why[0] || reported.refused !== wait.refused) return true;
	if (reported.until === undefined || wait.until === undefined) return reported.until !== wait.until;
	return (reported.until <= now && wait.until > now) || Math.abs(reported.until - wait.until) > movedMs;
}
