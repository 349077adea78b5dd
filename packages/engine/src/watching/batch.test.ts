import { afterEach, describe, expect, it } from "vitest";
import { World } from "./site-world.helpers.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

let world = new World();
afterEach(() => world.watching.stop());

const calls = () => world.site.asked.filter(({ way }) => way === "batch");
const last = () => calls().at(-1)?.of ?? [];

/** Adds a room that is live and connected. */
async function liveRoom(prefix = "8"): Promise<string> {
	const liveId = `${prefix}0000`;
	world.site.add(liveId);
	world.site.begin(liveId);
	world.add(1, { prefix });
	await world.clock.advance(20 * second);
	expect(world.rooms.get(liveId)?.liveAt).toBeDefined();
	return liveId;
}

/** Adds rooms that are known and not live. */
async function knownRooms(count: number) {
	const rooms = world.add(count);
	await world.clock.advance(Math.max(1, (count - 10) / 4) * minute);
	while (rooms.some(({ answers }) => answers.length === 0)) await world.clock.advance(minute);
	return rooms;
}

describe("a batch call", () => {
	it("grows while its last room, which is live, is found", async () => {
		world = new World();
		const canary = world.site.rooms.get(await liveRoom())?.anchor.id;
		await knownRooms(90);
		await world.clock.advance(5 * minute);
		expect(last().length).toBe(64);
		const sizes = calls().map(({ of }) => of.length);
		expect(Math.max(...sizes)).toBe(64);
		// The very first call tests the canary itself.
		const proving = calls()
			.slice(1)
			.filter(({ of }) => of.includes(canary ?? ""));
		expect(proving.every(({ of }) => of.at(-1) === canary)).toBe(true);
		// Once it has proven itself, every third call does so again.
		expect(
			calls()
				.slice(-9)
				.filter(({ of }) => of.at(-1) === canary).length,
		).toBe(3);
	});

	it("answers a queued room, without another look-up", async () => {
		world = new World();
		await liveRoom();
		await knownRooms(5);
		const queued = world.rooms.get("10002");
		world.site.begin("10002");
		while (queued?.last?.status !== "live") await world.clock.advance(minute);
		const roomIdNow = () => world.site.rooms.get("10002")?.roomId;
		world.onLive = (room) => room.look("queued", roomIdNow());
		const singles = () => world.site.asked.filter(({ way, of }) => way !== "batch" && of[0] === "10002").length;
		const [asked, answered] = [singles(), queued.answers.length];
		queued.look("queued", roomIdNow());
		await world.clock.advance(4 * minute);
		expect(singles()).toBe(asked);
		const news = queued.answers.slice(answered);
		expect(news.length).toBeGreaterThan(5);
		expect(news).toEqual(news.map(() => expect.objectContaining({ status: "live", roomId: roomIdNow() })));
		world.site.end("10002");
		world.site.begin("10002");
		await world.clock.advance(minute);
		expect(singles()).toBe(asked + 1);
		expect(queued.last).toMatchObject({ status: "live", roomId: roomIdNow() });
	});

	it("leaves untried voice rooms to single look-ups", async () => {
		world = new World();
		await liveRoom();
		world.site.add("10000", { isVoice: true });
		world.site.begin("10000");
		world.add(1);
		const [room] = [...world.rooms.values()].slice(-1);
		// No room waits, so there is no batch call to try it with.
		await world.clock.advance(10 * minute);
		expect(room?.last).toMatchObject({ status: "live", kind: "voice" });
		world.site.end("10000");
		room?.look("waiting");
		await world.clock.advance(10 * minute);
		world.site.begin("10000");
		await world.clock.advance(3 * minute);
		expect(room?.last).toMatchObject({ status: "live", kind: "voice" });
	});

	it("stays small while no live room is known", async () => {
		world = new World();
		await knownRooms(40);
		await world.clock.advance(10 * minute);
		expect(last().length).toBe(8);
	});

	it("shrinks and is not believed without its canary", async () => {
		world = new World();
		await liveRoom();
		const rooms = await knownRooms(90);
		await world.clock.advance(5 * minute);
		const answers = rooms.map((room) => room.answers.length);
		world.site.batchIds = 8;
		const singles = world.count("enter", "reflow", "page");
		await world.clock.advance(3 * minute);
		expect(last().length).toBe(8);
		// This call answered nothing: each room was looked up alone.
		const more = rooms.reduce((sum, room, index) => sum + room.answers.length - (answers[index] ?? 0), 0);
		expect(more).toBeLessThanOrEqual(world.count("enter", "reflow", "page") - singles);
		world.site.begin(rooms[60]?.liveId ?? "");
		await world.clock.advance(2 * minute);
		expect(rooms[60]?.last).toMatchObject({ status: "live" });
		// A larger size is tried again only after an hour.
		const before = calls().length;
		await world.clock.advance(50 * minute);
		expect(
			Math.max(
				...calls()
					.slice(before)
					.map(({ of }) => of.length),
			),
		).toBe(8);
	});

	it("cools down when even one live room stays hidden", async () => {
		world = new World();
		await liveRoom();
		await knownRooms(5);
		await world.clock.advance(5 * minute);
		world.site.batchIds = 0;
		await world.clock.advance(3 * minute);
		const batch = world.watching.status().exits[0]?.ways.find(({ way }) => way === "batch");
		expect(batch).toMatchObject({ state: "rests", sign: "empty" });
	});

	it("ignores a canary that ends meanwhile", async () => {
		world = new World();
		const canary = await liveRoom();
		await knownRooms(90);
		await world.clock.advance(5 * minute);
		expect(last().length).toBe(64);
		// Its socket has not noticed yet when the call is made, and has when the answer comes.
		world.site.latencyMs = second;
		while (!last().includes(`9${canary}`)) await world.clock.advance(100);
		world.site.end(canary);
		await world.clock.advance(2 * minute);
		expect(last().length).toBe(64);
	});

	it("looks up the details of a room it shows", async () => {
		world = new World();
		await liveRoom();
		const [room] = await knownRooms(1);
		await world.clock.advance(2 * minute);
		world.site.begin("10000");
		await world.clock.advance(30 * second);
		expect(room?.last).toMatchObject({ status: "live", roomId: "10000.1", title: "by reflow" });
	});

	it("answers with known data when details are unavailable", async () => {
		world = new World();
		await liveRoom();
		const [room] = await knownRooms(1);
		await world.clock.advance(2 * minute);
		for (const way of ["enter", "reflow"] as const) world.site.closed.set(way, "captcha");
		world.site.begin("10000");
		await world.clock.advance(35 * second);
		expect(room?.last).toMatchObject({ status: "live", roomId: "10000.1", title: "", anchor: { nickname: "n10000" } });
	});

	it("is not trusted with a live room it hides", async () => {
		world = new World();
		await liveRoom();
		await knownRooms(5);
		await world.clock.advance(2 * minute);
		const voice = world.site.rooms.get("10002");
		if (!voice) throw new Error("there are five rooms");
		voice.isVoice = true;
		world.site.begin("10002");
		const room = world.rooms.get("10002");
		while (room?.last?.status !== "live") await world.clock.advance(minute);
		await world.clock.advance(2 * minute);
		world.site.end("10002");
		room.look("waiting");
		const before = calls().length;
		const singles = () => world.site.asked.filter(({ way, of }) => way === "reflow" && of[0] === "10002").length;
		const asked = singles();
		await world.clock.advance(10 * minute);
		expect(
			calls()
				.slice(before)
				.flatMap(({ of }) => of),
		).not.toContain(voice.anchor.id);
		expect(singles() - asked).toBeGreaterThan(5);
		// The others are left to it.
		expect(
			world.site.asked.filter(
				({ way, of, at }) => way === "reflow" && of[0] === "10001" && at > world.clock.elapsed() - 10 * minute,
			).length,
		).toBeLessThan(2);
	});

	it("is tried again when it shows such rooms again", async () => {
		world = new World();
		world.site.batchVoice = true;
		await liveRoom();
		world.site.add("10000", { isVoice: true });
		const [room] = await knownRooms(1);
		await world.clock.advance(2 * minute);
		world.site.begin("10000");
		await world.clock.advance(30 * second);
		expect(room?.last).toMatchObject({ status: "live", kind: "voice" });
	});

	it("runs at most every 5 seconds, one at a time", async () => {
		world = new World();
		world.site.batchIds = 8;
		world.site.latencyMs = 2 * second;
		await liveRoom();
		await knownRooms(100);
		await world.clock.advance(10 * minute);
		const gaps = calls().map(({ at }, index, all) => at - (all[index - 1]?.at ?? at - hour));
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * second);
		expect(world.site.maxOpen).toBe(1);
		expect(world.site.bans()).toBe(0);
	});
});

