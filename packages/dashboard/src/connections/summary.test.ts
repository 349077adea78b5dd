import type { Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { countReasons, hostsInUse, readLimit } from "./summary.ts";

const room = (live_id: string, fields: Partial<Room>) =>
	({ live_id, state: "connected", reconnects: {}, host: null, connections: null, ...fields }) as Room;

test("counts reconnects by reason, with the three most affected rooms", () => {
	const rooms = [
		room("1", { reconnects: { network: 2, silence: 1 } }),
		room("2", { reconnects: { network: 5, blocked: 0 } }),
		room("3", { reconnects: { silence: 9 } }),
		room("4", { reconnects: { silence: 2 } }),
		room("5", { reconnects: { silence: 3 } }),
	];
	expect(
		countReasons(rooms).map(({ reason, count, rooms }) => [reason, count, rooms.map((one) => one.live_id)]),
	).toEqual([
		["silence", 15, ["3", "5", "4"]],
		["network", 7, ["2", "1"]],
	]);
});

test("lists hosts in use, by connection, and hosts with statistics", () => {
	const connection = (state: string, host: string | null) =>
		({ state, host }) as NonNullable<Room["connections"]>[number];
	const rooms = [
		room("1", { host: "a" }),
		room("2", { host: "b", state: "reconnecting" }),
		room("3", {
			host: "a",
			connections: [connection("connected", "a"), connection("connected", "b"), connection("waiting", "b")],
		}),
		room("4", { host: null }),
	];
	expect(hostsInUse(rooms, [{ host: "c", success_rate: 0.25, open: true }])).toEqual([
		{ host: "a", rooms: 2, successRate: undefined, open: false },
		{ host: "b", rooms: 1, successRate: undefined, open: false },
		{ host: "c", rooms: 0, successRate: 0.25, open: true },
	]);
});

test.each([
	["", null],
	["  ", null],
	["1", 1],
	[" 100000 ", 100_000],
	["0", undefined],
	["100001", undefined],
	["-1", undefined],
	["1.5", undefined],
	["ten", undefined],
])("reads a limit as typed: %j", (text, limit) => {
	expect(readLimit(text)).toBe(limit);
});
