import { describe, expect, test } from "vitest";
import {
	anonymous,
	cursorAt,
	followed,
	message,
	messages,
	range,
	receivedMs,
	reconnected,
	SequencerBench,
	startMs,
} from "./sequencer-bench.helpers.ts";

const known = [1, 2, 3];

/** Nothing is known but the cursor that came with an empty first state. */
function behindEmptyState(): SequencerBench {
	const bench = new SequencerBench();
	bench.open();
	bench.page(0, [], cursorAt(0));
	bench.closed();
	return bench;
}

describe("at the beginning of a broadcast", () => {
	test("there is nothing to resume from, and no gap", () => {
		const b = new SequencerBench();
		expect(b.open()).toBeUndefined();
		b.frame(0, 1, 2);
		b.frame(0, 3);
		expect(b.told).toEqual([1, 2, 3]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("the newest messages come at once, and what the socket brings once it is proven to follow them", () => {
		const b = new SequencerBench();
		b.open(0, { resumed: false });
		b.page(0, [1, 2], cursorAt(2));
		b.frame(0, 4);
		expect(b.told).toEqual([1, 2]);
		expect(b.sequencer.takePageRequest(0)).toBe(true);
		b.page(0, [1, 2, 3, 4, 5]);
		expect(b.told).toEqual([1, 2, 3, 4]);
	});

	test("a resumed socket may still bring all that was said, though nothing is known yet: a page waits for it", () => {
		const bench = behindEmptyState();
		expect(bench.open()).toBe(0);
		bench.page(0, range(26, 40));
		bench.pass(60_000);
		expect(bench.told).toEqual([]);
		bench.frame(0, ...range(1, 20));
		bench.frame(0, ...range(21, 41));
		bench.pass(5_000);
		expect(bench.told).toEqual(range(1, 41));
	});

	test("where it goes on at now instead, the page comes before it once that is proven", () => {
		const bench = behindEmptyState();
		bench.open();
		bench.page(0, range(26, 40));
		bench.frame(0, 42);
		expect(bench.told).toEqual([]);
		bench.page(0, range(28, 42));
		expect(bench.told).toEqual(range(26, 42));
	});

	test("what the socket brings is not proven to follow the first state: where no page does, a gap tells", () => {
		const b = new SequencerBench();
		b.open(0, { resumed: false });
		b.page(0, [1, 2], cursorAt(2));
		b.frame(0, 4);
		b.pass(5_000);
		expect(b.told).toEqual([1, 2, "unverified", 4]);
		b.frame(0, 5);
		expect(b.told).toEqual([1, 2, "unverified", 4, 5]);
	});

	/** The first state is empty, and a connection goes on at now from the cursor that came with it. */
	function begunBehindCursor(): SequencerBench {
		const bench = behindEmptyState();
		expect([bench.open(0), bench.open(1)]).toEqual([0, 0]);
		bench.frame(1, 6, 7);
		expect(bench.told).toEqual([6, 7]);
		return bench;
	}

	test("what another connection brings of before the first message does not come behind it", () => {
		const bench = begunBehindCursor();
		bench.frame(0, ...range(1, 8));
		bench.pass(5_000);
		expect(bench.told).toEqual([6, 7, 8]);
	});

	test("nor does what a cursor brings again after a restart: that lies behind the first message", () => {
		const bench = begunBehindCursor();
		expect(bench.checkpoint).toBe(7);
		bench.frame(1, 8);
		expect(bench.checkpoint).toBe(7);
	});

	/** A broadcast that was reported over before a socket opened: a page of it was emitted, and the cursor lies before that. */
	function endedWithPage(): SequencerBench {
		const bench = behindEmptyState();
		bench.open();
		bench.page(0, range(26, 40));
		bench.ended();
		bench.closed();
		expect(bench.told).toEqual(range(26, 40));
		return bench;
	}

	test.each([{ poll: true }, { poll: false }])(
		"nor does what a cursor brings that a page was emitted past, %o",
		(how) => {
			const bench = endedWithPage();
			expect(bench.open(2, how)).toBe(0);
			bench.frame(2, ...range(1, 41));
			bench.frame(2, ...range(41, 43));
			bench.pass(5_000);
			expect(bench.told).toEqual(range(26, 43));
		},
	);

	test("what a socket without a cursor brings was said since, also where its frames overtake each other", () => {
		const bench = endedWithPage();
		bench.open(1);
		for (let i = 0; i < 3; i++) {
			bench.closed(1);
			bench.open(1);
		}
		expect(bench.open(1)).toBeUndefined();
		bench.frame(1, 41);
		bench.frame(1, 40);
		bench.frame(1, 42);
		bench.pass(5_000);
		expect(bench.told).toEqual(range(26, 42));
	});

	test("nor after a restart, whatever cursor was stored", () => {
		const bench = endedWithPage();
		const b = new SequencerBench();
		b.sequencer.restore({ cursor: cursorAt(0), messages: messages(...range(26, 40)) });
		expect(bench.checkpoint).toBe(0);
		expect(b.open()).toBe(0);
		b.frame(0, ...range(1, 41));
		b.pass(5_000);
		expect(b.told).toEqual([41]);
	});

	test("that was not stored either, what comes has no gap after a restart", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ messages: [] });
		b.open();
		b.frame(0, 7);
		expect(b.told).toEqual([7]);
	});
});

