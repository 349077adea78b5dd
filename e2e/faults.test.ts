import type { Room } from "@livekeeper/client";
import type { FaultSpec } from "@livekeeper/simulator";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { SocketIoReader } from "./kit/socket-io-reader.ts";
import { until } from "./kit/until.ts";

/**
 * Every fault of the simulator against the running service: the status names it, the room recovers when it ends,
 * nothing leaks, and all messages are there once and in order.
 */
const room = "1001";

/** Faults that break the connection: the specification, and the acceptable reasons. */
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

/** Breaking faults that only take effect at the next handshake. */
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

	/** There is one socket for the room, and the output is a contiguous part of its messages, once and in order. */
	async function expectWholeAndSingle() {
		const marker = rig.simulator.room(room)?.sentIds().at(-1) ?? "";
		await until("the reader has caught up", () => reader.ids(room).includes(marker));
		const received = reader.ids(room);
		const sent = rig.simulator.room(room)?.sentIds() ?? [];
		const from = sent.indexOf(received[0] ?? "");
		expect(received).toEqual(sent.slice(from, from + received.length));
		expect(rig.simulator.connections().filter((connection) => connection.liveId === room)).toHaveLength(1);
	}

	test.each(breaking)("%s appears in the status, and the room recovers", async (_name, fault, reasons) => {
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

	test("a captcha does not interrupt a known broadcast", async () => {
		const { reconnects } = await rig.status(room);
		const closed = (one: Room) => (one.reconnects["upstream_close"] ?? 0) > (reconnects["upstream_close"] ?? 0);
		rig.simulator.setFault({ fault: "captcha" }, room);
		rig.simulator.setFault({ fault: "close", count: 1 }, room);
		await rig.untilStatus(room, "connected again", (one) => one.state === "connected" && closed(one));
		await expectWholeAndSingle();
		rig.simulator.clearFaults(room);
	});

	test("failing pages do not affect an open socket", async () => {
		const before = await rig.status(room);
		rig.simulator.setFault({ fault: "http_status", status: 500, on: "pages" }, room);
		const after = await rig.untilStatus(room, "still receiving", ({ messages }) => messages > before.messages + 50);
		expect(after.state).toBe("connected");
		expect(after.reconnects).toEqual({});
	});

	test("repeated frames are output once", async () => {
		rig.simulator.setFault({ fault: "duplicate", count: 20 }, room);
		const seen = await rig.untilStatus(room, "past the repeats", ({ duplicates }) => duplicates >= 20);
		expect(seen.state).toBe("connected");
		await expectWholeAndSingle();
	});

	test("swapped frames are output once, in order of arrival", async () => {
		rig.simulator.setFault({ fault: "reorder", count: 10 }, room);
		await rig.untilStatus(room, "past the swapped frames", ({ messages }) => messages > 100);
		const marker = rig.simulator.room(room)?.sentIds().at(-1) ?? "";
		await until("the reader has caught up", () => reader.ids(room).includes(marker));
		const received = reader.ids(room);
		const sent = rig.simulator.room(room)?.sentIds() ?? [];
		const from = sent.indexOf([...received].sort()[0] ?? "");
		expect([...received].sort()).toEqual(sent.slice(from, from + received.length).sort());
	});

	test("an ignored cursor causes a gap event for lost messages", async () => {
		await rig.untilStatus(room, "of a known pace", ({ messages }) => messages > 60);
		rig.simulator.setFault({ fault: "ignore_cursor" }, room);
		rig.simulator.setFault({ fault: "http_status", status: 503, on: "socket", count: 4 }, room);
		rig.simulator.setFault({ fault: "cut", count: 1 }, room);
		const gap = await until("a gap is reported", () => reader.messages.find(({ type }) => type === "gap"));
		expect(gap["to"]).toBeGreaterThan(Number(gap["from"]));
		await rig.untilConnected(room);
		const received = reader.ids(room);
		const sent = rig.simulator.room(room)?.sentIds() ?? [];
		expect(received).toEqual(sent.filter((id) => received.includes(id)));
	});

	test("an ignored cursor loses nothing within the recent messages", async () => {
		const said = rig.simulator.room(room);
		said?.change({ rate: 1 });
		await rig.untilStatus(room, "well under way", ({ messages }) => messages > 40);
		rig.simulator.setFault({ fault: "ignore_cursor" }, room);
		for (let round = 0; round < 3; round++) {
			const { length } = said?.generatedIds() ?? [];
			rig.simulator.setFault({ fault: "cut", count: 1 }, room);
			await until("more messages are generated", () => (said?.generatedIds().length ?? 0) > length + 5);
			await rig.untilConnected(room);
			await expectWholeAndSingle();
		}
		expect((await rig.status(room)).reconnects).not.toEqual({});
		expect(reader.messages.filter(({ type }) => type === "gap")).toEqual([]);
	});

	test("a stall is no fault: everything arrives afterwards", async () => {
		rig.simulator.setFault({ fault: "stall", ms: 40_000 }, room);
		await rig.untilStatus(room, "quiet", ({ health }) => health === "quiet");
		const after = await rig.untilStatus(room, "fine again", ({ health }) => health === "fine");
		expect(after.reconnects).toEqual({});
		await expectWholeAndSingle();
	});

	test("a slow network only delays messages", async () => {
		rig.simulator.setFault({ fault: "latency", ms: 3_000 }, room);
		const before = await rig.status(room);
		await rig.untilStatus(room, "receiving", ({ messages }) => messages > before.messages + 50);
		rig.simulator.clearFaults(room);
		await expectWholeAndSingle();
	});

	test("an undecodable message degrades the health, nothing more", async () => {
		rig.simulator.setFault({ fault: "bad_message" }, room);
		const seen = await rig.untilStatus(room, "degraded", ({ decode_errors }) => decode_errors > 0);
		expect(seen.state).toBe("connected");
		await rig.untilStatus(room, "degraded", ({ health }) => health === "degraded");
		await rig.untilStatus(room, "fine again", ({ health }) => health === "fine");
		await expectWholeAndSingle();
	});

	test("stopping after all faults leaves no socket or timer", async () => {
		for (const [, fault] of breaking.slice(0, 6)) rig.simulator.setFault(fault, room);
		await rig.untilStatus(room, "in trouble", ({ reconnect_count }) => reconnect_count > 0);
		reader.close();
		await rig.stop();
		await until("no connection is left open", () => process.getActiveResourcesInfo().filter(isOurs).length === 0, {
			describe: () => process.getActiveResourcesInfo(),
		});
	});
});

/** `until` itself has one timer; the test runner has pipes. */
function isOurs(resource: string): boolean {
	return /TCP|Timeout|Immediate/.test(resource) && resource !== "Timeout";
}
