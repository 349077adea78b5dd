import { expect, test } from "vitest";
import { ask, startTestService, type TestService } from "../service/service.helpers.ts";

const all = "/api/v1/identities";
const main = `${all}/main`;
const room = "/api/v1/rooms/1001";
const cookie = "sessionid=s3cret";

const sessions = (service: TestService) => service.upstream.sessions;
const connected = async (service: TestService, count: number) => {
	await service.until(() => expect(sessions(service)).toHaveLength(count));
	sessions(service).at(-1)?.open();
	sessions(service).at(-1)?.frame();
	await service.until(async () => expect((await ask(service, "GET", room)).body.room.frames).toBe(count));
};

test("adds, lists and removes identities without revealing secrets", async () => {
	const service = await startTestService();
	expect((await ask(service, "GET", all)).body).toEqual({ success: true, count: 0, identities: [] });
	const proxy = "http://me:pa55@127.0.0.1:9";
	const created = await ask(service, "PUT", main, { cookie, proxy, expires_at: service.clock.now() + 1000 });
	expect(created).toMatchObject({
		status: 201,
		body: { success: true, created: true, identity: { name: "main", status: "logged_in", has_proxy: true, rooms: [] } },
	});
	const again = await ask(service, "PUT", main, { cookie });
	expect(again).toMatchObject({
		status: 200,
		body: { created: false, identity: { has_proxy: true, expires_at: null } },
	});
	expect((await ask(service, "GET", main)).body.identity).toEqual(again.body.identity);
	const metrics = await ask(service, "GET", "/metrics");
	expect(metrics.body).toContain('livekeeper_identity_login{identity="main",status="logged_in"} 1');
	const shown = JSON.stringify([created.body, again.body, (await ask(service, "GET", all)).body, metrics.body]);
	for (const secret of ["s3cret", "pa55"]) expect(shown + JSON.stringify(service.lines)).not.toContain(secret);
	expect((await ask(service, "DELETE", main)).body).toEqual({ success: true, name: "main" });
	for (const method of ["GET", "DELETE"]) {
		expect(await ask(service, method, main)).toMatchObject({
			status: 404,
			body: { error: { code: "identity_not_found" } },
		});
	}
});

test("accepts a browser's whole cookie export, despite its size", async () => {
	const service = await startTestService();
	const put = (text: string) => ask(service, "PUT", main, { cookie: text });
	const line = (host: string, name: string) => [host, "TRUE", "/", "TRUE", "1893456000", name, "x"].join("\t");
	const others = Array.from({ length: 15_000 }, (_, i) => line(`.site-${i}.example`, "sessionid"));
	const file = ["# Netscape HTTP Cookie File", ...others, line(".douyin.com", "ttwid")].join("\n");
	expect(await put(file)).toMatchObject({ status: 201, body: { identity: { has_cookie: true } } });
	// The maximum by its schema, with six bytes for each character, and one more.
	const largest = (more: number) => `{"cookie":"${"\\u003d".repeat(1_048_576 + more)}"}`;
	const json = { "content-type": "application/json" };
	expect((await ask(service, "PUT", main, largest(0), json)).status).not.toBe(413);
	expect((await ask(service, "PUT", main, largest(1), json)).body.error.message).toContain("cookie");
	expect((await ask(service, "PUT", main, largest(100_000), json)).status).toBe(413);
});

test("reconnects rooms with their cursor when their identity changes", async () => {
	const service = await startTestService();
	await ask(service, "PUT", main, { cookie });
	const started = await ask(service, "PUT", room, { identity: "main" });
	expect(started).toMatchObject({ status: 201, body: { room: { identity_name: "main" } } });
	await ask(service, "POST", "/api/live/start", { live_id: "1002", identity: "main" });
	// An identity that no room uses is connected to test it; then the two rooms share one.
	expect(service.identities).toEqual([
		{ name: "main", cookie },
		{ name: "main", cookie },
	]);
	await service.until(() => expect(sessions(service)).toHaveLength(2));
	const [first] = sessions(service);
	first?.open();
	first?.frame();
	await service.until(async () => expect((await ask(service, "GET", room)).body.room.frames).toBe(1));

	await ask(service, "PUT", main, { cookie: "sessionid=newer" });
	await service.until(() => expect(sessions(service)).toHaveLength(4));
	expect(service.identities.at(-1)).toEqual({ name: "main", cookie: "sessionid=newer" });
	const next = sessions(service).findLast(({ request }) => request.liveId === "1001");
	expect(next?.request.cursor).toMatchObject({ cursor: expect.stringMatching(/^c1-/) });
	// The same again changes nothing.
	await ask(service, "PUT", main, { cookie: "sessionid=newer" });
	await service.clock.advance(1000);
	expect(sessions(service)).toHaveLength(4);
});

