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

/** Nothing is known except the cursor that came with an empty first state. */
function behindEmptyState(): SequencerBench {
	const bench = new SequencerBench();
	bench.open();
	bench.page(0, [], cursorAt(0));
	bench.closed();
	return bench;
}

describe("the beginning of a broadcast", () => {
	test("has no cursor to resume from and no gap", () => {
		const b = new SequencerBench();
		expect(b.open()).toBeUndefined();
		b.frame(0, 1, 2);
		b.frame(0, 3);
		expect(b.emitted).toEqual([1, 2, 3]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("emits the newest messages at once, the socket's when proven", () => {
		const b = new SequencerBench();
		b.open(0, { resumed: false });
		b.page(0, [1, 2], cursorAt(2));
		b.frame(0, 4);
		expect(b.emitted).toEqual([1, 2]);
		expect(b.sequencer.takePageRequest(0)).toBe(true);
		b.page(0, [1, 2, 3, 4, 5]);
		expect(b.emitted).toEqual([1, 2, 3, 4]);
	});

	test("holds a page while a resumed socket may deliver everything", () => {
		const bench = behindEmptyState();
		expect(bench.open()).toBe(0);
		bench.page(0, range(26, 40));
		bench.pass(60_000);
		expect(bench.emitted).toEqual([]);
		bench.frame(0, ...range(1, 20));
		bench.frame(0, ...range(21, 41));
		bench.pass(5_000);
		expect(bench.emitted).toEqual(range(1, 41));
	});

	test("emits the page before the socket's messages once proven", () => {
		const bench = behindEmptyState();
		bench.open();
		bench.page(0, range(26, 40));
		bench.frame(0, 42);
		expect(bench.emitted).toEqual([]);
		bench.page(0, range(28, 42));
		expect(bench.emitted).toEqual(range(26, 42));
	});

	test("reports a gap after the first state without proof", () => {
		const b = new SequencerBench();
		b.open(0, { resumed: false });
		b.page(0, [1, 2], cursorAt(2));
		b.frame(0, 4);
		b.pass(5_000);
		expect(b.emitted).toEqual([1, 2, "unverified", 4]);
		b.frame(0, 5);
		expect(b.emitted).toEqual([1, 2, "unverified", 4, 5]);
	});

	/** The first state is empty, and the upstream ignores the cursor that came with it. */
	function begunBehindCursor(): SequencerBench {
		const bench = behindEmptyState();
		expect([bench.open(0), bench.open(1)]).toEqual([0, 0]);
		bench.frame(1, 6, 7);
		expect(bench.emitted).toEqual([6, 7]);
		return bench;
	}

	test("drops another connection's messages from before the first one", () => {
		const bench = begunBehindCursor();
		bench.frame(0, ...range(1, 8));
		bench.pass(5_000);
		expect(bench.emitted).toEqual([6, 7, 8]);
	});

	test("moves the checkpoint beyond the first message", () => {
		const bench = begunBehindCursor();
		expect(bench.checkpoint).toBe(7);
		bench.frame(1, 8);
		expect(bench.checkpoint).toBe(7);
	});

	/** A broadcast reported over before a socket opened: a page was emitted, and the cursor is from before that. */
	function endedWithPage(): SequencerBench {
		const bench = behindEmptyState();
		bench.open();
		bench.page(0, range(26, 40));
		bench.ended();
		bench.closed();
		expect(bench.emitted).toEqual(range(26, 40));
		return bench;
	}

	test.each([{ poll: true }, { poll: false }])("drops messages from before an emitted page, %o", (how) => {
		const bench = endedWithPage();
		expect(bench.open(2, how)).toBe(0);
		bench.frame(2, ...range(1, 41));
		bench.frame(2, ...range(41, 43));
		bench.pass(5_000);
		expect(bench.emitted).toEqual(range(26, 43));
	});

	test("keeps overtaken frames of a socket without a cursor", () => {
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
		expect(bench.emitted).toEqual(range(26, 42));
	});

	test("drops messages from before an emitted page after a restart", () => {
		const bench = endedWithPage();
		const b = new SequencerBench();
		b.sequencer.restore({ cursor: cursorAt(0), messages: messages(...range(26, 40)) });
		expect(bench.checkpoint).toBe(0);
		expect(b.open()).toBe(0);
		b.frame(0, ...range(1, 41));
		b.pass(5_000);
		expect(b.emitted).toEqual([41]);
	});

	test("has no gap after a restart without stored messages", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ messages: [] });
		b.open();
		b.frame(0, 7);
		expect(b.emitted).toEqual([7]);
	});
});

