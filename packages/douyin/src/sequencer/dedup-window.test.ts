import fc from "fast-check";
import { expect, test } from "vitest";
import { DedupWindow, maxRemembered } from "./dedup-window.ts";
import { isSame, type MessageIds } from "./message-ids.ts";

const chat = (id: string, envelopeId?: string): MessageIds => {
	const method = "WebcastChatMessage";
	return envelopeId === undefined ? { method, id } : { method, id, envelopeId };
};
const nth = (n: number) => chat(String(7_400_000_000_000_000_000n + BigInt(n)));

test("reports an id as new once", () => {
	const ids = new DedupWindow();
	expect(ids.add(chat("7400000000000000001"), 0)).toBe(true);
	expect(ids.add(chat("7400000000000000001"), 0)).toBe(false);
	expect(ids.add(chat("7400000000000000002"), 0)).toBe(true);
	expect(ids.size).toBe(2);
});

test("distinguishes ids beyond the precision of a double", () => {
	const ids = new DedupWindow();
	expect(ids.add(chat("18446744073709551615"), 0)).toBe(true);
	expect(ids.add(chat("18446744073709551614"), 0)).toBe(true);
	expect(ids.add(chat("8446744073709551615"), 0)).toBe(true);
	expect(ids.add(chat("18446744073709551615"), 0)).toBe(false);
});

test("never treats messages without an id as repeats", () => {
	const ids = new DedupWindow();
	for (const none of ["", "0", "", "0"]) expect(ids.add(chat(none), 0)).toBe(true);
});

test("forgets only the oldest id beyond its capacity", () => {
	const ids = new DedupWindow(4096);
	const all = Array.from({ length: 4097 }, (_, index) => nth(index * 977));
	for (const id of all) expect(ids.add(id, 0)).toBe(true);
	expect(ids.size).toBe(4096);
	for (const id of all.slice(1)) expect(ids.add(id, 0)).toBe(false);
	expect(ids.add(all[0] as MessageIds, 0)).toBe(true);
});

test("knows an id's epoch and the epoch's first id", () => {
	const ids = new DedupWindow(64);
	for (let n = 1; n <= 100; n++) ids.add(nth(n), n < 90 ? 3 : 4);
	expect([36, 37, 89, 90, 100, 101].map((n) => ids.epochOf(nth(n)))).toEqual([undefined, 3, 3, 4, 4, undefined]);
	expect([36, 37, 38, 89, 90, 91, 101].map((n) => ids.isFirst(nth(n)))).toEqual([
		false,
		true,
		false,
		false,
		true,
		false,
		false,
	]);
	expect(ids.add(nth(37), 4)).toBe(false);
	expect(ids.epochOf(nth(37))).toBe(3);
	const begun = new DedupWindow();
	for (let n = 1; n <= 3; n++) begun.add(nth(n), 0);
	expect([1, 2, 3].map((n) => begun.isFirst(nth(n)))).toEqual([true, false, false]);
});

test("rejects invalid capacities", () => {
	for (const capacity of [0, 63, 100, 65_536]) expect(() => new DedupWindow(capacity)).toThrow(RangeError);
});

test("matches a model list of the newest messages", () => {
	// Few different ids, so that repeats and returns are common; spread like hashes, so that collisions are, too.
	const index = fc.integer({ min: 0, max: 150 });
	const kind = fc.constantFrom("WebcastChatMessage", "WebcastGiftMessage");
	const step = fc.record({
		index,
		other: fc.option(index),
		kind,
		isText: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
	});
	fc.assert(
		fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), fc.array(step, { minLength: 200, maxLength: 600 }), check),
	);

	type Step = { index: number; other: number | null; kind: string; isText: boolean };

	function check(salt: bigint, steps: readonly Step[]): void {
		const window = new DedupWindow(64);
		const model: MessageIds[] = [];
		const idOf = (n: number) => String(BigInt.asUintN(63, (BigInt(n) + salt) * 0x9e3779b97f4a7c15n) || 1n);
		for (const { index, other, kind: method, isText } of steps) {
			const id = isText ? `x${index}` : idOf(index);
			const message = { method, id, ...(other !== null && idOf(other) !== id && { envelopeId: idOf(other) }) };
			const known = model.findIndex((one) => isSame(one, message));
			expect(window.has(message)).toBe(known >= 0);
			expect(window.positionOf(message) !== undefined).toBe(known >= 0);
			expect(window.add(message, 0)).toBe(known < 0);
			if (known < 0) model.push(message);
			if (model.length > 64) model.shift();
			expect(window.size).toBe(model.length);
		}
	}
});

