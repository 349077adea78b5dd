import { cpSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { ask, connectRoom, say, startTestService, startWithRoom, type TestService } from "./service.helpers.ts";

const minute = 60_000;

async function downOf(service: TestService) {
	const { body } = await ask(service, "GET", "/api/v1/rooms/1001/events?types=service_down&limit=10");
	return body.events as { from: number; to: number; at: number; room_id: string }[];
}

async function untilDown(service: TestService) {
	return service.until(async () => {
		const [down] = await downOf(service);
		expect(down).toBeDefined();
		return down;
	});
}

/** Starts a service whose room was connected for two minutes. */
async function talkingService(): Promise<TestService> {
	const service = await startWithRoom();
	for (const text of ["晚上好", "来了", "今天吃什么", "唱一首", "好听", "再来"]) {
		await service.clock.advance(20_000);
		await say(service, text);
	}
	return service;
}

test("reports a stopped service's downtime to each room", async () => {
	const first = await talkingService();
	const stoppedAt = first.clock.now();
	await first.stop();
	const second = await startTestService({ dataDir: first.dataDir }, stoppedAt + 5 * minute);
	const startedAt = second.clock.now();
	const down = await untilDown(second);
	expect(down).toMatchObject({ from: stoppedAt, to: expect.any(Number), room_id: "r1" });
	expect(down?.to).toBeGreaterThanOrEqual(startedAt);
	expect(down?.to).toBeLessThan(startedAt + minute);
	// Two minutes connected and five away.
	const uptime = second.live.getRoom("1001")?.quality["1h"]?.parts.uptime;
	expect(uptime).toBeGreaterThan(0.2);
	expect(uptime).toBeLessThan(0.4);
});

test("reports a killed service's downtime, up to ten seconds more", async () => {
	const first = await talkingService();
	const heardAt = first.clock.now();
	await first.clock.advance(25_000);
	// Stored after the note.
	await connectRoom(first, "1002");
	const killedAt = first.clock.now();
	// The state that a kill leaves behind.
	const dataDir = join(temporaryFolder(), "copy");
	cpSync(first.dataDir, dataDir, { recursive: true });
	const second = await startTestService({ dataDir }, killedAt + 25_000);
	const down = await untilDown(second);
	expect(down?.from).toBeGreaterThan(heardAt);
	expect(down?.from).toBeGreaterThanOrEqual(killedAt - 10_000);
	expect(down?.from).toBeLessThanOrEqual(killedAt);
});

test("reports each downtime once, and none to a new room", async () => {
	const first = await talkingService();
	await first.stop();
	const second = await startTestService({ dataDir: first.dataDir }, first.clock.now() + minute);
	await untilDown(second);
	await connectRoom(second, "1002");
	const { body } = await ask(second, "GET", "/api/v1/rooms/1002/events?types=service_down");
	expect(body.events).toEqual([]);
	await second.stop();
	const third = await startTestService({ dataDir: first.dataDir }, second.clock.now() + minute);
	await third.until(async () => expect(await downOf(third)).toHaveLength(2));
});

test("claims no downtime after the clock was set back", async () => {
	const first = await talkingService();
	await first.stop();
	const second = await startTestService({ dataDir: first.dataDir }, first.clock.now() - 5 * minute);
	await second.until(() => expect(second.live.getRoom("1001")?.state).not.toBe("idle"));
	expect(await downOf(second)).toEqual([]);
});
