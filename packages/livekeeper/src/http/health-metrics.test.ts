import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DouyinError } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { openSqliteEventLog } from "@livekeeper/log";
import { chat, startMs } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { quietLogger, temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { ask, say, startTestService, startWithRoom } from "../service/service.helpers.ts";

test("is live and ready once it listens", async () => {
	const service = await startTestService();
	expect((await ask(service, "GET", "/health/live")).body).toEqual({ status: "ok" });
	expect((await ask(service, "GET", "/health/ready")).body).toEqual({ status: "ready" });
});

test("shows rooms' state, message age, counters and reconnects", async () => {
	const service = await startWithRoom();
	await service.clock.advance(6000);
	service.upstream.last.fail(new DouyinError("network", "cut"));
	await service.clock.advance(4000);
	service.upstream.last.open();
	service.upstream.last.frame(undefined, { problems: [{ method: "X", id: "1", message: "bad" }] });
	await service.clock.advance(2000);
	service.upstream.last.request.onRoundTrip?.(40, "ping");

	const answer = await ask(service, "GET", "/metrics");
	expect(answer.headers.get("content-type")).toContain("text/plain");
	const lines = String(answer.body).split("\n");
	expect(lines).toContain('livekeeper_rooms{state="connected"} 1');
	expect(lines).toContain('livekeeper_rooms{state="blocked"} 0');
	expect(lines).toContain('livekeeper_room_state{live_id="1001",state="connected",health="degraded"} 1');
	expect(lines).toContain('livekeeper_room_message_age_seconds{live_id="1001"} 2');
	expect(lines).toContain('livekeeper_room_reconnects_total{live_id="1001",reason="network"} 1');
	expect(lines).toContain('livekeeper_room_frames_total{live_id="1001"} 2');
	expect(lines).toContain('livekeeper_room_decode_errors_total{live_id="1001"} 1');
	expect(lines).toContain('livekeeper_room_gaps_total{live_id="1001"} 0');
	expect(lines).toContain('livekeeper_room_answer_seconds{live_id="1001",asked="ping"} 0.04');
	const quality = lines.filter((line) => line.startsWith("livekeeper_room_quality{"));
	expect(quality.map((line) => /window="(\w+)"} \d/.exec(line)?.[1])).toEqual(["5m", "1h", "24h"]);
	expect(lines).toContain("livekeeper_socketio_clients 0");
	expect(lines).toContain("livekeeper_targets 0");
	expect(lines.some((line) => /^process_resident_memory_bytes \d+/.test(line))).toBe(true);
});

test("shows the delivery to targets", async () => {
	const service = await startTestService({ targetAllowPrivate: "true" });
	const { body } = await ask(service, "POST", "/api/v1/targets", {
		settings: { url: "http://127.0.0.1:1/" },
		live_ids: ["1001"],
	});
	expect(body.success).toBe(true);
	const lines = String((await ask(service, "GET", "/metrics")).body).split("\n");
	expect(lines).toContain("livekeeper_targets 1");
	expect(lines).toContain("livekeeper_target_lanes 1");
	expect(lines).toContain('livekeeper_target_requests_total{outcome="delivered"} 0');
});

test("removes a stopped room's series, and separates services", async () => {
	const [one, other] = [await startTestService(), await startTestService()];
	await ask(one, "PUT", "/api/v1/rooms/1001");
	expect((await ask(other, "GET", "/metrics")).body).not.toContain('live_id="1001"');
	expect((await ask(one, "GET", "/metrics")).body).toContain('live_id="1001"');
	await ask(one, "DELETE", "/api/v1/rooms/1001");
	expect((await ask(one, "GET", "/metrics")).body).not.toContain('live_id="1001"');
});

