import { accept, answer, Receiver } from "@livekeeper/targets/src/receiver.helpers.ts";
import { type Life, World } from "@livekeeper/targets/src/service.helpers.ts";
import { signatureOf } from "@livekeeper/targets/src/signature.ts";
import { fastify } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { App } from "./app.ts";
import { replyWithError } from "./error-reply.ts";
import { targetRoutes } from "./routes/targets.ts";
import { acceptJsonBodies } from "./server.ts";

let world: World;
let life: Life;
let receiver: Receiver;
let app: App;

beforeEach(async () => {
	world = new World();
	life = await world.start();
	receiver = await Receiver.listen();
	app = fastify().withTypeProvider<ZodTypeProvider>();
	app.setValidatorCompiler(validatorCompiler);
	app.setSerializerCompiler(serializerCompiler);
	app.setErrorHandler(replyWithError);
	acceptJsonBodies(app);
	targetRoutes(app, life);
	await app.ready();
});
afterEach(async () => {
	await app.close();
	await receiver.close();
});

const base = "/api/v1/targets";

async function ask(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object) {
	const answer = await app.inject({ method, url, ...(body && { payload: body }) });
	return { status: answer.statusCode, body: answer.json() };
}

test("creates, lists, reads, replaces and removes targets", async () => {
	const created = await ask("POST", base, {
		settings: { url: receiver.url },
		live_ids: ["https://live.douyin.com/1001?a=b", "1002"],
	});
	expect(created).toMatchObject({
		status: 201,
		body: { success: true, secret: expect.stringMatching(/^tgsec_/), target: { live_ids: ["1001", "1002"] } },
	});
	const { id } = created.body.target;
	const listed = await ask("GET", base);
	expect(listed).toEqual({ status: 200, body: { success: true, count: 1, targets: [created.body.target] } });
	const read = await ask("GET", `${base}/${id}`);
	expect(read.body).toMatchObject({
		success: true,
		target: { id, state: "active" },
		rooms: [{ live_id: "1001", position: 0, lag: 0, last_error: null, next_attempt_at: null }, { live_id: "1002" }],
	});
	const replaced = await ask("PUT", `${base}/${id}`, {
		settings: { url: receiver.url },
		live_ids: "*",
		types: ["gift"],
		batch: { max_events: 5 },
	});
	expect(replaced).toMatchObject({
		status: 200,
		body: { target: { live_ids: "*", types: ["gift"], batch: { max_events: 5, max_wait_ms: 200 } } },
	});
	expect(JSON.stringify([listed, read, replaced])).not.toContain(created.body.secret);
	expect(await ask("DELETE", `${base}/${id}`)).toEqual({ status: 200, body: { success: true, id } });
	expect((await ask("GET", base)).body).toMatchObject({ count: 0 });
});

const good = { settings: { url: "https://example.com/" }, live_ids: "*" };

test.each([
	["no body", undefined, "invalid_request"],
	["no settings", { live_ids: "*" }, "invalid_request"],
	["no URL", { ...good, settings: {} }, "invalid_target"],
	["no rooms", { settings: good.settings }, "invalid_request"],
	["an empty room list", { ...good, live_ids: [] }, "invalid_request"],
	["too many rooms", { ...good, live_ids: Array.from({ length: 1001 }, (_, n) => `${n + 1}`) }, "invalid_request"],
	["a path as live id", { ...good, live_ids: ["../x"] }, "invalid_request"],
	["an unknown event type", { ...good, types: ["chat", "nonsense"] }, "invalid_request"],
	["an unknown field", { ...good, colour: "red" }, "invalid_request"],
	["an empty batch", { ...good, batch: { max_events: 0 } }, "invalid_request"],
	["a batch above the limit", { ...good, batch: { max_events: 1001 } }, "invalid_request"],
	["a short secret", { ...good, settings: { ...good.settings, secret: "x" } }, "invalid_target"],
	["a wrong type", { ...good, enabled: "yes" }, "invalid_request"],
	["an invalid URL", { ...good, settings: { url: "hook" } }, "invalid_target"],
	["an unsupported scheme", { ...good, settings: { url: "gopher://example.com/" } }, "invalid_target"],
])("answers %s with 400 and %s", async (_what, body, code) => {
	const answer = await ask("POST", base, body);
	expect(answer).toMatchObject({ status: 400, body: { success: false, error: { code, hint: expect.any(String) } } });
	expect(await life.targets.list()).toEqual([]);
});