describe("a connection that begins again", () => {
	test("is synced by a message that it repeats", () => {
		const b = reconnected(3);
		expect(b.sequencer.isSynced(0)).toBe(false);
		b.frame(0, 3, 4, 5);
		b.frame(0, 6);
		expect(b.emitted).toEqual([...known, 4, 5, 6]);
		expect(b.sequencer.isSynced(0)).toBe(true);
		expect([b.sequencer.duplicates, b.dueInMs]).toEqual([1, undefined]);
	});

	test("is synced by a repeat in a later frame", () => {
		const b = reconnected(3);
		b.frame(0);
		b.frame(0, 2);
		expect(b.emitted).toEqual(known);
		expect(b.sequencer.isSynced(0)).toBe(true);
	});

	test("emits each message once, within and between frames", () => {
		const b = reconnected(3);
		b.frame(0, 5, 5, 6);
		b.frame(0, 6, 7);
		b.frame(0, 2, 3, 4, 5);
		b.frame(0, 7, 8, 8);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7, 8]);
	});

	test("keeps messages before a repeated pinned one", () => {
		const b = reconnected(3);
		b.frame(0, 4, 5);
		expect(b.emitted).toEqual(known);
		b.frame(0, 1, 6);
		expect(b.emitted).toEqual([...known, 4, 5, 6]);
	});

	test("reports the gap after five seconds, then is synced", () => {
		const b = reconnected(3);
		b.frame(0, 8);
		b.pass(4_000);
		b.frame(0, 9);
		expect(b.dueInMs).toBe(1_000);
		b.pass(999);
		expect(b.emitted).toEqual(known);
		b.pass(1);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 8, 9]);
		expect(b.gaps).toEqual([{ from: startMs + 3, to: startMs + 8, reason: "cursor_not_honoured" }]);
		b.frame(0, 10);
		b.pass(60_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 8, 9, 10]);
	});

	test("waits for proof for the configured time", () => {
		const b = reconnected(3, { proofMs: 70 });
		b.frame(0, 8);
		expect(b.dueInMs).toBe(70);
	});

	test("does not wait while it has delivered nothing", () => {
		const b = reconnected(3);
		b.frame(0);
		expect(b.dueInMs).toBeUndefined();
	});

	test("reports several gaps in a row", () => {
		const b = followed(1);
		for (const n of [10, 20, 30]) {
			b.closed();
			b.open();
			b.frame(0, n, n + 1);
			b.frame(0, n + 2);
			b.pass(5_000);
		}
		expect(b.emitted.filter((one) => typeof one === "number")).toEqual([1, 10, 11, 12, 20, 21, 22, 30, 31, 32]);
		expect(b.gaps.map(({ from, to }) => [from - startMs, to - startMs])).toEqual([
			[1, 10],
			[12, 20],
			[22, 30],
		]);
	});

	test.each([
		["no_cursor", "there is no cursor", (b: SequencerBench) => b.accept(0, messages(1))],
		["unverified", "nothing known is repeated", (b: SequencerBench) => b.frame(0, 1)],
		["cursor_not_honoured", "a known message is not repeated", (b: SequencerBench) => [b.frame(0, 1), b.frame(0, 2)]],
	])("reports a gap as %s if %s", (reason, _, bring) => {
		const b = new SequencerBench();
		b.open();
		bring(b);
		b.closed();
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.gaps.map((gap) => gap.reason)).toEqual([reason]);
	});

	test("reports a gap as no_cursor if none was used", () => {
		const b = followed(3);
		b.closed();
		b.open(0, { resumed: false });
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "no_cursor", 9]);
	});

	test("stops waiting at 5,000 messages", () => {
		const b = reconnected(3);
		b.frame(0, ...range(10, 5_008));
		expect(b.emitted).toEqual(known);
		b.frame(0, 5_009);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", ...range(10, 5_009)]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("reports gaps between plausible times despite absurd ones", () => {
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
	test("is requested once per beginning, after the first unproven messages", () => {
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

	test("proves completeness if it overlaps on both sides", () => {
		const b = reconnected(3);
		b.frame(0, 6, 7);
		b.page(0, [2, 3, 4, 5, 6, 7]);
		b.frame(0, 8);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7, 8]);
		expect(b.sequencer.isSynced(0)).toBe(true);
	});

	test("proves completeness also if it arrives before the socket's messages", () => {
		const b = reconnected(3);
		b.page(0, [2, 3, 4, 5, 6]);
		b.frame(0, 6, 7);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7]);
	});

	test("adds only messages from before the socket's", () => {
		const b = reconnected(3);
		b.frame(0, 5);
		b.page(0, [3, 4, 5, 6, 8]);
		expect(b.emitted).toEqual([...known, 4, 5]);
		b.frame(0, 6, 7, 8);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7, 8]);
	});

	test("without some kinds is completed by the socket's messages", () => {
		const b = reconnected(3);
		b.frame(0, 5, 6, 7, 8);
		b.page(0, [3, 4, 6, 8]);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7, 8]);
	});

	test("is emitted before a gap if only known messages overlap", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [2, 3, 4, 5]);
		expect(b.emitted).toEqual(known);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, 4, 5, "backfilled", 9]);
		expect(b.gaps).toEqual([{ from: startMs + 5, to: startMs + 9, reason: "backfilled" }]);
	});

	test("proves nothing if it is too old", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [1, 2, 3]);
		expect(b.emitted).toEqual(known);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "backfilled", 9]);
	});

	test("narrows the gap if it overlaps only with the socket", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [7, 8, 9]);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 7, 8, 9]);
	});

	test("is left to the socket if later and unconnected", () => {
		const bench = reconnected(3);
		bench.page(0, range(40, 45));
		bench.frame(0, 10, 11);
		bench.pass(5_000);
		bench.frame(0, ...range(12, 45));
		expect(bench.emitted.slice(-37)).toEqual(["cursor_not_honoured", ...range(10, 45)]);
	});

	test("is surrounded by gaps if it overlaps with nothing", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [6, 7]);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 6, 7, "backfilled", 9]);
	});

	test("adds only messages after its newest known one", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.page(0, [-1, 2, 0, 3, 4, 9]);
		expect(b.emitted).toEqual([...known, 4, 9]);
	});

	test("is dropped if the cursor was honoured", () => {
		const b = reconnected(3);
		b.page(0, [20, 21]);
		b.frame(0, 3, 4, 5);
		b.frame(0, 6, 20);
		b.frame(0, 21, 22);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 20, 21, 22]);
	});

	test("adds nothing at the end after the window forgot messages", () => {
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
			expect(bench.emitted).toEqual([...known, 4, 5, 22, 23, ...range(6, 21), ...range(24, last)]);
		}
	});

	test("is emitted once despite the socket's later repeats", () => {
		const b = reconnected(3);
		b.page(0, [3, 4, 5]);
		b.frame(0, 5);
		b.frame(0, 4, 6);
		expect(b.emitted).toEqual([...known, 4, 5, 6]);
	});

	test("joins another one, and each keeps its order", () => {
		const b = reconnected(3);
		b.page(0, [3, 4, 6, 7]);
		b.frame(0, 10);
		b.page(0, [5, 6, 8, 9, 10]);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7, 8, 9, 10]);
	});

	test("does not prove other pages if it is too old", () => {
		const b = reconnected(3);
		b.page(0, [20, 21]);
		b.page(0, [2, 3]);
		b.page(0, [25, 26]);
		b.frame(0, ...range(20, 27));
		expect(b.emitted).toEqual(known);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "backfilled", ...range(20, 27)]);
	});

	test("is ordered by its time if it overlaps with nothing", () => {
		const b = reconnected(3);
		b.page(0, [9, 10]);
		b.frame(0, 20);
		b.page(0, [5, 6]);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 5, 6, "backfilled", 9, 10, "backfilled", 20]);
	});

	test("adds nothing if wholly older than the known messages", () => {
		const b = reconnected(3);
		b.page(0, [-2, -1]);
		b.frame(0, 9);
		b.page(0, [-1, 0, 1, 3]);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "backfilled", 9]);
	});

	test("has a gap before it without an overlapping page", () => {
		const b = reconnected(3);
		b.page(0, [2, 3, 4, 5]);
		b.frame(0, 9);
		b.page(0, [7, 8, 9]);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, 4, 5, "backfilled", 7, 8, 9]);
	});

	test("is emitted in time while the socket is silent", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.pass(4_999);
		expect(b.emitted).toEqual(known);
		b.pass(1);
		expect(b.emitted).toEqual([...known, 4]);
		expect([b.sequencer.isSynced(0), b.dueInMs]).toEqual([false, undefined]);
		b.frame(0, 4, 5);
		expect(b.emitted).toEqual([...known, 4, 5]);
	});

	test("is held after its connection ends if it proves nothing", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.page(0, [8, 9]);
		b.closed();
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, 4]);
		b.open();
		b.frame(0, ...range(3, 10));
		expect(b.emitted).toEqual([...known, ...range(4, 10)]);
	});

	test("is held while the cursor may deliver earlier messages", () => {
		const b = reconnected(3);
		b.page(0, [8, 9]);
		b.pass(60_000);
		expect(b.emitted).toEqual(known);
		b.frame(0, ...range(3, 9));
		expect(b.emitted).toEqual([...known, ...range(4, 9)]);
	});

	test("changes nothing if it is empty", () => {
		const b = reconnected(3);
		b.page(0, []);
		b.frame(0, 9);
		b.page(0, []);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 9]);
	});

	test("adds nothing after the proof", () => {
		const b = reconnected(3);
		b.frame(0, 3, 6);
		b.page(0, [3, 4, 5, 6, 7]);
		expect(b.emitted).toEqual([...known, 6]);
	});
});

