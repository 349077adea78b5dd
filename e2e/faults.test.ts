import type { Room } from "@livekeeper/client";
import type { FaultSpec } from "@livekeeper/simulator";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { SocketIoReader } from "./kit/socket-io-reader.ts";
import { until } from "./kit/until.ts";

/**
 * Every fault of the simulator against the running service: the status names it, the room comes back when it ends,
 * nothing leaks, and what the room said is there once and in order.
 */
const room = "1001";

/** Faults that break the connection: what to ask for, and the reasons that may be named. */
const breaking: [name: string, fault: FaultSpec, reasons: string[]][] = [
	["cut", { fault: "cut", count: 3 }, ["network", "upstream_close"]],
	["reset", { fault: "reset", count: 3 }, ["network"]],
	["half_open", { fault: "half_open" }, ["silence"]],
	["slow_handshake", { fault: "slow_handshake", ms: 600_000 }, ["timeout"]],
	["device_blocked", { fault: "device_blocked" }, ["blocked"]],
	["http_status 403", { fault: "http_status", status: 403, on: "socket" }, ["blocked"]],
	["http_status 404", { fault: "http_status", status: 404, on: "socket" }, ["handshake_refused"]],
	["http_status 429", { fault: "http_status", status: 429, retry_after: 30, on: "socket" }, ["rate_limited"]],
	["http_status 503", { fault: "http_status", status: 503, on: "socket" }, ["upstream_error"]],
	["http_status 500 everywhere", { fault: "http_status", status: 500, on: "all" }, ["upstream_error"]],
	["garbage_gzip", { fault: "garbage_gzip", count: 3 }, ["bad_frame"]],
	["garbage_protobuf", { fault: "garbage_protobuf", count: 3 }, ["bad_frame"]],
	["bomb", { fault: "bomb", count: 3 }, ["bad_frame"]],
	["close", { fault: "close", count: 3 }, ["upstream_close"]],
];

/** Of the breaking faults, those that only speak at the next handshake. */
const atHandshake = new Set<FaultSpec["fault"]>(["slow_handshake", "device_blocked", "http_status"]);

