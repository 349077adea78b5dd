import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatEvent } from "../events/live-event.ts";
import {
	cursorAt,
	followed,
	message,
	messages,
	range,
	reconnected,
	SequencerBench,
	startMs,
} from "./sequencer-bench.helpers.ts";

/** Sends the `n`th message of the room's second life: with the id of the first life's, and its own time and text. */
function again(bench: SequencerBench, n: number): ChatEvent {
	return { ...message(n), at: bench.now, content: String(1_000 + n) };
}

/** Sends `count` messages of the second life, one a second. */
function sayAgain(bench: SequencerBench, count: number, source = 0, from = 1): void {
	for (const n of range(from, from + count - 1)) {
		bench.accept(source, [again(bench, n)], cursorAt(n));
		bench.pass(1_000);
	}
}

const second = (from: number, to: number) => range(from, to).map((n) => 1_000 + n);

describe("an upstream that starts over", () => {
	test("is detected after five seconds, with a gap, losing nothing", () => {
		const b = reconnected(20);
		sayAgain(b, 5);
		expect(b.emitted).toEqual(range(1, 20));
		sayAgain(b, 25, 0, 6);
		expect(b.emitted).toEqual([...range(1, 20), "cursor_not_honoured", ...second(1, 30)]);
		expect(b.gaps).toEqual([{ from: startMs + 20, to: startMs + 1_000_000, reason: "cursor_not_honoured" }]);
		expect(b.sequencer.isSynced(0)).toBe(true);
		expect(b.out.filter(({ startedOver }) => startedOver)).toHaveLength(1);
	});

	test("is resumed like any other from then on", () => {
		const b = reconnected(20);
		sayAgain(b, 10);
		b.closed();
		expect(b.open()).toBe(9);
		const repeated = { ...message(10), at: b.now - 1_000, content: "1010" };
		b.accept(0, [repeated, again(b, 11)], cursorAt(11));
		expect(b.emitted.slice(-2)).toEqual([1_010, 1_011]);
		expect(b.gaps).toHaveLength(1);
	});

	test("is detected despite a familiar page and two connections", () => {
		const b = followed(20);
		b.closed();
		b.open(0);
		b.open(1);
		b.sequencer.backfill(0, { events: [again(b, 1)], now: b.now });
		for (const n of range(1, 12)) {
			for (const source of [0, 1]) b.accept(source, [again(b, n)], cursorAt(n));
			b.pass(1_000);
		}
		expect(b.emitted).toEqual([...range(1, 20), "cursor_not_honoured", ...second(1, 12)]);
		expect([0, 1].map((source) => b.sequencer.isSynced(source))).toEqual([true, true]);
	});

	test("loses nothing if it reaches known ids only later", () => {
		const b = new SequencerBench();
		b.open();
		for (const n of range(11, 20)) b.frame(0, n);
		b.closed();
		b.open();
		sayAgain(b, 25);
		expect(b.emitted).toEqual([...range(11, 20), "cursor_not_honoured", ...second(1, 25)]);
		b.closed();
		expect(b.open()).toBe(24);
	});

	test("is detected from stored messages after a restart", () => {
		const b = new SequencerBench();
		b.sequencer.restore({
			cursor: cursorAt(19),
			messages: messages(...range(1, 20)),
			lastAt: startMs + 20,
		});
		b.open();
		sayAgain(b, 8);
		expect(b.emitted).toEqual(["unverified", ...second(1, 8)]);
	});

	test.each([
		["16 MiB", 1, 17 * 1024 * 1024],
		["5,000 messages", 250, 1],
	])("is detected sooner if %s are held", (_, rounds, bytes) => {
		const b = reconnected(20);
		const said = range(1, rounds).flatMap(() => range(1, 20).map((n) => again(b, n)));
		for (const event of said.slice(0, -1)) b.accept(0, [event]);
		expect(b.emitted).toEqual(range(1, 20));
		b.accept(
			0,
			said.slice(-1).map((event) => ({ ...event, raw: new Uint8Array(bytes) })),
			cursorAt(20),
		);
		expect(b.emitted).toEqual([...range(1, 20), "cursor_not_honoured", ...second(1, 20)]);
	});

	test("is detected by polls, too", () => {
		const b = new SequencerBench();
		b.open(0, { poll: true });
		for (const n of range(1, 20)) b.frame(0, ...range(Math.max(1, n - 1), n));
		b.closed();
		b.open(0, { poll: true });
		let last: ChatEvent | undefined;
		for (const n of range(1, 10)) {
			const next = again(b, n);
			b.accept(0, last ? [last, next] : [next], cursorAt(n));
			b.pass(1_000);
			last = next;
		}
		expect(b.emitted).toEqual([...range(1, 20), "cursor_not_honoured", ...second(1, 10)]);
	});
});

