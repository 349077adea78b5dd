import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { exitStatus, WatchStates, wayStatus } from "@livekeeper/engine/src/watching/watch-status.helpers.ts";
import { expect, test } from "vitest";
import { ask, connectRoom, startTestService, type TestService } from "../service/service.helpers.ts";
import { extensionOrigin } from "./request-source.ts";

const all = "/api/v1/pairings";
const session = "hush-session";
const cookie = JSON.stringify([
	{ domain: ".douyin.com", name: "sessionid", value: session, expirationDate: 1_900_000_000 },
]);
const byExtension = { origin: extensionOrigin };

const create = async (service: TestService, headers = {}) =>
	(await ask(service, "POST", all, undefined, headers)).body as { pairing: { id: string }; code: string };
const stateOf = async (service: TestService, id: string, headers = {}) =>
	(await ask(service, "GET", `${all}/${id}`, undefined, headers)).body.pairing?.state;
const hand = (service: TestService, code: string, headers: Record<string, string> = byExtension, text = cookie) =>
	ask(service, "POST", `${all}/cookie`, { code, cookie: text }, headers);
const wrong = (code: string) => (code === "000000" ? "000001" : "000000");

test("takes a browser's cookie once, without showing it", async () => {
	const service = await startTestService({ apiKey: "the-key" });
	const key = { authorization: "Bearer the-key" };
	const { pairing, code } = await create(service, key);
	expect(code).toMatch(/^\d{6}$/);
	expect(pairing).toMatchObject({ state: "waiting", found: null, expires_at: service.clock.now() + 300_000 });
	const early = await ask(service, "PUT", "/api/v1/identities/default", { pairing: pairing.id }, key);
	expect(early).toMatchObject({ status: 404, body: { error: { code: "pairing_not_found" } } });

	const found = {
		form: "json",
		logged_in: true,
		expires_at: 1_900_000_000_000,
		missing: ["s_v_web_id"],
		same_as: null,
	};
	const handed = await hand(service, code);
	expect(handed).toMatchObject({ status: 200, body: { success: true, found } });
	expect((await hand(service, code)).body.error.code).toBe("pairing_refused");
	const { body } = await ask(service, "GET", `${all}/${pairing.id}`, undefined, key);
	expect(body.pairing).toMatchObject({ state: "received", found });
	const made = await ask(service, "PUT", "/api/v1/identities/default", { pairing: pairing.id }, key);
	expect(made).toMatchObject({
		status: 201,
		body: { identity: { status: "logged_in", expires_at: 1_900_000_000_000 } },
	});
	expect((await ask(service, "DELETE", `${all}/${pairing.id}`, undefined, key)).status).toBe(200);
	expect(await stateOf(service, pairing.id, key)).toBeUndefined();
	expect(JSON.stringify([handed.body, body, made.body, service.lines])).not.toContain(session);
});

