import type { DouyinUpstream, LookupWay } from "@livekeeper/douyin";
import type { ConnectionRoute, Hold } from "../rooms/index.ts";
import type { Exit, FollowedList } from "./exit.ts";
import type { Pace } from "./pace.ts";
import { maxIntervalMs, minIntervalMs, type Rank, type WatchedRoom, waitingRank } from "./watched-room.ts";

const minute = 60_000;
/** Share of the budget that may go to rooms however unlikely they are. */
const evenPart = 0.5;
/** Exponent that dampens likelihoods, because they differ by factors of a hundred and are guesses. */
const caution = 0.75;

/** One request to the site. */
export type Ask =
	| {
			readonly kind: "room";
			readonly room: WatchedRoom;
			readonly way: LookupWay;
			readonly route: ConnectionRoute;
			readonly rank: Rank;
	  }
	| {
			readonly kind: "batch";
			readonly upstream: DouyinUpstream;
			/** The rooms by the ids of their anchors, in the order of the request. */
			readonly rooms: ReadonlyMap<string, WatchedRoom>;
			/** Rooms that are live according to another way, to test whether the call shows them. */
			readonly trials: ReadonlyMap<string, WatchedRoom>;
			/** Last id of the call, known to be live. */
			readonly canary: string | undefined;
	  }
	| { readonly kind: "followed"; readonly upstream: DouyinUpstream; readonly list: FollowedList };

export interface Plan {
	/** Request to make now. */
	readonly ask: Ask | undefined;
	/** Time to plan again if there is nothing to request now, ms by `Clock.elapsed`; infinite: when anything changes. */
	readonly nextAt: number;
}

/** Inputs of a plan. */
export interface Situation {
	readonly now: number;
	/** Rooms that wait for an answer. */
	readonly rooms: Iterable<WatchedRoom>;
	/** Rooms that are live and that the next batch call should show. */
	readonly trials: Iterable<WatchedRoom>;
	/** Returns people whose socket is receiving messages. */
	readonly canaries: () => Iterable<{ readonly anchorId: string }>;
	readonly holdOf: (identity: string) => Hold | undefined;
}

/** Number of requests that each rank leaves to more urgent ones. */
const reserves: Readonly<Record<Rank, number>> = { 0: 0, 1: 0, 2: 2, 3: 4 };
/** Number of urgent look-ups in a row, if a room that was never looked up, or is overdue, waits for its turn. */
const urgentInARow = 3;

/** Returns whether the next turn belongs to a room of rank 2, which leaves nothing in reserve then. */
export function isYielding(urgentTurns: number): boolean {
	return urgentTurns >= urgentInARow;
}

interface Candidate {
	readonly room: WatchedRoom;
	readonly way: LookupWay;
	readonly route: ConnectionRoute;
	readonly rank: Rank;
}

/** Decides which request is made next from an exit. Pure: it changes nothing. */
export function planOf(exit: Exit, situation: Situation): Plan {
	if (exit.isBusy) return { ask: undefined, nextAt: Number.POSITIVE_INFINITY };
	const { now } = situation;
	let nextAt = Number.POSITIVE_INFINITY;
	let best: Candidate | undefined;
	let yielded: Candidate | undefined;
	const yields = isYielding(exit.urgentTurns);
	const shown: { room: WatchedRoom; upstream: DouyinUpstream }[] = [];
	const logins = new Map<FollowedList, DouyinUpstream>();
	const usesBatch = exit.ways.includes("batch");
	const usesFollowed = exit.ways.includes("followed");
	for (const room of situation.rooms) {
		if (room.isAsked) continue;
		const route = usableRoute(exit, room, situation.holdOf);
		if (!route) continue;
		const { upstream } = route;
		const rank = room.rank(now);
		if (usesBatch && mayBeShown(room, upstream)) shown.push({ room, upstream });
		if (usesFollowed && rank >= 2 && upstream.followedLive && upstream.identity === "logged_in") {
			logins.set(exit.list(route.identity), upstream);
		}
		if (rank === waitingRank && room.dueAt > now && probesOf(exit, room, upstream).length === 0) {
			nextAt = Math.min(nextAt, room.dueAt);
			continue;
		}
		const isYielded = yields && rank === 2;
		const ready = readyWay(exit, room, upstream, isYielded ? 0 : rank, now);
		if (!ready) continue;
		if (ready.at > now) {
			nextAt = Math.min(nextAt, ready.at);
			continue;
		}
		const candidate = { room, way: ready.way, route, rank };
		if (!best || compareTurns(candidate, best, now) < 0) best = candidate;
		if (isYielded && (!yielded || compareTurns(candidate, yielded, now) < 0)) yielded = candidate;
	}
	best = yielded ?? best;
	const single = (maxRank: Rank): Ask | undefined =>
		best && best.rank <= maxRank ? { kind: "room", ...best } : undefined;
	const urgent = single(yielded ? 2 : 1);
	if (urgent) return { ask: urgent, nextAt: now };
	const batch = batchPlan(exit, shown, situation);
	if (batch.ask) return batch;
	const first = single(2);
	if (first) return { ask: first, nextAt: now };
	const followed = followedPlan(exit, logins, now);
	if (followed.ask) return followed;
	const waiting = single(waitingRank);
	if (waiting) return { ask: waiting, nextAt: now };
	return { ask: undefined, nextAt: Math.min(nextAt, batch.nextAt, followed.nextAt) };
}

