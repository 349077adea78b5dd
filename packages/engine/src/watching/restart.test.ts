import { afterEach, describe, expect, it } from "vitest";
import { World } from "./site-world.helpers.ts";

const minute = 60_000;

let world = new World();
afterEach(() => world.watching.stop());

describe("restart", () => {
	it("requests nothing that was answered before", async () => {
		world = new World({ lookupsPerMinute: 100 });
		world.site.kind = "kind";
		world.add(200);
		await world.clock.advance(5 * minute);
		expect(world.watching.status()).toMatchObject({ rooms: 200, known: 200, knownInMs: 0 });
		world.kept = {};
		world.restart({ lookupsPerMinute: 5 });
		expect(JSON.parse(JSON.stringify(world.kept))).toEqual(world.kept);
		const before = world.count("enter", "reflow", "page");
		const rooms = world.add(200);
		await world.clock.advance(1_000);
		expect(rooms.every(({ last }) => last?.status === "offline")).toBe(true);
		expect(world.watching.status()).toMatchObject({ rooms: 200, known: 200 });
		await world.clock.advance(10 * minute);
		// As many as without the restart: what the budget allows.
		expect(world.count("enter", "reflow", "page") - before).toBeLessThanOrEqual(60);
		expect(world.count("enter")).toBeLessThanOrEqual(200);
	});

	it("does not refill the budget", async () => {
		world = new World();
		world.add(60);
		await world.clock.advance(2 * minute);
		const before = world.count("enter", "page");
		world.restart();
		world.add(60, { prefix: "2" });
		await world.clock.advance(minute);
		expect(world.count("enter", "page") - before).toBeLessThan(10);
	});

	it("keeps which ways are in cooldown, and until when", async () => {
		world = new World();
		world.site.closed.set("page", "captcha");
		const routes = [world.site.route("http://me:secret@proxy.example:1", { hasWays: false })] as const;
		world.add(1, { routes });
		await world.clock.advance(minute);
		const pageWay = world.watching.status().exits[0]?.ways.find(({ way }) => way === "page");
		expect(pageWay).toMatchObject({ state: "rests", sign: "captcha" });
		world.restart();
		expect(JSON.stringify(world.kept)).not.toContain("secret");
		const [room] = world.add(1, { routes });
		expect(room?.waits).toMatchObject([{ refused: "blocked", why: ["captchaAsked", "proxy.example:1"] }]);
		const again = world.watching.status().exits[0]?.ways.find(({ way }) => way === "page");
		expect(again?.until).toBe(pageWay?.until);
		await world.clock.advance(3 * minute);
		expect(world.count()).toBe(1);
		await world.clock.advance(3 * minute);
		expect(world.count()).toBe(2);
	});

	it("starts fresh when the stored state is unreadable", async () => {
		world = new World();
		world.kept = { exits: { direct: 1 }, rooms: [] };
		world.watching.stop();
		world.restart();
		const [room] = world.add(1);
		await world.clock.advance(0);
		expect(room?.last).toMatchObject({ status: "offline" });
	});
});