test("refuses web pages, other extensions, machines and proxies", async () => {
	const service = await startTestService({ corsOrigins: "https://a.example,http://127.0.0.1:8000" });
	const { pairing, code } = await create(service);
	const others = [
		{},
		{ origin: service.url },
		{ origin: "https://a.example" },
		{ origin: "http://127.0.0.1:8000" },
		{ origin: "https://www.douyin.com" },
		{ origin: "null" },
		{ origin: "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ origin: "moz-extension://c9d1b7a2-0000-4000-8000-000000000000" },
		{ ...byExtension, "x-forwarded-for": "127.0.0.1" },
	];
	for (const headers of others) {
		const refused = await hand(service, code, headers);
		expect(refused, JSON.stringify(headers)).toMatchObject({
			status: 403,
			body: { error: { code: "forbidden_origin" } },
		});
	}
	// The extension can do nothing else, nor read the code.
	for (const [method, path] of [
		["POST", all],
		["GET", `${all}/${pairing.id}`],
		["GET", "/api/v1/identities"],
	] as const) {
		expect((await ask(service, method, path, undefined, byExtension)).body.error?.code, path).toBe("forbidden_origin");
	}
	const asText = await ask(service, "POST", `${all}/cookie`, JSON.stringify({ code, cookie }), {
		...byExtension,
		"content-type": "text/plain",
	});
	expect(asText.status).toBe(415);
	expect(await stateOf(service, pairing.id)).toBe("waiting");
});

test("lets only the owner use codes if keyed", async () => {
	const service = await startTestService({ apiKey: "the-key" });
	const { pairing } = await create(service, { authorization: "Bearer the-key" });
	for (const [method, path] of [
		["POST", all],
		["GET", `${all}/${pairing.id}`],
		["DELETE", `${all}/${pairing.id}`],
	] as const) {
		expect((await ask(service, method, path)).status).toBe(401);
	}
});

test("locks a code after five guesses or five minutes", async () => {
	const service = await startTestService();
	const first = await create(service);
	for (let i = 0; i < 5; i++) {
		expect(await stateOf(service, first.pairing.id)).toBe("waiting");
		expect((await hand(service, wrong(first.code))).body.error.code).toBe("pairing_refused");
	}
	expect(await stateOf(service, first.pairing.id)).toBe("locked");
	expect((await hand(service, first.code)).body.error.code).toBe("pairing_refused");

	const second = await create(service);
	expect(await stateOf(service, first.pairing.id)).toBeUndefined();
	// Setting the clock back does not extend a code.
	service.clock.set(-3_600_000);
	await service.clock.advance(300_000);
	expect(await stateOf(service, second.pairing.id)).toBe("expired");
	expect((await hand(service, second.code)).status).toBe(403);
	for (const code of ["12345", "1234567", "１２３４５６", ""]) {
		expect((await hand(service, code)).body.error.code, code).toBe("invalid_request");
	}
});

test("keeps a code without a login, and forgets cookies later", async () => {
	const service = await startTestService();
	const { pairing, code } = await create(service);
	const visitor = await hand(service, code, byExtension, "ttwid=1%7Ca");
	expect(visitor).toMatchObject({ status: 200, body: { found: { logged_in: false } } });
	expect((await hand(service, code, byExtension, "[]")).body.error.code).toBe("invalid_cookie");
	expect(await stateOf(service, pairing.id)).toBe("waiting");
	await hand(service, code);
	await service.clock.advance(600_000);
	expect(await stateOf(service, pairing.id)).toBe("received");
	await service.clock.advance(300_000);
	expect(await stateOf(service, pairing.id)).toBe("expired");
	const late = await ask(service, "PUT", "/api/v1/identities/default", { pairing: pairing.id });
	expect(late.body.error.code).toBe("pairing_not_found");
});

test("refuses cookie and pairing together, probes with either", async () => {
	const service = await startTestService({ upstreamUrl: "http://127.0.0.1:9" });
	const { pairing, code } = await create(service);
	await hand(service, code);
	const both = await ask(service, "PUT", "/api/v1/identities/default", { cookie, pairing: pairing.id });
	expect(both).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
	const probe = (given: object) => ask(service, "POST", "/api/v1/identities/probe", { ...given, live_id: "1001" });
	expect((await probe({})).body.error.code).toBe("invalid_cookie");
	expect((await probe({ pairing: "00000000-0000-4000-8000-000000000000" })).body.error.code).toBe("pairing_not_found");
	expect((await probe({ pairing: pairing.id })).body).toMatchObject({ success: true, steps: [{ name: "cookie" }] });
});

test("admits only the origin of the repository's extension", () => {
	const manifest = JSON.parse(readFileSync(new URL("../../../../extension/manifest.json", import.meta.url), "utf8"));
	const hash = createHash("sha256").update(Buffer.from(manifest.key, "base64")).digest("hex").slice(0, 32);
	const id = Array.from(hash, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
	expect(extensionOrigin).toBe(`chrome-extension://${id}`);
	expect(manifest.permissions).toEqual(["cookies"]);
	expect(manifest.host_permissions).toEqual(["*://*.douyin.com/*", "http://127.0.0.1/*", "http://localhost/*"]);
});

const proof = JSON.stringify([
	{ domain: ".douyin.com", name: "s_v_web_id", value: "verify_1" },
	{ domain: "live.douyin.com", name: "__ac_nonce", value: "0123" },
	{ domain: ".douyin.com", name: "ttwid", value: "not-ours" },
]);

test("hands over a passed slider once, and retries refusals", async () => {
	const watching = new WatchStates();
	watching.exits = [exitStatus("direct", [wayStatus("page", { sign: "captcha" })])];
	const service = await startTestService({}, undefined, undefined, watching);
	const taken: string[] = [];
	service.upstream.takeProof = async (given) => void taken.push(given);
	await connectRoom(service);
	const { pairing, code } = await create(service);
	const give = (given: object) =>
		ask(service, "POST", `${all}/cookie`, { cookie: proof, passed: true, ...given }, byExtension);
	expect(await give({ code: wrong(code) })).toMatchObject({ status: 403 });
	expect([taken, watching.tried]).toEqual([[], []]);

	expect(await give({ code })).toMatchObject({ status: 200, body: { found: { logged_in: false } } });
	expect(taken).toEqual(["s_v_web_id=verify_1; __ac_nonce=0123; ttwid=not-ours"]);
	expect(watching.tried).toEqual(["direct"]);
	expect(await stateOf(service, pairing.id)).toBe("received");
	expect((await give({ code })).body.error.code).toBe("pairing_refused");
	// It is no identity.
	const put = await ask(service, "PUT", "/api/v1/identities/default", { pairing: pairing.id });
	expect(put.body.error.code).toBe("pairing_not_found");
});
