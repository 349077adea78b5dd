import type { Asked, Attempt } from "./attempts.ts";

export interface AttemptRules {
	/** Live id by what a request names. */
	liveIdOf: (name: string) => string;
	/** When the service or the room was restarted, which forgets what was before. */
	beganAnew: (liveId: string, from: number, to: number) => boolean;
	/** The most sessions that a room was to have at once between the two. */
	sessionsOf: (liveId: string, from: number, to: number) => number;
	/** In an outage one room probes for all: it may make the attempts of the others, which wait meanwhile. */
	probesForAll: boolean;
}

/** All rooms together, handshakes in one second of the service's time. */
const mostInOneSecond = 20;
/** A room whose connection does not prove itself: attempts in a minute by the schedule 1, 2, 4, 8, 16, 32 s, and one. */
const mostFruitlessInOneMinute = 8;
/** How long a blocked room makes no request, ms; a little less, since the clock is read in two processes. */
const blockedMs = 300_000 * 0.98;
/** A request that is made before the answer has been read is none of its business, ms. */
const readMs = 300;
const minuteMs = 60_000;

/** What attempts say about storms: the broken promises, in words. */
export function checkAttempts(attempts: readonly Attempt[], asked: readonly Asked[], rules: AttemptRules): string[] {
	const broken: string[] = [];
	const busiest = mostWithin(
		attempts.map(({ at }) => at),
		1000,
	);
	if (busiest.count > mostInOneSecond) broken.push(`${busiest.count} handshakes in one second, from ${busiest.at} on`);
	const rooms = byRoom(attempts, rules.liveIdOf);
	const stretches = [...rooms.values()].map(stretchesWithoutProof);
	/** Failed attempts of all rooms in the minute from then on. */
	const ofAll = (from: number) => stretches.flat(2).filter((at) => at >= from && at < from + minuteMs).length;
	for (const [i, [liveId, own]] of [...rooms].entries()) {
		for (const fruitless of stretches[i] ?? []) {
			const { count, at } = mostWithin(fruitless, minuteMs);
			const mostOf = (room: string) => mostFruitlessInOneMinute * rules.sessionsOf(room, at, at + minuteMs);
			if (count <= mostOf(liveId) || rules.beganAnew(liveId, at, at + minuteMs)) continue;
			const mostOfAll = [...rooms.keys()].reduce((sum, room) => sum + mostOf(room), 0);
			if (rules.probesForAll && ofAll(at) <= mostOfAll) continue;
			broken.push(`${liveId}: ${count} failed attempts in a minute, from ${at} on`);
		}
		const requests = asked.filter(({ of }) => rules.liveIdOf(of) === liveId);
		broken.push(...askedWhileBlocked(liveId, own, requests, rules));
	}
	return broken;
}

function askedWhileBlocked(
	liveId: string,
	own: readonly Attempt[],
	requests: readonly Asked[],
	{ beganAnew, sessionsOf }: AttemptRules,
): string[] {
	const broken: string[] = [];
	for (const { outcome, answeredAt } of own) {
		if (outcome !== "blocked" || answeredAt === undefined) continue;
		const until = answeredAt + blockedMs;
		const tooSoon = requests.filter(
			({ at }) => at > answeredAt + readMs && at < until && !beganAnew(liveId, answeredAt, at),
		);
		const first = tooSoon[0];
		// Another session of the same room has an identity of its own.
		if (first && sessionsOf(liveId, answeredAt, first.at) === 1) {
			const after = Math.round((first.at - answeredAt) / 1000);
			broken.push(`${liveId}: asked for a ${first.what} ${after} s after it was refused as a device`);
		}
	}
	return broken;
}

function byRoom(attempts: readonly Attempt[], liveIdOf: (roomId: string) => string): Map<string, Attempt[]> {
	const rooms = new Map<string, Attempt[]>();
	for (const attempt of attempts) {
		const liveId = liveIdOf(attempt.roomId);
		const own = rooms.get(liveId) ?? [];
		own.push(attempt);
		rooms.set(liveId, own);
	}
	return rooms;
}

/** Times of attempts, parted where one of them proved itself. */
function stretchesWithoutProof(attempts: readonly Attempt[]): number[][] {
	const stretches: number[][] = [[]];
	for (const { at, provenAt } of attempts) {
		stretches.at(-1)?.push(at);
		if (provenAt !== undefined) stretches.push([]);
	}
	return stretches;
}

function mostWithin(times: readonly number[], spanMs: number): { count: number; at: number } {
	const most = { count: 0, at: 0 };
	let first = 0;
	for (const [i, time] of times.entries()) {
		while ((times[first] ?? time) <= time - spanMs) first++;
		if (i - first + 1 > most.count) {
			most.count = i - first + 1;
			most.at = times[first] ?? time;
		}
	}
	return most;
}
