import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsFor, type RoomColumn } from "./room-columns.ts";

/** Narrowest list that is a table: a window of 900 px, less the menu and a scrollbar of Windows. */
const narrowest = 900 - 56 - 15;
const width = fc.integer({ min: narrowest, max: 3000 });

function minWidthOf(template: string): number {
	const widths = template.split(/ (?!\d*\.?\d*fr)/).map((one) => Number(/(\d+)px/.exec(one)?.[1]));
	return widths.reduce((sum, one) => sum + one, 28 + 10 * (widths.length - 1));
}

test("fits every table's width, with a width for each column", () => {
	fc.assert(
		fc.property(width, fc.boolean(), (px, showNode) => {
			const { names, template } = columnsFor(px, showNode);
			expect(minWidthOf(template)).toBeLessThanOrEqual(px);
			expect(template.split(/ (?!\d*\.?\d*fr)/)).toHaveLength(names.size);
			expect(names.has("node")).toBe(showNode);
			for (const name of ["select", "state", "room", "evidence", "diamonds", "last", "actions"] as const) {
				expect(names.has(name)).toBe(true);
			}
		}),
	);
});

test("shows a narrower table's columns in a wider one", () => {
	fc.assert(
		fc.property(width, fc.nat(500), fc.boolean(), (px, more, showNode) => {
			const wider = columnsFor(px + more, showNode).names;
			expect([...columnsFor(px, showNode).names].filter((name) => !wider.has(name))).toEqual([]);
		}),
	);
});

test("drops quality first, then rate, viewers and the last hour", () => {
	const missing = (px: number, showNode = false) => {
		const { names } = columnsFor(px, showNode);
		return (["quality", "rate", "viewers", "hour"] satisfies RoomColumn[]).filter((name) => !names.has(name));
	};
	// Windows of 1,440 and 1,280 px, the same with nodes, and 1,024 px.
	for (const px of [1440, 1280]) expect(missing(px - 176 - 15)).toEqual([]);
	expect(missing(1440 - 176 - 15, true)).toEqual([]);
	expect(missing(1280 - 176 - 15, true)).toEqual(["quality", "rate"]);
	expect(missing(1024 - 56 - 15)).toEqual(["quality", "rate"]);
	expect(missing(narrowest, true)).toEqual(["quality", "rate", "viewers", "hour"]);
});
