import { DouyinError, type FailureReason } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { describe, expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import type { FakeSession } from "../rooms/fake-upstream.helpers.ts";
import { AdaptiveStrategy } from "./adaptive/index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

const second = 1000;
const minute = 60 * second;

/** How the upstream answers requests. */
type Weather = "fine" | FailureReason;

/** Rooms kept by the real manager and monitors over a network that the test switches on and off. */
class Rooms {
	readonly harness: ManagerHarness;
	weather: Weather = "fine";
	/** Returns the lifetime of a connection, ms; `undefined`: until it is cut. */
	life: (() => number) | undefined;
	/** Times of requested sessions, and of all requests including look-ups, by room. */
	readonly handshakes: number[] = [];
	readonly requests: { room: string; at: number }[] = [];

	readonly log = recordingLogger();

	constructor(strategy: "fixed" | "adaptive") {
		const { logger } = this.log;
		const harness = new ManagerHarness({
			logger,
			...(strategy === "adaptive" && {
				strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20, random: seeded(1) }),
			}),
		});
		this.harness = harness;
		harness.prepare = (upstream) => {
			const page = upstream.page as (liveId: string) => never;
			upstream.page = (liveId) => {
				this.requests.push({ room: liveId, at: this.now });
				if (this.weather === "fine") return page(liveId);
				return { status: "unknown", liveId, failure: new DouyinError(this.weather, "Nothing gets through.") };
			};
			upstream.onSession = (session) => this.#play(session);
		};
		harness.manager.start();
	}

	get now(): number {
		return this.harness.clock.now();
	}

	get statuses() {
		return this.harness.manager.getAllConnections();
	}

	get connected(): number {
		return this.statuses.filter(({ state }) => state === "connected").length;
	}

	start(count: number): void {
		for (let i = 0; i < count; i++) {
			this.harness.manager.addConnection(String(i), this.harness.queue(), i % 50 === 49 ? { pinned: true } : {});
		}
	}

	/** Breaks all open connections and fails all further requests. */
	breakDown(weather: Weather): void {
		this.weather = weather;
		if (weather === "fine") return;
		for (const session of this.harness.openSessions) session.fail(new DouyinError(weather, "It broke."));
	}

	lines(part: string): string[] {
		return this.log.lines.map(({ msg }) => msg).filter((line) => line.includes(part));
	}

	/** Returns the maximum number of handshakes that began within any second from `from` on. */
	busiest(from: number): number {
		const times = this.handshakes.filter((at) => at >= from);
		return Math.max(0, ...times.map((at, i) => times.slice(i).filter((later) => later - at < second).length));
	}

	async pass(ms: number): Promise<void> {
		await this.harness.clock.advance(ms);
		await this.harness.clock.advance(0);
	}

	#play(session: FakeSession): void {
		const { clock } = this.harness;
		this.handshakes.push(this.now);
		this.requests.push({ room: session.request.liveId, at: this.now });
		if (this.weather !== "fine") {
			session.fail(new DouyinError(this.weather, "It fails.").at("push.example"));
			return;
		}
		session.open();
		session.frame();
		// A busy room: otherwise its silence would be investigated.
		const talk = clock.every(10 * second, () => {
			if (session.closed || session.aborted) talk.cancel();
			else session.frame();
		});
		if (this.life) {
			clock.after(this.life(), () => {
				talk.cancel();
				session.fail(new DouyinError("network", "It does not hold."));
			});
		}
	}
}

const strategies = ["fixed", "adaptive"] as const;

describe.each(strategies)("%s: 500 rooms that lose the network for 10 min", (strategy) => {
	test("come back at 20 handshakes a second, pinned first", async () => {
		const rooms = new Rooms(strategy);
		rooms.start(500);
		await rooms.pass(minute);
		expect(rooms.connected).toBe(500);
		const brokeAt = rooms.now;
		rooms.breakDown("network");
		await rooms.pass(10 * minute);
		expect(rooms.connected).toBe(0);
		const burden = rooms.requests.filter(({ at }) => at > brokeAt).length;
		if (strategy === "adaptive") expect(burden).toBeLessThan(800);
		else expect(burden).toBeGreaterThan(5000);
		if (strategy === "adaptive") {
			const reasons = rooms.statuses.map(({ reason }) => reason.decision);
			expect(reasons.filter((why) => why?.en.endsWith("tries first.")).length).toBeGreaterThanOrEqual(499);
			expect(rooms.harness.manager.getReconnectStatus().outage).toMatchObject({ reason: "network", waiting: 499 });
		}
		rooms.breakDown("fine");
		await rooms.pass(10 * second);
		if (strategy === "adaptive") {
			expect(rooms.statuses.filter(({ liveId, state }) => Number(liveId) % 50 === 49 && state !== "connected")).toEqual(
				[],
			);
		}
		// By the fixed schedule the last of them may have failed just before, and waits for 60 s by itself.
		await rooms.pass(strategy === "adaptive" ? 50 * second : 85 * second);
		expect(rooms.connected).toBe(500);
		expect(rooms.busiest(brokeAt)).toBeLessThanOrEqual(20);
		await rooms.harness.manager.stop();
		expect(rooms.lines("多数直播间同时断开")).toHaveLength(strategy === "adaptive" ? 1 : 0);
		expect(rooms.lines("依次重连")).toHaveLength(strategy === "adaptive" ? 1 : 0);
	});
});

