import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findingText } from "../../text/index.ts";
import { type RhythmOptions, RoomRhythm } from "./room-rhythm.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A room on a clock that the test advances, checked every 5 s; `alarms` are reconnects because of silence. */
class Room {
	now = new ManualClock().now();
	readonly rhythm: RoomRhythm;
	readonly alarms: number[] = [];

	constructor(options?: RhythmOptions) {
		this.rhythm = new RoomRhythm(options);
		this.rhythm.connected(this.now);
	}

	/** Advances time and reopens a broken connection. */
	pass(ms: number): void {
		const end = this.now + ms;
		while (this.now < end) {
			this.now = Math.min(end, this.now + 5000 - (this.now % 5000));
			if (this.now % 5000 !== 0) continue;
			this.rhythm.look(this.now);
			if (this.verdict === "broken") {
				this.alarms.push(this.now);
				this.rhythm.disconnected(this.now);
				this.rhythm.connected(this.now);
			}
		}
	}

	talk(intervalMs: number, forMs: number, kinds: string[] = ["chat"]): this {
		return this.every(() => intervalMs, forMs, kinds);
	}

	every(intervalMs: () => number, forMs: number, kinds: string[] = ["chat"]): this {
		const end = this.now + forMs;
		while (this.now < end) {
			this.pass(intervalMs());
			this.rhythm.frame(this.now, kinds);
		}
		return this;
	}

	/** Text that describes its silence. */
	get words(): string {
		return findingText(this.rhythm.silence(this.now).evidence).en;
	}

	get verdict() {
		return this.rhythm.silence(this.now).verdict;
	}
}

describe("silence", () => {
	test.each([
		[100, 5],
		[200, 5],
		[500, 8],
	])("with a frame every %i ms breaks within %i s", (intervalMs, seconds) => {
		const room = new Room().talk(intervalMs, 5 * minute);
		expect(room.rhythm.brokenAfterMs).toBeLessThanOrEqual(seconds * second);
		room.pass(10 * second);
		expect(room.alarms).toHaveLength(1);
	});

	test("is described in plain words", () => {
		const room = new Room().talk(20 * second, 2 * hour);
		room.now += 140 * second;
		expect(room.rhythm.silence(room.now)).toMatchObject({
			verdict: "unusual",
			silentMs: 140 * second,
			pastOuterBound: true,
		});
		expect(room.words).toBe("data usually arrives 3 times a minute here; none for 140 s");
	});

	test.each([
		["nothing", []],
		["one message", [-minute]],
		["a message every 5 minutes", [-16 * minute, -11 * minute, -6 * minute, -minute]],
	])("breaks nothing for hours in a quiet room after %s", (_, past) => {
		const room = new Room();
		room.rhythm.history(past.map((ms) => room.now + ms));
		room.talk(5 * minute, 4 * hour);
		expect(room.alarms).toEqual([]);
		expect(room.rhythm.silence(room.now + minute)).toMatchObject({ verdict: "normal", pastOuterBound: true });
	});

	test("breaks randomly talking rooms less than twice a day", () => {
		const random = seeded(7);
		for (const meanMs of [200, 2000, 20_000, 300_000]) {
			const room = new Room();
			room.rhythm.history([]);
			const days = meanMs < 1000 ? 0.25 : 2;
			room.every(() => -Math.log(1 - random()) * meanMs, days * 24 * hour);
			expect(room.alarms.length / Math.max(1, days), `one frame in ${meanMs} ms`).toBeLessThan(2);
		}
	});

	test("is accepted soon when a room calms down", () => {
		const alarms = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
			const random = seeded(seed);
			const room = new Room().talk(200, 20 * minute);
			const start = room.now;
			const mean = () => 200 * 2 ** ((room.now - start) / (6 * minute));
			room.every(() => -Math.log(1 - random()) * Math.min(mean(), 5 * minute), 3 * hour);
			return room.alarms.length;
		});
		expect(Math.max(...alarms)).toBeLessThanOrEqual(8);
		expect(alarms.reduce((a, b) => a + b) / alarms.length).toBeLessThanOrEqual(5);
	});

	test("is learned as the room's own after bursts", () => {
		const random = seeded(5);
		const room = new Room();
		const hourly: number[] = [];
		for (let h = 0; h < 6; h++) {
			const before = room.alarms.length;
			for (let i = 0; i < 6; i++) {
				room.every(() => -Math.log(1 - random()) * 200, minute);
				room.every(() => -Math.log(1 - random()) * 30 * second, 9 * minute);
			}
			hourly.push(room.alarms.length - before);
		}
		expect(hourly.slice(2).reduce((a, b) => a + b)).toBeLessThanOrEqual(4);
	});

	test("is known again within 3 minutes after a quiet night", () => {
		const room = new Room();
		room.rhythm.history([]);
		room.talk(5 * minute, 8 * hour).talk(100, 3 * minute);
		room.pass(10 * second);
		expect(room.alarms).toHaveLength(1);
	});

	test("is checked less and less over consecutive connections, and learned", () => {
		const room = new Room().talk(100, 10 * minute);
		room.pass(hour);
		expect(room.alarms.length).toBeGreaterThan(4);
		expect(room.alarms.length).toBeLessThanOrEqual(11);
		const gaps = room.alarms.slice(1).map((at, i) => at - (room.alarms[i] ?? 0));
		for (const [i, gap] of gaps.entries()) if (i > 0) expect(gap).toBeGreaterThanOrEqual(gaps[i - 1] ?? 0);
		expect(room.words).toMatch(/silent connections before/);
	});

	test("ended by a new connection is caught as soon again", () => {
		const room = new Room().talk(100, 10 * minute);
		for (let fault = 1; fault <= 6; fault++) {
			for (const start = room.now; room.alarms.length < fault; room.pass(second)) {
				expect(room.now - start).toBeLessThan(10 * second);
			}
			room.talk(100, minute);
		}
	});
});

