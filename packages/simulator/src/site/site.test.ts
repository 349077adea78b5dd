import { describe, expect, it } from "vitest";
import {
	type Answer,
	ask,
	Client,
	connected,
	fetchState,
	firstRoom,
	refused,
	started,
	until,
} from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";

const minute = 60_000;

const real = (options = {}) => started({ site: "real", ...options });

async function control(simulator: Simulator, method: string, path: string, body?: unknown) {
	const init =
		body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
	const answer = await fetch(`${simulator.url}/__sim${path}`, { method, ...init });
	return { status: answer.status, body: await answer.json() };
}

/** Returns the kind of an answer, in a word. */
function signOf({ status, headers, body }: Answer): string {
	if (status === 444) return "444";
	if (headers["x-vc-bdturing-parameters"] !== undefined) return body === "" ? "header" : "header and a body";
	if (body.includes("<title>验证码中间页</title>") && body.includes("TTGCaptcha.init(")) return "captcha";
	return body === "" ? "empty" : String(status);
}

/** Sends the request repeatedly. @returns the answers, with the number of each in a row */
async function run(simulator: Simulator, times: number, path: string, from?: string): Promise<string[]> {
	const signs: { sign: string; count: number }[] = [];
	for (let i = 0; i < times; i++) {
		const sign = signOf(await ask(simulator, path, from ? { from } : {}));
		const last = signs.at(-1);
		if (last?.sign === sign) last.count++;
		else signs.push({ sign, count: 1 });
	}
	return signs.map(({ sign, count }) => `${count} × ${sign}`);
}

const enter = "/webcast/room/web/enter/?web_rid=1001&a_bogus=x";
const batch = "/webcast/distribution/check_user_live_status/?aid=6383&user_ids=1";