describe("a connection that begins again", () => {
	test("is synced by a message that it repeats", () => {
		const b = reconnected(3);
		expect(b.sequencer.isSynced(0)).toBe(false);
		b.frame(0, 3, 4, 5);
		b.frame(0, 6);
		expect(b.told).toEqual([...known, 4, 5, 6]);
		expect(b.sequencer.isSynced(0)).toBe(true);
		expect([b.sequencer.duplicates, b.dueInMs]).toEqual([1, undefined]);
	});

	test("is synced by one that comes in a later frame", () => {
		const b = reconnected(3);
		b.frame(0);
		b.frame(0, 2);
		expect(b.told).toEqual(known);
		expect(b.sequencer.isSynced(0)).toBe(true);
	});

	test("brings each message once, within a frame and between frames", () => {
		const b = reconnected(3);
		b.frame(0, 5, 5, 6);
		b.frame(0, 6, 7);
		b.frame(0, 2, 3, 4, 5);
		b.frame(0, 7, 8, 8);
		expect(b.told).toEqual([...known, 4, 5, 6, 7, 8]);
	});

	test("a pinned message that it says again does not swallow what came before that", () => {
		const b = reconnected(3);
		b.frame(0, 4, 5);
		expect(b.told).toEqual(known);
		b.frame(0, 1, 6);
		expect(b.told).toEqual([...known, 4, 5, 6]);
	});

	test("waits for proof for five seconds, and from then on is synced", () => {
		const b = reconnected(3);
		b.frame(0, 8);
		b.pass(4_000);
		b.frame(0, 9);
		expect(b.dueInMs).toBe(1_000);
		b.pass(999);
		expect(b.told).toEqual(known);
		b.pass(1);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 8, 9]);
		expect(b.gaps).toEqual([{ from: startMs + 3, to: startMs + 8, reason: "cursor_not_honoured" }]);
		b.frame(0, 10);
		b.pass(60_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 8, 9, 10]);
	});

	test("waits for as long as it is configured to", () => {
		const b = reconnected(3, { proofMs: 70 });
		b.frame(0, 8);
		expect(b.dueInMs).toBe(70);
	});

	test("does not wait while it has brought nothing", () => {
		const b = reconnected(3);
		b.frame(0);
		expect(b.dueInMs).toBeUndefined();
	});

	test("tells one gap after the other", () => {
		const b = followed(1);
		for (const n of [10, 20, 30]) {
			b.closed();
			b.open();
			b.frame(0, n, n + 1);
			b.frame(0, n + 2);
			b.pass(5_000);
		}
		expect(b.told.filter((one) => typeof one === "number")).toEqual([1, 10, 11, 12, 20, 21, 22, 30, 31, 32]);
		expect(b.gaps.map(({ from, to }) => [from - startMs, to - startMs])).toEqual([
			[1, 10],
			[12, 20],
			[22, 30],
		]);
	});

	test.each([
		["no_cursor", "there was nothing to resume from", (b: SequencerBench) => b.accept(0, messages(1))],
		["unverified", "nothing is repeated from there", (b: SequencerBench) => b.frame(0, 1)],
		[
			"cursor_not_honoured",
			"a known message did not come again",
			(b: SequencerBench) => [b.frame(0, 1), b.frame(0, 2)],
		],
	])("tells a gap as %s where %s", (reason, _, bring) => {
		const b = new SequencerBench();
		b.open();
		bring(b);
		b.closed();
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.gaps.map((gap) => gap.reason)).toEqual([reason]);
	});

	test("tells a gap as no_cursor where the upstream was not given the cursor", () => {
		const b = followed(3);
		b.closed();
		b.open(0, { resumed: false });
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "no_cursor", 9]);
	});

	test("does not wait behind 5,000 messages", () => {
		const b = reconnected(3);
		b.frame(0, ...range(10, 5_008));
		expect(b.told).toEqual(known);
		b.frame(0, 5_009);
		expect(b.told).toEqual([...known, "cursor_not_honoured", ...range(10, 5_009)]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("a gap lies between upstream times, whatever nonsense a message claims", () => {
		const b = followed(3);
		const never = { ...message(4), at: startMs + 10 * 86_400_000 };
		b.accept(0, [never], cursorAt(4));
		b.closed();
		b.open();
		b.accept(0, [{ ...message(9), at: b.now + 86_400_000 }]);
		b.pass(5_000);
		expect(b.gaps).toEqual([{ from: startMs + 3, to: receivedMs, reason: "cursor_not_honoured" }]);
		b.closed();
		b.open();
		b.accept(0, [{ ...message(10), at: 0 }]);
		b.pass(5_000);
		expect(b.gaps[1]).toMatchObject({ from: startMs + 3, to: startMs + 3 });
	});
});

describe("a page of the newest messages", () => {
	test("is asked for once for each beginning, behind the first messages that nothing proves", () => {
		const b = followed(3);
		const asks = () => b.sequencer.takePageRequest(0);
		expect(asks()).toBe(false);
		b.closed();
		b.open();
		expect(asks()).toBe(false);
		b.frame(0, 8);
		expect([asks(), asks()]).toEqual([true, false]);
		b.closed();
		b.open();
		b.frame(0, 9);
		expect(asks()).toBe(true);
		b.frame(0, 3);
		expect(asks()).toBe(false);
	});

	test("that shares a message with both sides proves that nothing is missing", () => {
		const b = reconnected(3);
		b.frame(0, 6, 7);
		b.page(0, [2, 3, 4, 5, 6, 7]);
		b.frame(0, 8);
		expect(b.told).toEqual([...known, 4, 5, 6, 7, 8]);
		expect(b.sequencer.isSynced(0)).toBe(true);
	});

	test("proves it as well where it came before, and the socket brings what it has", () => {
		const b = reconnected(3);
		b.page(0, [2, 3, 4, 5, 6]);
		b.frame(0, 6, 7);
		expect(b.told).toEqual([...known, 4, 5, 6, 7]);
	});

	test("gives what it alone has before what the socket has, and leaves to that what it will bring itself", () => {
		const b = reconnected(3);
		b.frame(0, 5);
		b.page(0, [3, 4, 5, 6, 8]);
		expect(b.told).toEqual([...known, 4, 5]);
		b.frame(0, 6, 7, 8);
		expect(b.told).toEqual([...known, 4, 5, 6, 7, 8]);
	});

	test("that leaves kinds out is filled with what the socket has between", () => {
		const b = reconnected(3);
		b.frame(0, 5, 6, 7, 8);
		b.page(0, [3, 4, 6, 8]);
		expect(b.told).toEqual([...known, 4, 5, 6, 7, 8]);
	});

	test("that shares a message only with what is known is given, and a gap is told behind it", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [2, 3, 4, 5]);
		expect(b.told).toEqual(known);
		b.pass(5_000);
		expect(b.told).toEqual([...known, 4, 5, "backfilled", 9]);
		expect(b.gaps).toEqual([{ from: startMs + 5, to: startMs + 9, reason: "backfilled" }]);
	});

	test("that lags proves nothing", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [1, 2, 3]);
		expect(b.told).toEqual(known);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "backfilled", 9]);
	});

	test("that shares a message only with the socket makes the gap smaller", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [7, 8, 9]);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 7, 8, 9]);
	});

	test("that shares nothing and is later than what the socket brings is left to the socket", () => {
		const bench = reconnected(3);
		bench.page(0, range(40, 45));
		bench.frame(0, 10, 11);
		bench.pass(5_000);
		bench.frame(0, ...range(12, 45));
		expect(bench.told.slice(-37)).toEqual(["cursor_not_honoured", ...range(10, 45)]);
	});

	test("that shares nothing has a gap on both sides", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [6, 7]);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 6, 7, "backfilled", 9]);
	});

	test("gives only what lies behind its newest known message: the rest would come too late", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [-1, 2, 0, 3, 4, 9]);
		expect(b.told).toEqual([...known, 4, 9]);
	});

	test("is left out where the socket went on from the cursor, and does not come again behind it", () => {
		const b = reconnected(3);
		b.page(0, [20, 21]);
		b.frame(0, 3, 4, 5);
		b.frame(0, 6, 20);
		b.frame(0, 21, 22);
		expect(b.told).toEqual([...known, 4, 5, 6, 20, 21, 22]);
	});

	test("gives nothing at the end of what the socket brought and was forgotten since", () => {
		for (const last of range(60, 140)) {
			const bench = new SequencerBench({ remembered: 64 });
			bench.open();
			for (const n of known) bench.frame(0, n);
			bench.closed();
			bench.open();
			bench.page(0, [20, 21, 22, 23]);
			bench.frame(0, 3, 4, 5);
			// It has overtaken the next one, and is forgotten before it.
			bench.frame(0, 22, 23);
			bench.frame(0, ...range(6, 21));
			for (const n of range(24, last)) bench.frame(0, n);
			bench.ended();
			expect(bench.told).toEqual([...known, 4, 5, 22, 23, ...range(6, 21), ...range(24, last)]);
		}
	});

	test("comes once with what the socket repeats of it later", () => {
		const b = reconnected(3);
		b.page(0, [3, 4, 5]);
		b.frame(0, 5);
		b.frame(0, 4, 6);
		expect(b.told).toEqual([...known, 4, 5, 6]);
	});

	test("joins another one, and each keeps its order", () => {
		const b = reconnected(3);
		b.page(0, [3, 4, 6, 7]);
		b.frame(0, 10);
		b.page(0, [5, 6, 8, 9, 10]);
		expect(b.told).toEqual([...known, 4, 5, 6, 7, 8, 9, 10]);
	});

	test("that lags is no proof for others that came before and after it", () => {
		const b = reconnected(3);
		b.page(0, [20, 21]);
		b.page(0, [2, 3]);
		b.page(0, [25, 26]);
		b.frame(0, ...range(20, 27));
		expect(b.told).toEqual(known);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "backfilled", ...range(20, 27)]);
	});

	test("that shares nothing is where its time puts it", () => {
		const b = reconnected(3);
		b.page(0, [9, 10]);
		b.frame(0, 20);
		b.page(0, [5, 6]);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 5, 6, "backfilled", 9, 10, "backfilled", 20]);
	});

	test("that is wholly older than what is known gives nothing", () => {
		const b = reconnected(3);
		b.page(0, [-2, -1]);
		b.frame(0, 9);
		b.page(0, [-1, 0, 1, 3]);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "backfilled", 9]);
	});

	test("that shares nothing with another one has a gap before it, also where the socket begins with it", () => {
		const b = reconnected(3);
		b.page(0, [2, 3, 4, 5]);
		b.frame(0, 9);
		b.page(0, [7, 8, 9]);
		b.pass(5_000);
		expect(b.told).toEqual([...known, 4, 5, "backfilled", 7, 8, 9]);
	});

	test("gives in time what it proves though the socket brings nothing", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.pass(4_999);
		expect(b.told).toEqual(known);
		b.pass(1);
		expect(b.told).toEqual([...known, 4]);
		expect([b.sequencer.isSynced(0), b.dueInMs]).toEqual([false, undefined]);
		b.frame(0, 4, 5);
		expect(b.told).toEqual([...known, 4, 5]);
	});

	test("that proves nothing is not given either where its connection has ended: the next one may go on from the cursor", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.page(0, [8, 9]);
		b.closed();
		b.pass(5_000);
		expect(b.told).toEqual([...known, 4]);
		b.open();
		b.frame(0, ...range(3, 10));
		expect(b.told).toEqual([...known, ...range(4, 10)]);
	});

	test("that proves nothing is not given while the cursor may still bring what lies before it", () => {
		const b = reconnected(3);
		b.page(0, [8, 9]);
		b.pass(60_000);
		expect(b.told).toEqual(known);
		b.frame(0, ...range(3, 9));
		expect(b.told).toEqual([...known, ...range(4, 9)]);
	});

	test("without messages says nothing", () => {
		const b = reconnected(3);
		b.page(0, []);
		b.frame(0, 9);
		b.page(0, []);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 9]);
	});

	test("that comes behind the proof gives nothing", () => {
		const b = reconnected(3);
		b.frame(0, 3, 6);
		b.page(0, [3, 4, 5, 6, 7]);
		expect(b.told).toEqual([...known, 6]);
	});
});

