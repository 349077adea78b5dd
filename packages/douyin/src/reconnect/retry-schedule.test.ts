import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextRetry, noRetries, type RetryRecord } from "./retry-schedule.ts";

const start = 1e12;
const second = 1000;
const promised = [1, 2, 4, 8, 16, 32, 60, 60, 60];

/** A connection that is retried. */
class Connection {
	record: RetryRecord = noRetries;

	works(provenAt: number): void {
		this.record = { ...this.record, provenAt };
	}

	next(attempt: number, now: number, flap = true): { delayMs: number; flaps: number } {
		const next = nextRetry(this.record, attempt, now, flap);
		this.record = next.record;
		return next;
	}
}

const failures = (connection: Connection, count: number) =>
	Array.from({ length: count }, (_, i) => connection.next(i + 1, start).delayMs / second);

test("a failing connection waits 1 to 32, then 60 s", () => {
	expect(failures(new Connection(), 9)).toEqual(promised);
});

/** Returns the first delay, s, after each connection that lasted this long, ms. */
function afterLives(schedule: Connection, livesMs: number[], flap = true): number[] {
	let now = start;
	return livesMs.map((lifeMs) => {
		schedule.works(now);
		now += lifeMs;
		return schedule.next(1, now, flap).delayMs / second;
	});
}

describe("connections that break soon after they worked", () => {
	test("are delayed further each time, up to 60 s", () => {
		expect(afterLives(new Connection(), Array(11).fill(200))).toEqual([1, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
	});

	test("wait at most 4 s after lasting some seconds", () => {
		expect(afterLives(new Connection(), Array(7).fill(20 * second))).toEqual([1, 1, 2, 4, 4, 4, 4]);
	});

	test("also delay an attempt that fails before its first frame", () => {
		const schedule = new Connection();
		expect(afterLives(schedule, Array(4).fill(20 * second)).at(-1)).toBe(4);
		expect(schedule.next(2, start + 100 * second).delayMs).toBe(8 * second);
	});

	test("are forgotten once a connection lasts for a minute", () => {
		const lives = [200, 200, 200, 200, 59_999, 60_000, 200, 200, 200];
		expect(afterLives(new Connection(), lives)).toEqual([1, 1, 2, 4, 4, 1, 1, 1, 2]);
	});

	test("don't count if the failure is no flap", () => {
		expect(afterLives(new Connection(), Array(5).fill(200), false)).toEqual([1, 1, 1, 1, 1]);
	});

	test("are reported once they lengthen the delay", () => {
		const schedule = new Connection();
		const reported = Array.from({ length: 4 }, () => {
			schedule.works(start);
			return schedule.next(1, start).flaps;
		});
		expect(reported).toEqual([0, 0, 3, 4]);
	});
});

test("a connection counts as useful after exactly five seconds", () => {
	expect(afterLives(new Connection(), Array(6).fill(5 * second))).toEqual([1, 1, 2, 4, 4, 4]);
	expect(afterLives(new Connection(), Array(6).fill(5 * second - 1))).toEqual([1, 1, 2, 4, 8, 16]);
});

test("any delay is between 1 and 60 s", () => {
	const event = fc.record({ works: fc.boolean(), passMs: fc.nat(200_000) });
	fc.assert(
		fc.property(fc.array(event, { maxLength: 60 }), (events) => {
			const schedule = new Connection();
			let now = start;
			let attempt = 0;
			for (const { works, passMs } of events) {
				now += passMs;
				if (works) schedule.works(now);
				attempt = works ? 1 : attempt + 1;
				const { delayMs } = schedule.next(attempt, now);
				expect(delayMs).toBeGreaterThanOrEqual(second);
				expect(delayMs).toBeLessThanOrEqual(60 * second);
			}
		}),
	);
});
