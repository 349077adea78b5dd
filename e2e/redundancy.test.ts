import { afterEach, describe, expect, test } from "vitest";
import { RoomReader } from "./kit/redundant-room.ts";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const room = "1001";

/** Checks that the stored messages are a contiguous part of those sent, once and in order. */
async function expectWholeAndSingle(reader: RoomReader): Promise<void> {
	const { stored, sent } = await reader.storedAndSent();
	expect(stored).toEqual(sent);
}

describe("a room with two sessions", () => {
	let rig: Rig;
	let reader: RoomReader;

	afterEach(async () => {
		await rig.stop();
	});

	async function begin(options: Record<string, unknown>, rigOptions: Parameters<typeof Rig.start>[0] = {}) {
		rig = await Rig.start({ speed: 20, start: [], ...rigOptions });
		reader = new RoomReader(rig, room);
		await reader.put({ redundancy: 2, ...options });
		await reader.untilBothStand();
	}

	test("loses nothing to alternating cuts, with every cursor ignored", async () => {
		await begin({});
		rig.simulator.setFault({ fault: "ignore_cursor" }, room);
		for (let cut = 0; cut < 40; cut++) await reader.cutAndReturn();
		await expectWholeAndSingle(reader);
		expect(await reader.gaps()).toEqual([]);
		const { reconnects } = await rig.status(room);
		expect(reconnects).toEqual({});
	});

	test("stores everything either session sees", async () => {
		await begin({ sessions: [{ cookie: "sessionid=made-up" }] }, { loggedIn: false });
		const said = rig.simulator.room(room);
		const status = await rig.untilStatus(
			room,
			"past some gifts",
			({ connections }) => (reader.missed(connections)[0] ?? 0) >= 5,
		);
		expect(status["identity"]).toBe("logged_in");
		const sent = said?.sentIds() ?? [];
		await until("all that was sent is stored", async () => {
			const stored = new Set(await reader.ids());
			return sent.slice(sent.indexOf([...stored][0] ?? "")).every((id) => stored.has(id));
		});
		const ids = await reader.ids();
		expect(new Set(ids).size).toBe(ids.length);
		expect(await reader.giftsAddUp()).toBe(true);
	});

	test("recovers after both are lost at once", async () => {
		await begin({});
		rig.simulator.setFault({ fault: "cut" }, room);
		await rig.untilStatus(room, "back", ({ reconnects }) => Object.keys(reconnects).length > 0);
		await reader.untilBothStand();
		await expectWholeAndSingle(reader);
	});

	test("keeps two sessions over a restart, closes one on request", async () => {
		await begin({});
		await rig.restartService();
		await reader.untilBothStand();
		await reader.put({ redundancy: 1 });
		await rig.untilStatus(
			room,
			"on one session",
			({ connections, state }) => connections === null && state === "connected",
		);
		await until("one socket is left", () => rig.simulator.connections().length === 1);
		await expectWholeAndSingle(reader);
	});

	test("reconnects a session that falls silent beside the other", async () => {
		await begin({});
		rig.simulator.setFault({ fault: "half_open", count: 1 }, room);
		await rig.untilStatus(room, "rid of the mute one", ({ connections }) =>
			reader.connections(connections).some(({ failures }) => failures > 0),
		);
		await reader.untilBothStand();
		await expectWholeAndSingle(reader);
	});
});

describe("a room whose push socket is refused", () => {
	let rig: Rig;
	let reader: RoomReader;

	afterEach(async () => {
		await rig.stop();
	});

	async function begin(config: Parameters<typeof Rig.start>[0] = {}) {
		rig = await Rig.start({ speed: 20, ...config });
		reader = new RoomReader(rig, room);
		await rig.untilConnected(room);
	}

	function refuse() {
		rig.simulator.setFault({ fault: "http_status", status: 404, on: "socket" }, room);
		rig.simulator.setFault({ fault: "cut" }, room);
	}

	test("is polled until the socket is back, without loss", async () => {
		await begin();
		refuse();
		const polled = await rig.untilStatus(room, "polled", ({ polling }) => polling === true);
		expect(polled.state).toBe("connected");
		expect(reader.connections(polled["connections"]).map(({ kind }) => kind)).toEqual(["socket", "polling"]);
		const { messages } = polled;
		await rig.untilStatus(room, "going on", (now) => now.messages > messages + 50 && now["polling"] === true);
		rig.simulator.clearFaults(room);
		await rig.untilStatus(room, "on its socket again", ({ polling, state }) => !polling && state === "connected");
		await expectWholeAndSingle(reader);
		expect(await reader.gaps()).toEqual([]);
	});

	test("is not polled while blocked or with polling disabled", async () => {
		await begin({ config: { polling_fallback: false } });
		refuse();
		const status = await rig.untilStatus(room, "refused often", ({ reconnect_count }) => reconnect_count >= 5);
		expect(status["polling"]).toBe(false);
		rig.simulator.clearFaults(room);
		rig.simulator.setFault({ fault: "device_blocked" }, room);
		const blocked = await rig.untilStatus(room, "blocked", ({ state }) => state === "blocked");
		expect(blocked["polling"]).toBe(false);
	});
});