test("finds a message by either id, only within its kind", () => {
	const window = new DedupWindow();
	expect(window.add(chat("11", "12"), 3)).toBe(true);
	for (const same of [chat("11"), chat("12"), chat("11", "99"), chat("99", "12"), chat("12", "11")]) {
		expect([window.add(same, 4), window.epochOf(same), window.positionOf(same)]).toEqual([false, 3, 0]);
	}
	expect(window.has(chat("99"))).toBe(false);
	expect(window.add({ ...chat("11", "12"), method: "WebcastGiftMessage" }, 3)).toBe(true);
	expect([window.size, window.position]).toEqual([2, 2]);
});

test("treats ids as new after forgetting them or their epoch", () => {
	for (const capacity of [64, 256]) {
		for (const before of [0, 10, 100]) {
			for (const after of [0, 1, 30, 300]) {
				const window = new DedupWindow(capacity);
				const ids = Array.from({ length: before + after }, (_, n) => nth(n));
				for (const [n, id] of ids.entries()) window.add(id, n < before ? 0 : 1);
				window.forget(1);
				const kept = ids.slice(before).slice(-capacity);
				expect(ids.filter((id) => window.has(id))).toEqual(kept);
				expect(window.size).toBe(kept.length);
				expect([window.add(chat("1"), 1), window.add(chat("1"), 1)]).toEqual([true, false]);
				window.forget(2);
				expect(window.size).toBe(0);
			}
		}
	}
});

test("keeps the order of remaining ids after forgetting others", () => {
	const window = new DedupWindow(64);
	const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => nth(from + n));
	for (const id of ids(0, 50)) window.add(id, 0);
	const kept = ids(50, 40);
	for (const id of kept) window.add(id, 1);
	window.forget(1);
	for (const id of ids(1_000, 34)) window.add(id, 1);
	expect(kept.map((id) => window.has(id))).toEqual(kept.map((_, n) => n >= 10));
	expect(kept.map((id) => window.isFirst(id))).toEqual(kept.map((_, n) => n === 10));
});

test("retains ids up to its maximum, then forgets in order", () => {
	const window = new DedupWindow(64);
	const oldest = () => Array.from({ length: window.position }, (_, n) => n).find((n) => window.has(nth(n)));
	const add = (count: number) => {
		for (let n = window.position, end = n + count; n < end; n++) expect(window.add(nth(n), 0)).toBe(true);
	};
	add(100);
	expect(oldest()).toBe(36);
	window.retain(80);
	add(900);
	expect(oldest()).toBe(64);
	expect([64, 100, 999].map((n) => window.positionOf(nth(n)))).toEqual([64, 100, 999]);
	expect([63, 64].map((n) => [window.positionOf(nth(n)), window.remembersFrom(n)])).toEqual([
		[undefined, false],
		[64, true],
	]);
	expect([window.isFirst(nth(64)), window.isFirst(nth(65))]).toEqual([true, false]);
	window.retain(990);
	add(1_024);
	expect(oldest()).toBeGreaterThan(963);
	window.retain(Number.POSITIVE_INFINITY);
	add(2_048);
	expect(window.size).toBe(64);
	window.retain(0);
	add(maxRemembered + 10);
	expect(window.size).toBe(maxRemembered);
	expect(window.has(nth(window.position - maxRemembered))).toBe(true);
});