describe("unknown room", () => {
	test("breaks at the outer bound when mute, then later", () => {
		const room = new Room();
		room.pass(59 * second);
		expect(room.alarms).toEqual([]);
		room.pass(hour);
		const start = new ManualClock().now();
		expect(room.alarms.map((at) => (at - start) / second)).toEqual([60, 120, 240, 480, 960, 1920]);
	});

	test("breaks at the outer bound after its first frames too", () => {
		const room = new Room();
		room.rhythm.frame(room.now);
		expect(room.rhythm.brokenAfterMs).toBe(minute);
		room.pass(minute);
		expect(room.alarms).toHaveLength(1);
	});

	test("breaks at once if its past shows it busy", () => {
		const room = new Room();
		room.rhythm.history(Array.from({ length: 15 }, (_, i) => room.now - 200 * i));
		expect(room.rhythm.brokenAfterMs).toBeLessThan(minute);
		room.pass(minute);
		expect(room.alarms.length).toBeGreaterThan(0);
	});

	test("waits 10 minutes if its past is empty", () => {
		const room = new Room();
		room.rhythm.history([]);
		room.pass(minute);
		expect(room.rhythm.silence(room.now)).toMatchObject({ verdict: "unusual", pastOuterBound: true });
		expect(room.rhythm.brokenAfterMs).toBe(10 * minute);
	});

	test("ignores invalid times", () => {
		const room = new Room();
		room.rhythm.history([0, Number.MAX_SAFE_INTEGER, -5, Number.NaN]);
		expect(room.rhythm.brokenAfterMs).toBe(10 * minute);
	});

	test("says that its pace is not known yet", () => {
		const room = new Room();
		room.now += 30 * second;
		expect(room.words).toBe("nothing in the 30 s since connecting; this room's usual pace is not known yet");
	});
});

test("is not silent while disconnected", () => {
	const room = new Room().talk(100, minute);
	room.rhythm.disconnected(room.now);
	expect(room.rhythm.silence(room.now + hour)).toMatchObject({ verdict: "normal", silentMs: 0 });
});