test.each([
	["GET", ""],
	["PUT", ""],
	["DELETE", ""],
	["GET", "/dead-letters"],
	["POST", "/dead-letters/dlv_x/redeliver"],
	["POST", "/dead-letters/redeliver-all"],
] as const)("answers %s of an unknown target%s with 404", async (method, path) => {
	const answer = await ask(method, `${base}/tgt_unknown${path}`, method === "PUT" ? good : undefined);
	expect(answer).toMatchObject({ status: 404, body: { error: { code: "target_not_found" } } });
});

test("refuses an invalid id with a 400", async () => {
	expect(await ask("GET", `${base}/${encodeURIComponent("../x")}`)).toMatchObject({ status: 400 });
});

test("lists dead letters, and resends one or all", async () => {
	receiver.behaviour = (response) => void response.writeHead(410).end();
	const { body } = await ask("POST", base, {
		settings: { url: receiver.url },
		live_ids: ["1001"],
		batch: { max_events: 1 },
	});
	const { id } = body.target;
	world.log.append("1001", 3);
	await world.until(life, () => receiver.requests.length === 3);
	await world.quiet(life);
	const first = await ask("GET", `${base}/${id}/dead-letters?limit=2`);
	expect(first.body).toMatchObject({ success: true, dead_letters: [{ first_seq: 3 }, { first_seq: 2 }] });
	const next = await ask("GET", `${base}/${id}/dead-letters?limit=2&before=${first.body.next_before}`);
	expect(next.body).toMatchObject({ dead_letters: [{ first_seq: 1, available: "all" }], next_before: null });

	receiver.behaviour = accept;
	const oldest = next.body.dead_letters[0].delivery_id;
	expect(await ask("POST", `${base}/${id}/dead-letters/${oldest}/redeliver`)).toEqual({
		status: 202,
		body: { success: true, queued: 1 },
	});
	await world.until(life, () => receiver.requests.length === 4);
	await world.quiet(life);
	expect(await ask("POST", `${base}/${id}/dead-letters/${oldest}/redeliver`)).toMatchObject({
		status: 404,
		body: { error: { code: "delivery_not_found" } },
	});
	expect((await ask("POST", `${base}/${id}/dead-letters/redeliver-all`)).body).toEqual({ success: true, queued: 2 });
	await world.until(life, () => receiver.requests.length === 6);
	await world.quiet(life);
	expect(receiver.seqs).toEqual([1, 2, 3, 1, 2, 3]);
	expect((await ask("GET", `${base}/${id}/dead-letters`)).body).toMatchObject({ dead_letters: [] });
	expect((await ask("GET", `${base}/${id}/dead-letters?limit=0`)).status).toBe(400);
});

test("tests a receiver with a signed request without events", async () => {
	const made = (await ask("POST", base, { settings: { url: receiver.url }, live_ids: "*", enabled: false })).body;
	const { id } = made.target;
	expect(await ask("POST", `${base}/${id}/test`)).toMatchObject({
		status: 200,
		body: { success: true, test: { accepted: true, status: 204, error: null } },
	});
	const [request] = receiver.requests;
	const timestamp = String(request?.headers["x-livekeeper-timestamp"]);
	expect(request?.headers["x-livekeeper-signature"]).toBe(
		signatureOf(made.secret, timestamp, Buffer.from(request?.body ?? "")),
	);
	const delivery = request?.headers["x-livekeeper-delivery"];
	expect(JSON.parse(request?.body ?? "")).toEqual({
		...{ target_id: id, live_id: "test", delivery_id: delivery, test: true, events: [] },
	});

	receiver.behaviour = answer(503);
	expect((await ask("POST", `${base}/${id}/test`)).body.test).toMatchObject({
		accepted: false,
		status: 503,
		error: { code: "http_status", message: expect.stringMatching(/^The receiver answered 503\. /) },
	});
	await receiver.close();
	expect((await ask("POST", `${base}/${id}/test`)).body.test).toMatchObject({
		accepted: false,
		status: null,
		error: { code: "network" },
	});
	expect((await ask("GET", `${base}/${id}`)).body.target).toMatchObject({ failures: 0, dead_letters: 0 });
	expect(await ask("POST", `${base}/tgt_nobody/test`)).toMatchObject({
		status: 404,
		body: { error: { code: "target_not_found" } },
	});
});
