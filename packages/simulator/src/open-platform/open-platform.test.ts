import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { connected, firstRoom, started, until } from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";
import { signCallback } from "./task.ts";

interface Callback {
	headers: Record<string, string>;
	body: string;
	entries: { msg_id: string; gift_num?: number; gift_value?: number; content?: string }[];
}

/** Starts a receiver of callbacks. @param status status of each answer; 0 for none at all */
async function receiver(status: () => number = () => 200) {
	const got: Callback[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString();
		got.push({ headers: request.headers as Record<string, string>, body, entries: JSON.parse(body) });
		const code = status();
		if (code > 0) response.writeHead(code).end();
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cb`, got };
}

const appId = "tt1";
const secret = "s3cret";

async function call(
	simulator: Simulator,
	method: string,
	path: string,
	options: { token?: string; body?: unknown } = {},
) {
	const answer = await fetch(`${simulator.url}/api/${path}`, {
		method,
		headers: { "content-type": "application/json", ...(options.token && { "access-token": options.token }) },
		...(options.body !== undefined && { body: JSON.stringify(options.body) }),
	});
	return (await answer.json()) as { err_no: number; data: Record<string, never> };
}

/** A platform with one app and its token, and its calls. */
async function platform(change: Parameters<Simulator["platform"]["setApp"]>[1] = {}) {
	const { simulator, clock } = await started({ startTraffic: "manual" });
	simulator.platform.setApp(appId, { secret, ...change });
	const room = firstRoom(simulator);
	const takeToken = async () => {
		const body = { appid: appId, secret, grant_type: "client_credential" };
		return (await call(simulator, "POST", "apps/v2/token", { body })).data["access_token"] ?? "";
	};
	const token = await takeToken();
	const of = (type: string) => ({ roomid: room.roomId, appid: appId, msg_type: type });
	const start = (type = "live_gift", as = token) =>
		call(simulator, "POST", "live_data/task/start", { token: as, body: of(type) });
	const failed = async (page = 1, size = 100) => {
		const query = new URLSearchParams({ ...of("live_gift"), page_num: String(page), page_size: String(size) });
		// A call a second is less than ten.
		await clock.advance(1000);
		return call(simulator, "GET", `live_data/task/fail_data/get?${query}`, { token });
	};
	const give = (count: number) =>
		simulator.platform.give(
			appId,
			room.roomId,
			Array.from({ length: count }, (_, i) => ({ giver: `g${i % 7}`, giftId: "9001", count: 1, diamonds: 1 })),
		);
	/** Lets time pass until every callback was answered, or has failed. */
	const settle = async () => {
		const { courier } = simulator.platform.app(appId);
		await clock.advance(100);
		while (!courier.idle) {
			await until("all is answered", () => courier.unanswered === 0);
			await clock.advance(100);
		}
	};
	const truth = () => simulator.platform.truth(appId)[0];
	return { simulator, clock, room, token, takeToken, start, of, failed, give, settle, truth };
}

describe("the signature of callbacks", () => {
	it("equals that of the documentation's example", () => {
		const headers = {
			"x-nonce-str": "123456",
			"x-timestamp": "456789",
			"x-roomid": "268",
			"x-msg-type": "user_group",
		};
		expect(signCallback(headers, "abc123你好", "123abc")).toBe("GAkalGmhzqlUGQO/TgvMug==");
	});
});

describe("the open platform's calls", () => {
	it("require a valid token that has not expired", async () => {
		const { simulator, clock, start, takeToken } = await platform({ tokenMs: 60_000 });
		const wrong = { appid: appId, secret: "no", grant_type: "client_credential" };
		expect((await call(simulator, "POST", "apps/v2/token", { body: wrong })).err_no).toBe(40_015);
		expect((await start()).err_no).toBe(0);
		expect((await start("live_gift", "made-up")).err_no).toBe(40_022);
		await clock.advance(60_000);
		expect((await start()).err_no).toBe(40_022);
		const fresh = await takeToken();
		expect((await start("live_gift", fresh)).err_no).toBe(0);
		simulator.platform.app(appId).expireTokens();
		expect((await start("live_gift", fresh)).err_no).toBe(40_022);
	});

	it("start, report and stop tasks for mounted live rooms", async () => {
		const { simulator, room, start, of, token, truth } = await platform();
		const get = async () => {
			const answer = await call(simulator, "GET", `live_data/task/get?${new URLSearchParams(of("live_gift"))}`, {
				token,
			});
			return answer.data["status"];
		};
		expect(await get()).toBe(1);
		const first = await start();
		expect(first.data["task_id"]).toEqual(expect.any(String));
		expect((await start()).data).toEqual(first.data);
		expect(await get()).toBe(3);
		await call(simulator, "POST", "live_data/task/stop", { token, body: of("live_gift") });
		expect(await get()).toBe(2);
		expect((await start("live_nothing")).err_no).toBe(40_023);
		simulator.platform.setApp(appId, { mounted: [] });
		expect((await start()).err_no).toBe(5_003_019);
		simulator.platform.setApp(appId, { mounted: [room.liveId] });
		await start();
		expect(truth()?.running).toBe(true);
		simulator.platform.setApp(appId, { mounted: [] });
		expect(truth()?.running).toBe(false);
	});

	it("are limited to ten a second; tasks end with broadcasts", async () => {
		const { clock, room, start, truth } = await platform();
		const answers = await Promise.all(Array.from({ length: 12 }, () => start()));
		expect(answers.filter(({ err_no: errNo }) => errNo === 0)).toHaveLength(10);
		room.end();
		await clock.advance(1000);
		expect(truth()?.running).toBe(false);
		expect((await start()).err_no).toBe(5_003_019);
	});
});

describe("callbacks", () => {
	it("are signed and report each gift's increment once", async () => {
		const { url, got } = await receiver();
		const { simulator, room, start, settle } = await platform({
			callbackUrl: url,
			callbackSecrets: { live_comment: "another" },
		});
		for (const type of ["live_gift", "live_comment", "live_like", "live_fansclub"]) await start(type);
		await connected(simulator, { roomId: room.roomId });
		room.produce(1500);
		await settle();
		for (const { headers, body } of got) {
			const {
				"x-nonce-str": nonce = "",
				"x-timestamp": at = "",
				"x-roomid": id = "",
				"x-msg-type": type = "",
			} = headers;
			const signed = { "x-nonce-str": nonce, "x-timestamp": at, "x-roomid": id, "x-msg-type": type };
			expect(headers["x-signature"]).toBe(signCallback(signed, body, type === "live_comment" ? "another" : secret));
			expect(id).toBe(room.roomId);
		}
		const of = (type: string) =>
			got.filter(({ headers }) => headers["x-msg-type"] === type).flatMap((one) => one.entries);
		const value = of("live_gift").reduce((sum, gift) => sum + (gift.gift_value ?? 0), 0);
		expect(value).toBe((room.truth()?.diamonds ?? 0) * 10);
		expect(of("live_comment").length).toBeGreaterThan(400);
		expect(of("live_comment").every(({ content }) => content !== undefined)).toBe(true);
		expect(of("live_like").length).toBeGreaterThan(100);
		const ids = got.flatMap((one) => one.entries.map(({ msg_id: id }) => id));
		expect(new Set(ids).size).toBe(ids.length);
		// Answers come in any order.
		for (const task of simulator.platform.truth(appId)) expect(task.delivered.toSorted()).toEqual(task.happened);
	});

	it("can be lost, doubled and delayed, with failures kept", async () => {
		const { url, got } = await receiver();
		const faults = { loss: 0.2, duplicates: 0.2, disorder: 0.3, lostAnswers: 0.1 };
		const { start, give, settle, failed, truth } = await platform({ callbackUrl: url, faults, batch: 1, rate: 1000 });
		await start();
		const ids = give(500);
		await settle();
		const came = got.flatMap((one) => one.entries.map(({ msg_id: id }) => id));
		expect(came.length).toBeGreaterThan(new Set(came).size);
		expect(came).not.toEqual([...came].sort());
		const lookedUp: string[] = [];
		for (let page = 1; ; page++) {
			const { data } = await failed(page, 40);
			expect(data["page_num"]).toBe(page);
			expect(data["total_count"]).toBe(truth()?.failed.length);
			const list = data["data_list"] as unknown as { payload: string; roomid: string; msg_type: string }[];
			if (list.length === 0) break;
			for (const { payload } of list)
				lookedUp.push(...JSON.parse(payload).map((one: { msg_id: string }) => one.msg_id));
		}
		expect(lookedUp.length).toBeGreaterThan(80);
		expect(new Set([...came, ...lookedUp])).toEqual(new Set(ids));
		expect(truth()?.delivered.length).toBe(500 - lookedUp.length);
	});

	it.each([
		["answers with 500", 500],
		["gives no answer", 0],
	])("fail if the receiver %s; ten failures pause them", async (_case, status) => {
		let code = status;
		const { url, got } = await receiver(() => code);
		const { clock, start, give, settle, truth } = await platform({ callbackUrl: url, batch: 1 });
		await start();
		for (let i = 0; i < 10; i++) {
			give(1);
			await clock.advance(100);
			await until("it came", () => got.length === i + 1);
			if (status === 0) await clock.advance(3000);
			await until("it failed", () => truth()?.failed.length === i + 1);
		}
		code = 200;
		give(5);
		await settle();
		expect(got).toHaveLength(10);
		expect(truth()?.failed).toHaveLength(15);
		await clock.advance(5000);
		give(3);
		await settle();
		expect(got).toHaveLength(13);
		expect(truth()?.delivered).toHaveLength(3);
	});

	it("loses comments whose push fails", async () => {
		const { simulator, room, start, settle } = await platform({ faults: { loss: 1 } });
		await start("live_comment");
		await connected(simulator, { roomId: room.roomId });
		room.produce(100);
		await settle();
		const [task] = simulator.platform.truth(appId);
		expect(task?.lost).toEqual(task?.happened);
		expect(task?.failed).toEqual([]);
	});
});

describe("acknowledging", () => {
	it("is recorded, and rejected if it can't be read", async () => {
		const { simulator, token, room, start, give, truth } = await platform();
		await start();
		const [id = ""] = give(1);
		const ack = (data: string, type = 1) => {
			const body = { room_id: room.roomId, app_id: appId, ack_type: type, data };
			return call(simulator, "POST", "live_data/ack", { token, body });
		};
		const list = JSON.stringify([{ msg_id: id, msg_type: "live_gift", client_time: 1 }]);
		expect((await ack(list)).err_no).toBe(0);
		expect((await ack(list, 2)).err_no).toBe(0);
		expect(truth()).toMatchObject({ received: [id], processed: [id] });
		expect((await ack("no list")).err_no).toBe(40_023);
		expect((await ack(list, 3)).err_no).toBe(40_023);
	});
});

describe("apps", () => {
	it("are managed over the control API without showing secrets", async () => {
		const { simulator } = await started({ startTraffic: "manual" });
		const control = async (method: string, path: string, body?: unknown) => {
			const answer = await fetch(`${simulator.url}/__sim${path}`, {
				method,
				headers: body ? { "content-type": "application/json" } : {},
				...(body ? { body: JSON.stringify(body) } : {}),
			});
			return { status: answer.status, body: await answer.json() };
		};
		const made = await control("PUT", "/apps/tt9", { secret, batch: 5, faults: { loss: 0.5 }, mounted: ["1001"] });
		const faults = { loss: 0.5, duplicates: 0, disorder: 0, lost_answers: 0 };
		expect(made).toMatchObject({ status: 200, body: { app_id: "tt9", batch: 5, faults, mounted: ["1001"] } });
		expect(JSON.stringify(made.body)).not.toContain(secret);
		expect((await control("PUT", "/apps/tt9", { expire_tokens: true })).body).toEqual(made.body);
		expect((await control("GET", "/apps")).body).toEqual({ apps: [made.body] });
		expect((await control("GET", "/apps/tt9/truth")).body).toEqual({ app_id: "tt9", tasks: [] });
		expect((await control("GET", "/apps/tt8/truth")).status).toBe(404);
		expect((await control("PUT", "/apps/tt8", {})).status).toBe(400);
		expect((await control("PUT", "/apps/tt9", { faults: { loss: 2 } })).status).toBe(400);
	});
});
