import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { assumptions, exitsFor, pathOf, scaleOf, scaleTable, sizes, tableIn } from "../bench/scale.ts";
import { Placement } from "../packages/livekeeper/src/cluster/placement.ts";

test.each(["en", "zh"] as const)("docs/scale.md agrees with the committed figures: %s", (language) => {
	// If this fails after a bench was written: npm run scale.
	expect(tableIn(readFileSync(pathOf(language), "utf8"))).toBe(scaleTable(language));
});

test("computes each number from a figure", () => {
	const figures = Object.entries({
		"event, 1,000 rooms × 2/s": 200,
		"cluster, nats-synced, CPU": 2_000,
		"full room, heap": 100,
		"idle room, resident": 10,
		"bytes, just written": 500,
		"bytes, compacted": 50,
	}).map(([name, median]) => ({ name, own: { median, least: median, most: median } }));
	expect(scaleOf(1_000, figures)).toMatchObject({
		...{ sockets: 100, eventsPerSecond: 100, nodeCores: 0.02, natsCores: 0, nodes: 1, natsClusters: 0 },
		...{ memoryGb: (100 * 100 + 900 * 10) / 1e6, megabits: 0.4, natsMegabits: 0 },
		diskTb: (100 * 7 * 86_400 * 50) / 1e12,
	});
	const large = scaleOf(100_000, figures);
	expect(large.nodeCores + large.natsCores).toBeCloseTo(20);
	expect(large).toMatchObject({
		nodes: Math.ceil((20 * 0.57) / 1.2),
		natsClusters: 2,
		megabits: 40,
		natsMegabits: 120,
	});
	expect(large.machinesPrice).toBeCloseTo(
		(large.nodes + 6) * assumptions.cores * assumptions.corePrice + large.diskTb * assumptions.terabytePrice,
	);
	expect(() => scaleOf(1_000, [])).toThrow("has no figure");
});

test("stays within the site's budgets", () => {
	// Five look-ups a minute, each room every 30 minutes.
	expect([exitsFor(150).singly, exitsFor(151).singly]).toEqual([1, 2]);
	// Six calls in 30 s, one id of each for a room known to be live.
	expect([exitsFor(42).of(8), exitsFor(43).of(8), exitsFor(378).of(64), exitsFor(379).of(64)]).toEqual([1, 2, 1, 2]);
});

test("grows with the rooms in every respect", () => {
	const scales = sizes.map((size) => scaleOf(size));
	for (const [before, after] of [scales.slice(0, 2), scales.slice(1)]) {
		for (const [key, value] of Object.entries(after ?? {})) {
			expect(value, key).toBeGreaterThanOrEqual(before?.[key as keyof typeof before] ?? Number.NaN);
		}
	}
});

test("a thousand nodes share rooms evenly and move few", () => {
	const rooms = Array.from({ length: 100_000 }, (_, n) => String(200_000_000_000 + n * 7));
	const members = Array.from({ length: 1_000 }, (_, n) => ({ node: `node-${n + 1}`, weight: 1 }));
	const before = new Placement(members);
	const owners = rooms.map((room) => before.ownerOf(room));
	const counts = new Map<string | undefined, number>();
	for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
	expect(counts.size).toBe(1_000);
	expect(Math.max(...counts.values())).toBeLessThan(150);
	const joined = new Placement([...members, { node: "node-1001", weight: 1 }]).since(before);
	const moved = rooms.flatMap((room, n) => {
		const owner = joined(room, owners[n]);
		return owner === owners[n] ? [] : [owner];
	});
	expect(new Set(moved)).toEqual(new Set(["node-1001"]));
	expect(Math.abs(moved.length - 100)).toBeLessThan(60);
	const left = new Placement(members.slice(1)).since(before);
	const given = rooms.filter((room, n) => left(room, owners[n]) !== owners[n]);
	expect(given).toEqual(rooms.filter((_, n) => owners[n] === "node-1"));
});
