import fc from "fast-check";
import { expect, test } from "vitest";
import { type EventKey, hashesOf, RecentIds } from "./recent-ids.ts";

const method = "WebcastChatMessage";
const keyOf = (id: string, envelopeId?: string, at = 0): EventKey =>
	envelopeId === undefined ? { method, id, at } : { method, id, envelopeId, at };

test("knows as many of the newest events as it holds", () => {
	const id = fc.nat(40).map(String);
	const keys = fc.record({ id, other: fc.option(fc.nat(40).map((n) => `e${n}`)), method: fc.constantFrom("a", "b") });
	const windows = fc.integer({ min: 1, max: 60 });
	fc.assert(
		fc.property(windows, fc.array(keys, { maxLength: 400, size: "max" }), fc.nat(400), (max, all, begun) => {
			const said = all.map(({ other, ...key }) => ({ ...key, at: 0, ...(other && { envelopeId: other }) }));
			const known: EventKey[] = [];
			const isKnown = (key: EventKey) =>
				known
					.slice(-max)
					.some(
						(one) =>
							one.method === key.method && (one.id === key.id || (key.envelopeId && one.envelopeId === key.envelopeId)),
					);
			for (const key of said.slice(0, begun)) if (!isKnown(key)) known.push(key);
			const recent = new RecentIds(max, hashesOf(known));
			for (const key of [...said.slice(begun), keyOf("never said")]) {
				const isNew = !isKnown(key);
				expect(recent.add(key)).toBe(isNew);
				if (isNew) known.push(key);
			}
		}),
	);
});

test("knows an event under either of its ids", () => {
	const recent = new RecentIds(10);
	expect(recent.add(keyOf("1", "2"))).toBe(true);
	const same = [keyOf("1"), keyOf("2"), keyOf("9", "1"), keyOf("2", "8"), keyOf("2", "1")];
	expect(same.map((key) => recent.add(key))).toEqual(same.map(() => false));
	expect(recent.add({ ...keyOf("1", "2"), method: "WebcastGiftMessage" })).toBe(true);
});

test("distinguishes 100,000 ids, and one id at different times", () => {
	const recent = new RecentIds(200_000);
	const key = (n: number, at = n) => keyOf(String(7_380_000_000_000_000_000n + BigInt(n)), undefined, at);
	const taken: number[] = [];
	for (let n = 1; n <= 100_000; n++) if (!recent.add(key(n))) taken.push(n);
	expect(taken).toEqual([]);
	for (let n = 1; n <= 100_000; n += 970) {
		expect(recent.add(key(n))).toBe(false);
		expect(recent.add(key(n, n + 1))).toBe(true);
	}
});