describe("what nothing has proven when its connection ends", () => {
	test("is kept for the next one, which may prove it", () => {
		const b = reconnected(3);
		b.frame(0, 7, 8);
		b.closed();
		expect(b.told).toEqual(known);
		b.open();
		b.frame(0, ...range(3, 9));
		expect(b.told).toEqual([...known, ...range(4, 9)]);
	});

	test("is kept as well where nobody has said that it has ended", () => {
		const b = reconnected(3);
		b.frame(0, 7, 8);
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 7, 8, "backfilled", 9]);
	});

	test("is proven by a page that joins it to both sides", () => {
		const b = reconnected(3);
		b.frame(0, 7, 8);
		b.closed();
		b.open();
		b.frame(0, 8, 9);
		expect(b.told).toEqual(known);
		b.page(0, range(2, 7));
		expect(b.told).toEqual([...known, ...range(4, 9)]);
	});

	test("waits no longer for that than it would have otherwise, also while no connection is open", () => {
		const b = reconnected(3);
		b.frame(0, 7);
		b.pass(2_000);
		b.closed();
		expect(b.dueInMs).toBe(3_000);
		b.pass(3_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 7]);
	});

	test("comes with a gap before each part that joins nothing", () => {
		const b = reconnected(3);
		b.frame(0, 7);
		b.closed();
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 7, "backfilled", 9]);
	});

	test("gives nothing of before a gap that was told meanwhile", () => {
		const bench = reconnected(3);
		expect(bench.open(1)).toBe(2);
		bench.frame(0, 8);
		bench.pass(5_000);
		expect(bench.told).toEqual([...known, "cursor_not_honoured", 8]);
		bench.closed();
		bench.frame(1, ...range(4, 6));
		bench.closed(1);
		bench.open(1);
		bench.frame(1, ...range(6, 9));
		bench.pass(5_000);
		expect(bench.told.slice(5)).toEqual([9]);
	});

	describe("and a page behind it, which nothing joins to it", () => {
		/** The connection brought 8 and ended; the next one had a page, and opened five seconds later. */
		function givenUp(): SequencerBench {
			const bench = reconnected(3);
			bench.frame(0, 8);
			bench.closed();
			expect(bench.open()).toBe(2);
			bench.page(0, range(20, 30));
			bench.pass(5_000);
			expect(bench.told).toEqual([...known, "cursor_not_honoured", 8]);
			expect(bench.checkpoint).toBe(8);
			return bench;
		}

		test("is given without the page while its cursor may bring what lies between, in order, also after a restart", () => {
			const bench = givenUp();
			bench.closed();
			expect(bench.open()).toBe(8);
			bench.frame(0, ...range(9, 31));
			bench.pass(5_000);
			expect(bench.told).toEqual([...known, "cursor_not_honoured", 8, "unverified", ...range(9, 31)]);
		});

		test("the page comes where the connection goes on at now", () => {
			const bench = givenUp();
			bench.frame(0, 40);
			bench.pass(5_000);
			const page = ["cursor_not_honoured", ...range(20, 30)];
			expect(bench.told.slice(5)).toEqual([...page, "backfilled", 40]);
		});
	});

	test("says nothing of a connection that has brought nothing yet", () => {
		const b = reconnected(3);
		b.frame(0, 7);
		b.closed();
		b.open();
		b.pass(5_000);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 7]);
		expect(b.sequencer.isSynced(0)).toBe(false);
		b.frame(0, 12);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 7]);
	});

	test("is not kept where a page alone has it, and that joins nothing", () => {
		const b = reconnected(3);
		b.page(0, [8, 9]);
		b.closed();
		b.open();
		b.frame(0, 3, 4);
		expect(b.told).toEqual([...known, 4]);
	});

	test("comes when the broadcast ends, since nothing will prove it any more", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.frame(0, 9);
		b.ended();
		expect(b.told).toEqual([...known, 4, "backfilled", 9]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("does not come when the broadcast ends where a page alone has it: a broadcast may be thought to be over and go on", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.page(0, [8, 9]);
		b.ended();
		expect(b.told).toEqual([...known, 4]);
		b.open();
		b.frame(0, ...range(3, 10));
		expect(b.told).toEqual([...known, ...range(4, 10)]);
	});

	test("comes when the broadcast ends after its connection", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.closed();
		b.ended();
		expect(b.told).toEqual([...known, "cursor_not_honoured", 9]);
	});
});

