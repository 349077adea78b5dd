import { afterEach, describe, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { SocketIoReader } from "./kit/socket-io-reader.ts";
import { until } from "./kit/until.ts";

interface Connections {
	limits: { max_connections: number | null };
	held: number;
	queue: { live_id: string; position: number; priority: string; why: string }[];
}

/** Four rooms and two connections: which rooms get them, which wait, and how that looks from outside. */
describe("scarce connections", () => {
	let rig: Rig;
	const readers: SocketIoReader[] = [];

	afterEach(async () => {
		for (const reader of readers.splice(0)) reader.close();
		await rig.stop();
	});

	/** Connects 1001 and 1002; 1003 and 1004 then wait in the queue. */
	async function setUp() {
		rig = await Rig.start({ speed: 20, simulator: { rooms: 4 }, config: { max_connections: 2 }, start: [] });
		for (const liveId of ["1001", "1002"]) {
			await rig.startRoom(liveId);
			await rig.untilConnected(liveId);
		}
		for (const liveId of ["1003", "1004"]) {
			await rig.startRoom(liveId);
			await rig.untilStatus(liveId, "in line", ({ state }) => state === "queued");
		}
	}

	const connections = async () => (await rig.request("GET", "/api/v1/connections")).body as unknown as Connections;
	const line = async () => (await connections()).queue.map(({ live_id }) => live_id);
	const sockets = () =>
		rig.simulator
			.connections()
			.map(({ liveId }) => liveId)
			.sort();

	test("go to the first rooms; others see their place", async () => {
		await setUp();
		const why = "All 2 connections are in use.";
		expect(await connections()).toMatchObject({
			limits: { max_connections: 2 },
			held: 2,
			queue: [
				{ live_id: "1003", position: 1, priority: "live", why },
				{ live_id: "1004", position: 2, priority: "live", why },
			],
		});
		expect(await rig.status("1004")).toMatchObject({ reason: { code: "no_free_slot" }, queue: { position: 2, why } });
		expect(sockets()).toEqual(["1001", "1002"]);
	});

	test("go to a pinned room; the preempted room loses nothing", async () => {
		await setUp();
		await rig.request("POST", "/api/live/start", { live_id: "1004", pinned: true });
		await rig.untilConnected("1004");
		const away = await rig.status("1002");
		expect(away).toMatchObject({ state: "queued", reason: { code: "preempted" }, queue: { position: 1 } });
		expect(away.reason.message).toBe("Room 1004 needs the connection: it is pinned.");
		expect(sockets()).toEqual(["1001", "1004"]);
		const missed = rig.simulator.room("1002")?.generatedIds() ?? [];
		expect(missed.length).toBeGreaterThan(0);
		await rig.request("POST", "/api/live/stop", { live_id: "1004" });
		await rig.untilConnected("1002");
		await until("the log has every message exactly once", async () => {
			const { body } = await rig.request("GET", "/api/v1/rooms/1002/events?limit=5000");
			const ids = (body["events"] as { id: string }[]).map(({ id }) => id);
			const stored = new Set(ids);
			return stored.size === ids.length && missed.every((id) => stored.has(id));
		});
		expect(await line()).toEqual(["1003"]);
	});

	test("go to a room with a new reader first", async () => {
		await setUp();
		readers.push(await SocketIoReader.open(rig.url, ["1004"]));
		await until("1004 is next", async () => (await line()).join() === "1004,1003");
		expect((await connections()).queue[0]).toMatchObject({ priority: "readers" });
		await rig.request("POST", "/api/live/stop", { live_id: "1001" });
		await rig.untilConnected("1004");
		expect(await line()).toEqual(["1003"]);
	});

	test("increase or decrease while the service runs", async () => {
		await setUp();
		await rig.request("PATCH", "/api/v1/connections", { max_connections: null });
		for (const liveId of ["1003", "1004"]) await rig.untilConnected(liveId);
		expect(await connections()).toMatchObject({ held: 4, queue: [] });
		await rig.request("PATCH", "/api/v1/connections", { max_connections: 1 });
		await until("one socket is left", () => sockets().join() === "1001");
		expect(await rig.status("1004")).toMatchObject({
			state: "queued",
			reason: { code: "preempted", message: "The connection limit was lowered to 1." },
		});
		expect((await connections()).held).toBe(1);
		await rig.restartService();
		expect((await connections()).limits).toEqual({
			max_connections: 2,
			max_connections_per_identity: null,
			max_connections_per_login: 100_000,
			max_connections_per_proxy: null,
		});
	});
});
