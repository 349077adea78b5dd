import { describe, expect, test } from "vitest";
import {
	anonymous,
	cursorAt,
	followed,
	message,
	messages,
	range,
	SequencerBench,
	startMs,
} from "./sequencer-bench.helpers.ts";

const holdMs = 300;

/** Connections that have all delivered the first message, and are synced. */
function synced(count = 2): SequencerBench {
	const b = new SequencerBench({ holdMs });
	for (let source = 0; source < count; source++) {
		b.open(source);
		b.frame(source, 1);
	}
	return b;
}

/** The first connection has delivered messages up to `last`; the second has begun, and has delivered nothing. */
function joined(last: number): SequencerBench {
	const b = new SequencerBench({ holdMs });
	b.open(0);
	for (let n = 1; n <= last; n++) b.frame(0, n);
	b.open(1);
	return b;
}

describe("two connections", () => {
	test("emit a message once, as soon as both have it", () => {
		const b = synced();
		b.frame(1, 2);
		expect(b.emitted).toEqual([1]);
		b.frame(0, 2, 3);
		expect(b.emitted).toEqual([1, 2]);
		b.frame(1, 3);
		expect(b.emitted).toEqual([1, 2, 3]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("emit the union in order, and count missed messages", () => {
		const b = synced();
		b.frame(0, 2, 4, 5);
		b.frame(1, 3, 5, 6);
		expect(b.emitted).toEqual([1, 2, 3, 4, 5]);
		b.frame(0, 6);
		expect(b.emitted).toEqual([1, 2, 3, 4, 5, 6]);
		expect(b.sequencer.missedBy(0)).toBe(1);
	});

	test("wait for each other at most the hold time", () => {
		const b = synced();
		b.frame(0, 2);
		expect(b.dueInMs).toBe(holdMs);
		b.pass(200);
		b.frame(0, 3);
		b.pass(99);
		expect(b.emitted).toEqual([1]);
		b.pass(1);
		expect(b.emitted).toEqual([1, 2]);
		b.pass(199);
		expect(b.emitted).toEqual([1, 2]);
		b.pass(1);
		expect(b.emitted).toEqual([1, 2, 3]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("store how many messages a held-back cursor repeats", () => {
		const b = synced();
		b.accept(0, messages(...range(2, 201)));
		b.frame(1, 2);
		b.accept(1, messages(...range(3, 200)));
		b.pass(holdMs);
		expect(b.emitted).toEqual(range(1, 201));
		expect(b.out.at(-1)?.checkpoint).toMatchObject({ cursor: "2", repeats: 199 });
	});

	test("each keep their own order, whatever the upstream times", () => {
		const b = synced();
		const late = { ...message(2), at: startMs + 900 };
		b.accept(0, [late, message(3)]);
		b.frame(1, 4);
		b.pass(holdMs);
		expect(b.emitted.indexOf(2)).toBeLessThan(b.emitted.indexOf(3));
		expect([...b.emitted].sort()).toEqual([1, 2, 3, 4]);
	});

	test("emit another queue's earlier messages first", () => {
		const b = synced();
		b.frame(0, 5, 6);
		b.frame(1, 7, 5);
		b.pass(0);
		// By their times 7 would come last.
		expect(b.emitted).toEqual([1, 7, 5]);
	});

	test("order messages of the same time by id", () => {
		const b = synced();
		const at = startMs + 5;
		b.accept(0, [{ ...message(3), at }]);
		b.accept(1, [{ ...message(2), at }]);
		b.pass(holdMs);
		expect(b.emitted).toEqual([1, 2, 3]);
	});

	test("emit a message whose position has passed at once", () => {
		const b = synced();
		b.frame(0, 3);
		b.pass(holdMs);
		b.frame(1, 2, 3);
		expect(b.emitted).toEqual([1, 3, 2]);
	});

	test("lose and block nothing when they contradict each other", () => {
		const b = synced();
		b.frame(0, 3, 2, 4);
		b.frame(1, 2, 3, 4);
		expect([...b.emitted].sort()).toEqual([1, 2, 3, 4]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("wait for no closed connection, but emit its messages first", () => {
		const b = synced();
		b.frame(0, 2, 3);
		b.closed(0);
		b.frame(1, 2);
		expect(b.emitted).toEqual([1, 2]);
		b.frame(1, 4);
		b.pass(holdMs);
		expect(b.emitted).toEqual([1, 2, 3, 4]);
		b.frame(1, 5);
		expect(b.emitted).toEqual([1, 2, 3, 4, 5]);
	});

	test("emit everything when the broadcast ends", () => {
		const b = synced(3);
		b.frame(0, 2, 3);
		b.frame(1, 5);
		b.ended();
		expect(b.emitted).toEqual([1, 2, 3, 5]);
		expect(b.dueInMs).toBeUndefined();
	});
});

describe("a connection beside a synced one", () => {
	test("never causes a gap, and waits until it overlaps", () => {
		const b = joined(2);
		b.frame(1, 8, 9);
		b.pass(600_000);
		expect([b.emitted, b.dueInMs]).toEqual([[1, 2], undefined]);
		expect(b.sequencer.takePageRequest(1)).toBe(false);
		b.frame(0, 3, 8);
		expect(b.sequencer.isSynced(1)).toBe(true);
		b.frame(0, 9);
		expect(b.emitted).toEqual([1, 2, 3, 8, 9]);
		expect(b.gaps).toEqual([]);
	});

	test("emits its messages before the first common one", () => {
		const b = joined(3);
		b.frame(1, 6, 7, 8, 9);
		expect(b.emitted).toEqual([1, 2, 3]);
		b.frame(0, 8, 9);
		b.pass(holdMs);
		expect(b.emitted).toEqual([1, 2, 3, 6, 7, 8, 9]);
	});

	test("overlaps with messages waiting in the other's queue", () => {
		const b = synced(2);
		b.open(2);
		b.frame(0, 4, 5);
		b.frame(2, 3, 4, 5);
		expect(b.sequencer.isSynced(2)).toBe(true);
		b.pass(holdMs);
		expect(b.emitted).toEqual([1, 3, 4, 5]);
	});

	test("adds no pages, which the other connection covers", () => {
		const b = joined(2);
		b.page(1, [1, 2, 3]);
		b.frame(0, 4);
		b.pass(60_000);
		expect(b.emitted).toEqual([1, 2, 4]);
	});

	test("resumes at a known message without gap or delay", () => {
		const b = synced();
		b.frame(0, 2);
		b.frame(1, 2);
		b.closed(0);
		b.open(0);
		b.frame(0, 2, 3);
		b.frame(1, 3);
		expect(b.emitted).toEqual([1, 2, 3]);
		expect(b.gaps).toEqual([]);
	});

	test("needs proof, maybe a page, after the synced one ends", () => {
		const b = joined(2);
		b.frame(1, 7);
		b.pass(1_000);
		b.closed(0);
		expect([b.emitted, b.dueInMs]).toEqual([[1, 2], 5_000]);
		expect(b.sequencer.takePageRequest(1)).toBe(true);
		b.page(1, [2, 3, 7]);
		expect(b.emitted).toEqual([1, 2, 3, 7]);
		expect(b.gaps).toEqual([]);
	});

	test("drops its messages from a reported gap, then continues", () => {
		const b = joined(3);
		b.closed(0);
		b.open(0);
		b.frame(0, 9);
		b.pass(5_000);
		b.frame(1, ...range(3, 10));
		b.frame(0, 10);
		b.pass(holdMs);
		expect(b.emitted).toEqual([1, 2, 3, "cursor_not_honoured", 9, 10]);
	});

	test("joins another waiting connection's messages wherever they begin", () => {
		const b = joined(3);
		b.closed(0);
		b.open(0);
		b.page(1, [20, 21, 22]);
		b.frame(0, 22, 23);
		b.frame(1, ...range(3, 23));
		b.frame(0, 24);
		b.pass(holdMs);
		expect(b.emitted).toEqual(range(1, 24));
	});

	test("ends its wait with the other in one gap", () => {
		const b = joined(3);
		b.closed(0);
		b.open(0);
		b.frame(0, 9, 11);
		b.frame(1, 8, 9, 10, 11);
		b.pass(5_000);
		expect(b.emitted).toEqual([1, 2, 3, expect.any(String), 8, 9, 10, 11]);
		expect([b.sequencer.isSynced(0), b.sequencer.isSynced(1)]).toEqual([true, true]);
	});

	test("ends its wait first if it began first", () => {
		const b = joined(3);
		b.closed(0);
		b.open(0);
		b.frame(0, 12);
		b.frame(1, 8, 9);
		b.pass(5_000);
		expect(b.emitted).toEqual([1, 2, 3, expect.any(String), 8, 9]);
		b.frame(1, 10, 11, 12);
		b.pass(holdMs);
		expect(b.emitted.slice(4)).toEqual(range(8, 12));
	});

	test("is emitted after a gap when the broadcast ends", () => {
		for (const [one, two] of [
			[0, 1],
			[1, 0],
		] as const) {
			const b = new SequencerBench({ holdMs });
			b.open(one);
			b.frame(one, 1);
			b.frame(one, 2);
			b.open(two);
			b.frame(two, 5, 6);
			b.frame(one, 3);
			b.ended();
			expect(b.emitted).toEqual([1, 2, 3, expect.any(String), 5, 6]);
			expect(b.dueInMs).toBeUndefined();
		}
	});

	test("is emitted after a gap without proof", () => {
		const b = joined(2);
		b.frame(1, 5, 6);
		b.closed(0);
		b.pass(5_000);
		b.frame(1, 7);
		expect(b.emitted).toEqual([1, 2, expect.any(String), 5, 6, 7]);
	});

	test("is synced by the same proof as another", () => {
		const b = new SequencerBench({ holdMs });
		b.sequencer.restore({ cursor: cursorAt(2), messages: messages(1, 2, 3), lastAt: startMs + 3 });
		b.open(0);
		b.open(1);
		b.frame(0, 7, 8);
		b.frame(1, 6, 7, 8);
		b.pass(4_999);
		expect(b.emitted).toEqual([]);
		b.page(0, [3, 4, 5, 6, 7]);
		b.pass(holdMs);
		expect(b.emitted).toEqual([4, 5, 6, 7, 8]);
		expect([b.sequencer.isSynced(0), b.sequencer.isSynced(1)]).toEqual([true, true]);
	});

	test("emits a page's messages between two connections'", () => {
		const b = synced();
		b.closed(0);
		b.open(0);
		b.frame(0, 20, 21);
		b.closed(1);
		b.open(1);
		b.page(1, range(12, 26));
		b.frame(1, 27);
		b.page(1, range(13, 27));
		b.pass(5_000);
		expect(b.emitted).toEqual([1, expect.any(String), ...range(12, 27)]);
	});

	test("keeps messages later than the current ones until those end", () => {
		const b = synced();
		b.closed(0);
		b.open(0);
		b.frame(0, 10, 11);
		b.closed(1);
		for (const n of [30, 40]) {
			b.open(1);
			b.frame(1, n, n + 1);
			if (n === 30) b.closed(1);
		}
		b.pass(5_000);
		expect(b.emitted).toEqual([1, expect.any(String), 10, 11]);
		b.closed(0);
		b.pass(5_000);
		expect(b.emitted.slice(4)).toEqual([expect.any(String), 30, 31, expect.any(String), 40, 41]);
	});

	/** Messages that take 200 KB each. */
	const large = (numbers: number[]) =>
		messages(...numbers).map((event) => ({ ...event, raw: new Uint8Array(200_000) }));

	test("reports the gap at 16 MiB of waiting messages", () => {
		const b = joined(1);
		b.accept(1, large(range(101, 180)));
		expect(b.emitted).toEqual([1]);
		b.accept(1, large(range(181, 190)));
		expect(b.emitted).toEqual([1, "unverified", ...range(101, 190)]);
	});

	test("holds at most 16 MiB for other synced connections", () => {
		const b = synced();
		b.accept(0, large(range(2, 80)));
		expect(b.emitted).toEqual([1]);
		b.accept(0, large(range(81, 90)));
		expect(b.emitted).toEqual(range(1, 90));
		b.frame(1, ...range(2, 91));
		b.pass(holdMs);
		expect(b.emitted).toEqual(range(1, 91));
	});

	test("reports the gap at 5,000 messages, desyncing the other", () => {
		const b = joined(1);
		for (let n = 101; n < 12_000; n += 100) b.frame(1, ...range(n, n + 99));
		expect(b.emitted).toEqual([1, "unverified", ...range(101, 12_000)]);
		expect([b.sequencer.isSynced(0), b.sequencer.isSynced(1)]).toEqual([false, true]);
		b.frame(0, ...range(11_990, 12_001));
		b.frame(1, 12_001, 12_002);
		b.pass(holdMs);
		expect(b.emitted.slice(-2)).toEqual([12_001, 12_002]);
		expect(b.sequencer.isSynced(0)).toBe(true);
		expect(b.gaps).toHaveLength(1);
	});

	test("emits queued messages before giving up on an overlap", () => {
		const b = synced(3);
		b.closed(2);
		b.open(2);
		b.frame(0, 2);
		b.frame(2, ...range(10, 5_009));
		expect(b.emitted.slice(0, 4)).toEqual([1, 2, expect.any(String), 10]);
		expect(b.emitted).toHaveLength(5_003);
	});
});

describe("resuming with several connections", () => {
	test("never moves the checkpoint past waiting messages", () => {
		const b = synced();
		b.frame(0, 2, 3);
		b.frame(1, 2);
		// Message 3 waits: everything before the second connection's cursor is emitted, and nothing after it.
		expect(b.emitted).toEqual([1, 2]);
		expect(b.checkpoint).toBeLessThanOrEqual(2);
		b.frame(1, 3);
		b.frame(0, 4);
		b.frame(1, 4);
		expect(b.emitted).toEqual([1, 2, 3, 4]);
		expect(b.checkpoint).toBeLessThanOrEqual(3);
		expect(b.checkpoint).toBeGreaterThanOrEqual(2);
	});

	test("moves the checkpoint when one connection has ended", () => {
		const b = synced();
		b.closed(1);
		for (const n of range(2, 9)) b.frame(0, n);
		expect(b.checkpoint).toBe(8);
	});

	test("uses each connection's own cursor while it is remembered", () => {
		const b = synced();
		for (const n of [2, 3]) for (const source of [0, 1]) b.frame(source, n);
		b.closed(1);
		b.frame(0, 4);
		expect(b.open(1)).toBe(2);
		b.closed(1);
		for (const n of range(5, 4_200)) b.frame(0, n);
		expect(b.open(1)).toBe(4_199);
	});

	test("uses the cursor of new messages if nothing was repeated", () => {
		for (const overlaps of [true, false]) {
			const b = synced();
			for (const n of [2, 3]) for (const source of [0, 1]) b.frame(source, n);
			b.closed(0);
			for (const n of range(4, 7)) b.frame(1, n);
			b.open(0);
			b.frame(0, ...(overlaps ? [3, 4, 5, 6, 7] : [7]));
			b.closed(0);
			expect(b.open(0)).toBe(overlaps ? 3 : 7);
		}
	});

	test("uses no cursor from after unemitted messages", () => {
		const b = joined(2);
		b.frame(1, 8, 9);
		b.closed(1);
		expect(b.open(1)).toBe(1);
	});
});

describe("messages without an id", () => {
	test("come only from the oldest synced connection", () => {
		const b = synced();
		for (const source of [1, 0]) b.accept(source, [anonymous(2), message(3)]);
		expect(b.emitted).toEqual([1, 2, 3]);
		b.closed(0);
		b.accept(1, [anonymous(4)]);
		expect(b.emitted).toEqual([1, 2, 3, 4]);
	});
});

test("a connection resumed before a gap delivers nothing from it", () => {
	const bench = followed(3);
	bench.open(1);
	bench.frame(1, 3);
	bench.closed(0);
	bench.closed(1);
	bench.open(0);
	bench.open(1);
	bench.frame(0, 10, 11);
	bench.pass(5_000);
	bench.frame(1, 3, 4, 5);
	bench.frame(1, ...range(6, 12));
	bench.frame(0, 12);
	bench.pass(1_000);
	expect(bench.emitted).toEqual([1, 2, 3, "cursor_not_honoured", 10, 11, 12]);
});

test("a poll after a gap adds messages between known ones", () => {
	const b = followed(3);
	b.open(1, { poll: true });
	b.frame(1, 3);
	b.closed(0);
	b.frame(1, 9);
	b.pass(5_000);
	b.open(0);
	b.frame(0, 9, 10, 12);
	b.sequencer.cursorOf(1);
	b.frame(1, 11, 12);
	b.pass(1_000);
	expect(b.emitted).toEqual([1, 2, 3, "unverified", 9, 10, 11, 12]);
});

test("the cursor never passes another connection's waiting message", () => {
	const b = followed(4);
	b.open(1);
	b.frame(1, 4);
	b.frame(0, 5);
	for (const n of [0, -1]) b.accept(1, [message(n), message(4)], cursorAt(6 - n));
	expect(b.emitted).toEqual([1, 2, 3, 4, 0, -1]);
	expect(b.checkpoint).toBeLessThan(5);
});

test("the cursor advances although different connections always wait", () => {
	const b = followed(4);
	b.open(1);
	b.frame(1, 4);
	for (let n = 5; n <= 100; n++) {
		b.pass(100);
		b.frame(n % 2, n);
		expect(b.dueInMs).toBeDefined();
		// A connection is ahead by the messages held for the other, which may still deliver them: 300 ms, and those since.
		expect(b.checkpoint).toBeGreaterThan(n - 12);
	}
});