describe("unproven messages of an ended connection", () => {
	test("are kept for the next one, which may prove them", () => {
		const b = reconnected(3);
		b.frame(0, 7, 8);
		b.closed();
		expect(b.emitted).toEqual(known);
		b.open();
		b.frame(0, ...range(3, 9));
		expect(b.emitted).toEqual([...known, ...range(4, 9)]);
	});

	test("are kept if the connection begins again without ending", () => {
		const b = reconnected(3);
		b.frame(0, 7, 8);
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 7, 8, "backfilled", 9]);
	});

	test("are proven by a page that overlaps on both sides", () => {
		const b = reconnected(3);
		b.frame(0, 7, 8);
		b.closed();
		b.open();
		b.frame(0, 8, 9);
		expect(b.emitted).toEqual(known);
		b.page(0, range(2, 7));
		expect(b.emitted).toEqual([...known, ...range(4, 9)]);
	});

	test("wait no longer, also without an open connection", () => {
		const b = reconnected(3);
		b.frame(0, 7);
		b.pass(2_000);
		b.closed();
		expect(b.dueInMs).toBe(3_000);
		b.pass(3_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 7]);
	});

	test("have a gap before each unconnected part", () => {
		const b = reconnected(3);
		b.frame(0, 7);
		b.closed();
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 7, "backfilled", 9]);
	});

	test("are dropped if from before a gap reported meanwhile", () => {
		const bench = reconnected(3);
		expect(bench.open(1)).toBe(2);
		bench.frame(0, 8);
		bench.pass(5_000);
		expect(bench.emitted).toEqual([...known, "cursor_not_honoured", 8]);
		bench.closed();
		bench.frame(1, ...range(4, 6));
		bench.closed(1);
		bench.open(1);
		bench.frame(1, ...range(6, 9));
		bench.pass(5_000);
		expect(bench.emitted.slice(5)).toEqual([9]);
	});

	describe("with an unconnected page after them", () => {
		/** The connection delivered 8 and ended; the next one had a page, and opened five seconds later. */
		function givenUp(): SequencerBench {
			const bench = reconnected(3);
			bench.frame(0, 8);
			bench.closed();
			expect(bench.open()).toBe(2);
			bench.page(0, range(20, 30));
			bench.pass(5_000);
			expect(bench.emitted).toEqual([...known, "cursor_not_honoured", 8]);
			expect(bench.checkpoint).toBe(8);
			return bench;
		}

		test("are emitted alone while the cursor may fill in", () => {
			const bench = givenUp();
			bench.closed();
			expect(bench.open()).toBe(8);
			bench.frame(0, ...range(9, 31));
			bench.pass(5_000);
			expect(bench.emitted).toEqual([...known, "cursor_not_honoured", 8, "unverified", ...range(9, 31)]);
		});

		test("are followed by the page if the cursor is ignored", () => {
			const bench = givenUp();
			bench.frame(0, 40);
			bench.pass(5_000);
			const page = ["cursor_not_honoured", ...range(20, 30)];
			expect(bench.emitted.slice(5)).toEqual([...page, "backfilled", 40]);
		});
	});

	test("do not sync a connection without messages", () => {
		const b = reconnected(3);
		b.frame(0, 7);
		b.closed();
		b.open();
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 7]);
		expect(b.sequencer.isSynced(0)).toBe(false);
		b.frame(0, 12);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 7]);
	});

	test("are dropped if only an unconnected page has them", () => {
		const b = reconnected(3);
		b.page(0, [8, 9]);
		b.closed();
		b.open();
		b.frame(0, 3, 4);
		expect(b.emitted).toEqual([...known, 4]);
	});

	test("are emitted when the broadcast ends", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.frame(0, 9);
		b.ended();
		expect(b.emitted).toEqual([...known, 4, "backfilled", 9]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("are not emitted at the end if only paged", () => {
		const b = reconnected(3);
		b.page(0, [3, 4]);
		b.page(0, [8, 9]);
		b.ended();
		expect(b.emitted).toEqual([...known, 4]);
		b.open();
		b.frame(0, ...range(3, 10));
		expect(b.emitted).toEqual([...known, ...range(4, 10)]);
	});

	test("are emitted when the broadcast ends after their connection", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.closed();
		b.ended();
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 9]);
	});
});