test("refuses to remove an identity in use, naming rooms", async () => {
	const service = await startTestService();
	await ask(service, "PUT", main, { cookie });
	await ask(service, "PUT", room, { identity: "main" });
	expect((await ask(service, "GET", main)).body.identity.rooms).toEqual(["1001"]);
	expect(await ask(service, "DELETE", main)).toMatchObject({
		status: 409,
		body: { error: { code: "identity_in_use", message: expect.stringContaining("1001") } },
	});
	await ask(service, "PUT", room, {});
	expect((await ask(service, "DELETE", main)).status).toBe(200);
	expect((await ask(service, "GET", room)).body.room.identity_name).toBeNull();
});

test("refuses an invalid identity without quoting it", async () => {
	const service = await startTestService();
	const cases: [object, string][] = [
		[{}, "needs a cookie or a proxy"],
		[{ cookie: null }, "needs a cookie or a proxy"],
		[{ cookie, proxy: "ftp://x" }, "proxy"],
		[{ cookie, expires_at: "soon" }, "expires_at"],
		[{ cookies: cookie }, "cookies"],
	];
	for (const [body, message] of cases) {
		const refused = await ask(service, "PUT", main, body);
		expect(refused).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
		expect(refused.body.error.message).toContain(message);
		expect(JSON.stringify(refused.body)).not.toContain("hush");
	}
	const unreadable: [string, string][] = [
		["my cookie", "no cookie of the form"],
		['[{"name": "sessionid", "value": "hush"', "looks like JSON"],
		["curl 'https://live.douyin.com/1' -H 'x: hush'", "Log in first"],
	];
	for (const [text, message] of unreadable) {
		for (const refused of [
			await ask(service, "PUT", main, { cookie: text }),
			await ask(service, "POST", `${all}/read`, { cookie: text }),
			await ask(service, "POST", `${all}/probe`, { cookie: text, live_id: "1001" }),
		]) {
			expect(refused).toMatchObject({ status: 400, body: { error: { code: "invalid_cookie" } } });
			expect(refused.body.error.message).toContain(message);
			expect(JSON.stringify(refused.body)).not.toContain("hush");
		}
	}
	expect((await ask(service, "GET", all)).body.count).toBe(0);
});

test("checks a pasted cookie without keeping or revealing it", async () => {
	const service = await startTestService();
	const read = (text: string) => ask(service, "POST", `${all}/read`, { cookie: text });
	const pasted = "curl 'https://live.douyin.com/1' -b 'sessionid=hush; uid_tt=me; sid_guard=a%7C1767225600%7C60%7Cx'";
	const found = {
		form: "curl",
		logged_in: true,
		expires_at: 1_767_225_660_000,
		missing: ["s_v_web_id"],
		same_as: null,
	};
	expect((await read(pasted)).body).toEqual({ success: true, found });
	expect((await ask(service, "GET", all)).body.count).toBe(0);
	await ask(service, "PUT", main, { cookie: "sessionid=older; uid_tt=me" });
	expect((await read(pasted)).body.found.same_as).toBe("main");
	expect((await read("ttwid=1; s_v_web_id=v")).body.found).toEqual({
		...{ form: "header", logged_in: false, expires_at: null, missing: [], same_as: null },
	});
});

