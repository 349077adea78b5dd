import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { type BackupProgress, LivekeeperClient } from "./index.ts";
import { spyClient } from "./spy-service.helpers.ts";

test("lists, sets and removes identities", async () => {
	const identity = { name: "a b" };
	const { client, asked } = spyClient({ identities: [identity] }, { identity });
	expect(await client.identities.list()).toEqual([identity]);
	expect(await client.identities.set("a b", { cookie: "x=y", proxy: null })).toEqual(identity);
	await client.identities.remove("a b");
	expect(asked).toEqual([
		"GET /api/v1/identities",
		'PUT /api/v1/identities/a%20b {"cookie":"x=y","proxy":null}',
		"DELETE /api/v1/identities/a%20b",
	]);
});

test("pairs a browser by code, then uses its cookie", async () => {
	const pairing = { id: "p1", state: "waiting" };
	const { client, asked } = spyClient({ pairing, code: "123456" }, { pairing }, { steps: [] }, { identity: {} }, {});
	expect(await client.identities.pair()).toEqual({ pairing, code: "123456" });
	expect(await client.identities.pairing("p1")).toEqual(pairing);
	expect(await client.identities.probe({ pairing: "p1" }, "1001")).toEqual([]);
	await client.identities.set("default", { pairing: "p1" });
	await client.identities.endPairing("p1");
	expect(asked).toEqual([
		"POST /api/v1/pairings",
		"GET /api/v1/pairings/p1",
		'POST /api/v1/identities/probe {"pairing":"p1","live_id":"1001"}',
		'PUT /api/v1/identities/default {"pairing":"p1"}',
		"DELETE /api/v1/pairings/p1",
	]);
});

test("manages targets, and redelivers dead letters", async () => {
	const target = { id: "tgt_1" };
	const answers = [{ targets: [target] }, { target, secret: "s" }, { target }, { test: { accepted: true } }];
	const { client, asked } = spyClient(...answers, { dead_letters: [], next_before: 7 }, {}, { queued: 3 });
	const { targets } = client;
	const input = { settings: { url: "http://a" }, live_ids: "*" } as const;
	expect(await targets.list()).toEqual([target]);
	expect(await targets.create(input)).toEqual({ target, secret: "s" });
	expect(await targets.replace("tgt_1", input)).toEqual(target);
	expect(await targets.test("tgt_1")).toEqual({ accepted: true });
	expect(await targets.deadLetters("tgt_1", { limit: 2, before: 9 })).toEqual({ deadLetters: [], nextBefore: 7 });
	await targets.redeliver("tgt_1", "dlv_1");
	expect(await targets.redeliverAll("tgt_1")).toBe(3);
	await targets.remove("tgt_1");
	const body = '{"settings":{"url":"http://a"},"live_ids":"*"}';
	expect(asked).toEqual([
		"GET /api/v1/targets",
		`POST /api/v1/targets ${body}`,
		`PUT /api/v1/targets/tgt_1 ${body}`,
		"POST /api/v1/targets/tgt_1/test",
		"GET /api/v1/targets/tgt_1/dead-letters?limit=2&before=9",
		"POST /api/v1/targets/tgt_1/dead-letters/dlv_1/redeliver",
		"POST /api/v1/targets/tgt_1/dead-letters/redeliver-all",
		"DELETE /api/v1/targets/tgt_1",
	]);
});

test("lists the gifts that the service knows", async () => {
	const gift = { gift_id: "7", name: "玫瑰" };
	const { client, asked } = spyClient({ gifts: [gift] });
	expect(await client.gifts()).toEqual([gift]);
	expect(asked).toEqual(["GET /api/v1/gifts"]);
});

test("lists cluster nodes with the age of the information", async () => {
	const answer = { success: true, count: 1, nodes: [{ node: "a", self: true }], unheard_ms: 1200, cut_off: false };
	const { client, asked } = spyClient(answer);
	expect(await client.nodes()).toEqual(answer);
	expect(asked).toEqual(["GET /api/v1/nodes"]);
});