describe("unproven messages left by a connection", () => {
	test("are emitted with earlier pages once the next connection overlaps", () => {
		const bench = reconnected(3);
		bench.page(0, range(5, 12));
		bench.frame(0, 14, 15);
		bench.page(0, range(9, 15));
		bench.closed();
		bench.open();
		bench.frame(0, 3, 4, 5, 6);
		bench.closed();
		expect(bench.emitted).toEqual(range(1, 15));
		bench.open();
		bench.frame(0, ...range(7, 16));
		expect(bench.emitted).toEqual(range(1, 16));
	});
});

describe("a message without an id", () => {
	test("is never a repeat, and proves nothing", () => {
		const b = followed(3);
		b.accept(0, [anonymous(4), anonymous(4)], cursorAt(4));
		expect(b.emitted).toEqual([...known, 4, 4]);
		b.closed();
		b.open();
		b.accept(0, [anonymous(4), { ...message(5), id: "" }]);
		b.page(0, [3]);
		expect(b.emitted).toEqual([...known, 4, 4]);
		b.pass(5_000);
		expect(b.emitted).toEqual([...known, 4, 4, "backfilled", 4, 5]);
	});

	test("keeps its place among joined messages", () => {
		const b = reconnected(3);
		b.accept(0, [message(5), anonymous(6), message(7)]);
		b.page(0, [3, 4, 5, 7]);
		expect(b.emitted).toEqual([...known, 4, 5, 6, 7]);
	});

	test("is taken from only one of several connections", () => {
		const b = followed(3);
		b.open(1);
		b.frame(1, 3);
		for (const source of [0, 1]) b.accept(source, [anonymous(4)]);
		b.pass(300);
		expect(b.emitted).toEqual([...known, 4]);
	});
});

