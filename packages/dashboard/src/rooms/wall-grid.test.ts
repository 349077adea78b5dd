import fc from "fast-check";
import { expect, test } from "vitest";
import { wallGap, wallGridOf } from "./wall-grid.ts";

test.each([
	[1, 1920, 1000, 1],
	[3, 1920, 1000, 3],
	[3, 1920, 1032, 3],
	[12, 1920, 1000, 4],
	[3, 390, 700, 1],
])("lays %i rooms on %i x %i in %i columns", (count, width, height, columns) => {
	expect(wallGridOf(count, width, height).columns).toBe(columns);
});

test("fits 200 rooms on a wall, and scrolls 1,000", () => {
	const grid = wallGridOf(200, 1920, 1000);
	expect(Math.ceil(200 / grid.columns) * (grid.height + wallGap) + wallGap).toBeLessThanOrEqual(1000);
	expect(wallGridOf(1_000, 1920, 1000)).toEqual({ columns: 16, height: 60 });
});

test("fits all rooms wherever a tile stays readable", () => {
	const size = fc.integer({ min: 200, max: 4_000 });
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 300 }), size, size, (count, width, height) => {
			const { columns, height: tile } = wallGridOf(count, width, height);
			const rows = Math.ceil(count / columns);
			expect((width - wallGap) / columns - wallGap).toBeGreaterThanOrEqual(Math.min(108, width - 2 * wallGap));
			expect(tile).toBeGreaterThanOrEqual(60);
			if (tile > 60) expect(rows * (tile + wallGap) + wallGap).toBeLessThanOrEqual(height);
		}),
	);
});