describe("what a connection has left behind, unproven", () => {
	test("is emitted with what pages have before it, once the next connection comes to the first of these", () => {
		const bench = reconnected(3);
		bench.page(0, range(5, 12));
		bench.frame(0, 14, 15);
		bench.page(0, range(9, 15));
		bench.closed();
		bench.open();
		bench.frame(0, 3, 4, 5, 6);
		bench.closed();
		expect(bench.told).toEqual(range(1, 15));
		bench.open();
		bench.frame(0, ...range(7, 16));
		expect(bench.told).toEqual(range(1, 16));
	});
});

describe("a message without an id", () => {
	test("is never a repeat, and proves nothing", () => {
		const b = followed(3);
		b.accept(0, [anonymous(4), anonymous(4)], cursorAt(4));
		expect(b.told).toEqual([...known, 4, 4]);
		b.closed();
		b.open();
		b.accept(0, [anonymous(4), { ...message(5), id: "" }]);
		b.page(0, [3]);
		expect(b.told).toEqual([...known, 4, 4]);
		b.pass(5_000);
		expect(b.told).toEqual([...known, 4, 4, "backfilled", 4, 5]);
	});

	test("keeps its place among those that join", () => {
		const b = reconnected(3);
		b.accept(0, [message(5), anonymous(6), message(7)]);
		b.page(0, [3, 4, 5, 7]);
		expect(b.told).toEqual([...known, 4, 5, 6, 7]);
	});

	test("comes from one of several connections alone", () => {
		const b = followed(3);
		b.open(1);
		b.frame(1, 3);
		for (const source of [0, 1]) b.accept(source, [anonymous(4)]);
		b.pass(300);
		expect(b.told).toEqual([...known, 4]);
	});
});