describe("the cursor to resume from", () => {
	test("is one batch behind, so an honest upstream repeats it", () => {
		const b = followed(3);
		expect(b.checkpoint).toBe(2);
		b.frame(0);
		b.closed();
		expect(b.open()).toBe(2);
	});

	test("stays unchanged after a frame without a cursor", () => {
		const b = followed(3);
		b.accept(0, messages(4));
		expect(b.checkpoint).toBe(2);
		b.frame(0, 5);
		expect(b.checkpoint).toBe(3);
	});

	test.each([
		["without an id", [anonymous(4)], []],
		["beside an undecodable one", messages(4), [{ method: "m", id: "9", message: "cut short" }]],
		["too many", messages(...range(4, 104)), []],
	])("is right after unrecognizable messages: %s", (_, events, problems) => {
		const b = followed(3);
		b.accept(0, events, cursorAt(999), problems);
		expect(b.checkpoint).toBe(999);
	});

	test("is never after messages that wait", () => {
		const b = reconnected(3);
		b.frame(0, 8);
		b.frame(0, 9);
		b.page(0, [3, 4]);
		b.closed();
		expect([b.checkpoint, b.open()]).toEqual([2, 2]);
	});

	test("is never before a gap, from where messages are late", () => {
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

	test("advances with proven messages", () => {
		const b = reconnected(3);
		b.frame(0, 3, 4);
		b.frame(0, 5);
		b.frame(0, 6);
		expect(b.checkpoint).toBe(5);
	});

	test("is dropped after three connections without messages", () => {
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
		expect(b.emitted).toEqual([...known, "no_cursor", 9]);
	});

	test("is kept for failed connections and for useful ones", () => {
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

	test("continues from the stored cursor with the stored messages", () => {
		const b = new SequencerBench();
		b.sequencer.restore(stored);
		expect(b.open()).toBe(2);
		b.frame(0, 3, 4);
		expect(b.emitted).toEqual([4]);
	});

	test("reports a gap if nothing proves completeness", () => {
		const b = new SequencerBench();
		b.sequencer.restore(stored);
		b.open();
		b.frame(0, 9);
		b.pass(5_000);
		// It is no longer known whether the cursor was before a known message.
		expect(b.gaps).toEqual([{ from: startMs + 3, to: startMs + 9, reason: "unverified" }]);
	});

	test("keeps the cursor one batch behind for a takeover", () => {
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
		expect(second.emitted).toEqual([5]);
		expect(second.dueInMs).toBeUndefined();
	});

	describe("of a room that has had few frames", () => {
		/** Takes a room over that has had these frames, of one message each. */
		function takenOver(frames: number) {
			const { checkpoint } = followed(frames);
			const next = new SequencerBench();
			const all = range(1, frames);
			next.sequencer.restore({
				cursor: cursorAt(checkpoint ?? -1),
				messages: messages(...all),
				lastAt: startMs + frames,
			});
			return { next, from: next.open() };
		}

		test.each([
			["honours the cursor", 2],
			["ignores the cursor", 3],
		])("reports a gap after one frame if the upstream %s", (_, n) => {
			// Both look the same: nothing known is before the cursor that could be repeated.
			const { next, from } = takenOver(1);
			expect(from).toBe(1);
			next.frame(0, n);
			next.pass(5_000);
			expect(next.emitted).toEqual(["unverified", n]);
		});

		test("reports none after one frame if a page overlaps", () => {
			const { next } = takenOver(1);
			next.frame(0, 2);
			next.page(0, [1, 2]);
			expect(next.emitted).toEqual([2]);
		});

		test("needs no page after two frames", () => {
			const { next, from } = takenOver(2);
			expect(from).toBe(1);
			next.frame(0, 2, 3);
			expect(next.emitted).toEqual([3]);
		});
	});

	test("drops messages of a cursor from before the newest gap", () => {
		const b = new SequencerBench();
		const known = messages(1, 2, 3, 8, 9);
		b.sequencer.restore({ cursor: cursorAt(2), messages: known, beforeGap: 3, lastAt: startMs + 9 });
		expect(b.open()).toBe(2);
		b.frame(0, 3, 4, 5);
		expect(b.emitted).toEqual([]);
		b.frame(0, 6, 7, 8, 9, 10);
		b.frame(0, 11);
		expect(b.emitted).toEqual([10, 11]);
	});

	test("drops messages from before the newest gap without a cursor", () => {
		const b = new SequencerBench();
		const known = messages(1, 2, 3, 8, 9);
		b.sequencer.restore({ messages: known, beforeGap: 3, lastAt: startMs + 9 });
		expect(b.open()).toBeUndefined();
		b.frame(0, 3, 4, 5, 8, 9, 10);
		expect(b.emitted).toEqual([10]);
	});

	test("keeps a frame that overtakes the oldest known message", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ messages: messages(40), lastAt: startMs + 40 });
		expect(b.open()).toBeUndefined();
		b.accept(0, [{ ...message(41), at: startMs }]);
		b.frame(0, 40, 42);
		expect(b.emitted).toEqual([41, 42]);
	});

	test("drops a page's messages from before the newest gap", () => {
		const b = reconnected(3);
		b.frame(0, 9);
		b.pass(5_000);
		b.closed();
		b.open();
		b.page(0, range(1, 6));
		b.frame(0, 9, 10);
		expect(b.emitted).toEqual([...known, "cursor_not_honoured", 9, 10]);
	});

	test("recovers missed messages from a page without a stored cursor", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ ...stored, cursor: undefined });
		expect(b.open()).toBeUndefined();
		b.page(0, [2, 3, 4, 5], cursorAt(5));
		b.frame(0, 5, 6);
		expect(b.emitted).toEqual([4, 5, 6]);
	});
});