test("adaptive: brings silent rooms back one by one in time", async () => {
	const rooms = new Rooms("adaptive");
	rooms.start(10);
	await rooms.pass(minute);
	rooms.breakDown("network");
	await rooms.pass(minute);
	for (const { upstream } of rooms.harness.made) upstream.onSession = (session) => session.open();
	rooms.weather = "fine";
	await rooms.pass(60 * second);
	expect(rooms.connected).toBe(10);
	await rooms.harness.manager.stop();
});

describe.each(strategies)("%s: a room that is refused", (strategy) => {
	test("makes at most one attempt in 5 min and recovers", async () => {
		const rooms = new Rooms(strategy);
		rooms.start(1);
		await rooms.pass(0);
		const brokeAt = rooms.now;
		rooms.breakDown("blocked");
		await rooms.pass(60 * minute);
		const times = rooms.handshakes.filter((at) => at > brokeAt);
		expect(times.length).toBeGreaterThanOrEqual(2);
		for (const [i, at] of times.entries()) expect(at - (times[i - 1] ?? brokeAt)).toBeGreaterThanOrEqual(5 * minute);
		expect(rooms.statuses[0]).toMatchObject({ state: "blocked", reason: { code: "blocked" } });
		rooms.breakDown("fine");
		await rooms.pass(60 * minute);
		expect(rooms.connected).toBe(1);
		await rooms.harness.manager.stop();
	});
});

test("adaptive: probes a refused identity with one room", async () => {
	const rooms = new Rooms("adaptive");
	rooms.start(50);
	await rooms.pass(minute);
	rooms.weather = "blocked";
	const brokeAt = rooms.now;
	for (const session of rooms.harness.openSessions) session.fail(new DouyinError("network", "cut"));
	await rooms.pass(30 * minute);
	expect(rooms.handshakes.filter((at) => at > brokeAt).length).toBeLessThanOrEqual(5);
	expect(rooms.statuses.filter(({ reason }) => reason.decision?.en.includes("tries first"))).toHaveLength(50);
	rooms.breakDown("fine");
	await rooms.pass(30 * minute);
	expect(rooms.connected).toBe(50);
	expect(rooms.busiest(brokeAt)).toBeLessThanOrEqual(20);
	await rooms.harness.manager.stop();
});

describe.each(strategies)("%s: connections that don't hold", (strategy) => {
	test("are reopened less and less when they die at once", async () => {
		const rooms = new Rooms(strategy);
		rooms.life = () => 200;
		rooms.start(1);
		await rooms.pass(30 * minute);
		const gaps = rooms.handshakes.map((at, i) => at - (rooms.handshakes[i - 1] ?? at)).slice(1);
		expect(gaps.slice(0, 2)).toEqual([1200, 1200]);
		for (const gap of gaps.slice(7)) expect(gap).toBeGreaterThanOrEqual(30 * second);
		rooms.life = undefined;
		await rooms.pass(3 * minute);
		expect(rooms.connected).toBe(1);
		rooms.breakDown("network");
		expect(rooms.weather).toBe("network");
		rooms.weather = "fine";
		await rooms.pass(second);
		expect(rooms.connected).toBe(1);
		await rooms.harness.manager.stop();
	});

	test("are reopened after 4 s when they last some seconds", async () => {
		const rooms = new Rooms(strategy);
		rooms.life = () => 20 * second;
		rooms.start(1);
		await rooms.pass(10 * minute);
		const gaps = rooms.handshakes.map((at, i) => at - (rooms.handshakes[i - 1] ?? at)).slice(1);
		for (const gap of gaps.slice(4)) expect(gap).toBe(24 * second);
		await rooms.harness.manager.stop();
	});
});

test("counts no loss for a room whose broadcast has ended", async () => {
	const rooms = new Rooms("adaptive");
	rooms.start(10);
	await rooms.pass(second);
	for (const session of rooms.harness.openSessions.slice(0, 6)) {
		session.fail(new DouyinError("broadcast_ended", "It is over."));
	}
	await rooms.pass(0);
	for (const session of rooms.harness.openSessions.slice(0, 4)) session.fail(new DouyinError("network", "cut"));
	await rooms.pass(0);
	expect(rooms.harness.manager.getReconnectStatus().outage).toBeDefined();
	await rooms.harness.manager.stop();
	expect(rooms.harness.manager.getReconnectStatus().outage).toBeUndefined();
});