describe("where to resume", () => {
	test("is one batch behind the newest, so that an honest upstream repeats that", () => {
		const b = followed(3);
		expect(b.checkpoint).toBe(2);
		b.frame(0);
		b.closed();
		expect(b.open()).toBe(2);
	});

	test("a frame without a cursor leaves it where it was", () => {
		const b = followed(3);
		b.accept(0, messages(4));
		expect(b.checkpoint).toBe(2);
		b.frame(0, 5);
		expect(b.checkpoint).toBe(3);
	});

	test.each([
		["that have no id", [anonymous(4)], []],
		["beside one that would not decode", messages(4), [{ method: "m", id: "9", message: "cut short" }]],
		["that are very many", messages(...range(4, 104)), []],
	])("is right behind messages %s, which would not be known again", (_, events, problems) => {
		const b = followed(3);
		b.accept(0, events, cursorAt(999), problems);
		expect(b.checkpoint).toBe(999);
	});

	test("never is behind messages that wait", () => {
		const b = reconnected(3);
		b.frame(0, 8);
		b.frame(0, 9);
		b.page(0, [3, 4]);
		b.closed();
		expect([b.checkpoint, b.open()]).toEqual([2, 2]);
	});

	test("is never before a gap: what lies there would come too late", () => {
		const b = reconnected(3);
		b.frame(0, 8);
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.checkpoint).toBe(9);
		b.frame(0, 10);
		expect(b.checkpoint).toBe(9);
		b.frame(0, 11);
		expect(b.checkpoint).toBe(10);
	});

	test("moves on with what was proven", () => {
		const b = reconnected(3);
		b.frame(0, 3, 4);
		b.frame(0, 5);
		b.frame(0, 6);
		expect(b.checkpoint).toBe(5);
	});

	test("is given up when three connections have opened with it and brought nothing", () => {
		const b = followed(3);
		for (let i = 0; i < 3; i++) {
			b.closed();
			expect(b.open()).toBe(2);
			b.frame(0);
		}
		b.closed();
		expect(b.open()).toBeUndefined();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.told).toEqual([...known, "no_cursor", 9]);
	});

	test("is kept however often the connection does not open, and while each of them brings something", () => {
		const b = followed(3);
		for (let i = 0; i < 20; i++) expect(b.sequencer.open(0)).toEqual(cursorAt(2));
		for (let i = 0; i < 20; i++) {
			b.closed();
			expect(b.open()).toBe(2);
			b.frame(0, 3);
		}
	});
});