describe("list of a login", () => {
	it("replaces most single look-ups of followed rooms", async () => {
		world = new World();
		const routes = [world.site.route("direct", { login: true, hasBatch: false })] as const;
		for (let i = 0; i < 5; i++) world.site.followed.add(`1000${i}`);
		const rooms = world.add(10, { routes });
		for (let i = 0; i < 5; i++) world.site.begin(`1000${i}`);
		await world.clock.advance(3 * minute);
		for (let i = 0; i < 5; i++) {
			expect(rooms[i]?.last).toMatchObject({ status: "live" });
			world.site.end(`1000${i}`);
			rooms[i]?.look("waiting");
		}
		await world.clock.advance(5 * minute);
		const before = world.site.asked.length;
		await world.clock.advance(20 * minute);
		const singles = world.site.asked.slice(before).filter(({ way }) => way === "reflow" || way === "page");
		const followed = singles.filter(({ of }) => world.site.followed.has(of[0] ?? ""));
		expect(followed.length).toBeLessThan(10);
		expect(singles.length - followed.length).toBeGreaterThan(40);
		world.site.begin("10003");
		await world.clock.advance(40 * second);
		expect(rooms[3]?.last).toMatchObject({ status: "live", roomId: "10003.2" });
	});

	describe("next to another login at the same address", () => {
		/** Adds two rooms for each of two logins, each of which follows its first one. */
		async function twoLogins() {
			world = new World();
			for (const [identity, prefix] of [
				["a", "1"],
				["b", "2"],
			] as const) {
				world.site.followedBy.set(identity, [`${prefix}0000`]);
				const route = world.site.route("direct", { login: true, hasBatch: false, identity });
				world.add(2, { routes: [route], prefix });
			}
			for (const liveId of ["10000", "20000"]) world.site.begin(liveId);
			await world.clock.advance(3 * minute);
		}
		const lists = (identity: string) =>
			world.site.asked.filter(({ way, of }) => way === "followed" && of[0] === identity).length;

		it("alternates with the other's list", async () => {
			await twoLogins();
			const [a, b] = [lists("a"), lists("b")];
			expect(world.rooms.get("20000")?.last?.status).toBe("live");
			await world.clock.advance(20 * minute);
			expect(lists("a") - a).toBeGreaterThan(15);
			expect(Math.abs(lists("b") - b - (lists("a") - a))).toBeLessThanOrEqual(1);
			// Together no more than one list alone.
			expect(lists("a") + lists("b")).toBeLessThan(50);
			world.site.end("20000");
			world.rooms.get("20000")?.look("waiting");
			await world.clock.advance(10 * minute);
			const before = world.site.asked.length;
			await world.clock.advance(20 * minute);
			const alone = (liveId: string) => world.site.asked.slice(before).filter(({ of }) => of[0] === liveId).length;
			expect(alone("20000")).toBeLessThan(3);
			expect(alone("20001")).toBeGreaterThan(5);
		});

		it("works when the other login is not accepted", async () => {
			await twoLogins();
			world.site.loggedOut.add("a");
			await world.clock.advance(minute);
			const [a, b] = [lists("a"), lists("b")];
			await world.clock.advance(4 * minute);
			expect(lists("a")).toBe(a);
			expect(lists("b") - b).toBeGreaterThan(2);
			const way = () => world.watching.status().exits[0]?.ways.find((one) => one.way === "followed");
			expect(way()?.state).toBe("works");
			world.site.loggedOut.add("b");
			await world.clock.advance(2 * minute);
			expect(way()).toMatchObject({ state: "rests", sign: "login" });
		});
	});

	it("cools down without a login", async () => {
		world = new World();
		world.site.closed.set("followed", "login");
		world.add(3, { routes: [world.site.route("direct", { login: true })] });
		await world.clock.advance(4 * minute);
		expect(world.count("followed")).toBe(1);
	});
});