test("keeps a frame that overtakes the first known one", () => {
	const b = new SequencerBench();
	const known = messages(1, 2, 3);
	b.sequencer.restore({ cursor: cursorAt(2), messages: known, lastAt: message(3).at });
	expect(b.open()).toBe(2);
	b.frame(0, 4);
	b.frame(0, 3);
	b.frame(0, 5);
	expect(b.emitted).toEqual([4, 5]);
});

describe("an unreadable frame", () => {
	/** A connection repeats known messages, and ends with that frame. */
	function endsUnread(b: SequencerBench): number | undefined {
		const from = b.open();
		b.frame(0, 3);
		b.closed(0, { unreadable: true });
		return from;
	}

	test("is requested three times, then its cursor is dropped", () => {
		const b = followed(3);
		b.closed(0, { unreadable: true });
		expect([endsUnread(b), endsUnread(b), b.open()]).toEqual([2, 2, undefined]);
		b.frame(0, 9);
		b.pass(5_000);
		expect(b.emitted).toEqual([1, 2, 3, "no_cursor", 9]);
	});

	test("among readable ones drops no cursor", () => {
		const b = followed(3);
		for (const n of [4, 5, 6, 7]) {
			b.closed(0, { unreadable: true });
			expect(b.open()).toBe(n - 2);
			b.frame(0, n - 1, n);
		}
		expect(b.emitted).toEqual(range(1, 7));
	});
});

