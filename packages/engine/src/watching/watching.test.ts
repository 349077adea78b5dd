import { afterEach, describe, expect, it } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { saidText } from "../text/index.ts";
import { World } from "./site-world.helpers.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

let world = new World();
afterEach(() => {
	world.watching.stop();
	expect(world.clock.pendingTimers).toBe(0);
});

const singles = () => world.site.asked.filter(({ way }) => way !== "batch");
const waysOf = (liveId: string) => world.site.asked.filter(({ of }) => of[0] === liveId).map(({ way }) => way);

describe("look-up", () => {
	it("begins at once when nothing is running", async () => {
		world = new World();
		const [room] = world.add(1, { routes: [world.site.route("direct", { hasBatch: false })] });
		expect(room?.waits).toEqual([]);
		expect(world.watching.roomOf("10000")).toMatchObject({ lastAt: undefined });
		await world.clock.advance(0);
		expect(room?.last).toMatchObject({ status: "offline" });
		expect(world.watching.roomOf("10000")).toMatchObject({ lastWay: "enter", lastAt: world.clock.now() });
	});

	it("reports why it waits before it returns", async () => {
		world = new World();
		const [, second, third] = world.add(3);
		expect(second?.waits).toMatchObject([{ why: ["lookupsPaced", 5] }]);
		expect(third?.waits).toMatchObject([{ why: ["lookupsAhead", 1] }]);
		await world.clock.advance(10_000);
		expect(third?.answers.length).toBe(1);
	});

	it("reports the time until all rooms are known", async () => {
		world = new World();
		world.add(50);
		const { known, knownInMs } = world.watching.status();
		expect(known).toBe(0);
		expect(knownInMs).toBeGreaterThan(5 * minute);
		await world.clock.advance(knownInMs + minute);
		expect(world.watching.status()).toMatchObject({ rooms: 50, known: 50, knownInMs: 0 });
	});

	it.each([
		["new", 10 * second, {}],
		["new, without batch calls,", 10 * second, { hasBatch: false }],
		["new, with pages only,", 10 * second, { hasWays: false }],
		["known, without batch calls,", 40 * minute, { hasBatch: false }],
	])("reports turns of 50 rooms that are %s", async (_what, afterMs, route) => {
		world = new World();
		world.add(50, { routes: [world.site.route("direct", route)] });
		await world.clock.advance(afterMs);
		const { asked } = world.site;
		const before = asked.length;
		const now = world.clock.elapsed();
		const said = [...world.rooms.keys()].flatMap((liveId) => {
			const nextAt = world.watching.roomOf(liveId)?.nextAt;
			return nextAt === undefined ? [] : [{ liveId, inMs: nextAt - world.clock.now() }];
		});
		expect(said.length).toBeGreaterThan(48);
		await world.clock.advance(hour);
		for (const { liveId, inMs } of said) {
			const next = asked.slice(before).find(({ of }) => of.includes(liveId) || of.includes(`9${liveId}`));
			const askedInMs = (next?.at ?? Number.POSITIVE_INFINITY) - now;
			expect(Math.abs(askedInMs - inMs), `${liveId}: ${inMs}, ${askedInMs}`).toBeLessThan(5 * second + inMs / 10);
		}
	});

	it("counts connected rooms as known", async () => {
		world = new World({ kept: () => world.rooms.keys() });
		world.site.add("10000");
		world.site.begin("10000");
		world.add(50);
		await world.clock.advance(second);
		expect(world.rooms.get("10000")?.last?.status).toBe("live");
		expect(world.watching.status()).toMatchObject({ rooms: 50, known: 1 });
	});

	it("reports once that rooms exceed the budget", async () => {
		const { logger, lines } = recordingLogger();
		world = new World({ logger });
		world.add(100, { routes: [world.site.route("direct", { hasBatch: false })] });
		await world.clock.advance(2 * minute);
		const said = lines.filter(({ event }) => event === "many_rooms_watched");
		expect(said).toMatchObject([{ rooms: 100, minutes: 40 }]);
	});

	it("calls nothing once it is cancelled", async () => {
		world = new World();
		const rooms = world.add(3);
		for (const room of rooms) room.stop();
		await world.clock.advance(minute);
		expect(rooms.flatMap(({ answers }) => answers)).toEqual([]);
		expect(world.count()).toBe(1);
		expect(world.clock.pendingTimers).toBe(0);
	});

	it("serves the most urgent first, then pinned rooms", async () => {
		world = new World({ pinned: (liveId) => liveId === "10005" });
		const rooms = world.add(8, { look: false });
		const urgencies = ["first", "waiting", "first", "asked", "losing", "first", "first", "losing"] as const;
		for (const [index, room] of rooms.entries()) room.look(urgencies[index] ?? "first", "r");
		await world.clock.advance(minute);
		// The very first begins before the others arrive.
		expect(
			singles()
				.map(({ of }) => of[0])
				.slice(0, 8),
		).toEqual(["10000", "10004", "10007", "10003", "10005", "10002", "10006", "10001"]);
	});

	it("asks about a lost broadcast by the cheapest way", async () => {
		world = new World();
		world.site.add("10000");
		world.site.begin("10000");
		const [room] = world.add(1, { look: false });
		room?.look("losing", "10000.1");
		await world.clock.advance(0);
		expect(waysOf("10000")).toEqual(["scene"]);
		expect(room?.last).toMatchObject({ status: "live", roomId: "10000.1" });
	});

	it("names a voice room's broadcast with a second request", async () => {
		world = new World();
		world.site.add("10000", { isVoice: true });
		world.site.begin("10000");
		const [room] = world.add(1);
		await world.clock.advance(minute);
		expect(waysOf("10000")).toEqual(["enter", "reflow"]);
		expect(room?.answers).toMatchObject([{ status: "live", kind: "voice", roomId: "10000.1" }]);
	});

	it("uses the page if an upstream has no other way", async () => {
		world = new World();
		world.add(3, { routes: [world.site.route("direct", { hasWays: false })] });
		await world.clock.advance(hour);
		expect(new Set(world.site.asked.map(({ way }) => way))).toEqual(new Set(["page"]));
		expect(world.count()).toBeGreaterThan(60);
		expect(world.site.bans()).toBe(0);
	});

	it.each(["hidden", "closed", "not_found", "no_room"] as const)(
		"asks about a room that is %s each half hour",
		async (always) => {
			world = new World();
			world.site.add("10000", { always });
			const [room] = world.add(1, { routes: [world.site.route("direct", { hasBatch: false })] });
			await world.clock.advance(5 * hour + minute);
			expect(room?.last?.status).toBe(always);
			expect(world.count()).toBe(11);
		},
	);

	it("leaves a room to the hold of its identity", async () => {
		const hold = { for: "cooldown" as const, why: ["identityRests"] as const, until: 0, reason: "blocked" as const };
		let held = true;
		world = new World({ holdOf: () => (held ? { ...hold, until: world.clock.elapsed() + minute } : undefined) });
		const [room] = world.add(1);
		expect(room?.waits).toMatchObject([{ why: ["identityRests"], refused: "blocked" }]);
		await world.clock.advance(10 * minute);
		expect(world.count()).toBe(0);
		held = false;
		await world.clock.advance(15 * second);
		expect(room?.answers.length).toBe(1);
	});
});

