import type { RoomEvent } from "@livekeeper/client";
import { expect, test } from "vitest";
import { foundGroups, foundSums } from "./found-rows.ts";

const at = (day: number, minute = 0) => new Date(2026, 0, day, 12, minute).getTime();
const user = { id: "1", sec_uid: "s", nickname: "船长", masked: false, level: 1 };
const event = (fields: object) => ({ live_id: "1", room_id: "b2", user, ...fields }) as unknown as RoomEvent;
const chat = (seq: number, fields: object) =>
	event({ seq, type: "chat", content: `第 ${seq} 句`, at: at(2), ...fields });
const gift = (seq: number, fields: object) =>
	event({ seq, type: "gift", gift_name: "玫瑰", at: at(2), streak_id: "x", diamond_count: 1, ...fields });

test("groups results by the current broadcast, then by day", () => {
	const found = [
		chat(9, {}),
		chat(8, { type: "viewers" }),
		chat(7, { room_id: "b1", at: at(1, 5) }),
		chat(6, { room_id: "b1", at: at(1) }),
	];
	const groups = foundGroups(found, "b2", () => true);
	expect(groups.map(({ day, rows }) => [day, rows.map(({ row }) => row.key)])).toEqual([
		[undefined, [9]],
		[new Date(2026, 0, 1).getTime(), [7, 6]],
	]);
	expect(foundGroups(found, "", ({ key }) => key === 9)).toMatchObject([{ day: new Date(2026, 0, 2).getTime() }]);
});

test("merges a streak's steps into one line with their total", () => {
	const found = [
		gift(3, { count: 3, diamonds: 1 }),
		gift(2, { count: 2, diamonds: 2 }),
		gift(1, { count: 9, diamonds: 9, live_id: "2" }),
		chat(1, {}),
	];
	const rows = foundGroups(found, "b2", () => true).flatMap((group) => group.rows);
	expect(rows.map(({ liveId, row }) => [liveId, row.count, row.diamonds])).toEqual([
		["1", 3, 3],
		["2", 9, 9],
		["1", 1, 0],
	]);
	expect(foundSums(found)).toEqual({ said: 1, diamonds: 12 });
});