/** Returns the first of a room's routes over an exit whose identity may be used. */
export function usableRoute(
	exit: Exit,
	room: WatchedRoom,
	holdOf: (identity: string) => Hold | undefined,
): ConnectionRoute | undefined {
	return room.routes.get(exit)?.find(({ identity }) => !holdOf(identity));
}

/**
 * Returns the best way by which a room may be looked up, among those available soonest.
 * @param pace of the exit, or a copy from which earlier requests were taken
 * @returns `undefined` if there is none
 */
export function readyWay(
	exit: Exit,
	room: WatchedRoom,
	upstream: DouyinUpstream,
	rank: Rank,
	now: number,
	pace: Pick<Pace, "gapUntil" | "paidAt"> = exit,
): { way: LookupWay; at: number } | undefined {
	let found: { way: LookupWay; at: number } | undefined;
	const probes = probesOf(exit, room, upstream);
	const isProbe = probes.length > 0;
	for (const way of isProbe ? probes : room.ways(exit.ways, upstream.ask !== undefined)) {
		const openAt = isProbe ? now : exit.records[way].openAt(now);
		const at = Math.max(openAt, pace.gapUntil, pace.paidAt(way, now, isProbe ? 0 : reserves[rank]));
		if (at <= now) return { way, at };
		if (!found || at < found.at) found = { way, at };
	}
	return found;
}

/** Returns the ways in cooldown by which a room may be looked up at once, because a person has passed the captcha. */
function probesOf(exit: Exit, room: WatchedRoom, upstream: DouyinUpstream): readonly LookupWay[] {
	if (!exit.probe) return [];
	return room.ways(exit.ways, upstream.ask !== undefined).filter((way) => exit.records[way].state === "rests");
}

interface Ranked {
	readonly room: WatchedRoom;
	readonly rank: Rank;
}

/** Compares rooms that may be looked up at the same time: negative if the first comes first. */
export function compareTurns(one: Ranked, other: Ranked, now: number): number {
	const byRank = one.rank - other.rank || Number(other.room.isPinned) - Number(one.room.isPinned);
	if (byRank !== 0) return byRank;
	if (one.rank < waitingRank) return one.room.order - other.room.order;
	return lateness(other.room, now) - lateness(one.room, now);
}

/** Returns for how many of its intervals a room has waited. */
function lateness({ dueAt, intervalMs }: WatchedRoom, now: number): number {
	return (now - dueAt) / intervalMs;
}

/** Returns whether the batch call applies to it. */
export function mayBeShown(room: WatchedRoom, upstream: DouyinUpstream): boolean {
	return !room.shown && !room.needsReflow && !room.isDistrusted && !!room.anchor?.id && !!upstream.whoIsLive;
}

function batchPlan(
	exit: Exit,
	shown: readonly { room: WatchedRoom; upstream: DouyinUpstream }[],
	{ now, trials, canaries }: Situation,
): Plan {
	const [first] = shown;
	if (!first) return { ask: undefined, nextAt: Number.POSITIVE_INFINITY };
	const at = Math.max(exit.batchDueAt(shown.length), exit.records.batch.openAt(now), exit.unreached(now)?.until ?? 0);
	if (at > now) return { ask: undefined, nextAt: at };
	const order = batchOrder(
		exit,
		shown.map(({ room }) => room),
		now,
	);
	const tried = new Map<string, WatchedRoom>();
	for (const room of trials) if (room.anchor && tried.size < 2) tried.set(room.anchor.id, room);
	const rooms = new Map<string, WatchedRoom>();
	const ids = new Set([...tried.keys(), ...order.map(({ anchor }) => anchor?.id ?? "")]);
	const canary = exit.canary(canaries(), ids, now);
	const places = Math.max(1, exit.batchIds - tried.size - (canary === undefined ? 0 : 1));
	for (const room of order.slice(0, places)) rooms.set(room.anchor?.id ?? "", room);
	return { ask: { kind: "batch", upstream: first.upstream, rooms, trials: tried, canary }, nextAt: now };
}

