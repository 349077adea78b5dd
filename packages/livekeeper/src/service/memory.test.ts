import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import { FakeUpstream, live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { MemoryStore } from "@livekeeper/log";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../config.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { startService } from "../service.ts";
import { ask, connectRoom, say, startTestService } from "./service.helpers.ts";

test("keeps everything in memory, and writes no folder", async () => {
	const service = await startTestService({ dataDir: ":memory:" });
	await connectRoom(service);
	await say(service, "你好", "再见");
	const { body } = await ask(service, "GET", "/api/v1/rooms/1001/events?types=chat");
	expect(body.events.map(({ content }: { content: string }) => content)).toEqual(["你好", "再见"]);
	expect(service.dataDir).toBe(":memory:");
	expect(existsSync(resolve(":memory:"))).toBe(false);
});

test("continues in the memory of a service before it", async () => {
	const [memory, clock, { logger }] = [new MemoryStore(), new ManualClock(), recordingLogger()];
	const upstream = new FakeUpstream(clock);
	upstream.page = (liveId) => live("r1", liveId);
	const start = async () => {
		const config = loadConfig({ env: {}, flags: { port: "0" } });
		const service = await startService(config, { memory, clock, logger, upstreamFactory: () => upstream });
		onTestFinished(() => service.stop());
		return service;
	};
	const first = await start();
	await first.live.startLive("1001", { cookie: "sessionid=secret" });
	await expect(start()).rejects.toMatchObject({ code: "database_locked" });
	await first.stop();
	const second = await start();
	expect(second.live.getRoom("1001")).toMatchObject({ liveId: "1001" });
	// Sealed with a key that both share.
	const { body } = await ask(second, "GET", "/api/v1/rooms/1001");
	expect(body.room).toMatchObject({ live_id: "1001" });
	expect(JSON.stringify(body)).not.toContain("identity_unreadable");
});