test("treats a service that is not ready as an answer", async () => {
	const refusal = Response.json({ status: "not_ready", reason: "storage: locked" }, { status: 503 });
	const { client, asked } = spyClient({ status: "ready" }, { status: "ready", warnings: ["clock"] }, refusal);
	expect(await client.ready()).toEqual({ reason: null, warnings: [] });
	expect(await client.ready()).toEqual({ reason: null, warnings: ["clock"] });
	expect(await client.ready()).toEqual({ reason: "storage: locked", warnings: [] });
	expect(asked).toEqual(["GET /health/ready", "GET /health/ready", "GET /health/ready"]);
});

test("reads a room's quality over the day", async () => {
	const history = [{ at: 300_000, quality: null }];
	const { client, asked } = spyClient({ success: true, history });
	expect(await client.room("1 1").qualityHistory()).toEqual(history);
	expect(asked).toEqual(["GET /api/v1/rooms/1%201/quality"]);
});

test("reads a room's kinds, and the payload of an event", async () => {
	const kinds = [{ kind: "chat", typed: true, count: 1, first_at: 1, last_at: 1, last_seq: 3 }];
	const fields = [{ field: 1, kind: "number", value: "18446744073709551615" }];
	const { client, asked } = spyClient(
		{ success: true, live_id: "1 1", kinds },
		{ success: true, seq: 3, method: "M", fields, unread: 0 },
	);
	expect(await client.room("1 1").kinds()).toEqual(kinds);
	expect(await client.room("1 1").fields(3)).toMatchObject({ method: "M", fields, unread: 0 });
	expect(asked).toEqual(["GET /api/v1/rooms/1%201/kinds", "GET /api/v1/rooms/1%201/events/3/fields"]);
});

test("reads the configuration", async () => {
	const { client, asked } = spyClient({ file: null, options: [] });
	expect(await client.config()).toMatchObject({ file: null, options: [] });
	expect(asked).toEqual(["GET /api/v1/config"]);
});

test("reports the progress of a backup's copy and download", async () => {
	const clock = new ManualClock();
	let finish: (response: Response) => void = () => undefined;
	const made = new Promise<Response>((resolve) => {
		finish = resolve;
	});
	const spy: typeof fetch = async (_input, init) =>
		init?.method === "POST" ? made : Response.json({ success: true, progress: { copied: 5, total: 10 } });
	const client = new LivekeeperClient({ url: "http://127.0.0.1:7001", fetch: spy, clock, timeoutMs: 1000 });
	const progress: BackupProgress[] = [];
	const backup = client.backup({ onProgress: (now) => progress.push(now) });
	await clock.advance(60_000);
	expect(progress[0]).toEqual({ phase: "copying", bytes: 5, total: 10 });
	finish(
		new Response("0123456789", {
			headers: {
				"content-length": "10",
				"content-disposition": 'attachment; filename="livekeeper-1.backup"',
				"x-livekeeper-key-file": encodeURIComponent("/data/密钥/secret.key"),
			},
		}),
	);
	const { file, ...about } = await backup;
	expect(await file.text()).toBe("0123456789");
	expect(about).toEqual({ name: "livekeeper-1.backup", keyFile: "/data/密钥/secret.key" });
	expect(progress.at(-1)).toEqual({ phase: "receiving", bytes: 10, total: 10 });
	expect(clock.pendingTimers).toBe(0);
});

test("yields the doctor's steps; a broken-off check has no verdict", async () => {
	const step = { name: "page", ok: true, detail: "直播中", hint: null, took_ms: 1 };
	const bytes = new TextEncoder().encode(`${JSON.stringify(step)}\n{"end":true,"live_id":"1","ok":true}\n`);
	const cutAnywhere = new ReadableStream({
		start(stream) {
			for (const byte of bytes) stream.enqueue(Uint8Array.of(byte));
			stream.close();
		},
	});
	const { client, asked } = spyClient(new Response(cutAnywhere), new Response(`${JSON.stringify(step)}\n`));
	const steps: object[] = [];
	const onStep = (one: object) => steps.push(one);
	expect(await client.doctor({ liveId: "1", onStep })).toEqual({ liveId: "1", ok: true });
	expect(steps).toEqual([step]);
	await expect(client.doctor({ identity: "main" })).rejects.toMatchObject({ code: "unreachable" });
	expect(asked).toEqual(['POST /api/v1/doctor {"live_id":"1"}', 'POST /api/v1/doctor {"identity":"main"}']);
});
