import { describe, expect, it } from "vitest";
import { connected, firstRoom, started } from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";

async function page(simulator: Simulator, path: string, cookie = "ttwid=made-up") {
	const answer = await fetch(simulator.url + path, { headers: cookie === "" ? {} : { cookie } });
	const html = await answer.text();
	return {
		status: answer.status,
		html,
		setCookie: answer.headers.get("set-cookie"),
		cookies: answer.headers.getSetCookie(),
	};
}

/** Reads the state as a browser would: by running the scripts. */
function stateOf(html: string, depth: 1 | 2): Record<string, never> {
	const scripts = [...html.matchAll(/<script nonce="\S+" >(.*?)<\/script>/gs)].map((match) => match[1] ?? "");
	const script = scripts.find((text) => text.includes("roomInfo")) ?? "";
	const [, literal] = /^self\.__pace_f\.push\(\[1,(".*")\]\)$/s.exec(script) ?? [];
	const flight = String(JSON.parse(literal ?? '""')).slice("d:".length);
	const inner: unknown = depth === 2 ? JSON.parse(JSON.parse(flight)) : JSON.parse(flight);
	return (inner as { state: Record<string, never> }[])[3]?.state ?? {};
}

describe("the home page", () => {
	it("gives a visitor its ttwid only once", async () => {
		const { simulator } = await started();
		const [ttwid = ""] = (await page(simulator, "/", "")).cookies;
		expect(ttwid).toMatch(/^ttwid=1%7Csim[^;]+; Path=\/; Max-Age=31536000; HttpOnly$/);
		expect((await page(simulator, "/", ttwid.split(";")[0])).cookies).toEqual([]);
		expect((await page(simulator, "/", "")).cookies[0]).not.toBe(ttwid);
	});

	it("also gives a nonce to clients without a cookie", async () => {
		const { simulator } = await started();
		const [, nonce = ""] = (await page(simulator, "/", "")).cookies;
		expect(nonce).toMatch(/^__ac_nonce=[0-9a-f]+; Path=\/; Max-Age=1800$/);
		expect((await page(simulator, "/", nonce.split(";")[0])).cookies).toEqual([expect.stringMatching(/^ttwid=/)]);
	});

	it("can begin with a shell that only sets a nonce", async () => {
		const { simulator } = await started();
		simulator.setFault({ fault: "ac_nonce" });
		const first = await page(simulator, "/", "");
		expect(first.setCookie).toMatch(/^__ac_nonce=[0-9a-f]+;/);
		const second = await page(simulator, "/", first.setCookie?.split(";")[0]);
		expect(second.setCookie).toMatch(/^ttwid=/);
	});
});