describe("after a restart", () => {
	const stored = { cursor: cursorAt(2), messages: messages(1, 2, 3), lastAt: startMs + 3 };

	test("it goes on from the stored cursor, and knows what was stored", () => {
		const b = new SequencerBench();
		b.sequencer.restore(stored);
		expect(b.open()).toBe(2);
		b.frame(0, 3, 4);
		expect(b.told).toEqual([4]);
	});

	test("a gap is told where nothing proves that none was missed", () => {
		const b = new SequencerBench();
		b.sequencer.restore(stored);
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		// Nobody knows any more whether the cursor stood before something that is known.
		expect(b.gaps).toEqual([{ from: startMs + 3, to: startMs + 9, reason: "unverified" }]);
	});

	test("the cursor stays one batch behind, also within the first frame: a takeover then misses nothing", () => {
		const first = new SequencerBench();
		first.sequencer.restore(stored);
		first.open();
		first.frame(0, 3, 4);
		const second = new SequencerBench();
		const known = messages(1, 2, 3, 4);
		second.sequencer.restore({ cursor: cursorAt(first.checkpoint ?? -1), messages: known, lastAt: startMs + 4 });
		expect(second.open()).toBe(2);
		second.frame(0, 3, 4);
		second.frame(0, 5);
		expect(second.told).toEqual([5]);
		expect(second.dueInMs).toBeUndefined();
	});

	test("what a cursor from before the newest gap brings of that gap comes too late", () => {
		const b = new SequencerBench();
		const known = messages(1, 2, 3, 8, 9);
		b.sequencer.restore({ cursor: cursorAt(2), messages: known, beforeGap: 3, lastAt: startMs + 9 });
		expect(b.open()).toBe(2);
		b.frame(0, 3, 4, 5);
		expect(b.told).toEqual([]);
		b.frame(0, 6, 7, 8, 9, 10);
		b.frame(0, 11);
		expect(b.told).toEqual([10, 11]);
	});

	test("also where it is given no cursor, what a connection brings of before the newest gap comes too late", () => {
		const b = new SequencerBench();
		const known = messages(1, 2, 3, 8, 9);
		b.sequencer.restore({ messages: known, beforeGap: 3, lastAt: startMs + 9 });
		expect(b.open()).toBeUndefined();
		b.frame(0, 3, 4, 5, 8, 9, 10);
		expect(b.told).toEqual([10]);
	});

	test("a page that lags behind the newest gap brings nothing of before it", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.pass(5_000);
		b.closed();
		b.open();
		b.page(0, range(1, 6));
		b.frame(0, 9, 10);
		expect(b.told).toEqual([...known, "cursor_not_honoured", 9, 10]);
	});

	test("a page recovers what was said meanwhile, also where no cursor was stored", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ ...stored, cursor: undefined });
		expect(b.open()).toBeUndefined();
		b.page(0, [2, 3, 4, 5], cursorAt(5));
		b.frame(0, 5, 6);
		expect(b.told).toEqual([4, 5, 6]);
	});
});

test("after a restart a frame that overtakes the first one that is known is not left out", () => {
	const b = new SequencerBench();
	const known = messages(1, 2, 3);
	b.sequencer.restore({ cursor: cursorAt(2), messages: known, lastAt: message(3).at });
	expect(b.open()).toBe(2);
	b.frame(0, 4);
	b.frame(0, 3);
	b.frame(0, 5);
	expect(b.told).toEqual([4, 5]);
});

describe("a frame that can't be read", () => {
	/** A connection repeats what is known, and ends with that frame. */
	function endsUnread(b: SequencerBench): number | undefined {
		const from = b.open();
		b.frame(0, 3);
		b.closed(0, { unreadable: true });
		return from;
	}

	test("is asked for three times; then the cursor before it is given up", () => {
		const b = followed(3);
		b.closed(0, { unreadable: true });
		expect([endsUnread(b), endsUnread(b), b.open()]).toEqual([2, 2, undefined]);
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.told).toEqual([1, 2, 3, "no_cursor", 9]);
	});

	test("that comes between others gives up no cursor", () => {
		const b = followed(3);
		for (const n of [4, 5, 6, 7]) {
			b.closed(0, { unreadable: true });
			expect(b.open()).toBe(n - 2);
			b.frame(0, n - 1, n);
		}
		expect(b.told).toEqual(range(1, 7));
	});
});