describe("a fault of the upstream", () => {
	let rig: Rig;
	let reader: SocketIoReader;

	beforeEach(async () => {
		rig = await Rig.start({ speed: 30, oneThread: true });
		reader = await SocketIoReader.open(rig.url, [room]);
		await rig.untilConnected(room);
	});

	afterEach(async () => {
		reader.close();
		await rig.stop();
	});

	/** One socket to the room, and what came out is a piece of what the room said: whole, once and in order. */
	async function expectWholeAndSingle() {
		const marker = rig.simulator.room(room)?.sentIds().at(-1) ?? "";
		await until("the reader has caught up", () => reader.ids(room).includes(marker));
		const received = reader.ids(room);
		const sent = rig.simulator.room(room)?.sentIds() ?? [];
		const from = sent.indexOf(received[0] ?? "");
		expect(received).toEqual(sent.slice(from, from + received.length));
		expect(rig.simulator.connections().filter((connection) => connection.liveId === room)).toHaveLength(1);
	}

	test.each(breaking)("%s is named in the status, and the room is back when it ends", async (_name, fault, reasons) => {
		rig.simulator.setFault(fault, room);
		if (atHandshake.has(fault.fault)) rig.simulator.setFault({ fault: "cut", count: 1 }, room);
		const isNamed = ({ reason, reconnects }: Room) =>
			reasons.includes(reason.code) || reasons.some((code) => (reconnects[code] ?? 0) > 0);
		const seen = await rig.untilStatus(room, `in trouble because of ${reasons.join(" or ")}`, isNamed);
		expect(seen.reason.message).not.toBe("");
		if (seen.state === "reconnecting" || seen.state === "blocked") expect(seen.next_attempt_at).toBeGreaterThan(0);
		rig.simulator.clearFaults(room);
		await rig.untilConnected(room);
		await expectWholeAndSingle();
	});

	test("a captcha keeps no room from a broadcast that it knows", async () => {
		const { reconnects } = await rig.status(room);
		const closed = (one: Room) => (one.reconnects["upstream_close"] ?? 0) > (reconnects["upstream_close"] ?? 0);
		rig.simulator.setFault({ fault: "captcha" }, room);
		rig.simulator.setFault({ fault: "close", count: 1 }, room);
		await rig.untilStatus(room, "connected again", (one) => one.state === "connected" && closed(one));
		await expectWholeAndSingle();
		rig.simulator.clearFaults(room);
	});

	test("pages that fail while the socket is open disturb nobody", async () => {
		const before = await rig.status(room);
		rig.simulator.setFault({ fault: "http_status", status: 500, on: "pages" }, room);
		const after = await rig.untilStatus(room, "still receiving", ({ messages }) => messages > before.messages + 50);
		expect(after.state).toBe("connected");
		expect(after.reconnects).toEqual({});
	});

	test("repeated frames come out once", async () => {
		rig.simulator.setFault({ fault: "duplicate", count: 20 }, room);
		const seen = await rig.untilStatus(room, "past the repeats", ({ duplicates }) => duplicates >= 20);
		expect(seen.state).toBe("connected");
		await expectWholeAndSingle();
	});

	test("swapped frames come out whole and once, in the order in which they came", async () => {
		rig.simulator.setFault({ fault: "reorder", count: 10 }, room);
		await rig.untilStatus(room, "past the swapped frames", ({ messages }) => messages > 100);
		const marker = rig.simulator.room(room)?.sentIds().at(-1) ?? "";
		await until("the reader has caught up", () => reader.ids(room).includes(marker));
		const received = reader.ids(room);
		const sent = rig.simulator.room(room)?.sentIds() ?? [];
		const from = sent.indexOf([...received].sort()[0] ?? "");
		expect([...received].sort()).toEqual(sent.slice(from, from + received.length).sort());
	});

	test("a cursor that is not honoured leaves a gap event where something was missed", async () => {
		await rig.untilStatus(room, "of a known pace", ({ messages }) => messages > 60);
		rig.simulator.setFault({ fault: "ignore_cursor" }, room);
		rig.simulator.setFault({ fault: "http_status", status: 503, on: "socket", count: 4 }, room);
		rig.simulator.setFault({ fault: "cut", count: 1 }, room);
		const gap = await until("a gap is told", () => reader.messages.find(({ type }) => type === "gap"));
		expect(gap["to"]).toBeGreaterThan(Number(gap["from"]));
		await rig.untilConnected(room);
		const received = reader.ids(room);
		const sent = rig.simulator.room(room)?.sentIds() ?? [];
		expect(received).toEqual(sent.filter((id) => received.includes(id)));
	});

	test("a cursor that is not honoured loses nothing where the recent messages reach back far enough", async () => {
		const said = rig.simulator.room(room);
		said?.change({ rate: 1 });
		await rig.untilStatus(room, "well under way", ({ messages }) => messages > 40);
		rig.simulator.setFault({ fault: "ignore_cursor" }, room);
		for (let round = 0; round < 3; round++) {
			const { length } = said?.generatedIds() ?? [];
			rig.simulator.setFault({ fault: "cut", count: 1 }, room);
			await until("more was said", () => (said?.generatedIds().length ?? 0) > length + 5);
			await rig.untilConnected(room);
			await expectWholeAndSingle();
		}
		expect((await rig.status(room)).reconnects).not.toEqual({});
		expect(reader.messages.filter(({ type }) => type === "gap")).toEqual([]);
	});

	test("a stall is not a fault: all comes when it ends", async () => {
		rig.simulator.setFault({ fault: "stall", ms: 40_000 }, room);
		await rig.untilStatus(room, "quiet", ({ health }) => health === "quiet");
		const after = await rig.untilStatus(room, "fine again", ({ health }) => health === "fine");
		expect(after.reconnects).toEqual({});
		await expectWholeAndSingle();
	});

	test("a slow network changes nothing but the time", async () => {
		rig.simulator.setFault({ fault: "latency", ms: 3_000 }, room);
		const before = await rig.status(room);
		await rig.untilStatus(room, "receiving", ({ messages }) => messages > before.messages + 50);
		rig.simulator.clearFaults(room);
		await expectWholeAndSingle();
	});

	test("a message that will not decode is counted and makes the health degraded; the rest of its frame passes", async () => {
		rig.simulator.setFault({ fault: "bad_message" }, room);
		const seen = await rig.untilStatus(room, "degraded", ({ decode_errors }) => decode_errors > 0);
		expect(seen.state).toBe("connected");
		await rig.untilStatus(room, "degraded", ({ health }) => health === "degraded");
		await rig.untilStatus(room, "fine again", ({ health }) => health === "fine");
		await expectWholeAndSingle();
	});

	test("after all of them, stopping the service leaves no socket and no timer", async () => {
		for (const [, fault] of breaking.slice(0, 6)) rig.simulator.setFault(fault, room);
		await rig.untilStatus(room, "in trouble", ({ reconnect_count }) => reconnect_count > 0);
		reader.close();
		await rig.stop();
		await until("nothing is left open", () => process.getActiveResourcesInfo().filter(isOurs).length === 0, {
			describe: () => process.getActiveResourcesInfo(),
		});
	});
});

/** `until` itself has one timer; the test runner has pipes. */
function isOurs(resource: string): boolean {
	return /TCP|Timeout|Immediate/.test(resource) && resource !== "Timeout";
}
