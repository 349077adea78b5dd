import { callbackSignature } from "@livekeeper/douyin";
import { live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { ask, startTestService, type TestService } from "../service/service.helpers.ts";

const roomId = "7100000000000000001";
const path = "/api/v1/official/1001";
const app = { app_id: "tt1", secret: "s3cret-of-app", callback_secrets: { live_gift: "s3cret-of-gifts" } };

/** Starts a service with a live room that has an app. Requests to the platform go nowhere. */
async function started(flags: Record<string, unknown> = {}): Promise<TestService> {
	const nowhere = { officialUrl: "http://127.0.0.1:9", officialTokenUrl: "http://127.0.0.1:9/token" };
	const service = await startTestService({ ...nowhere, ...flags });
	service.upstream.page = (liveId) => live(roomId, liveId);
	return service;
}

async function withRoom(service: TestService, headers = {}): Promise<void> {
	await ask(service, "PUT", "/api/v1/rooms/1001", { official: app }, headers);
	await service.until(() => expect(service.upstream.sessions).toHaveLength(1));
	service.upstream.sessions[0]?.open();
	service.upstream.sessions[0]?.frame();
	await service.until(async () => {
		await service.clock.advance(500);
		expect((await ask(service, "GET", path, undefined, headers)).body.official?.broadcasts).toHaveLength(1);
	});
}

const body = '[{"msg_id":"7","sec_openid":"o","nickname":"云","sec_gift_id":"g","gift_num":2,"gift_value":180}]';

function signed(service: TestService, secret = app.callback_secrets.live_gift, sent = body, nonce = "n") {
	const headers: Record<string, string> = {
		"content-type": "application/json",
		"x-nonce-str": nonce,
		"x-timestamp": String(service.clock.now()),
		"x-roomid": roomId,
		"x-msg-type": "live_gift",
	};
	return { ...headers, "x-signature": callbackSignature(headers, Buffer.from(sent), secret) };
}

/** Sends a callback while the clock advances, because storing needs a little of its time. */
async function post(service: TestService, headers: Record<string, string>, sent = body) {
	let answer: Awaited<ReturnType<typeof ask>> | undefined;
	void ask(service, "POST", path, sent, headers).then((got) => {
		answer = got;
	});
	return service.until(() => {
		if (!answer) throw new Error("no answer yet");
		return answer;
	});
}

test("accepts a signed callback once its gift is stored", async () => {
	const service = await started({ apiKey: "the-key" });
	const key = { authorization: "Bearer the-key" };
	await withRoom(service, key);
	const callback = signed(service);
	expect(await post(service, callback)).toMatchObject({ status: 200, body: { success: true } });
	const { body: page } = await ask(service, "GET", "/api/v1/rooms/1001/events?types=gift", undefined, key);
	expect(page.events).toMatchObject([
		{ id: "official:live_gift:7", source: "official", room_id: roomId, delta: 2, diamond_count: 9, diamonds: 18 },
	]);
	const again = await post(service, callback);
	expect(again).toMatchObject({ status: 403, body: { error: { code: "callback_refused" } } });
	expect((await post(service, signed(service, "guessed"))).body.error.message).toContain("signature");
	expect((await ask(service, "GET", path)).status).toBe(401);
	const { body: status } = await ask(service, "GET", path, undefined, key);
	expect(status.official).toMatchObject({
		live_id: "1001",
		refused: 2,
		broadcasts: [{ room_id: roomId, callbacks: 1, entries: 1, match: { official_diamonds: 18 } }],
	});
});

test("shows the push in status, metrics and gift diagnosis", async () => {
	const service = await started();
	expect((await ask(service, "PUT", "/api/v1/rooms/1002")).body.room.official).toBeNull();
	await withRoom(service);
	await service.until(async () => {
		await service.clock.advance(500);
		const { body: answer } = await ask(service, "GET", "/api/v1/rooms/1001");
		expect(answer.room.official.state).toBe("failing");
	});
	const { room } = (await ask(service, "GET", "/api/v1/rooms/1001?lang=en")).body;
	expect(room.official).toMatchObject({
		app_id: "tt1",
		types: ["live_gift"],
		summary: expect.stringContaining("can't be reached"),
		token: { expires_at: null, error: { err_no: null, at: expect.any(Number) } },
		broadcasts: [{ counts: false, tasks: [{ msg_type: "live_gift", missing: 0, since: null }] }],
	});
	expect(room.gift_coverage.why).toContain("can't be reached");
	expect(room.gift_coverage.advice[0]).toContain("can reach the open platform");
	const zh = { "accept-language": "zh" };
	expect((await ask(service, "GET", path, undefined, zh)).body.official.summary).toContain("无法访问开放平台");
	await post(service, signed(service));
	await post(service, signed(service, "guessed"));
	const lines = String((await ask(service, "GET", "/metrics")).body).split("\n");
	expect(lines).toContain('livekeeper_official_task_running{live_id="1001",msg_type="live_gift"} 0');
	expect(lines).toContain('livekeeper_official_counts{live_id="1001"} 0');
	expect(lines).toContain('livekeeper_official_callbacks_total{live_id="1001",outcome="stored"} 1');
	expect(lines).toContain('livekeeper_official_callbacks_total{live_id="1001",outcome="refused"} 1');
	expect(lines).toContain('livekeeper_official_missing{live_id="1001"} 0');
	expect(lines).toContain('livekeeper_official_token_seconds{live_id="1001"} 0');
	expect(lines).toContain('livekeeper_official_diamonds{live_id="1001",by="official"} 18');
	expect(lines.some((line) => line.startsWith('livekeeper_official_callback_age_seconds{live_id="1001"} '))).toBe(true);
	expect(lines.join()).not.toContain('livekeeper_official_counts{live_id="1002"}');
});

test("stops a client that guesses signatures", async () => {
	const service = await started({ rateLimit: "3" });
	const statuses: number[] = [];
	for (let i = 0; i < 5; i++) statuses.push((await ask(service, "POST", path, body, signed(service, "no"))).status);
	expect(statuses).toEqual([404, 404, 404, 429, 429]);
});

test("accepts signed callbacks up to 1 MiB, reports larger ones", async () => {
	const service = await started({ rateLimit: "100" });
	await withRoom(service);
	const of = (letters: number) => `[{"msg_id":"8","gift_num":1,"gift_value":10,"nickname":"${"x".repeat(letters)}"}]`;
	const long = of(100_000);
	expect((await post(service, signed(service, undefined, long), long)).status).toBe(200);
	const tooLong = of(1024 * 1024);
	expect(await ask(service, "POST", path, tooLong, signed(service, undefined, tooLong, "m"))).toMatchObject({
		status: 413,
		body: { error: { code: "payload_too_large", message: expect.stringContaining("counts as missing") } },
	});
	const statuses = new Set<number>();
	for (let n = 0; n < 102; n++) {
		statuses.add((await ask(service, "POST", path, "{}", signed(service, undefined, "{}", `${n}`))).status);
	}
	expect(statuses).toEqual(new Set([400]));
	const { official } = (await ask(service, "GET", path)).body;
	expect(official).toMatchObject({ refused: 103, broadcasts: [{ callbacks: 1, tasks: [{ missing: 103 }] }] });
});

test("adds and removes an app without revealing its secrets", async () => {
	const service = await started();
	await withRoom(service);
	const room = await ask(service, "GET", "/api/v1/rooms/1001");
	const shown = JSON.stringify([room.body, (await ask(service, "GET", path)).body, service.lines]);
	expect(shown).not.toContain("s3cret");
	expect((await ask(service, "PATCH", "/api/v1/rooms/1001", { pinned: true })).status).toBe(200);
	expect((await ask(service, "GET", path)).status).toBe(200);
	expect(service.upstream.sessions).toHaveLength(1);
	expect((await ask(service, "PATCH", "/api/v1/rooms/1001", { official: null })).status).toBe(200);
	expect(await ask(service, "GET", path)).toMatchObject({ status: 404, body: { error: { code: "official_not_set" } } });
});

test.each([
	[{ app_id: "a b", secret: "s" }, "official.app_id"],
	[{ app_id: "tt1", secret: "with space" }, "official.secret"],
	[{ app_id: "tt1", secret: "s", types: ["live_nothing"] }, "official.types"],
	[{ app_id: "tt1" }, "official.secret"],
])("refuses an invalid app: %j", async (official, where) => {
	const service = await started();
	const answer = await ask(service, "PUT", "/api/v1/rooms/1001", { official });
	expect(answer.status).toBe(400);
	expect(answer.body.error.message).toContain(where);
});