test("a time in whole seconds is no reason to put a message before a page that is older, and shares nothing with it", () => {
	const said = (n: number, seconds: number) => ({ ...message(n), at: startMs + 1_000 * seconds });
	const b = new SequencerBench();
	b.open();
	b.accept(0, [said(1, 1.5)], cursorAt(1));
	b.closed();
	b.open();
	b.accept(0, [said(20, 22)], cursorAt(20));
	b.sequencer.backfill(0, { events: [said(10, 20.2), said(11, 21.7), said(12, 22.4)], now: b.now });
	b.ended();
	expect(b.told).toEqual([1, "unverified", 10, 11, 12, "backfilled", 20]);
});

describe("an upstream that overtakes itself", () => {
	test("a page has in order what a connection brought in another, with inexact times", () => {
		const b = reconnected(3);
		// In whole seconds, before what was said before it.
		const early = { ...message(10), at: startMs };
		const page = [early, ...messages(11, 12)];
		b.accept(0, messages(5, 6, 7, 8, 9), cursorAt(9));
		b.sequencer.backfill(0, { events: page, now: b.now });
		for (const event of [message(11), early, message(12)]) b.accept(0, [event], cursorAt(12));
		b.pass(5_000);
		expect(b.told.slice(4)).toEqual(range(5, 12));
	});

	test("on one connection changes nothing of the order in which another brought the same", () => {
		for (const closedFirst of [0, 1]) {
			const b = reconnected(3);
			b.open(1);
			b.frame(0, ...range(10, 30));
			b.frame(1, ...range(25, 60));
			b.frame(1, ...range(10, 24));
			b.closed(closedFirst);
			b.closed(1 - closedFirst);
			b.pass(5_000);
			expect(b.told.slice(4)).toEqual(range(10, 60));
		}
	});
});

