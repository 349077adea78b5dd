import { FaultyStore } from "@livekeeper/log/src/event-log/sqlite/faulty-store.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { Receiver } from "@livekeeper/targets/src/receiver.helpers.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, connectRoom, say, startTestService } from "./service.helpers.ts";

test("answers requests while the disk hangs, and delivers afterwards", async () => {
	const disk = new FaultyStore(inThisThread);
	const receiver = await Receiver.listen();
	onTestFinished(() => receiver.close());
	const service = await startTestService({ targetAllowPrivate: "true" }, undefined, disk.startThread);
	onTestFinished(() => disk.mend());
	await connectRoom(service);
	const { body } = await ask(service, "POST", "/api/v1/targets", {
		settings: { url: receiver.url },
		live_ids: "*",
		batch: { max_events: 50, max_wait_ms: 1 },
	});
	const path = `/api/v1/targets/${body.target.id}`;
	await say(service, "晚上好");
	const roomOf = async () => (await ask(service, "GET", path)).body.rooms[0];
	await service.until(async () => expect(await roomOf()).toMatchObject({ lag: 0 }));
	const before = await roomOf();
	const delivered = receiver.requests.length;

	disk.hang();
	service.upstream.last.frame();
	await vi.waitFor(async () => {
		await service.clock.advance(1_000);
		const ready = await ask(service, "GET", "/health/ready");
		expect(ready).toMatchObject({ status: 503, body: { reason: expect.stringContaining("storage: not answering") } });
	});
	const answered = [
		"/",
		"/favicon.svg",
		"/health/live",
		"/metrics",
		"/help/zh/",
		"/api/v1/rooms",
		"/api/v1/rooms/1001",
		"/api/v1/rooms/1001/events",
		"/api/v1/rooms/1001/broadcasts",
		"/api/v1/identities",
		"/api/v1/overlay-tokens",
		"/api/v1/config",
		"/api/v1/targets",
		path,
		`${path}/history`,
	];
	for (const one of answered) {
		const { status } = await ask(service, "GET", one);
		expect([one, status]).toEqual([one, one === "/help/zh/" ? expect.any(Number) : 200]);
	}
	expect((await ask(service, "GET", "/api/v1/search?q=%E6%99%9A%E4%B8%8A")).status).toBe(200);
	expect((await ask(service, "GET", "/api/v1/rooms/1001/events?types=chat")).body.events).toMatchObject([
		{ content: "晚上好" },
	]);
	expect(await roomOf()).toMatchObject({ position: before.position, lag: 0 });

	disk.mend();
	await say(service, "回来了");
	await service.until(() => expect(receiver.requests.length).toBeGreaterThan(delivered));
	await service.until(async () => expect(await roomOf()).toMatchObject({ lag: 0 }));
	expect((await roomOf()).position).toBeGreaterThan(before.position);
});
