import type { RoomEvent } from "@livekeeper/client";
import { expect, test } from "vitest";
import { audiences, isOf } from "./feed-audience.ts";
import { feedRow } from "./feed-row.ts";

const row = (type: string, user?: object) => {
	const made = feedRow({ seq: 1, at: 1, type, content: "hi", reason: "network", user } as unknown as RoomEvent);
	if (!made) throw new Error(`${type} makes no line`);
	return made;
};
const person = (level: number, club?: string) =>
	row("chat", {
		nickname: "a",
		masked: false,
		level,
		...(club !== undefined && { fans_club: { name: club, level: 3 } }),
	});
const shownTo = (line: ReturnType<typeof row>) => audiences.filter((audience) => isOf(audience, line));

test("selects lines by level and club, and all service lines", () => {
	expect(shownTo(person(9))).toEqual(["all"]);
	expect(shownTo(person(10))).toEqual(["all", "level10"]);
	expect(shownTo(person(30, "木船"))).toEqual(["all", "club", "level10", "level30"]);
	// A club without a name does not count.
	expect(shownTo(person(1, ""))).toEqual(["all"]);
	expect(shownTo(row("connection"))).toEqual([...audiences]);
	expect(shownTo(row("notice"))).toEqual(["all"]);
});
