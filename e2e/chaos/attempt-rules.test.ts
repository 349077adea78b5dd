import { expect, test } from "vitest";
import { checkAttempts } from "./attempt-rules.ts";
import type { Asked, Attempt } from "./attempts.ts";

const rules = {
	liveIdOf: (roomId: string) => roomId,
	restartedIn: () => false,
	sessionsOf: () => 1,
	probesForAll: false,
};

type Tried = Pick<Attempt, "at"> & Partial<Attempt>;

function attempts(...tried: Tried[]): Attempt[] {
	const nothing = { roomId: "1", outcome: undefined, answeredAt: undefined, provenAt: undefined, heardAt: undefined };
	// Rules about times ignore the sockets.
	return tried.map((attempt) => ({ ...nothing, link: undefined as unknown as Attempt["link"], ...attempt }));
}

test("accepts the backoff schedule of a refused room", () => {
	const times = [0, 1, 3, 7, 15, 31, 63, 123, 183].map((seconds) => ({ at: seconds * 1000 }));
	expect(checkAttempts(attempts(...times), [], rules)).toEqual([]);
});

test("reports an attempt each second, unless they prove themselves", () => {
	const times = Array.from({ length: 10 }, (_, second) => ({ at: second * 1000 }));
	expect(checkAttempts(attempts(...times), [], rules)).toEqual(["1: 10 failed attempts in a minute, from 0 on"]);
	const proven = times.map(({ at }) => ({ at, provenAt: at + 100 }));
	expect(checkAttempts(attempts(...proven), [], rules)).toEqual([]);
});

test("allows a probing room the attempts of all rooms", () => {
	const probes = Array.from({ length: 15 }, (_, second) => ({ at: second * 1000 }));
	const other = { at: 0, roomId: "2" };
	const together = { ...rules, probesForAll: true };
	expect(checkAttempts(attempts(...probes, other), [], rules)).toHaveLength(1);
	expect(checkAttempts(attempts(...probes, other), [], together)).toEqual([]);
	expect(checkAttempts(attempts(...probes, other, other), [], together)).toHaveLength(1);
});

test("reports more than 22 handshakes of all rooms per second", () => {
	const many = Array.from({ length: 23 }, (_, i) => ({ at: 5_000 + i, roomId: String(i) }));
	expect(checkAttempts(attempts(...many), [], rules)).toEqual(["23 handshakes in one second, from 5000 on"]);
	expect(checkAttempts(attempts(...many.slice(1)), [], rules)).toEqual([]);
});

test("counts an attempt from its request for messages on", () => {
	const rooms = Array.from({ length: 23 }, (_, i) => String(i));
	const fetches = rooms.map((of, i): Asked => ({ at: 4_000 + 50 * i, what: "fetch", of }));
	const together = attempts(...rooms.map((roomId) => ({ at: 5_110, roomId })));
	expect(checkAttempts(together, fetches, rules)).toEqual([]);
	const again = attempts(...rooms.map((roomId) => ({ at: 9_000, roomId })));
	expect(checkAttempts([...together, ...again], fetches, rules)).toEqual(["23 handshakes in one second, from 9000 on"]);
});

test("reports requests within five minutes of a device block", () => {
	const refused = attempts({ at: 0, outcome: "blocked", answeredAt: 100 });
	const early: Asked[] = [{ at: 60_100, what: "page", of: "1" }];
	expect(checkAttempts(refused, early, rules)).toEqual(["1: asked for a page 60 s after it was refused as a device"]);
	expect(checkAttempts(refused, early, { ...rules, restartedIn: () => true })).toEqual([]);
	expect(checkAttempts(refused, [{ at: 300_100, what: "page", of: "1" }], rules)).toEqual([]);
	expect(checkAttempts(refused, [{ at: 60_100, what: "page", of: "2" }], rules)).toEqual([]);
});

test("counts two sessions' attempts and device blocks separately", () => {
	const two = { ...rules, sessionsOf: () => 2 };
	const times = Array.from({ length: 16 }, (_, i) => ({ at: i * 3_000 }));
	expect(checkAttempts(attempts(...times), [], two)).toEqual([]);
	expect(checkAttempts(attempts(...times), [], rules)).toHaveLength(1);
	expect(checkAttempts(attempts(...times, { at: 48_000 }), [], two)).toHaveLength(1);
	const refused = attempts({ at: 0, outcome: "blocked", answeredAt: 100 });
	const early: Asked[] = [{ at: 60_100, what: "page", of: "1" }];
	expect(checkAttempts(refused, early, two)).toEqual([]);
	// A second session that ended before or started later is no excuse.
	const later = {
		...rules,
		sessionsOf: (_liveId: string, from: number, to: number) => (from <= 60_200 && to >= 60_200 ? 2 : 1),
	};
	expect(checkAttempts(refused, early, later)).toHaveLength(1);
});
