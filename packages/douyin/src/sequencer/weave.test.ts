import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Buffered } from "./piece.ts";
import { message, range, startMs } from "./sequencer-bench.helpers.ts";
import { weave } from "./weave.ts";

const entry = (n: number, at = n): Buffered => ({
	event: { ...message(n), at: startMs + at },
	arrivedAt: startMs,
	cursor: undefined,
});
const entries = (numbers: readonly number[]) => numbers.map((n) => entry(n));
const numbers = (list: readonly Buffered[]) => list.map(({ event }) => event.type === "chat" && Number(event.content));
const woven = (older: readonly number[], newer: readonly number[]) => numbers(weave(entries(older), entries(newer)));

/** Some of the messages 0 to 29, in order. */
const part = fc.subarray(range(0, 29), { minLength: 1 });

/** Returns the items of one list that are also in the other, in order. */
function within(list: readonly (number | false)[], other: readonly number[]): (number | false)[] {
	return list.filter((n) => n !== false && other.includes(n));
}

describe("weaving two lists", () => {
	test("keeps each message once, in the common order", () => {
		fc.assert(
			fc.property(part, part, (older, newer) => {
				const all = range(0, 29).filter((n) => older.includes(n) || newer.includes(n));
				expect(woven(older, newer)).toEqual(all);
			}),
		);
	});

	test("keeps each list's order despite inexact times", () => {
		const time = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 30, maxLength: 30 });
		fc.assert(
			fc.property(part, part, time, (older, newer, by) => {
				const [one, two] = [older, newer].map((list) => list.map((n) => entry(n, n + (by[n] ?? 0))));
				const both = numbers(weave(one ?? [], two ?? []));
				expect(within(both, older)).toEqual(older);
				expect(within(both, newer)).toEqual(newer);
			}),
		);
	});

	test("loses and repeats nothing for contradicting orders", () => {
		const shuffled = part.chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));
		fc.assert(
			fc.property(shuffled, shuffled, (older, newer) => {
				const both = woven(older, newer);
				expect([...both].sort()).toEqual([...new Set([...older, ...newer])].sort());
				const [inOlder, inNewer] = [within(both, older), within(both, newer)];
				expect(`${inOlder}` === `${older}` || `${inNewer}` === `${newer}`).toBe(true);
			}),
		);
	});
});

test("the list without overtaken frames keeps its order", () => {
	for (const inOrder of [range(1, 20), range(3, 17), range(8, 12)]) {
		const overtaken = [...range(11, 20), ...range(1, 10), ...range(21, 25)];
		expect(within(woven(inOrder, overtaken), inOrder)).toEqual(inOrder);
		expect(woven(overtaken, inOrder)).toEqual(woven(inOrder, overtaken));
	}
	expect(woven([...range(11, 20), ...range(1, 10)], range(1, 12))).toEqual(range(1, 20));
});

test("common messages keep the cursor, and paged if both are", () => {
	const [run, page] = [
		entry(1),
		{
			...entry(1),
			paged: true as const,
			cursor: { cursor: { roomId: "r", cursor: "1", internalExt: "" }, last: undefined, arrivedAt: 0 },
		},
	];
	for (const [one, two] of [
		[run, page],
		[page, run],
	] as const) {
		expect(weave([{ ...one }], [{ ...two }])).toEqual([{ ...run, cursor: page.cursor }]);
	}
	expect(weave([page], [page])[0]?.paged).toBe(true);
});

test("messages without an id are all kept", () => {
	const anonymous = { ...entry(2), event: { ...message(2), id: "0" } };
	expect(numbers(weave([entry(1), anonymous], [entry(1), anonymous, entry(3)]))).toEqual([1, 2, 2, 3]);
});
