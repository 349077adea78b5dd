import fc from "fast-check";
import { expect, test } from "vitest";
import { type Member, Placement } from "./placement.ts";

const rooms = Array.from({ length: 400 }, (_, n) => String(70_000_000_000 + n * 7_919));
const members = fc.uniqueArray(
	fc.record({ node: fc.stringMatching(/^[a-z0-9.-]{1,12}$/), weight: fc.integer({ min: 1, max: 8 }) }),
	{ minLength: 1, maxLength: 12, selector: ({ node }) => node },
);

const ownersIn = (view: readonly Member[]) => {
	const placement = new Placement(view);
	return rooms.map((room) => placement.ownerOf(room));
};

const countsOf = (owners: readonly (string | undefined)[]) => {
	const counts = new Map<string, number>();
	for (const owner of owners) counts.set(owner ?? "", (counts.get(owner ?? "") ?? 0) + 1);
	return counts;
};

test("gives every room one owner in any order", () => {
	fc.assert(
		fc.property(members, (view) => {
			const owners = ownersIn(view);
			const nodes: (string | undefined)[] = view.map(({ node }) => node);
			expect(owners.filter((owner) => !nodes.includes(owner))).toEqual([]);
			expect(ownersIn(view.toReversed())).toEqual(owners);
		}),
	);
});

test("moves rooms only to a new member and back", () => {
	fc.assert(
		fc.property(members, fc.integer({ min: 1, max: 8 }), (view, weight) => {
			const before = ownersIn(view);
			const after = ownersIn([...view, { node: "JOINED", weight }]);
			expect(after.filter((owner, index) => owner !== "JOINED" && owner !== before[index])).toEqual([]);
		}),
	);
});

test("moves only the draining member's rooms", () => {
	fc.assert(
		fc.property(members, (view) => {
			const [leaver, ...rest] = view;
			const before = ownersIn(view);
			const after = ownersIn([{ node: leaver?.node ?? "", weight: 0 }, ...rest]);
			expect(after).toEqual(ownersIn(rest));
			expect(after.filter((owner, index) => before[index] !== leaver?.node && owner !== before[index])).toEqual([]);
		}),
	);
});

test("moves rooms only to a member with more weight", () => {
	fc.assert(
		fc.property(members, (view) => {
			const [first, ...rest] = view;
			const before = ownersIn(view);
			const after = ownersIn([{ node: first?.node ?? "", weight: (first?.weight ?? 0) + 1 }, ...rest]);
			expect(after.filter((owner, index) => owner !== first?.node && owner !== before[index])).toEqual([]);
		}),
	);
});

const weighted = fc.uniqueArray(
	fc.record({ node: fc.constantFrom(..."abcdefghij"), weight: fc.integer({ min: 0, max: 3 }) }),
	{ maxLength: 10, selector: ({ node }) => node },
);

test("computes the same owners incrementally as from scratch", () => {
	fc.assert(
		fc.property(weighted, fc.array(weighted, { minLength: 1, maxLength: 4 }), (first, views) => {
			let before = new Placement(first);
			let owners = rooms.map((room) => before.ownerOf(room));
			for (const view of views) {
				const placement = new Placement(view);
				const ownerOf = placement.since(before);
				owners = owners.map((owner, index) => ownerOf(rooms[index] ?? "", owner));
				expect(owners).toEqual(rooms.map((room) => placement.ownerOf(room)));
				before = placement;
			}
		}),
	);
});

test("never changes owners between versions of the program", () => {
	const placement = new Placement([
		{ node: "node-1", weight: 1 },
		{ node: "node-2", weight: 2 },
		{ node: "node-3", weight: 1 },
	]);
	expect(rooms.slice(0, 12).map((room) => placement.ownerOf(room)?.slice(-1))).toEqual([..."123211233331"]);
});

test("gives rooms no owner when no member takes them", () => {
	expect(new Placement([]).ownerOf("1")).toBeUndefined();
	expect(new Placement([{ node: "a", weight: 0 }]).ownerOf("1")).toBeUndefined();
});

test("spreads rooms by weight, whatever the nodes' names", () => {
	const many = Array.from({ length: 20_000 }, (_, n) => String(70_000_000_000 + n * 7_919));
	const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,20}$/), { minLength: 2, maxLength: 10 });
	fc.assert(
		fc.property(names, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 10, maxLength: 10 }), (nodes, weights) => {
			const view = nodes.map((node, index) => ({ node, weight: weights[index] ?? 1 }));
			const placement = new Placement(view);
			const counts = countsOf(many.map((room) => placement.ownerOf(room)));
			const total = view.reduce((sum, { weight }) => sum + weight, 0);
			for (const { node, weight } of view) {
				const share = weight / total;
				// Five standard deviations of independent draws.
				const slack = 5 * Math.sqrt(many.length * share * (1 - share));
				expect(Math.abs((counts.get(node) ?? 0) - many.length * share)).toBeLessThan(slack);
			}
		}),
		{ numRuns: 40 },
	);
});

test("spreads a leaving member's rooms by weight", () => {
	const many = Array.from({ length: 40_000 }, (_, n) => String(70_000_000_000 + n * 7_919));
	const view = Array.from({ length: 8 }, (_, n) => ({ node: `node-${n + 1}`, weight: 1 + (n % 2) }));
	const before = new Placement(view);
	const after = new Placement(view.slice(1));
	const moved = many.filter((room) => before.ownerOf(room) === "node-1");
	const counts = countsOf(moved.map((room) => after.ownerOf(room)));
	for (const { node, weight } of view.slice(1)) {
		const share = weight / 11;
		const slack = 5 * Math.sqrt(moved.length * share * (1 - share));
		expect(Math.abs((counts.get(node) ?? 0) - moved.length * share)).toBeLessThan(slack);
	}
});

test("spreads 2,000 rooms over three nodes within 10 %", () => {
	const placement = new Placement(["node-1", "node-2", "node-3"].map((node) => ({ node, weight: 1 })));
	const counts = countsOf(
		Array.from({ length: 2_000 }, (_, n) => placement.ownerOf(String(70_000_000_000 + n * 7_919))),
	);
	for (const count of counts.values()) expect(Math.abs(count / (2_000 / 3) - 1)).toBeLessThan(0.1);
	expect(counts.size).toBe(3);
});