describe("a room's page", () => {
	it("writes scripts with a nonce and a trailing space", async () => {
		const { simulator } = await started();
		const [one, two] = [await page(simulator, "/1001"), await page(simulator, "/1001")];
		const tags = one.html.match(/<script[^>]*>/g) ?? [];
		expect(tags.length).toBeGreaterThan(2);
		expect(tags.filter((tag) => !/^<script nonce="[A-Za-z0-9+/]{22}==" >$/.test(tag))).toEqual([]);
		expect(new Set(tags).size).toBe(1);
		expect(two.html).not.toContain(tags[0]);
	});

	it("escapes its state once, with strict sometimes twice", async () => {
		const { simulator } = await started({ rooms: 3 });
		expect(simulator.rooms.map(({ info }) => info.escapeDepth)).toEqual([1, 1, 1]);
		const { simulator: strict } = await started({ rooms: 3, strict: true });
		expect(strict.rooms.map(({ info }) => info.escapeDepth)).toEqual([1, 2, 1]);
	});

	it.each([1, 2] as const)("contains the state of a live room, escaped %i times", async (depth) => {
		const { simulator } = await started();
		const room = firstRoom(simulator);
		room.change({ escapeDepth: depth, title: 'a "title" </script> & more' });
		const { html, status } = await page(simulator, "/1001");
		expect(status).toBe(200);
		const slashes = depth === 1 ? "\\" : "\\\\\\";
		expect(html).toContain(`${slashes}"roomStore${slashes}":{${slashes}"roomInfo${slashes}":{`);
		expect(html).toContain(depth === 1 ? "from=live\\u0026x=1" : "from=live\\\\u0026x=1");
		expect(html).not.toContain("&x=1");
		expect(stateOf(html, depth)).toMatchObject({
			roomStore: {
				roomInfo: {
					room: { id_str: room.roomId, status: 2, title: 'a "title" </script> & more', finish_time: 0 },
					roomId: room.roomId,
					web_rid: "1001",
					anchor: { nickname: expect.any(String), avatar_thumb: { url_list: [expect.stringContaining("&x=1")] } },
				},
			},
			userStore: { odin: { user_unique_id: expect.stringMatching(/^\d{19}$/) } },
		});
	});

	it("names the same visitor for the same cookie", async () => {
		const { simulator } = await started();
		const id = async (cookie: string) =>
			JSON.stringify(stateOf((await page(simulator, "/1001", cookie)).html, 1)["userStore"]);
		expect(await id("ttwid=a")).toBe(await id("ttwid=a"));
		expect(await id("ttwid=a")).not.toBe(await id("ttwid=b"));
	});

	it("is a shell with a nonce for clients without cookies", async () => {
		const { simulator } = await started();
		const first = await page(simulator, "/1001", "");
		expect(first.html).not.toContain("roomStore");
		expect(first.setCookie).toMatch(/^__ac_nonce=/);
		const second = await page(simulator, "/1001", first.setCookie?.split(";")[0]);
		expect(second.html).toContain("roomInfo");
		expect(second.setCookie).toMatch(/^ttwid=/);
	});

	it("distinguishes offline, no room, not found, captcha and shell", async () => {
		const { simulator } = await started();
		const room = firstRoom(simulator);
		const info = async () => stateOf((await page(simulator, "/1001")).html, 1)["roomStore"]?.["roomInfo"];
		room.change({ page: "offline" });
		expect(await info()).toMatchObject({ room: { status: 4 }, anchor: {} });
		room.change({ page: "no_room" });
		expect(Object.keys((await info()) ?? {})).toEqual(["web_rid", "anchor"]);
		room.change({ page: "not_found" });
		expect(await info()).toEqual({ web_rid: "1001" });
		room.change({ page: "captcha" });
		expect((await page(simulator, "/1001")).html).toContain("captcha");
		room.change({ page: "shell" });
		expect((await page(simulator, "/1001")).html).not.toMatch(/captcha|roomStore/);
		expect(stateOf((await page(simulator, "/nobody-here")).html, 1)["roomStore"]?.["roomInfo"]).toEqual({
			web_rid: "nobody-here",
		});
	});

	it("follows the broadcast, with a configurable delay", async () => {
		const { simulator, clock } = await started();
		const room = firstRoom(simulator);
		const shown = async () => {
			const roomInfo = stateOf((await page(simulator, "/1001")).html, 1)["roomStore"]?.["roomInfo"];
			return (roomInfo as unknown as { room: { status: number; finish_time: number } }).room;
		};
		room.end({ pageLingersMs: 30_000 });
		expect(await shown()).toMatchObject({ status: 2, finish_time: Math.floor(clock.now() / 1000) });
		await clock.advance(30_000);
		expect((await shown()).status).toBe(4);
		room.begin();
		expect(await shown()).toMatchObject({ status: 2, finish_time: 0, id_str: room.roomId });
	});

	it("answers a captcha fault the given number of times", async () => {
		const { simulator } = await started();
		firstRoom(simulator).setFault({ fault: "captcha", count: 1 });
		expect((await page(simulator, "/1001")).html).toContain("captcha");
		expect((await page(simulator, "/1001")).html).toContain("roomInfo");
	});
});

describe("the JSON status", () => {
	const enter = async (simulator: Simulator, query: string) => {
		const { html } = await page(simulator, `/webcast/room/web/enter/?${query}`);
		return html === "" ? undefined : JSON.parse(html);
	};

	it("is empty without a_bogus", async () => {
		const { simulator } = await started();
		expect(await enter(simulator, "web_rid=1001")).toBeUndefined();
	});

	it("distinguishes live, ended, no room and not found", async () => {
		const { simulator } = await started();
		const room = firstRoom(simulator);
		const query = "web_rid=1001&a_bogus=x";
		expect(await enter(simulator, query)).toMatchObject({
			status_code: 0,
			data: { data: [{ id_str: room.roomId, status: 2 }], enter_room_id: room.roomId, room_status: 0 },
		});
		room.end();
		expect(await enter(simulator, query)).toMatchObject({ data: { data: [{ status: 4 }], room_status: 2 } });
		room.change({ page: "no_room" });
		expect(await enter(simulator, query)).toMatchObject({ data: { data: [], user: { nickname: expect.any(String) } } });
		expect(await enter(simulator, "web_rid=7&a_bogus=x")).toMatchObject({ status_code: 4001038 });
	});
});

it("serves the same rooms for the same seed", async () => {
	const [one, two] = [await started({ rooms: 5 }), await started({ rooms: 5 })];
	const known = ({ simulator }: typeof one) =>
		simulator.rooms.map(({ info }) => [info.liveId, info.roomId, info.title]);
	expect(known(one)).toEqual(known(two));
	expect(known(one).map(([liveId]) => liveId)).toEqual(["1001", "1002", "1003", "1004", "1005"]);
	const watch = async ({ simulator, clock }: typeof one) => {
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		await clock.advance(5000);
		client.socket.ping();
		await new Promise((resolve) => client.socket.once("pong", resolve));
		return client.raw.map((bytes) => bytes.toString("hex"));
	};
	expect(await watch(one)).toEqual(await watch(two));
});