test("orders an older unconnected page before inexact times", () => {
	const said = (n: number, seconds: number) => ({ ...message(n), at: startMs + 1_000 * seconds });
	const b = new SequencerBench();
	b.open();
	b.accept(0, [said(1, 1.5)], cursorAt(1));
	b.closed();
	b.open();
	b.accept(0, [said(20, 22)], cursorAt(20));
	b.sequencer.backfill(0, { events: [said(10, 20.2), said(11, 21.7), said(12, 22.4)], now: b.now });
	b.ended();
	expect(b.emitted).toEqual([1, "unverified", 10, 11, 12, "backfilled", 20]);
});

describe("an upstream with overtaken frames", () => {
	test("orders messages as in a page despite inexact times", () => {
		const b = reconnected(3);
		// In whole seconds, before messages sent earlier.
		const early = { ...message(10), at: startMs };
		const page = [early, ...messages(11, 12)];
		b.accept(0, messages(5, 6, 7, 8, 9), cursorAt(9));
		b.sequencer.backfill(0, { events: page, now: b.now });
		for (const event of [message(11), early, message(12)]) b.accept(0, [event], cursorAt(12));
		b.pass(5_000);
		expect(b.emitted.slice(4)).toEqual(range(5, 12));
	});

	test("keeps the order of another connection with the same messages", () => {
		for (const closedFirst of [0, 1]) {
			const b = reconnected(3);
			b.open(1);
			b.frame(0, ...range(10, 30));
			b.frame(1, ...range(25, 60));
			b.frame(1, ...range(10, 24));
			b.closed(closedFirst);
			b.closed(1 - closedFirst);
			b.pass(5_000);
			expect(b.emitted.slice(4)).toEqual(range(10, 60));
		}
	});
});

