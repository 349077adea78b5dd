import type { LookupWay } from "@livekeeper/douyin";
import type { Hold } from "../rooms/index.ts";
import type { Exit } from "./exit.ts";
import type { Pace } from "./pace.ts";
import { batchOrder, compareTurns, isYielding, listOf, mayBeShown, readyWay, usableRoute } from "./planner.ts";
import type { WatchWay } from "./watch-status.ts";
import { isUrgent, type Rank, type WatchedRoom, waitingRank } from "./watched-room.ts";

/** Planned time of a look-up, ms by `Clock.elapsed`, and its way. */
export interface Turn {
	readonly at: number;
	readonly way: WatchWay;
}

/** Forecast for one room. */
export interface Outlook {
	/** Planned single look-up, and the number of others before it from the same exit. */
	readonly single: (Turn & { readonly ahead: number }) | undefined;
	/** The same, or a call for several rooms that includes it, if that is sooner. */
	readonly next: Turn | undefined;
}

interface Inputs {
	readonly now: number;
	readonly holdOf: (identity: string) => Hold | undefined;
}

/**
 * Plans when each room is looked up next, assuming that every answer repeats the last ones. Pure: it changes nothing.
 * @param rooms those that wait for an answer; one whose look-up is running has no outlook
 */
export function forecast(
	exits: readonly Exit[],
	rooms: Iterable<WatchedRoom>,
	inputs: Inputs,
): ReadonlyMap<WatchedRoom, Outlook> {
	const waiting = [...rooms].filter(({ isAsked }) => !isAsked);
	const urgentTurns = Math.max(0, ...exits.map((exit) => exit.urgentTurns));
	const singles = singleTurns(waiting, urgentTurns, inputs);
	const shared = new Map<WatchedRoom, Turn>();
	for (const exit of exits) {
		for (const [room, turn] of sharedTurns(exit, waiting, inputs)) {
			if (turn.at < (shared.get(room)?.at ?? Number.POSITIVE_INFINITY)) shared.set(room, turn);
		}
	}
	const outlooks = new Map<WatchedRoom, Outlook>();
	for (const [room, single] of singles) {
		const other = shared.get(room);
		const next = other && (!single || other.at < single.at) ? other : single;
		outlooks.set(room, { single, next });
	}
	return outlooks;
}

/** Returns the turns of single look-ups in order. Each takes its part of an exit's pace. */
function singleTurns(
	rooms: readonly WatchedRoom[],
	urgentTurns: number,
	{ now, holdOf }: Inputs,
): Map<WatchedRoom, Outlook["single"]> {
	const ranked = rooms.map((room) => {
		const rank = room.rank(now);
		return { room, rank, dueAt: rank === waitingRank ? Math.max(now, room.dueAt) : now };
	});
	ranked.sort((one, other) => one.dueAt - other.dueAt || compareTurns(one, other, now));
	const queues = new Map<Exit, { pace: Pace; length: number }>();
	const turns = new Map<WatchedRoom, Outlook["single"]>();
	for (const { room, rank, dueAt } of inTurn(ranked, urgentTurns)) {
		let first: { at: number; way: LookupWay; queue: { pace: Pace; length: number } } | undefined;
		for (const exit of room.routes.keys()) {
			const route = usableRoute(exit, room, holdOf);
			if (!route) continue;
			const queue = queues.get(exit) ?? { pace: exit.paceAhead(), length: 0 };
			queues.set(exit, queue);
			const { pace } = queue;
			const ready = readyWay(exit, room, route.upstream, rank, Math.max(dueAt, pace.gapUntil), pace);
			if (ready && (!first || ready.at < first.at)) first = { ...ready, queue };
		}
		if (!first) {
			turns.set(room, undefined);
			continue;
		}
		const { at, way, queue } = first;
		turns.set(room, { at, way, ahead: queue.length++ });
		queue.pace.take(way, at);
		queue.pace.pause(at);
	}
	return turns;
}

/** Yields ranked rooms in the order in which the planner takes them: urgent ones yield some turns. */
function* inTurn<One extends { readonly rank: Rank }>(ranked: readonly One[], urgentTurns: number): Generator<One> {
	const urgent = ranked.filter(({ rank }) => isUrgent(rank));
	const others = ranked.filter(({ rank }) => !isUrgent(rank)).values();
	let row = urgentTurns;
	let other = others.next();
	for (const one of urgent) {
		if (isYielding(row) && other.value?.rank === 2) {
			yield { ...other.value, rank: 0 };
			other = others.next();
			row = 0;
		}
		yield one;
		row++;
	}
	if (!other.done) yield other.value;
	yield* others;
}

/** Yields the turns of calls for several rooms from one exit. */
function* sharedTurns(
	exit: Exit,
	rooms: readonly WatchedRoom[],
	{ now, holdOf }: Inputs,
): Generator<readonly [WatchedRoom, Turn]> {
	const inBatch: WatchedRoom[] = [];
	for (const room of rooms) {
		const upstream = usableRoute(exit, room, holdOf)?.upstream;
		if (!upstream) continue;
		if (mayBeShown(room, upstream) && !exit.records.batch.isClosed(now)) inBatch.push(room);
		const list = listOf(exit, room);
		if (list) yield [room, { at: Math.max(now, exit.listDueAt(list, now)), way: "followed" }];
	}
	const reachedAt = Math.max(now, exit.unreached(now)?.until ?? 0, exit.batchDueAt(inBatch.length));
	const everyMs = exit.batchEveryMs(inBatch.length);
	const places = Math.max(1, exit.batchIds - 1);
	for (const [index, room] of batchOrder(exit, inBatch, now).entries()) {
		yield [room, { at: reachedAt + Math.floor(index / places) * everyMs, way: "batch" }];
	}
}
