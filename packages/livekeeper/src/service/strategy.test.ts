import { DouyinError } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { HostStats } from "@livekeeper/engine";
import { live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { ask, startTestService, type TestService } from "./service.helpers.ts";
import { keepHosts, recallHosts } from "./strategy.ts";

/** Starts a service with five connected rooms that have all received messages. */
async function withRooms(flags: Record<string, unknown>): Promise<TestService> {
	const service = await startTestService(flags);
	service.upstream.page = (liveId) => live(`r-${liveId}`, liveId);
	service.upstream.onSession = (session) => {
		session.open();
		session.frame();
	};
	for (let i = 1; i <= 5; i++) await ask(service, "PUT", `/api/v1/rooms/${i}`);
	await service.until(() => expect(service.live.getStatus().rooms.every(({ frames }) => frames > 0)).toBe(true));
	return service;
}

/** Breaks every connection and fails all further ones. */
function breakDown(service: TestService): void {
	const lost = () => new DouyinError("network", "The network is down.").at("push.example");
	service.upstream.page = (liveId) => ({ status: "unknown", liveId, failure: lost() });
	service.upstream.onSession = (session) => session.fail(lost());
	for (const session of service.upstream.openSessions) session.fail(lost());
}

const reconnect = async (service: TestService) => (await ask(service, "GET", "/api/v1/reconnect")).body.reconnect;
const metrics = async (service: TestService) => String((await ask(service, "GET", "/metrics")).body).split("\n");

test("reconnects each room by the fixed schedule by default", async () => {
	const service = await withRooms({});
	breakDown(service);
	await service.clock.advance(0);
	expect(await reconnect(service)).toEqual({ strategy: "fixed", outage: null, hosts: [] });
	expect(await metrics(service)).toContain("livekeeper_outage 0");
	const { room } = (await ask(service, "GET", "/api/v1/rooms/1")).body;
	expect(room).toMatchObject({
		state: "reconnecting",
		next_attempt_at: service.clock.now() + 1000,
		reason: {
			code: "network",
			message: "The network is down.",
			decision: "1 failed attempt.",
			help: "The connection failed or was cut off.",
		},
	});
});

test("reports an outage everywhere until it is over", async () => {
	const service = await withRooms({ strategy: "adaptive" });
	const since = service.clock.now();
	breakDown(service);
	await service.clock.advance(1500);
	const { strategy, outage } = await reconnect(service);
	expect(strategy).toBe("adaptive");
	expect(outage).toEqual({ since, reason: "network", canary: expect.any(String), waiting: 4 });
	expect(await metrics(service)).toEqual(
		expect.arrayContaining(["livekeeper_outage 1", "livekeeper_outage_waiting_rooms 4"]),
	);
	const { rooms } = (await ask(service, "GET", "/api/v1/rooms")).body;
	const decisions = rooms.map((room: { live_id: string; reason: { decision: string } }) =>
		room.live_id === outage.canary ? "canary" : room.reason.decision,
	);
	expect(decisions.filter((words: string) => words !== "canary")).toEqual(
		Array(4).fill(`Most rooms disconnected at once; room ${outage.canary} tries first.`),
	);
	expect(service.lines.map(({ msg }) => msg)).toContain(
		`【!】多数直播间同时断开（网络中断），先由直播间 ${outage.canary} 试着重连`,
	);

	service.upstream.page = (liveId) => live(`r-${liveId}`, liveId);
	service.upstream.onSession = (session) => {
		session.open();
		session.frame();
	};
	await service.clock.advance(5000);
	expect((await reconnect(service)).outage).toBeNull();
	expect(service.live.getStatus().rooms.map(({ state }) => state)).toEqual(Array(5).fill("connected"));
	expect(service.lines.map(({ msg }) => msg)).toContain("【√】连接已恢复，各直播间依次重连");
	expect(await metrics(service)).toContain("livekeeper_outage 0");
});

test("keeps host statistics across a restart", async () => {
	const dataDir = temporaryFolder();
	const first = await withRooms({ strategy: "adaptive", dataDir });
	const known = (await reconnect(first)).hosts;
	expect(known).toEqual([{ host: "push.example", success_rate: expect.any(Number), open: false }]);
	expect(known[0].success_rate).toBeGreaterThan(0.5);
	await first.stop();
	const second = await startTestService({ strategy: "adaptive", dataDir });
	const [again] = (await reconnect(second)).hosts;
	expect(again.host).toBe("push.example");
	expect(again.success_rate).toBeCloseTo(known[0].success_rate, 1);
	expect((await metrics(second)).some((line) => line.startsWith('livekeeper_push_host_success_ratio{host="push'))).toBe(
		true,
	);
});

test("reports an unreadable history and starts over", async () => {
	const notes = { get: async () => ({ version: 99 }), put: async () => undefined };
	const { logger, lines } = recordingLogger();
	expect((await recallHosts({ notes, logger })).all()).toEqual([]);
	expect(lines).toMatchObject([{ level: 40, msg: expect.stringContaining("将重新积累") }]);
});

test("reports a history that can't be stored and continues", async () => {
	const clock = new ManualClock();
	const put = async () => {
		throw new Error("disk full");
	};
	const { logger, lines } = recordingLogger();
	const stop = keepHosts(new HostStats(), { notes: { get: async () => undefined, put }, clock, logger });
	await clock.advance(600_000);
	await stop();
	expect(lines.map(({ level }) => level)).toEqual([40, 40, 40]);
	expect(clock.pendingTimers).toBe(0);
});