describe("a poll", () => {
	test("answered with the newest messages adds nothing within a gap", () => {
		const b = new SequencerBench();
		b.open(0, { poll: true });
		b.frame(0, 1, 2);
		b.frame(0, 6, 7);
		b.pass(5_000);
		b.sequencer.cursorOf(0);
		b.frame(0, 4, 5, 6, 7, 8);
		expect(b.emitted).toEqual([1, 2, "unverified", 6, 7, 8]);
	});

	function polled() {
		const b = new SequencerBench();
		b.open(0, { poll: true });
		for (const n of known) b.frame(0, n - 1, n);
		return b;
	}
	const resumesAt = (b: SequencerBench) => Number(b.sequencer.cursorOf(0)?.cursor);

	test("asks before the last message, which each answer repeats", () => {
		const b = polled();
		expect(b.emitted).toEqual([0, ...known]);
		expect(resumesAt(b)).toBe(2);
		b.frame(0);
		expect(resumesAt(b)).toBe(2);
		b.frame(0, 3, 4);
		expect([b.emitted, resumesAt(b)]).toEqual([[0, ...known, 4], 3]);
		expect(b.dueInMs).toBeUndefined();
	});

	test("desyncs after an answer without repeats, requesting a page", () => {
		const b = polled();
		b.frame(0, 8);
		expect(b.emitted).toEqual([0, ...known]);
		expect(b.sequencer.takePageRequest(0)).toBe(true);
		b.page(0, [3, 4, 5, 6, 7, 8]);
		expect(b.emitted).toEqual([0, ...range(1, 8)]);
		b.frame(0, 12);
		expect(b.sequencer.takePageRequest(0)).toBe(true);
		b.pass(5_000);
		expect(b.emitted).toEqual([0, ...range(1, 8), "cursor_not_honoured", 12]);
	});

	test("continues from its repeats while waiting for proof", () => {
		const b = polled();
		b.frame(0, 8);
		b.frame(0, 8, 9);
		b.frame(0, 9, 10);
		b.pass(5_000);
		expect(b.emitted).toEqual([0, ...known, "cursor_not_honoured", 8, 9, 10]);
	});

	test("continues after an answer of repeats, which may be full", () => {
		const b = polled();
		b.frame(0, ...range(3, 18));
		expect(resumesAt(b)).toBe(3);
		b.frame(0, ...range(4, 18));
		expect(resumesAt(b)).toBe(18);
		// Nothing is repeated from there.
		b.frame(0, ...range(19, 30));
		expect(b.emitted).toEqual([0, ...range(1, 18)]);
		b.page(0, range(17, 30));
		b.frame(0, 30, 31);
		expect(b.emitted).toEqual([0, ...range(1, 31)]);
	});

	test("has nothing to repeat in a silent room", () => {
		const b = polled();
		for (let i = 0; i < 10; i++) b.frame(0);
		b.pass(60_000);
		b.frame(0, 3, 4);
		expect(b.emitted).toEqual([0, ...known, 4]);
	});

	test("merges repeated and earlier messages in one order", () => {
		const b = new SequencerBench();
		b.open(0);
		b.open(1, { poll: true });
		b.page(0, known, cursorAt(3));
		b.frame(1, 4, 5);
		b.frame(1, ...range(1, 6));
		b.frame(1, 6, 7);
		expect(b.emitted).toEqual(range(1, 7));
	});

	test("requests one page after a start, another after a gap", () => {
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
		expect(b.emitted).toEqual([...range(1, 19), "cursor_not_honoured", ...range(21, 39)]);
	});

	/**
	 * An upstream that has forgotten all cursors before the 100th message: `count` more are sent, and a poll is answered.
	 */
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

	test("repeats its messages after a gap, so no other follows", () => {
		const answer = forgotten();
		for (const count of [10, 10]) answer(count);
		for (let i = 0; i < 30; i++) answer(40);
		const { emitted, sequencer } = answer(40);
		expect(emitted).toEqual([0, ...known, "cursor_not_honoured", ...range(96, 1360)]);
		expect(sequencer.isSynced(0)).toBe(true);
	});

	test("asks for nothing from before a gap", () => {
		const answer = forgotten();
		const b = answer(10, 5_000);
		expect(b.emitted).toEqual([0, ...known, "cursor_not_honoured", ...range(96, 110)]);
		expect(resumesAt(b)).toBe(110);
	});

	test("repeats the previous session's messages, then its own", () => {
		for (const count of [1, 40]) {
			const b = polled();
			b.closed(0);
			expect(b.open(0, { poll: true })).toBe(2);
			b.frame(0, ...range(3, 3 + count));
			expect(resumesAt(b)).toBe(3);
		}
	});

	test("repeats stored messages after a restart, then its own", () => {
		const b = new SequencerBench();
		b.sequencer.restore({ messages: messages(...known), cursor: cursorAt(2) });
		expect(b.open(0, { poll: true })).toBe(2);
		b.frame(0, ...range(3, 43));
		expect(resumesAt(b)).toBe(2);
		b.frame(0, ...range(3, 90));
		expect([b.emitted, resumesAt(b)]).toEqual([range(4, 90), 43]);
	});

	describe("with an answer requested before a gap", () => {
		function asked() {
			const b = polled();
			b.frame(0, 10, 11);
			expect(resumesAt(b)).toBe(3);
			b.pass(5_000);
			expect(b.emitted).toEqual([0, ...known, "cursor_not_honoured", 10, 11]);
			return b;
		}

		test("adds only messages from after the gap", () => {
			const b = asked();
			b.frame(0, ...range(4, 12));
			expect(b.emitted.slice(5)).toEqual([10, 11, 12]);
			expect(resumesAt(b)).toBe(11);
			b.frame(0, 12, 13);
			expect(b.emitted.slice(5)).toEqual([10, 11, 12, 13]);
		});

		test("continues after the gap if the answer ends within it", () => {
			const b = asked();
			b.frame(0, 3, 4, 5);
			expect(resumesAt(b)).toBe(11);
			b.frame(0, 11, 12);
			b.pass(60_000);
			expect(b.emitted.slice(5)).toEqual([10, 11, 12]);
		});

		test("adds nothing if the whole answer is older", () => {
			const b = asked();
			b.frame(0, 5, 6);
			expect(resumesAt(b)).toBe(11);
			b.pass(60_000);
			expect(b.emitted.slice(5)).toEqual([10, 11]);
		});

		test("continues after the gap if the connection is new", () => {
			const b = polled();
			b.frame(0, 10, 11);
			b.closed(0);
			expect(b.open(0, { poll: true })).toBe(2);
			b.pass(5_000);
			b.frame(0, ...range(3, 20));
			expect(b.emitted.slice(4)).toEqual(["cursor_not_honoured", ...range(10, 20)]);
			expect(resumesAt(b)).toBe(11);
		});

		test("may resync after the gap", () => {
			const b = asked();
			b.frame(0, 20, 21);
			b.page(0, range(11, 21));
			expect(b.emitted.slice(5)).toEqual([10, ...range(11, 21)]);
		});
	});

	test("delays a socket's messages no longer than for proof", () => {
		const b = followed(3);
		b.closed(0);
		b.open(1, { poll: true });
		b.open(0);
		b.frame(1, 10);
		b.frame(0, 20);
		b.pass(5_000);
		expect(b.emitted).toEqual([1, 2, 3, "cursor_not_honoured", 10]);
		b.frame(1, 15);
		b.pass(5_000);
		expect(b.emitted).toEqual([1, 2, 3, "cursor_not_honoured", 10, expect.any(String), 15]);
		b.closed(1);
		b.pass(5_000);
		expect(b.emitted.at(-1)).toBe(20);
	});
});