describe("a poll", () => {
	test("that is answered with the newest messages brings nothing from within a gap that was told", () => {
		const b = new SequencerBench();
		b.open(0, { poll: true });
		b.frame(0, 1, 2);
		b.frame(0, 6, 7);
		b.pass(5_000);
		b.sequencer.cursorOf(0);
		b.frame(0, 4, 5, 6, 7, 8);
		expect(b.told).toEqual([1, 2, "unverified", 6, 7, 8]);
	});

	function polled() {
		const b = new SequencerBench();
		b.open(0, { poll: true });
		for (const n of known) b.frame(0, n - 1, n);
		return b;
	}
	const resumesAt = (b: SequencerBench) => Number(b.sequencer.cursorOf(0)?.cursor);

	test("asks right before what was said last, and each answer repeats that", () => {
		const b = polled();
		expect(b.told).toEqual([0, ...known]);
		expect(resumesAt(b)).toBe(2);
		b.frame(0);
		expect(resumesAt(b)).toBe(2);
		b.frame(0, 3, 4);
		expect([b.told, resumesAt(b)]).toEqual([[0, ...known, 4], 3]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("starts over with an answer that repeats nothing, and asks for a page then", () => {
		const b = polled();
		b.frame(0, 8);
		expect(b.told).toEqual([0, ...known]);
		expect(b.sequencer.takePageRequest(0)).toBe(true);
		b.page(0, [3, 4, 5, 6, 7, 8]);
		expect(b.told).toEqual([0, ...range(1, 8)]);
		b.frame(0, 12);
		expect(b.sequencer.takePageRequest(0)).toBe(true);
		b.pass(5_000);
		expect(b.told).toEqual([0, ...range(1, 8), "cursor_not_honoured", 12]);
	});

	test("goes on from what it repeats while that waits for proof", () => {
		const b = polled();
		b.frame(0, 8);
		b.frame(0, 8, 9);
		b.frame(0, 9, 10);
		b.pass(5_000);
		expect(b.told).toEqual([0, ...known, "cursor_not_honoured", 8, 9, 10]);
	});

	test("goes on behind an answer that only repeats: it may have capacity for no more", () => {
		const b = polled();
		b.frame(0, ...range(3, 18));
		expect(resumesAt(b)).toBe(3);
		b.frame(0, ...range(4, 18));
		expect(resumesAt(b)).toBe(18);
		// Nothing is repeated from there.
		b.frame(0, ...range(19, 30));
		expect(b.told).toEqual([0, ...range(1, 18)]);
		b.page(0, range(17, 30));
		b.frame(0, 30, 31);
		expect(b.told).toEqual([0, ...range(1, 31)]);
	});

	test("has nothing to repeat where the room is silent", () => {
		const b = polled();
		for (let i = 0; i < 10; i++) b.frame(0);
		b.pass(60_000);
		b.frame(0, 3, 4);
		expect(b.told).toEqual([0, ...known, 4]);
	});

	test("brings what it has brought before and what lies before that in one order", () => {
		const b = new SequencerBench();
		b.open(0);
		b.open(1, { poll: true });
		b.page(0, known, cursorAt(3));
		b.frame(1, 4, 5);
		b.frame(1, ...range(1, 6));
		b.frame(1, 6, 7);
		expect(b.told).toEqual(range(1, 7));
	});

	test("asks for one page alone where it has begun without a cursor, and again behind a gap", () => {
		const b = new SequencerBench();
		b.open(0, { poll: true });
		b.frame(0, ...known);
		const asked: number[] = [];
		for (let last = 5; last < 40; last += 2) {
			const isLost = last === 21;
			b.frame(0, ...range(isLost ? last : resumesAt(b) + 1, last));
			if (b.sequencer.takePageRequest(0)) asked.push(last);
			if (asked.at(-1) === last && !isLost) b.page(0, range(1, last));
			if (isLost) b.pass(5_000);
		}
		expect(asked).toEqual([5, 21, 23]);
		expect(b.told).toEqual([...range(1, 19), "cursor_not_honoured", ...range(21, 39)]);
	});

	/** An upstream that has forgotten all cursors before the 100th message: `count` more are said, and a poll is answered. */
	function forgotten() {
		const b = polled();
		let last = 100;
		return (count: number, ms = 1_000) => {
			const from = resumesAt(b);
			last += count;
			b.frame(0, ...range(from < 100 ? last - 14 : from + 1, last));
			b.pass(ms);
			return b;
		};
	}

	test("repeats what it has brought behind a gap, so that no other follows", () => {
		const answer = forgotten();
		for (const count of [10, 10]) answer(count);
		for (let i = 0; i < 30; i++) answer(40);
		const { told, sequencer } = answer(40);
		expect(told).toEqual([0, ...known, "cursor_not_honoured", ...range(96, 1360)]);
		expect(sequencer.isSynced(0)).toBe(true);
	});

	test("asks for nothing of before a gap", () => {
		const answer = forgotten();
		const b = answer(10, 5_000);
		expect(b.told).toEqual([0, ...known, "cursor_not_honoured", ...range(96, 110)]);
		expect(resumesAt(b)).toBe(110);
	});

	test("repeats what the session before brought, and its second answer what its first brought", () => {
		for (const count of [1, 40]) {
			const b = polled();
			b.closed(0);
			expect(b.open(0, { poll: true })).toBe(2);
			b.frame(0, ...range(3, 3 + count));
			expect(resumesAt(b)).toBe(3);
		}
	});

	test("repeats what was stored before a restart, and its second answer what its first brought", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ messages: messages(...known), cursor: cursorAt(2) });
		expect(b.open(0, { poll: true })).toBe(2);
		b.frame(0, ...range(3, 43));
		expect(resumesAt(b)).toBe(2);
		b.frame(0, ...range(3, 90));
		expect([b.told, resumesAt(b)]).toEqual([range(4, 90), 43]);
	});

	describe("that was asked for its answer before a gap", () => {
		function asked() {
			const b = polled();
			b.frame(0, 10, 11);
			expect(resumesAt(b)).toBe(3);
			b.pass(5_000);
			expect(b.told).toEqual([0, ...known, "cursor_not_honoured", 10, 11]);
			return b;
		}

		test("brings what is behind that, and nothing of before it", () => {
			const b = asked();
			b.frame(0, ...range(4, 12));
			expect(b.told.slice(5)).toEqual([10, 11, 12]);
			expect(resumesAt(b)).toBe(11);
			b.frame(0, 12, 13);
			expect(b.told.slice(5)).toEqual([10, 11, 12, 13]);
		});

		test("brings nothing where its answer ends within the gap, and goes on from behind it", () => {
			const b = asked();
			b.frame(0, 3, 4, 5);
			expect(resumesAt(b)).toBe(11);
			b.frame(0, 11, 12);
			b.pass(60_000);
			expect(b.told.slice(5)).toEqual([10, 11, 12]);
		});

		test("brings nothing where all of it was said before what came behind the gap", () => {
			const b = asked();
			b.frame(0, 5, 6);
			expect(resumesAt(b)).toBe(11);
			b.pass(60_000);
			expect(b.told.slice(5)).toEqual([10, 11]);
		});

		test("goes on from behind it where the connection had become a new one", () => {
			const b = polled();
			b.frame(0, 10, 11);
			b.closed(0);
			expect(b.open(0, { poll: true })).toBe(2);
			b.pass(5_000);
			b.frame(0, ...range(3, 20));
			expect(b.told.slice(4)).toEqual(["cursor_not_honoured", ...range(10, 20)]);
			expect(resumesAt(b)).toBe(11);
		});

		test("may start over behind it", () => {
			const b = asked();
			b.frame(0, 20, 21);
			b.page(0, range(11, 21));
			expect(b.told.slice(5)).toEqual([10, ...range(11, 21)]);
		});
	});

	test("that starts over leaves what a socket has brought waiting no longer than for proof", () => {
		const b = followed(3);
		b.closed(0);
		b.open(1, { poll: true });
		b.open(0);
		b.frame(1, 10);
		b.frame(0, 20);
		b.pass(5_000);
		expect(b.told).toEqual([1, 2, 3, "cursor_not_honoured", 10]);
		b.frame(1, 15);
		b.pass(5_000);
		expect(b.told).toEqual([1, 2, 3, "cursor_not_honoured", 10, expect.any(String), 15]);
		b.closed(1);
		b.pass(5_000);
		expect(b.told.at(-1)).toBe(20);
	});
});