describe("the real site", () => {
	it.each([
		["pages", "/1001", ["30 × 200", "2 × captcha"]],
		["JSON calls", enter, ["45 × 200", "2 × header"]],
		["batch calls", batch, ["15 × 200", "2 × header"]],
	])("bans an address with too many %s in a minute", async (_name, path, expected) => {
		const { simulator } = await real();
		const max = Number(expected[0]?.split(" ")[0]);
		expect(await run(simulator, max + 2, path)).toEqual(expected);
		expect(signOf(await ask(simulator, path, { from: "127.0.0.2" }))).toBe("200");
	});

	it("counts pages, JSON calls and batch calls separately", async () => {
		const { simulator } = await real();
		await run(simulator, 31, "/1001");
		expect(await run(simulator, 45, enter)).toEqual(["45 × 200"]);
		expect(await run(simulator, 15, batch)).toEqual(["15 × 200"]);
		expect((await control(simulator, "GET", "/addresses")).body).toMatchObject({
			count: 1,
			addresses: [{ address: "127.0.0.1", calls: { page: { asked: 31, bans: 1 }, json: { asked: 45, bans: 0 } } }],
		});
	});

	it("ends a burst's ban after five quiet minutes", async () => {
		const { simulator, clock } = await real();
		await run(simulator, 31, "/1001");
		await clock.advance(5 * minute - 1);
		expect(signOf(await ask(simulator, "/1001"))).toBe("captcha");
		await clock.advance(5 * minute - 1);
		expect(signOf(await ask(simulator, "/1001"))).toBe("captcha");
		await clock.advance(5 * minute);
		expect(signOf(await ask(simulator, "/1001"))).toBe("200");
	});

	it("answers a steady excess with 444 for two hours", async () => {
		const { simulator, clock } = await real();
		for (let i = 0; i <= 150; i++) {
			await ask(simulator, "/1001");
			await clock.advance(20_000);
		}
		expect(signOf(await ask(simulator, "/1001"))).toBe("444");
		const [address] = simulator.site.addresses();
		expect(address?.calls.page).toMatchObject({ bans: 1, sign: "444" });
		await clock.advance(120 * minute);
		expect(signOf(await ask(simulator, "/1001"))).toBe("200");
	});

	it("unbans an address whose user has passed the slider", async () => {
		const { simulator } = await real();
		for (const from of ["127.0.0.2", "127.0.0.3"]) await run(simulator, 31, "/1001", from);
		await run(simulator, 46, enter, "127.0.0.2");
		const passed = await control(simulator, "POST", "/addresses/127.0.0.2/passed");
		expect(passed.body).toMatchObject({ calls: { page: { banned_until: null }, json: { banned_until: null } } });
		expect(await run(simulator, 30, "/1001", "127.0.0.2")).toEqual(["30 × 200"]);
		expect(signOf(await ask(simulator, enter, { from: "127.0.0.2" }))).toBe("200");
		expect(signOf(await ask(simulator, "/1001", { from: "127.0.0.3" }))).toBe("captcha");
	});

	it("bans an address on demand, also from the push server", async () => {
		const { simulator, clock } = await real();
		const { roomId } = firstRoom(simulator);
		const open = await connected(simulator, { roomId });
		const ban = await control(simulator, "POST", "/addresses/127.0.0.1/ban", { calls: "push", for_ms: minute });
		expect(ban.body).toMatchObject({ calls: { push: { banned_until: clock.now() + minute } } });
		expect((await refused(simulator, { roomId })).headers["handshake-msg"]).toBe("DEVICE_BLOCKED");
		expect(await fetchState(simulator, { roomId })).toMatchObject({ status: 200, bytes: 0 });
		await control(simulator, "POST", "/addresses/127.0.0.1/passed");
		expect((await refused(simulator, { roomId })).headers["handshake-msg"]).toBe("DEVICE_BLOCKED");
		await clock.advance(minute);
		await connected(simulator, { roomId });
		expect(open.open).toBe(true);
	});

	it("names the captcha's scripts on healthy pages", async () => {
		const { simulator } = await real();
		for (const path of ["/1001", "/", `/user/${firstRoom(simulator).anchor.secUid}`]) {
			const { body } = await ask(simulator, path);
			expect(body).toMatch(/TTGCaptcha.*verifycenter.*captcha/s);
			expect(body).not.toMatch(/TTGCaptcha\.init\(|验证码/);
		}
		expect((await ask(simulator, "/1001")).body).toContain("roomStore");
	});

	it("gives a guest the first state once, then nothing", async () => {
		const { simulator, clock } = await real({ startTraffic: "manual" });
		const room = firstRoom(simulator);
		const guest = { roomId: room.roomId, cookie: "ttwid=guest" };
		expect((await fetchState(simulator, guest)).bytes).toBeGreaterThan(0);
		const query = "resp_content_type=protobuf&did_rule=3&app_name=douyin_web&endpoint=live_pc&identity=audience";
		const rest = "version_code=180800&live_id=1&aid=6383&device_platform=web&user_unique_id=1";
		const path = `/webcast/im/fetch/?${query}&${rest}&room_id=${room.roomId}`;
		const again = await ask(simulator, path, { cookie: guest.cookie });
		expect([again.status, again.body]).toEqual([200, ""]);
		expect(again.headers["content-type"]).toMatch(/^application\/json/);
		expect((await fetchState(simulator, { ...guest, cookie: "ttwid=other" })).bytes).toBeGreaterThan(0);
		for (let i = 0; i < 2; i++) {
			expect((await fetchState(simulator, { ...guest, cookie: "sessionid=a" })).bytes).toBeGreaterThan(0);
		}
		await clock.advance(60 * minute);
		expect((await fetchState(simulator, guest)).bytes).toBeGreaterThan(0);
	});

	it.each([
		["webcast5-ws-web-lf.douyin.com", false],
		["webcast3-ws-web-hl.douyin.com", false],
		["webcast100-ws-web-lq.douyin.com", true],
	])("answers a handshake at %s: accepted %s", async (host, isLetIn) => {
		const { simulator } = await real();
		const visit = { roomId: firstRoom(simulator).roomId, headers: { host } };
		if (isLetIn) await connected(simulator, visit);
		else expect(await refused(simulator, visit)).toMatchObject({ status: 200 });
	});
});

describe("the kind site", () => {
	it("bans no address, names no captcha, and repeats first states", async () => {
		const { simulator } = await started();
		expect(await run(simulator, 200, "/1001")).toEqual(["200 × 200"]);
		expect((await ask(simulator, "/1001")).body).not.toMatch(/captcha/i);
		const guest = { roomId: firstRoom(simulator).roomId, cookie: "ttwid=guest" };
		for (let i = 0; i < 2; i++) expect((await fetchState(simulator, guest)).bytes).toBeGreaterThan(0);
		await connected(simulator, { roomId: guest.roomId, headers: { host: "webcast5-ws-web-lf.douyin.com" } });
		expect(simulator.site.addresses()).toMatchObject([{ calls: { page: { asked: 201, bans: 0 } } }]);
	});
});

describe("way_closed", () => {
	const person = (simulator: Simulator) => firstRoom(simulator).anchor;
	const paths: [way: string, path: (simulator: Simulator) => string][] = [
		["page", () => "/1001"],
		["enter", () => enter],
		["reflow", (simulator) => reflow(person(simulator).secUid)],
		["scene", (simulator) => scene(firstRoom(simulator).roomId)],
		["user", (simulator) => byUser(person(simulator).id)],
		["followed", () => "/webcast/web/feed/follow/?aid=6383"],
		["batch", (simulator) => `/webcast/distribution/check_user_live_status/?aid=6383&user_ids=${person(simulator).id}`],
	];
	const reflow = (secUid: string) =>
		`/webcast/room/reflow/info/?app_id=1128&live_id=1&room_id=2&type_id=0&sec_user_id=${secUid}`;
	const scene = (roomId: string) => `/webcast/room/info_by_scene/?aid=6383&room_id=${roomId}&scene=pc_profile_struct`;
	const byUser = (id: string) => `/webcast/room/info_by_user/?aid=6383&user_id=${id}`;

	it.each(paths)("closes only %s, in each of four manners", async (way, path) => {
		const { simulator, clock } = await real();
		const others = paths.filter(([other]) => other !== way);
		const open = await ask(simulator, path(simulator));
		for (const by of ["captcha", "empty", "444", "layout"] as const) {
			simulator.setFault({ fault: "way_closed", on: way as "page", by, for_ms: minute });
			const closed = await ask(simulator, path(simulator));
			const expected = { captcha: way === "page" ? "captcha" : "header", empty: "empty", "444": "444", layout: "200" };
			expect(signOf(closed)).toBe(expected[by]);
			if (by === "layout") {
				expect(closed.body.length).toBeGreaterThan(50);
				expect(closed.body).not.toMatch(/roomStore|roomInfo|"data"/);
			}
			for (const [, other] of others) expect(signOf(await ask(simulator, other(simulator)))).toBe("200");
			await clock.advance(minute);
			expect((await ask(simulator, path(simulator))).body.length).toBe(open.body.length);
		}
	});

	it("closes all ways at once, later, and repeatedly", async () => {
		const { simulator, clock } = await real();
		simulator.setFault({ fault: "way_closed", by: "444", after_ms: minute, count: 2 });
		expect(signOf(await ask(simulator, "/1001"))).toBe("200");
		expect(simulator.faults()).toMatchObject([{ spec: { after_ms: minute }, struck: 0 }]);
		await clock.advance(minute);
		expect(signOf(await ask(simulator, "/1001"))).toBe("444");
		expect(signOf(await ask(simulator, enter))).toBe("444");
		expect(signOf(await ask(simulator, enter))).toBe("200");
	});

	it.each([
		[{ fault: "way_closed" }, /"by" must be one of: captcha, empty, 444, layout/],
		[{ fault: "way_closed", by: "444", on: "pages" }, /"on" must be one of: page, enter/],
		[{ fault: "cut", after_ms: 1 }, /does not take "after_ms"/],
		[{ fault: "captcha", on: "page" }, /does not take "on"/],
	])("rejects %j with what was expected", async (fault, expected) => {
		const { simulator } = await real();
		const answer = await control(simulator, "POST", "/faults", fault);
		expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(expected) } } });
	});

	it("applies to all rooms", async () => {
		const { simulator } = await real();
		const answer = await control(simulator, "POST", "/rooms/1001/faults", { fault: "way_closed", by: "444" });
		expect(answer).toMatchObject({ status: 400, body: { error: { code: "bad_fault" } } });
	});
});