describe("an upstream that only repeats messages", () => {
	test("is not mistaken despite repeats with new times", () => {
		const b = reconnected(20);
		const repeated = range(11, 20).map((n) => again(b, n));
		b.accept(0, repeated, cursorAt(20));
		b.pass(60_000);
		b.accept(0, [{ ...message(21), at: b.now }], cursorAt(21));
		expect(b.emitted).toEqual(range(1, 21));
		expect(b.sequencer.duplicates).toBe(10);
	});

	test("is not mistaken despite frequent pinned messages", () => {
		const b = followed(20);
		for (let i = 0; i < 100; i++) {
			b.accept(0, [again(b, 1 + (i % 4))]);
			b.pass(1_000);
		}
		b.frame(0, 21);
		expect(b.emitted).toEqual(range(1, 21));
	});

	test("is not mistaken despite too many or large pinned messages", () => {
		const b = followed(20);
		for (let i = 0; i < 12_000; i++) b.accept(0, [again(b, 1 + (i % 4))]);
		expect(b.sequencer.duplicates).toBe(10_000);
		for (let i = 0; i < 9; i++) b.accept(0, [{ ...again(b, 1), raw: new Uint8Array(2 * 1024 * 1024) }]);
		expect(b.sequencer.duplicates).toBeGreaterThan(12_000);
		b.frame(0, 21);
		expect(b.emitted).toEqual(range(1, 21));
	});

	test("is not mistaken despite many repeats with old times", () => {
		const b = reconnected(100);
		for (const n of range(1, 100)) {
			b.frame(0, n);
			b.pass(1_000);
		}
		expect(b.emitted).toEqual(range(1, 100));
	});

	test("still proves completeness by its held messages", () => {
		const b = reconnected(20);
		b.accept(0, [again(b, 20)], cursorAt(20));
		b.closed();
		expect(b.sequencer.duplicates).toBe(1);
		b.open();
		b.frame(0, 20, 21);
		expect(b.emitted).toEqual(range(1, 21));
	});
});

/** One life of the upstream: its number of messages, and the one after which the service restarts. */
const life = fc.record({
	count: fc.integer({ min: 15, max: 40 }),
	restart: fc.option(fc.integer({ min: 1, max: 10 })),
});
const lives = fc.array(life, { minLength: 2, maxLength: 5 });

test("repeated start-overs repeat and silently lose no message", () => {
	fc.assert(
		// At least five consecutive known ids: fewer can't be distinguished from pinned messages.
		fc.property(lives, fc.nat(10), (all, joinsAt) => {
			let b = new SequencerBench();
			const out: (number | string)[] = [];
			const restart = () => {
				const events = b.out.flatMap((one) => one.events).slice(-500);
				const sinceGap = b.out.slice(b.out.findLastIndex(({ gap }) => gap)).flatMap((one) => one.events).length;
				const beforeGap = b.gaps.length > 0 ? Math.max(0, events.length - sinceGap) : 0;
				const { checkpoint: cursor } = b.out.findLast(({ checkpoint }) => checkpoint) ?? {};
				const { now, out: before } = b;
				b = new SequencerBench();
				b.now = now;
				b.out.push(...before);
				const lastAt = Math.max(...events.map(({ at }) => at));
				b.sequencer.restore({ cursor, messages: events, beforeGap, lastAt });
			};
			for (const [index, { count, restart: restartAt }] of all.entries()) {
				const said: ChatEvent[] = [];
				const first = index === 0 ? joinsAt : 0;
				b.open();
				for (let n = 1; n <= count; n++) {
					const event = { ...message(n), at: b.now, content: String(1_000 * index + n) };
					said[n] = event;
					if (n > first) b.accept(0, [event], cursorAt(n));
					b.pass(1_000);
					if (n === restartAt && n > first + 1) {
						restart();
						const from = b.open() ?? n;
						// A cursor of the previous life is ahead of all messages, or is taken for one of this life.
						if (from < n) b.accept(0, said.slice(from + 1), cursorAt(n));
					}
				}
				b.closed();
				b.pass(1_000);
			}
			out.push(...b.emitted);
			const emitted = out.filter((one) => typeof one === "number");
			expect(new Set(emitted).size).toBe(emitted.length);
			expect(emitted).toEqual(emitted.toSorted((x, y) => x - y));
			for (const [index, { count, restart: restartAt }] of all.entries()) {
				const of = emitted.filter((one) => Math.floor(one / 1_000) === index);
				const first = index === 0 ? joinsAt + 1 : 1;
				const [begins = 0, last = 0] = [of[0], of.at(-1)].map((one) => (one ?? 0) - 1_000 * index);
				expect(of).toEqual(range(1_000 * index + begins, 1_000 * index + last));
				// Messages held when the next life, or the service, began may be missing: the adjacent gap reports it.
				expect(begins).toBeLessThanOrEqual(Math.max(first, restartAt ?? 0) + 1);
				if (!restartAt) expect(begins).toBe(first);
				expect(last).toBeGreaterThan(count - 6);
				if (index === 0) continue;
				const before = out.slice(0, out.indexOf(of[0] ?? 0));
				expect(typeof before.at(-1)).toBe("string");
			}
		}),
	);
});
