import type { Asked, Attempt } from "./attempts.ts";

/** An attempt, however it was seen. */
type SeenAttempt = Omit<Attempt, "link">;

export interface AttemptRules {
	/** Returns the live id of a room by the id in a request. */
	liveIdOf: (name: string) => string;
	/** Whether the service or the room was restarted in this period, which resets its history. */
	restartedIn: (liveId: string, from: number, to: number) => boolean;
	/** Returns the maximum number of sessions that the room was allowed at any time in this period. */
	sessionsOf: (liveId: string, from: number, to: number) => number;
	/** Whether one room probes for all during an outage: it may use the attempts of the others, which wait meanwhile. */
	probesForAll: boolean;
}

/**
 * Maximum number of handshakes of all rooms within one second: 20, and the two that begin while the first of a process
 * wait up to 100 ms for the page that gives all of them an identity.
 */
const maxInOneSecond = 22;
/** Maximum number of failed attempts of a room within a minute: the schedule 1, 2, 4, 8, 16, 32 s, plus one. */
const maxFruitlessInOneMinute = 8;
/** Time that a blocked room must not send requests, ms; slightly shorter, because two processes read the clock. */
const blockedMs = 300_000 * 0.98;
/** Requests sent within this time may precede the reading of the answer, ms. */
const readMs = 300;
const minuteMs = 60_000;

/** Checks attempts for storms. Returns the violations as sentences. */
export function checkAttempts(
	attempts: readonly SeenAttempt[],
	asked: readonly Asked[],
	rules: AttemptRules,
): string[] {
	const broken: string[] = [];
	const busiest = maxWithin(startsOf(attempts, asked), 1000);
	if (busiest.count > maxInOneSecond) broken.push(`${busiest.count} handshakes in one second, from ${busiest.at} on`);
	const rooms = byRoom(attempts, rules.liveIdOf);
	const runs = [...rooms.values()].map(runsWithoutProof);
	/** Counts the failed attempts of all rooms in the minute from then on. */
	const ofAll = (from: number) => runs.flat(2).filter((at) => at >= from && at < from + minuteMs).length;
	for (const [i, [liveId, own]] of [...rooms].entries()) {
		for (const fruitless of runs[i] ?? []) {
			const { count, at } = maxWithin(fruitless, minuteMs);
			const maxOf = (room: string) => maxFruitlessInOneMinute * rules.sessionsOf(room, at, at + minuteMs);
			if (count <= maxOf(liveId) || rules.restartedIn(liveId, at, at + minuteMs)) continue;
			const maxOfAll = [...rooms.keys()].reduce((sum, room) => sum + maxOf(room), 0);
			if (rules.probesForAll && ofAll(at) <= maxOfAll) continue;
			broken.push(`${liveId}: ${count} failed attempts in a minute, from ${at} on`);
		}
		const requests = asked.filter(({ of }) => rules.liveIdOf(of) === liveId);
		broken.push(...askedWhileBlocked(liveId, own, requests, rules));
	}
	return broken;
}

/**
 * Returns when each attempt began, in order: with the request for messages before the socket, if there is one. How long
 * that takes is the network's, so sockets may open closer together than attempts are allowed to begin.
 */
function startsOf(attempts: readonly SeenAttempt[], asked: readonly Asked[]): number[] {
	const fetches = new Map<string, number[]>();
	for (const { at, what, of } of asked) {
		if (what !== "fetch") continue;
		const own = fetches.get(of) ?? [];
		own.push(at);
		fetches.set(of, own);
	}
	const triedAt = new Map<string, number>();
	const starts = attempts.map(({ at, roomId }) => {
		const own = fetches.get(roomId) ?? [];
		while ((own[1] ?? Number.POSITIVE_INFINITY) <= at) own.shift();
		const [fetchedAt = at] = own;
		const before = triedAt.get(roomId) ?? 0;
		triedAt.set(roomId, at);
		return fetchedAt <= at && fetchedAt > before ? fetchedAt : at;
	});
	return starts.sort((a, b) => a - b);
}

function askedWhileBlocked(
	liveId: string,
	own: readonly SeenAttempt[],
	requests: readonly Asked[],
	{ restartedIn, sessionsOf }: AttemptRules,
): string[] {
	const broken: string[] = [];
	for (const { outcome, answeredAt } of own) {
		if (outcome !== "blocked" || answeredAt === undefined) continue;
		const until = answeredAt + blockedMs;
		const tooSoon = requests.filter(
			({ at }) => at > answeredAt + readMs && at < until && !restartedIn(liveId, answeredAt, at),
		);
		const first = tooSoon[0];
		// Another session of the same room has its own identity.
		if (first && sessionsOf(liveId, answeredAt, first.at) === 1) {
			const after = Math.round((first.at - answeredAt) / 1000);
			broken.push(`${liveId}: asked for a ${first.what} ${after} s after it was refused as a device`);
		}
	}
	return broken;
}

function byRoom(attempts: readonly SeenAttempt[], liveIdOf: (roomId: string) => string): Map<string, SeenAttempt[]> {
	const rooms = new Map<string, SeenAttempt[]>();
	for (const attempt of attempts) {
		const liveId = liveIdOf(attempt.roomId);
		const own = rooms.get(liveId) ?? [];
		own.push(attempt);
		rooms.set(liveId, own);
	}
	return rooms;
}

/** Splits the times of attempts after each that proved itself. */
function runsWithoutProof(attempts: readonly SeenAttempt[]): number[][] {
	const runs: number[][] = [[]];
	for (const { at, provenAt } of attempts) {
		runs.at(-1)?.push(at);
		if (provenAt !== undefined) runs.push([]);
	}
	return runs;
}

function maxWithin(times: readonly number[], spanMs: number): { count: number; at: number } {
	const max = { count: 0, at: 0 };
	let first = 0;
	for (const [i, time] of times.entries()) {
		while ((times[first] ?? time) <= time - spanMs) first++;
		if (i - first + 1 > max.count) {
			max.count = i - first + 1;
			max.at = times[first] ?? time;
		}
	}
	return max;
}