test("is not ready while storage fails, and says why", async () => {
	const service = await startWithRoom();
	const reported: unknown[] = [];
	service.live.onStatus(({ state, health, reason, unstoredSince }) => {
		reported.push([state, health, reason.code, unstoredSince]);
	});
	const other = new Database(join(service.dataDir, "livekeeper.db"));
	onTestFinished(() => void other.close());
	other.exec("BEGIN IMMEDIATE");
	service.upstream.last.frame();
	const ready = () => ask(service, "GET", "/health/ready");
	await service.until(async () => expect((await ready()).status).toBe(503));
	expect((await ready()).body).toEqual({
		status: "not_ready",
		reason: expect.stringMatching(/^storage: locked by another program \(.+\)$/),
	});
	const chinese = await ask(service, "GET", "/health/ready", undefined, { "accept-language": "zh-CN" });
	expect(chinese.body.reason).toMatch(/^存储：被其他程序锁定（.+）$/);
	expect((await ask(service, "GET", "/health/live")).status).toBe(200);
	const room = async () => (await ask(service, "GET", "/api/v1/rooms/1001")).body.room;
	const metric = async (line: string) =>
		String((await ask(service, "GET", "/metrics")).body)
			.split("\n")
			.includes(line);
	const since = (await room()).unstored_since;
	expect(await room()).toMatchObject({
		state: "connected",
		health: "degraded",
		reason: { code: "storage", message: expect.stringMatching(/can't be saved \(locked by another program: /) },
		unstored_since: expect.any(Number),
		evidence: expect.arrayContaining([expect.stringMatching(/can't be saved/)]),
	});
	expect(since).toBeLessThanOrEqual(service.clock.now());
	expect(reported).toContainEqual(["connected", "degraded", "storage", since]);
	expect(await metric('livekeeper_room_state{live_id="1001",state="connected",health="degraded"} 1')).toBe(true);
	expect(await metric("livekeeper_storage_failing 1")).toBe(true);
	expect(await metric(`livekeeper_storage_failing_since_seconds ${Math.round(since / 1000)}`)).toBe(true);
	// The kept rooms are stored in a file of their own; a room that starts meanwhile gets the same answer.
	expect(await ask(service, "PUT", "/api/v1/rooms/2002")).toMatchObject({
		status: 201,
		body: { room: { unstored_since: since } },
	});
	await ask(service, "DELETE", "/api/v1/rooms/2002");
	expect((await ask(service, "GET", "/api/v1/rooms/1001/events")).body.last_seq).toBe(2);
	other.exec("ROLLBACK");
	await service.until(async () => expect((await ready()).body).toEqual({ status: "ready" }));
	expect(await room()).toMatchObject({
		state: "connected",
		health: "fine",
		reason: { code: "ok" },
		unstored_since: null,
	});
	expect(reported.at(-1)).toEqual(["connected", "fine", "ok", undefined]);
	expect(await metric("livekeeper_storage_failing 0")).toBe(true);
	await service.until(async () =>
		expect((await ask(service, "GET", "/api/v1/rooms/1001/events")).body.last_seq).toBe(3),
	);
});

test("refuses to start a room whose setting cannot be stored", async () => {
	const service = await startWithRoom();
	const other = new Database(join(service.dataDir, "registry.db"));
	onTestFinished(() => void other.close());
	other.exec("BEGIN IMMEDIATE");
	expect(await ask(service, "PUT", "/api/v1/rooms/2002")).toMatchObject({
		status: 503,
		body: { success: false, error: { code: "storage_failing" } },
	});
	expect(service.live.getStatus().activeRooms).toEqual(["1001"]);
	other.exec("ROLLBACK");
	expect((await ask(service, "PUT", "/api/v1/rooms/2002")).status).toBe(201);
});

test("warns about a clock far from the last stored time", async () => {
	const dataDir = temporaryFolder();
	const clock = new ManualClock(startMs - 30 * 86_400_000);
	const log = await openSqliteEventLog({ startThread: inThisThread, dataDir, clock, logger: quietLogger });
	log.append({ liveId: "1001", events: [chat(1)] });
	await log.close();
	const service = await startTestService({ dataDir });
	expect(await ask(service, "GET", "/health/ready")).toMatchObject({
		status: 200,
		body: {
			status: "ready",
			// Only the log existed before, so reports about targets.db do not belong here.
			warnings: expect.arrayContaining([
				"clock: jumped 30 days ahead; nothing is deleted by age until 2026-01-02T00:00:00.000Z",
			]),
		},
	});
	const lines = String((await ask(service, "GET", "/metrics")).body).split("\n");
	expect(lines).toContain("livekeeper_storage_clock_in_doubt 1");
});

test("warns about a corrupt message, and serves everything else", async () => {
	const service = await startWithRoom();
	await say(service, "你好");
	await say(service, "再见");
	await service.stop();
	const db = new Database(join(service.dataDir, "livekeeper.db"));
	const blocks = db.prepare<[], { no: number; lines: Buffer }>("SELECT block_no AS no, lines FROM blocks").all();
	const { no, lines } = blocks.find((block) => block.lines.includes("你好")) ?? { no: 0, lines: Buffer.alloc(0) };
	lines.write("尔", lines.indexOf("你好"));
	db.prepare("UPDATE blocks SET lines = ? WHERE block_no = ?").run(lines, no);
	db.close();
	const again = await startTestService({ dataDir: service.dataDir, upstreamUrl: "http://127.0.0.1:1" });
	const damaged = "storage: some data of room 1001 is damaged (messages replaced by a gap: 1); check the disk";
	await again.until(async () =>
		expect((await ask(again, "GET", "/health/ready")).body).toEqual({ status: "ready", warnings: [damaged] }),
	);
	const { body } = await ask(again, "POST", "/api/v1/doctor", {});
	const steps = String(body)
		.split("\n", 2)
		.map((line) => JSON.parse(line));
	expect(steps[1]).toMatchObject({ name: "storage", ok: false, detail: damaged });
	const { events } = (await ask(again, "GET", "/api/v1/rooms/1001/events?types=chat,gap")).body;
	expect(events).toMatchObject([
		{ type: "gap", reason: "corrupt", seq: 3 },
		{ type: "chat", content: "再见", seq: 4 },
	]);
	expect((await ask(again, "GET", "/api/v1/rooms")).status).toBe(200);
});

const small = ["registry.db", "targets.db"];
test.each([
	{ what: "damaged", copies: true, warning: "was damaged and is kept as .*; its last good copy has taken its place" },
	{ what: "missing", copies: true, warning: "was missing; its last good copy has taken its place" },
	{ what: "missing", copies: false, warning: "and its last good copy were missing" },
])("warns about $what registry and targets (last good copy: $copies)", async (given) => {
	const service = await startWithRoom();
	await say(service, "你好");
	await service.until(() => expect(readdirSync(service.dataDir)).toContain("targets.db.last-good"));
	await service.stop();
	for (const name of small) {
		const path = join(service.dataDir, name);
		if (given.what === "missing") rmSync(path);
		else writeFileSync(path, readFileSync(path).fill(0xa5, 4_096));
		if (!given.copies) rmSync(`${path}.last-good`);
	}
	const again = await startTestService({ dataDir: service.dataDir });
	for (const language of ["en", "zh"]) {
		const { body } = await ask(again, "GET", "/health/ready", undefined, { "accept-language": language });
		expect(body).toMatchObject({ status: "ready", warnings: small.map((name) => expect.stringContaining(name)) });
	}
	const { warnings } = (await ask(again, "GET", "/health/ready")).body;
	expect(warnings).toEqual(
		small.map((name) => expect.stringMatching(new RegExp(`^storage: ${name} ${given.warning}`))),
	);
	const rooms = again.live.getStatus().activeRooms;
	expect(rooms).toEqual(given.copies ? ["1001"] : []);
});