/** Returns rooms in the order of batch calls: those that have waited longest and are likeliest to go live. */
export function batchOrder(exit: Exit, rooms: readonly WatchedRoom[], now: number): WatchedRoom[] {
	const roundMs = exit.batchRoundMs(rooms.length);
	const waits = rooms.map((room) => {
		return { room, wait: ((now - (room.batchedAt ?? room.since - roundMs)) / roundMs) * room.weight ** 0.5 };
	});
	return waits.sort((a, b) => b.wait - a.wait).map(({ room }) => room);
}

function followedPlan(exit: Exit, logins: ReadonlyMap<FollowedList, DouyinUpstream>, now: number): Plan {
	const dues = [...logins].map(([list, upstream]) => ({ list, upstream, at: exit.listDueAt(list, now) }));
	const [next] = dues.sort((a, b) => a.at - b.at || a.list.askedAt - b.list.askedAt);
	if (!next) return { ask: undefined, nextAt: Number.POSITIVE_INFINITY };
	const at = Math.max(next.at, exit.gapUntil, exit.paidAt("followed", now, reserves[2]));
	if (at > now) return { ask: undefined, nextAt: at };
	return { ask: { kind: "followed", upstream: next.upstream, list: next.list }, nextAt: now };
}

/** Returns the list that shows a room from here, of a login that it uses and that follows it. */
export function listOf(exit: Exit, room: WatchedRoom): FollowedList | undefined {
	if (room.followedBy === undefined) return undefined;
	const lists = room.routes.get(exit)?.map(({ identity }) => exit.list(identity));
	return lists?.find(({ digest }) => digest === room.followedBy);
}

/**
 * Sets the interval of single look-ups of each waiting room: each at least every half hour, and the rest of the budget
 * to likely broadcasts. If there are too many rooms for that, half of the budget is spread evenly.
 */
export function setIntervals(exits: Iterable<Exit>, rooms: Iterable<WatchedRoom>, now: number): void {
	const rates = new Map<WatchedRoom, number>();
	const bounds = new Map<WatchedRoom, number>();
	for (const exit of exits) {
		const here = [...rooms].filter((room) => room.routes.has(exit));
		if (here.length === 0) continue;
		const budget = rateOf(exit, here, now);
		if (budget <= 0) continue;
		// A room with several exits takes a part of its look-ups from each.
		const partOf = (room: WatchedRoom) => 1 / room.routes.size;
		const count = here.reduce((sum, room) => sum + partOf(room), 0);
		const floor = Math.min(minute / maxIntervalMs, (budget * evenPart) / count);
		const eager = here.filter((room) => !isCovered(exit, room, now) && !room.isDormant);
		const weights = eager.map((room) => partOf(room) * room.weight ** caution);
		const sum = weights.reduce((all, weight) => all + weight, 0);
		for (const room of here) {
			rates.set(room, (rates.get(room) ?? 0) + floor * partOf(room));
			bounds.set(room, Math.min(bounds.get(room) ?? Number.POSITIVE_INFINITY, minute / floor));
		}
		const rest = budget - floor * count;
		for (const [index, room] of eager.entries()) {
			rates.set(room, (rates.get(room) ?? 0) + (rest * (weights[index] ?? 0)) / sum);
		}
	}
	for (const [room, rate] of rates) {
		room.boundMs = bounds.get(room) ?? maxIntervalMs;
		room.intervalMs = Math.max(minIntervalMs, Math.min(room.boundMs, minute / rate));
	}
}

/** Returns whether calls for many rooms show this one too. */
function isCovered(exit: Exit, room: WatchedRoom, now: number): boolean {
	if (exit.records.followed.state === "works" && listOf(exit, room)?.record.state === "works") return true;
	return exit.relies(now) && !room.isDistrusted && room.batchedAt !== undefined;
}

/** Returns the number of look-ups per minute that rooms may make from here, by the open ways. */
function rateOf(exit: Exit, rooms: readonly WatchedRoom[], now: number): number {
	const hasAsk = rooms.some((room) => room.routes.get(exit)?.some(({ upstream }) => upstream.ask));
	const isOpen = (way: "page" | "enter" | "reflow") => !exit.records[way].isClosed(now);
	const json = hasAsk && (isOpen("enter") || isOpen("reflow")) ? exit.perMinute("enter") : 0;
	return json + (isOpen("page") ? exit.perMinute("page") : 0);
}