describe("novelties", () => {
	it("adds unknown kinds and fields without removing anything", async () => {
		const { simulator: plain } = await started({ startTraffic: "manual" });
		const { simulator } = await started({ startTraffic: "manual" });
		simulator.setFault({ fault: "novelties" });
		const [before, after] = await Promise.all(
			[plain, simulator].map(async (one) => {
				const client = new Client(one, { roomId: firstRoom(one).roomId });
				await until("the handshake", () => client.open);
				firstRoom(one).produce(500);
				await until("its messages", () => client.messages.length === 500);
				return client.messages;
			}),
		);
		if (!before || !after) throw new Error("two clients were asked");
		expect(after.map(({ msgId }) => msgId)).toEqual(before.map(({ msgId }) => msgId));
		const unknown = after.filter(({ method }) => method.startsWith("WebcastSimulatedFuture"));
		const sizes = [before, after].map((messages) => messages.map(({ payload }) => payload.end - payload.start));
		const longer = after.filter(({ method }, i) => {
			return method === before[i]?.method && Number(sizes[1]?.[i]) > Number(sizes[0]?.[i]);
		});
		expect(unknown.length).toBeGreaterThan(5);
		expect(longer.length).toBeGreaterThan(5);
		expect(unknown.length + longer.length).toBeLessThan(100);
		simulator.clearFaults();
		expect(simulator.faults()).toEqual([]);
	});
});
