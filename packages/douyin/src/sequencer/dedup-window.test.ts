import fc from "fast-check";
import { expect, test } from "vitest";
import { DedupWindow } from "./dedup-window.ts";

test("an id is new once", () => {
	const ids = new DedupWindow();
	expect(ids.add("7400000000000000001")).toBe(true);
	expect(ids.add("7400000000000000001")).toBe(false);
	expect(ids.add("7400000000000000002")).toBe(true);
	expect(ids.size).toBe(2);
});

test("ids that differ only past what a double can hold are told apart", () => {
	const ids = new DedupWindow();
	expect(ids.add("18446744073709551615")).toBe(true);
	expect(ids.add("18446744073709551614")).toBe(true);
	expect(ids.add("8446744073709551615")).toBe(true);
	expect(ids.add("18446744073709551615")).toBe(false);
});

test("messages without an id are never repeats", () => {
	const ids = new DedupWindow();
	for (const none of ["", "0", "", "0"]) expect(ids.add(none)).toBe(true);
});

test("past its capacity the oldest id is forgotten, and only that", () => {
	const ids = new DedupWindow(4096);
	const all = Array.from({ length: 4097 }, (_, index) => String(7_400_000_000_000_000_000n + BigInt(index) * 977n));
	for (const id of all) expect(ids.add(id)).toBe(true);
	expect(ids.size).toBe(4096);
	for (const id of all.slice(1)) expect(ids.add(id)).toBe(false);
	expect(ids.add(all[0] as string)).toBe(true);
});

test("an id joins what comes next unless a gap follows it", () => {
	const ids = new DedupWindow(64);
	const id = (n: number) => String(7_400_000_000_000_000_000n + BigInt(n));
	for (let n = 0; n < 70; n++) ids.add(id(n));
	expect([ids.joins(id(5)), ids.joins(id(6)), ids.joins(id(69)), ids.joins(id(70))]).toEqual([
		false,
		true,
		true,
		false,
	]);
	ids.part();
	expect([ids.joins(id(69)), ids.has(id(69))]).toEqual([false, true]);
	for (let n = 70; n < 130; n++) ids.add(id(n));
	expect([69, 70, 129].map((n) => ids.joins(id(n)))).toEqual([false, true, true]);
	expect(ids.has(id(69))).toBe(true);
});

test("it tells whether an id is the first that was added since the gap", () => {
	const id = (n: number) => String(7_000 + n);
	const ids = new DedupWindow(64);
	for (let n = 1; n <= 100; n++) {
		if (n === 90) ids.part();
		ids.add(id(n));
	}
	expect([89, 90, 91, 100, 101].map((n) => ids.hasBefore(id(n)))).toEqual([false, false, true, true, false]);
	const full = new DedupWindow(64);
	for (let n = 1; n <= 100; n++) full.add(id(n));
	expect([36, 37, 38, 100].map((n) => full.hasBefore(id(n)))).toEqual([false, false, true, true]);
});

test("capacities that its table can't hold are refused", () => {
	for (const capacity of [0, 63, 100, 65_536]) expect(() => new DedupWindow(capacity)).toThrow(RangeError);
});

test("it answers as a list of the last ids would", () => {
	// Few different ids, so that repeats and returns are common; spread as hashes are, so that collisions are too.
	const step = fc.record({ index: fc.integer({ min: 0, max: 150 }), other: fc.integer({ min: 0, max: 9 }) });
	fc.assert(
		fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), fc.array(step, { minLength: 200, maxLength: 600 }), check),
	);

	function check(salt: bigint, steps: readonly { index: number; other: number }[]): void {
		const ids = new DedupWindow(64);
		const models = { plain: [] as string[], other: [] as string[] };
		for (const { index, other } of steps) {
			const plain = BigInt.asUintN(64, (BigInt(index) + salt) * 0x9e3779b97f4a7c15n) || 1n;
			const id = other === 0 ? `x${index}` : String(plain);
			const model = other === 0 ? models.other : models.plain;
			const isNew = !model.includes(id);
			expect(ids.has(id)).toBe(!isNew);
			expect(ids.add(id)).toBe(isNew);
			if (isNew) model.push(id);
			if (model.length > 64) model.shift();
			expect(ids.size).toBe(models.plain.length + models.other.length);
		}
	}
});

test("what is forgotten is new again: all, or what is from before the newest gap", () => {
	for (const capacity of [64, 256]) {
		for (const before of [0, 10, 100]) {
			for (const after of [0, 1, 30, 300]) {
				const window = new DedupWindow(capacity);
				const ids = Array.from({ length: before + after }, (_, n) => String(7_400_000_000_000_000_000n + BigInt(n)));
				for (const [n, id] of ids.entries()) {
					if (n === before) window.part();
					window.add(id);
				}
				if (after === 0) window.part();
				window.forget("before_gap");
				const newest = ids.slice(before).slice(-capacity);
				// Where nothing is left of before it, nothing is known to stand for what it stood for.
				const kept = before === 0 || after >= capacity ? [] : newest;
				expect(ids.filter((id) => window.has(id))).toEqual(kept);
				expect(kept.every((id) => window.joins(id))).toBe(true);
				expect(window.size).toBe(kept.length);
				expect([window.add("1"), window.add("1")]).toEqual([true, false]);
			}
		}
	}
});

test("what is kept when the rest is forgotten leaves in the order in which it came", () => {
	const window = new DedupWindow(64);
	const ids = (from: number, count: number) =>
		Array.from({ length: count }, (_, n) => String(7_400_000_000_000_000_000n + BigInt(from + n)));
	for (const id of ids(0, 50)) window.add(id);
	window.part();
	const kept = ids(50, 40);
	for (const id of kept) window.add(id);
	window.forget("before_gap");
	for (const id of ids(1_000, 34)) window.add(id);
	expect(kept.map((id) => window.has(id))).toEqual(kept.map((_, n) => n >= 10));
	expect(kept.slice(10).map((id) => window.hasBefore(id))).toEqual(kept.slice(10).map((_, n) => n > 0));
});