describe("refusal", () => {
	it("sends the request by the next best way", async () => {
		world = new World();
		world.site.closed.set("enter", "captcha");
		const [room] = world.add(1);
		await world.clock.advance(10 * second);
		expect(waysOf("10000")).toEqual(["enter", "page"]);
		expect(room?.answers).toMatchObject([{ status: "offline" }]);
		const ways = world.watching.status().exits[0]?.ways;
		expect(ways?.find(({ way }) => way === "enter")).toMatchObject({ state: "rests", sign: "captcha", asked: 1 });
		expect(ways?.find(({ way }) => way === "page")).toMatchObject({ state: "works", asked: 1 });
	});

	it("cools down 5, 15 and 60 minutes, one probe each", async () => {
		world = new World();
		for (const way of ["page", "enter", "reflow"] as const) world.site.closed.set(way, "refused");
		const [room] = world.add(1, { routes: [world.site.route("direct", { hasWays: false })] });
		await world.clock.advance(3 * hour);
		const gaps = world.site.asked.map(({ at }, index, all) => (at - (all[index - 1]?.at ?? at)) / minute);
		expect(gaps.slice(1).map((gap) => Math.floor(gap / 5) * 5)).toEqual([5, 15, 60, 60]);
		expect(room?.answers).toEqual([]);
		expect(room?.waits.at(-1)).toMatchObject({ refused: "blocked", why: ["lookupsRefused", "direct"] });
		expect(world.watching.status().exits[0]?.closed).toBe(true);
	});

	it("closes an exit without other ways and reports the retry", async () => {
		world = new World();
		for (const way of ["page", "enter"] as const) world.site.closed.set(way, "captcha");
		world.add(3);
		await world.clock.advance(minute);
		const { exits, knownInMs } = world.watching.status();
		expect(exits[0]?.ways.find(({ way }) => way === "reflow")?.state).toBe("untried");
		expect(exits[0]?.closed).toBe(true);
		expect(knownInMs).toBeGreaterThan(3 * minute);
		expect(knownInMs).toBeLessThanOrEqual(6 * minute);
	});

	it("advises in both languages", async () => {
		world = new World();
		for (const way of ["page", "enter"] as const) world.site.closed.set(way, "captcha");
		const [room] = world.add(1);
		await world.clock.advance(minute);
		const wait = room?.waits.at(-1);
		expect(wait).toMatchObject({ refused: "blocked", why: ["captchaAsked", "direct"] });
		expect(wait && saidText(wait.why)).toMatchObject({
			en: /browser on this network/,
			zh: /同一网络的浏览器/,
		} as never);
	});

	it("lets one request through after a passed captcha", async () => {
		world = new World();
		const rooms = world.add(5);
		await world.clock.advance(10 * minute);
		world.site.ban("direct", 24 * hour);
		await world.clock.advance(30 * minute);
		expect(world.watching.status().exits[0]?.closed).toBe(true);
		const before = world.count();
		world.watching.passed("direct");
		await world.clock.advance(10 * second);
		expect(world.count()).toBe(before + 1);
		world.site.lift("direct");
		world.watching.passed();
		await world.clock.advance(15 * second);
		const states = world.watching.status().exits[0]?.ways.map(({ state }) => state);
		expect(states).not.toContain("rests");
		expect(world.site.asked.slice(before + 1).map(({ sign }) => sign)).not.toContain("captcha");
		expect(rooms.some(({ waits }) => waits.at(-1)?.refused)).toBe(false);
	});

	it("tries another way at once when a probe is refused", async () => {
		world = new World();
		world.site.add("10000", { always: "no_room" });
		world.site.closed.set("enter", "captcha");
		world.add(1, { routes: [world.site.route("direct", { hasBatch: false })] });
		await world.clock.advance(10 * minute);
		const before = waysOf("10000").length;
		world.watching.passed();
		await world.clock.advance(minute);
		expect(waysOf("10000").slice(before)).toEqual(["enter", "reflow"]);
	});

	it("reports no wait for the gap before another way", async () => {
		world = new World();
		world.site.closed.set("scene", "layout");
		const [room] = world.add(1, { look: false });
		world.site.begin("10000");
		room?.look("losing", "10000.1");
		await world.clock.advance(10 * second);
		expect(room?.last?.status).toBe("live");
		expect(world.site.asked.map(({ way }) => way)).toEqual(["scene", "enter"]);
		// A live room that has to wait connects to its known broadcast and cancels the look-up.
		expect(room?.waits).toEqual([]);
	});

	it("keeps using working ways while no room can probe", async () => {
		world = new World();
		world.site.closed.set("scene", "empty").set("batch", "captcha");
		const [live, waiting] = world.add(2, { look: false });
		world.site.begin("10000");
		live?.look("losing", "10000.1");
		await world.clock.advance(minute);
		expect(live?.last?.status).toBe("live");
		waiting?.look("first");
		await world.clock.advance(minute);
		world.watching.passed();
		world.site.begin("10001");
		await world.clock.advance(2 * minute);
		expect(waiting?.last?.status).toBe("live");
		// The next room that could ask about its broadcast does so before the cooldown is over.
		const before = world.count("scene");
		world.site.end("10001");
		waiting?.look("losing", "10001.1");
		await world.clock.advance(10 * second);
		expect(world.count("scene")).toBe(before + 1);
	});

	it("keeps using working ways when the probing room is gone", async () => {
		world = new World();
		world.site.closed.set("scene", "empty").set("batch", "captcha");
		const [live, waiting] = world.add(2, { look: false });
		world.site.begin("10000");
		live?.look("losing", "10000.1");
		await world.clock.advance(minute);
		waiting?.look("first");
		await world.clock.advance(minute);
		world.site.latencyMs = 5_000;
		waiting?.look("asked");
		await world.clock.advance(second);
		live?.look("losing", "10000.1");
		world.watching.passed();
		live?.stop();
		world.site.begin("10001");
		await world.clock.advance(2 * minute);
		expect(waiting?.last?.status).toBe("live");
	});

	it("waits as long as the site asks", async () => {
		world = new World();
		world.site.closed.set("page", "slow_down");
		world.add(1, { routes: [world.site.route("direct", { hasWays: false })] });
		await world.clock.advance(39 * minute);
		expect(world.count()).toBe(1);
		await world.clock.advance(5 * minute);
		expect(world.count()).toBe(2);
	});

	it("blames the layout only after two unreadable rooms", async () => {
		world = new World();
		world.site.closed.set("enter", "layout");
		world.add(1);
		await world.clock.advance(10 * second);
		const enter = () => world.watching.status().exits[0]?.ways.find(({ way }) => way === "enter");
		expect(enter()?.state).toBe("untried");
		expect(waysOf("10000")).toEqual(["enter", "page"]);
		world.add(1, { prefix: "2" });
		await world.clock.advance(10 * second);
		expect(enter()).toMatchObject({ state: "rests", sign: "layout" });
	});

	it("tries a way again once the room's others are held", async () => {
		let isHeld = false;
		const hold = {
			for: "cooldown" as const,
			why: ["identityRests"] as const,
			until: Number.POSITIVE_INFINITY,
			reason: "blocked" as const,
		};
		const holdOf = (identity: string) => (isHeld && identity.startsWith("direct") ? hold : undefined);
		world = new World({ holdOf });
		world.site.latencyMs = 400;
		world.site.closed.set("page", "layout");
		const pages = world.site.route("http://proxy.example:8080", { hasWays: false });
		const [room] = world.add(1, { look: false, routes: [pages, world.site.route()] });
		room?.look("first");
		await world.clock.advance(0);
		isHeld = true;
		world.site.closed.clear();
		await world.clock.advance(minute);
		expect(room?.last).toMatchObject({ status: "offline" });
	});

	it("is not assumed for a dead network", async () => {
		world = new World();
		for (const way of ["page", "enter", "reflow", "batch"] as const) world.site.closed.set(way, "network");
		const rooms = world.add(3);
		await world.clock.advance(10 * minute);
		expect(rooms[0]?.answers[0]).toMatchObject({ status: "unknown", failure: { reason: "network" } });
		expect(world.watching.status().exits[0]?.ways.some(({ state }) => state === "rests")).toBe(false);
		expect(world.count()).toBeLessThan(25);
		world.site.closed.clear();
		await world.clock.advance(2 * minute);
		for (const room of rooms) expect(room.last).toMatchObject({ status: "offline" });
	});
});