describe("event type that falls silent alone", () => {
	test("is reported: no gift for 45 min, normally 6 hourly", () => {
		const random = seeded(1);
		const room = new Room();
		const talk = (forMs: number, gifts: boolean) => {
			for (const end = room.now + forMs; room.now < end; ) {
				room.pass(2 * second);
				room.rhythm.frame(room.now, gifts && random() < 12 / 3600 ? ["chat", "gift"] : ["chat"]);
			}
		};
		talk(12 * hour, true);
		room.rhythm.frame(room.now, ["gift"]);
		talk(15 * minute, false);
		expect(room.rhythm.quietKinds(room.now, "logged_in")).toEqual([]);
		talk(35 * minute, false);
		expect(room.rhythm.quietKinds(room.now, "logged_in")).toMatchObject([{ kind: "gift", silentMs: 50 * minute }]);
		const evidence = (identity: "anonymous" | "logged_in") =>
			room.rhythm.quietKinds(room.now, identity).map((kind) => findingText(kind.evidence).en)[0];
		expect(evidence("logged_in")).toMatch(/^connected, but no gifts for 50 min \(usually \d an hour\)$/);
		expect(evidence("anonymous")).toBe(`${evidence("logged_in")}; not logged in`);
		expect(room.alarms).toEqual([]);
		room.rhythm.frame(room.now, ["gift"]);
		expect(room.rhythm.quietKinds(room.now, "logged_in")).toEqual([]);
	});

	test("waits a minute, and for the rest to talk", () => {
		const room = new Room().talk(200, 10 * minute, ["chat", "like"]);
		room.talk(200, 50 * second, ["chat"]);
		expect(room.rhythm.quietKinds(room.now, "logged_in")).toEqual([]);
		room.talk(200, 20 * second, ["chat"]);
		expect(room.rhythm.quietKinds(room.now, "logged_in").map(({ kind }) => kind)).toEqual(["like"]);
		room.now += 6 * second;
		expect(room.rhythm.quietKinds(room.now, "logged_in")).toEqual([]);
	});
});

describe("clock jump", () => {
	test.each([-10 * hour, -30 * second, hour, 24 * hour])("by %i ms neither hides nor causes a silence", (jump) => {
		const room = new Room().talk(20 * second, hour);
		room.pass(20 * second);
		room.now += jump;
		room.rhythm.look(room.now);
		expect(room.verdict).toBe("normal");
		room.pass(10 * minute);
		expect(room.alarms.length).toBeGreaterThan(0);
	});
});

const step = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ do: fc.constant("frame" as const), ms: fc.integer({ min: 0, max: 20_000 }) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("frame" as const), ms: fc.integer({ min: 0, max: hour }) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("cut" as const), ms: fc.integer({ min: 0, max: hour }) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const), ms: fc.integer({ min: -hour, max: hour }) }) },
);

test("breaks between 5 s and an hour, monotonically", () => {
	const worse = ["normal", "unusual", "broken"];
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const rhythm = new RoomRhythm();
			let now = 1e12;
			rhythm.connected(now);
			for (const { do: what, ms } of steps) {
				now += ms;
				if (what === "frame") rhythm.frame(now, ["chat", "gift"]);
				else if (what === "look") rhythm.look(now);
				else {
					rhythm.disconnected(now);
					rhythm.connected(now);
				}
			}
			rhythm.frame(now);
			const reports = [0, 100, 4999, 5000, 30_000, minute, 10 * minute, hour].map((ms) => rhythm.silence(now + ms));
			for (const [i, report] of reports.entries()) {
				const before = reports[i - 1];
				if (report.silentMs < 5000) expect(report.verdict).not.toBe("broken");
				if (!before) continue;
				expect(worse.indexOf(report.verdict)).toBeGreaterThanOrEqual(worse.indexOf(before.verdict));
				expect(report.probability).toBeLessThanOrEqual(before.probability);
				expect(report.probability).toBeGreaterThanOrEqual(0);
			}
			expect(reports.at(-1)?.verdict).toBe("broken");
		}),
		{ numRuns: 300 },
	);
});
