import { hash53 } from "@livekeeper/base/hash";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nameOf, tokenOf } from "../../storage/index.ts";
import { Names } from "./names.ts";

test("encodes a name as one token and decodes it", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
			const token = tokenOf(name);
			expect(token).toMatch(/^[A-Za-z0-9_=-]+$/);
			expect(nameOf(token)).toBe(name);
		}),
	);
	expect(tokenOf("261378947940")).toBe("261378947940");
	expect(tokenOf("a.b")).toBe("a=2eb");
});

test("keeps a room in its partition across versions", () => {
	const names = new Names("lk", 4);
	const rooms = ["261378947940", "80017709309", "a.b", "直播间"];
	expect(rooms.map((room) => names.partitionOf(room))).toEqual([1, 1, 1, 3]);
	expect(names.subjectOf("a.b")).toBe("lk.ev.1.a=2eb");
	expect(hash53("261378947940")).toBe(4104447317681093);
});

test("spreads rooms evenly over the partitions", () => {
	const names = new Names("lk", 8);
	const counts = Array.from({ length: 8 }, () => 0);
	for (let n = 0; n < 16_000; n++) {
		const partition = names.partitionOf(String(70_000_000_000 + n));
		counts[partition] = (counts[partition] ?? 0) + 1;
	}
	for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
});
