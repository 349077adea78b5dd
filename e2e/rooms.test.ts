import { afterEach, describe, expect, test } from "vitest";
import { Rig, type RigOptions } from "./kit/rig.ts";
import { SocketIoReader } from "./kit/socket-io-reader.ts";
import { until } from "./kit/until.ts";

/** A room's life while everything works: browsers come and go, broadcasts end and begin. */
describe("a kept room", () => {
	let rig: Rig;
	const readers: SocketIoReader[] = [];

	async function setUp(options: RigOptions = {}) {
		rig = await Rig.start({ speed: 20, ...options });
		for (const liveId of options.start ?? rig.liveIds) await rig.untilConnected(liveId);
	}

	async function browser(...liveIds: string[]): Promise<SocketIoReader> {
		const reader = await SocketIoReader.open(rig.url, liveIds);
		readers.push(reader);
		return reader;
	}

	const sockets = () => rig.simulator.connections();

	afterEach(async () => {
		for (const reader of readers.splice(0)) reader.close();
		await rig.stop();
	});

	test("is not affected by pages that open or close", async () => {
		await setUp();
		const [before] = sockets();
		for (let visit = 0; visit < 5; visit++) {
			const page = await browser("1001");
			await until("the page gets messages", () => page.messages.length > 3);
			page.close();
		}
		const page = await browser("1001");
		await until("the page gets messages", () => page.messages.length > 3);
		expect(sockets()).toHaveLength(1);
		expect(sockets()[0]?.connectedAt).toBe(before?.connectedAt);
		expect((await rig.status("1001")).reconnects).toEqual({});
	});

	test("is reused when started again, even concurrently", async () => {
		await setUp({ start: [] });
		await Promise.all(Array.from({ length: 20 }, () => rig.startRoom("1001")));
		await rig.untilConnected("1001");
		await rig.startRoom("1001");
		await rig.startRoom("https://live.douyin.com/1001?from=share");
		const { body } = await rig.request("GET", "/api/live/status");
		expect(body).toMatchObject({ success: true, active_rooms: ["1001"], count: 1 });
		expect(body["connections"]).toMatchObject({ "1001": { active: true, reconnect_count: 0, should_reconnect: true } });
		expect(sockets()).toHaveLength(1);
	});

	test("is gone at once when stopped, and only it", async () => {
		await setUp({ simulator: { rooms: 2 } });
		const { body } = await rig.request("POST", "/api/live/stop", { live_id: "1001" });
		expect(body).toMatchObject({ success: true, live_id: "1001" });
		await until("the socket is closed", () => sockets().every(({ liveId }) => liveId === "1002"));
		expect((await rig.request("POST", "/api/live/stop", { live_id: "1001" })).status).toBe(404);
		expect((await rig.status("1002")).state).toBe("connected");
	});

	test("waits after its broadcast, then joins the next one", async () => {
		await setUp();
		const page = await browser("1001");
		const { room_id: first } = await rig.status("1001");
		rig.simulator.room("1001")?.end();
		await rig.untilStatus("1001", "waiting", ({ state }) => state === "waiting");
		await until("the end is reported", () => page.messages.some(({ type }) => type === "broadcast_ended"));
		rig.simulator.room("1001")?.begin();
		const after = await rig.untilStatus(
			"1001",
			"live again",
			({ state, room_id }) => state === "connected" && room_id !== first,
		);
		expect(after.reconnect_count).toBe(0);
		await until("the next broadcast is reported", () => page.messages.some(({ type }) => type === "broadcast_started"));
		const marker = rig.simulator.room("1001")?.sentIds().at(-1) ?? "";
		await until("its messages arrive", () => page.ids("1001").includes(marker));
		expect(new Set(page.ids("1001")).size).toBe(page.ids("1001").length);
	});

	test("is polled while offline, and connected once live", async () => {
		await setUp({ start: [] });
		rig.simulator.room("1001")?.end();
		await rig.startRoom("1001");
		const waiting = await rig.untilStatus("1001", "waiting", ({ state }) => state === "waiting");
		expect(waiting.reason.code).toBe("offline");
		expect(waiting.next_attempt_at).toBeGreaterThan(0);
		rig.simulator.room("1001")?.begin();
		await rig.untilConnected("1001");
	});

	test("is accepted with a report if it does not exist", async () => {
		await setUp({ start: [] });
		await rig.startRoom("nobody-here");
		const seen = await rig.untilStatus("nobody-here", "not found", ({ state }) => state === "not_found");
		expect(seen.reason.code).toBe("not_found");
		expect(seen.next_attempt_at).toBeGreaterThan(0);
	});

	test("gets gifts with a login, otherwise reports an anonymous session", async () => {
		await setUp({ simulator: { rooms: 2, rate: 20 }, start: ["1001"] });
		const page = await browser("1001");
		await until("a gift arrives", () => page.messages.some(({ type }) => type === "gift"));
		expect((await rig.status("1001")).identity).toBe("logged_in");
		const anonymous = await Rig.start({ simulator: { rate: 20 }, loggedIn: false });
		try {
			const { identity } = await anonymous.untilConnected("1001");
			expect(identity).toBe("anonymous");
			const seen = await anonymous.untilStatus("1001", "well under way", ({ messages }) => messages > 200);
			expect(seen.state).toBe("connected");
			const ids = anonymous.simulator.room("1001");
			expect(ids?.sentIds().length).toBeLessThan(ids?.generatedIds().length ?? 0);
		} finally {
			await anonymous.stop();
		}
	});
});
