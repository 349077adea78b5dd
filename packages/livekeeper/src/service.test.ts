import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createLogger } from "@livekeeper/base/log";
import { DouyinError } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { chat, FakeUpstream } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { io } from "socket.io-client";
import { expect, onTestFinished, test } from "vitest";
import { parseConfig } from "./config.ts";
import { recordingLogger } from "./recording-logger.helpers.ts";
import { ask, connectRoom, startTestService, type TestService } from "./service/service.helpers.ts";
import { startService } from "./service.ts";
import { logLines } from "./text/index.ts";

test("reports a port in use and leaves nothing running", async () => {
	const taken = createServer();
	await once(taken.listen(0, "127.0.0.1"), "listening");
	onTestFinished(() => void taken.close());
	const { port } = taken.address() as { port: number };
	const clock = new ManualClock();
	const { logger } = recordingLogger();
	const deps = { clock, logger, upstreamFactory: () => new FakeUpstream(clock) };
	await expect(startService(parseConfig({ port, data_dir: temporaryFolder() }), deps)).rejects.toMatchObject({
		code: "port_in_use",
		message: expect.stringContaining(String(port)),
		hint: { en: expect.stringContaining("--port") },
	});
	expect(clock.pendingTimers).toBe(0);
});

test("knows its rooms before it listens or asks the upstream", async () => {
	const first = await startTestService();
	await first.live.startLive("1001");
	await first.stop();
	const second = await startTestService({ dataDir: first.dataDir });
	const at = (sought: string) => second.lines.findIndex(({ event, msg }) => event === sought || msg.includes(sought));
	expect([at("room_added") >= 0, at("room_added") < at("正在监听")]).toEqual([true, true]);
	expect((await ask(second, "GET", "/api/v1/rooms/1001")).status).toBe(200);
	await second.until(() => expect(second.upstream.sessions).toHaveLength(1));
	await second.stop();

	const taken = createServer();
	await once(taken.listen(0, "127.0.0.1"), "listening");
	onTestFinished(() => void taken.close());
	const { port } = taken.address() as { port: number };
	const clock = new ManualClock();
	const { logger } = recordingLogger();
	const upstream = new FakeUpstream(clock);
	const deps = { clock, logger, upstreamFactory: () => upstream };
	await expect(startService(parseConfig({ port, data_dir: first.dataDir }), deps)).rejects.toMatchObject({
		code: "port_in_use",
	});
	expect(upstream.lookups).toEqual([]);
});

test("rejects an address of another machine with a code", async () => {
	const { logger } = recordingLogger();
	await expect(
		startService(parseConfig({ port: 0, host: "127.0.0.1.invalid", api_key: "k", data_dir: temporaryFolder() }), {
			logger,
		}),
	).rejects.toMatchObject({ code: "cannot_listen" });
});

test("logs the two original lines and its address", async () => {
	const service = await startTestService();
	const messages = service.lines.map((line) => line.msg);
	const ofDesign = messages.filter((message) => message.startsWith("【√】"));
	expect(ofDesign.slice(0, 2)).toEqual(["【√】持久化连接管理器已启动", "【√】连接监控线程已启动"]);
	expect(messages.filter((message) => message.includes("监听 "))).toEqual([`livekeeper 正在监听 ${service.url}`]);
});

test("logs in English only on request", async () => {
	const written: string[] = [];
	const destination = { write: (line: string) => void written.push(line) };
	const logger = createLogger({ level: "debug", format: "pretty", lines: logLines, language: "en", destination });
	const clock = new ManualClock();
	const upstream = new FakeUpstream(clock);
	upstream.page = new DouyinError("blocked", "Refused.");
	const config = parseConfig({ port: 0, data_dir: temporaryFolder(), group_commit_ms: 1 });
	const service = await startService(config, {
		clock,
		logger,
		startThread: inThisThread,
		upstreamFactory: () => upstream,
	});
	onTestFinished(() => service.stop());
	await service.live.startLive("1");
	await fetch(`${service.url}/api/v1/nowhere`);
	await fetch(`${service.url}/api/v1/rooms`, { headers: { origin: "http://other.invalid" } });
	for (const line of [`livekeeper is listening on ${service.url}`, "Refused a web page"]) {
		await eventually(clock, () => expect(written.join("")).toContain(line));
	}
	await service.stop();
	expect(written.filter((line) => /\p{Script=Han}/u.test(line))).toEqual([]);
});