test("uses the default identity for rooms without their own", async () => {
	const service = await startTestService();
	const byDefault = `${all}/default`;
	const nameOf = async (liveId: string) =>
		(await ask(service, "GET", `/api/v1/rooms/${liveId}`)).body.room.identity_name;
	await ask(service, "PUT", main, { cookie });
	await ask(service, "PUT", room, {});
	await ask(service, "PUT", "/api/v1/rooms/1002", { identity: "main" });
	await ask(service, "PUT", "/api/v1/rooms/1003", { cookie: "sessionid=own" });
	await service.until(() => expect(sessions(service)).toHaveLength(3));

	await ask(service, "PUT", byDefault, { cookie: "sessionid=all" });
	await service.until(() => expect(sessions(service)).toHaveLength(4));
	expect(service.identities.at(-1)).toEqual({ name: "default", cookie: "sessionid=all" });
	await ask(service, "PUT", "/api/v1/rooms/1004", {});
	expect(await Promise.all(["1001", "1002", "1003", "1004"].map(nameOf))).toEqual(["default", "main", null, "default"]);
	expect((await ask(service, "GET", byDefault)).body.identity.rooms).toEqual(["1001", "1004"]);

	expect((await ask(service, "GET", "/api/v1/rooms/1003/options")).body.options).toEqual({
		...{ identity: null, has_cookie: true, has_proxy: false, pinned: false, raw: false, redundancy: 1 },
	});
	for (const liveId of ["1002", "1003"]) {
		expect((await ask(service, "PATCH", `/api/v1/rooms/${liveId}`, { identity: null })).status).toBe(200);
		expect(await nameOf(liveId)).toBe("default");
	}
	await ask(service, "PUT", room, { identity: "default" });
	expect((await ask(service, "DELETE", byDefault)).body.error.message).toContain("1001");
	await ask(service, "PATCH", room, { identity: null });
	expect((await ask(service, "DELETE", byDefault)).status).toBe(200);
	expect(await Promise.all(["1001", "1002", "1003", "1004"].map(nameOf))).toEqual([null, null, null, null]);
});

test("refuses an unknown identity, or one beside a cookie", async () => {
	const service = await startTestService();
	expect(await ask(service, "PUT", room, { identity: "main" })).toMatchObject({
		status: 404,
		body: { error: { code: "identity_not_found" } },
	});
	await ask(service, "PUT", main, { cookie });
	expect(await ask(service, "PUT", room, { identity: "main", cookie })).toMatchObject({ status: 400 });
	expect(await ask(service, "PUT", `${all}/a%20b`, { cookie })).toMatchObject({ status: 400 });
	expect((await ask(service, "GET", "/api/v1/rooms")).body.count).toBe(0);
});

test("keeps identities across restarts, and explains an unreadable one", async () => {
	const first = await startTestService();
	await ask(first, "PUT", main, { cookie });
	await ask(first, "PUT", room, { identity: "main" });
	await connected(first, 1);
	await first.stop();

	const second = await startTestService({ dataDir: first.dataDir });
	expect(second.identities).toEqual([{ name: "main", cookie }]);
	await second.stop();

	const third = await startTestService({ dataDir: first.dataDir, secret: "another secret than that" });
	expect(third.identities).toEqual([]);
	expect((await ask(third, "GET", main)).body.identity).toMatchObject({ status: "unreadable" });
	await third.until(async () => {
		expect((await ask(third, "GET", room)).body.room).toMatchObject({
			identity_name: "main",
			reason: { code: "identity", message: expect.stringContaining("enter it again") },
		});
	});
	expect(third.upstream.lookups).toEqual([]);
	await ask(third, "PUT", main, { cookie });
	await connected(third, 1);
	expect(sessions(third)[0]?.request.cursor).toBeDefined();
});

test("reports an expiring login in log, status and listing", async () => {
	const service = await startTestService({ healthCheckMs: "600000" });
	const day = 86_400_000;
	const expiresAt = service.clock.now() + 4 * day;
	await ask(service, "PUT", main, { cookie, expires_at: expiresAt });
	await ask(service, "PUT", room, { identity: "main" });
	service.upstream.identity = "logged_in";
	const status = () => (service.clock.now() < expiresAt ? "logged_in" : "expired");
	Object.defineProperty(service.upstream, "login", { get: () => ({ status: status(), expiresAt }) });
	await connected(service, 1);
	const warnings = () => service.lines.filter(({ level, msg }) => level === 40 && msg.includes("账号 main"));
	const loginWarning = async () => (await ask(service, "GET", room)).body.room.login_warning as string | null;
	expect([await loginWarning(), warnings().length]).toEqual([null, 0]);
	service.clock.set(2 * day);
	await service.clock.advance(1_200_000);
	expect(await loginWarning()).toContain("expires in 47 hours");
	expect((await ask(service, "GET", main)).body.identity.warning).toContain("login main expires in");
	expect(warnings()).toHaveLength(1);
	service.clock.set(2 * day);
	await service.clock.advance(1_200_000);
	expect(await loginWarning()).toContain("has expired");
	expect(warnings()).toHaveLength(2);
	expect(warnings()[1]).toMatchObject({ identity: "main", msg: expect.stringContaining("已失效") });
});