describe("exit", () => {
	it("shares its budget between identities, not with other exits", async () => {
		world = new World();
		const ours = world.site.route("direct", { identity: "a" });
		const theirs = world.site.route("direct", { identity: "b" });
		world.add(20, { routes: [ours] });
		world.add(20, { routes: [theirs], prefix: "2" });
		world.add(5, { routes: [world.site.route("http://me:secret@proxy.example:8080")], prefix: "3" });
		await world.clock.advance(minute);
		const { exits } = world.watching.status();
		expect(exits.map(({ name, rooms }) => [name, rooms])).toEqual([
			["direct", 40],
			["proxy.example:8080", 5],
		]);
		const at = (exit: string) =>
			world.site.asked.filter((one) => one.exit.startsWith(exit) && one.way !== "batch").length;
		expect(at("direct")).toBeLessThanOrEqual(20);
		expect(at("http")).toBeLessThanOrEqual(7);
		expect(world.site.maxOpen).toBe(1);
	});

	it("keeps its rooms running when another is banned", async () => {
		world = new World();
		world.add(3);
		const others = world.add(3, { routes: [world.site.route("http://proxy.example:1")], prefix: "3" });
		await world.clock.advance(10 * minute);
		world.site.ban("direct", 24 * hour);
		world.site.begin("30001");
		await world.clock.advance(2 * minute);
		expect(others[1]?.last).toMatchObject({ status: "live" });
		expect(others.some(({ waits }) => waits.some(({ refused }) => refused))).toBe(false);
	});

	it("uses part of the budget if others share the address", async () => {
		world = new World();
		world.watching.share(0.25);
		world.add(60, { routes: [world.site.route("direct", { hasBatch: false })] });
		await world.clock.advance(hour);
		expect(world.count()).toBeLessThanOrEqual(0.25 * (20 + 5 * 60) + 1);
		expect(world.count()).toBeGreaterThan(60);
	});

	it("counts the home page among its pages", async () => {
		world = new World();
		world.add(3);
		world.watching.homePageAsked("direct");
		world.watching.homePageAsked("http://me:secret@proxy.example:8080");
		await world.clock.advance(10 * second);
		const pages = world.watching.status().exits.map(({ ways }) => ways.find(({ way }) => way === "page"));
		expect(pages).toMatchObject([
			{ asked: 1, left: 9 },
			{ asked: 1, left: 9 },
		]);
	});

	it("makes as many look-ups as it is allowed to", async () => {
		world = new World({ lookupsPerMinute: 60 });
		world.site.kind = "kind";
		world.add(100, { routes: [world.site.route("direct", { hasBatch: false })] });
		await world.clock.advance(10 * minute);
		expect(world.count()).toBeGreaterThan(500);
	});
});