test("stops rooms, readers and requests, also when called twice", async () => {
	const service = await startTestService();
	for (const id of ["1", "2", "3"]) await service.live.startLive(id);
	await service.until(() => expect(service.upstream.sessions).toHaveLength(3));
	const reader = io(service.url, { transports: ["websocket"], reconnection: false });
	onTestFinished(() => void reader.disconnect());
	await once(reader as unknown as NodeJS.EventEmitter, "connect");
	const halfSent = connect(service.port, "127.0.0.1");
	await once(halfSent, "connect");
	halfSent.write(
		"POST /api/live/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
	);
	const gone = once(halfSent, "close");
	halfSent.resume();
	await ask(service, "GET", "/api/live/status");
	let isStopped = false;
	const stopped = Promise.all([service.stop(), service.stop()]).then(() => {
		isStopped = true;
	});
	// The half-sent request is given time.
	while (!isStopped) await service.clock.advance(1_000);
	await Promise.all([stopped, gone]);
	expect(service.clock.pendingTimers).toBe(0);
	expect(service.upstream.openSessions).toEqual([]);
	await expect(fetch(service.url)).rejects.toThrow();
});

test("answers the status of many rooms completely", async () => {
	const service = await startTestService({ maxRooms: "600" });
	for (let id = 1; id <= 500; id++) await service.live.startLive(String(id));
	const { body } = await ask(service, "GET", "/api/live/status");
	expect(body.count).toBe(500);
	expect(Object.keys(body.connections)).toHaveLength(500);
});

test("resumes rooms with cursor, options and numbers after a restart", async () => {
	const first = await startTestService();
	await first.live.startLive("1001", { cookie: "sessionid=1" });
	await connectRoom(first);
	const cursor = { roomId: "r1", cursor: "before", internalExt: "x" };
	first.upstream.last.frame([chat(first.clock.now())], { cursor });
	const known = first.upstream.last.frame();
	const events = async (service: TestService) =>
		(await ask(service, "GET", "/api/v1/rooms/1001/events")).body.events as { seq: number; type: string }[];
	await first.until(async () => expect(await events(first)).toHaveLength(4));
	await first.stop();

	// Later: a clock that was set back would leave open how long the service was away.
	const second = await startTestService({ dataDir: first.dataDir }, first.clock.now() + 1_000);
	expect(second.live.getStatus().activeRooms).toEqual(["1001"]);
	const session = await second.until(() => second.upstream.last);
	expect(session.request.cursor).toEqual(cursor);
	expect(second.identities).toEqual([{ cookie: "sessionid=1" }]);
	session.open();
	session.frame([...known, chat(second.clock.now())]);
	await second.until(async () => expect(await events(second)).toHaveLength(7));
	expect((await events(second)).map(({ seq, type }) => [seq, type])).toEqual([
		[1, "broadcast_started"],
		[2, "connection"],
		[3, "chat"],
		[4, "chat"],
		[5, "service_down"],
		[6, "connection"],
		[7, "chat"],
	]);
});

test("rejects a data folder in use, whose service continues", async () => {
	const service = await startTestService();
	await expect(startTestService({ dataDir: service.dataDir })).rejects.toMatchObject({ code: "database_locked" });
	expect((await ask(service, "GET", "/health/ready")).status).toBe(200);
});

test("answers an upgrade at an unknown path with 404", async () => {
	const service = await startTestService();
	const socket = connect(service.port, "127.0.0.1");
	onTestFinished(() => void socket.destroy());
	let answer = "";
	socket.on("data", (chunk: Buffer) => {
		answer += chunk.toString();
	});
	socket.write("GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
	await once(socket, "close");
	expect(answer).toMatch(/^HTTP\/1\.1 404 /);
	expect(answer).toContain('"code":"not_found"');
});
