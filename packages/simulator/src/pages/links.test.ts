import { describe, expect, it } from "vitest";
import { firstRoom, started } from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";

const desktop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36";
const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148";

const linksOf = (simulator: Simulator) => firstRoom(simulator).links(simulator.url);
const get = (url: string, userAgent = desktop, cookie = "ttwid=made-up") =>
	fetch(url, { redirect: "manual", headers: { "user-agent": userAgent, cookie } });

function infoUrl(simulator: Simulator, roomId: string, change: Record<string, string> = {}): string {
	const query = {
		type_id: "0",
		live_id: "1",
		room_id: roomId,
		sec_user_id: "",
		version_code: "99.99.99",
		app_id: "1128",
	};
	return `${simulator.url}/webcast/room/reflow/info/?${new URLSearchParams({ ...query, ...change })}`;
}

const json = async (answer: Response) => (await answer.json()) as { data?: { room?: unknown }; [key: string]: unknown };

describe("a short link", () => {
	it("leads a desktop browser to the room's page", async () => {
		const { simulator } = await started({ rooms: 2 });
		const { short, shareText } = linksOf(simulator);
		expect(new URL(short).pathname).toMatch(/^\/v\.douyin\.com\/[\w-]{11}\/$/);
		expect(shareText).toContain(` ${short} `);
		const answer = await get(short);
		expect([answer.status, answer.headers.get("location")]).toEqual([302, `${simulator.url}/1001?from=web_code_link`]);
		expect(await (await get(answer.headers.get("location") ?? "")).text()).toContain('\\"webRid\\":\\"1001\\"');
		expect((await get(short.slice(0, -1))).headers.get("location")).toBe(answer.headers.get("location"));
	});

	it("leads a phone to the app's broadcast page", async () => {
		const { simulator } = await started();
		const room = firstRoom(simulator);
		const location = new URL((await get(linksOf(simulator).short, phone)).headers.get("location") ?? "");
		expect(location.pathname).toBe(`/douyin/webcast/reflow/${room.roomId}`);
		expect(linksOf(simulator).profile).toBe(`${simulator.url}/user/${location.searchParams.get("sec_user_id")}`);
		expect((await get(location.href, phone)).status).toBe(200);
		const info = await json(await get(infoUrl(simulator, room.roomId), phone));
		expect(info.data?.room).toMatchObject({ status: 2, owner: { web_rid: "1001", nickname: expect.any(String) } });
		room.end();
		const ended = await json(await get(infoUrl(simulator, room.roomId), phone));
		expect(ended.data?.room).toMatchObject({ status: 4, owner: { web_rid: "1001" } });
	});

	it.each([
		["captcha", 200, null, /TTGCaptcha/],
		["empty_answer", 200, null, /^$/],
		["foreign_redirect", 302, "https://live.douyin.example.invalid/", /^/],
		["expired_link", 302, "/", /^/],
	] as const)("meets the fault %s the given number of times", async (fault, status, location, body) => {
		const { simulator } = await started();
		const { short } = linksOf(simulator);
		firstRoom(simulator).setFault({ fault, count: 1 });
		const answer = await get(short);
		expect(answer.status).toBe(status);
		expect(answer.headers.get("location")).toBe(location === "/" ? `${simulator.url}/` : location);
		expect(await answer.text()).toMatch(body);
		expect((await get(short)).headers.get("location")).toMatch(/from=web_code_link$/);
	});

	it("leads an invented one where an expired one does", async () => {
		const { simulator } = await started();
		const answer = await get(`${simulator.url}/v.douyin.com/AAAAAAAAAAA/`);
		expect([answer.status, answer.headers.get("location")]).toEqual([302, `${simulator.url}/`]);
	});
});

describe("the app's info of a broadcast", () => {
	it.each([
		["no cookie", {}, "", /ttwid/],
		["another app", { app_id: "1" }, "ttwid=x", /app_id/],
		["another version", { version_code: "1" }, "ttwid=x", /version_code/],
	])("is empty for %s", async (_case, change, cookie, why) => {
		const { simulator } = await started();
		const answer = await get(infoUrl(simulator, firstRoom(simulator).roomId, change), phone, cookie);
		expect([await answer.text(), answer.headers.get("x-sim-why")]).toEqual(["", expect.stringMatching(why)]);
	});

	it("is an error for an unknown broadcast, and meets faults", async () => {
		const { simulator } = await started();
		const { roomId } = firstRoom(simulator);
		expect(await (await get(infoUrl(simulator, "7000000000000000001"))).json()).toMatchObject({
			status_code: 4_001_038,
		});
		simulator.setFault({ fault: "empty_answer", count: 1 });
		expect(await (await get(infoUrl(simulator, roomId))).text()).toBe("");
		simulator.setFault({ fault: "captcha", count: 1 });
		expect(await (await get(infoUrl(simulator, roomId))).text()).toMatch(/TTGCaptcha/);
	});
});

describe("other names of a room", () => {
	it("lead to its page (follow/live, root/live, 抖音号) and its faults", async () => {
		const { simulator } = await started();
		const { followLive, rootLive, displayId } = linksOf(simulator);
		for (const url of [followLive, rootLive, `${simulator.url}/${displayId}`]) {
			const html = await (await get(url)).text();
			expect(html).toContain(firstRoom(simulator).roomId);
			expect(html).toContain('\\"web_rid\\":\\"1001\\"');
		}
		firstRoom(simulator).setFault({ fault: "captcha", count: 1 });
		expect(await (await get(`${simulator.url}/${displayId}`)).text()).toMatch(/TTGCaptcha/);
	});

	it("leads a profile to a page without a room", async () => {
		const { simulator } = await started();
		const answer = await get(linksOf(simulator).profile);
		const html = await answer.text();
		expect([answer.status, html]).toEqual([200, expect.stringContaining("的抖音")]);
		expect(html).not.toContain("web_rid");
	});

	it("are listed by the control API", async () => {
		const { simulator } = await started();
		const answer = await json(await fetch(`${simulator.url}/__sim/rooms/1001/links`));
		expect(answer).toMatchObject({ short: linksOf(simulator).short, display_id: linksOf(simulator).displayId });
		expect(Object.keys(answer)).toEqual(["short", "share_text", "follow_live", "root_live", "profile", "display_id"]);
	});
});
