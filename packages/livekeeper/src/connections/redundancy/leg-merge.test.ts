import type { Cursor, RecentMessages, UpstreamEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LegMerge, type Merged } from "./leg-merge.ts";

const holdMs = 300;

/** The `n`th message of the room. */
function message(n: number): UpstreamEvent {
	const id = String(7_400_000_000_000_000_000n + BigInt(n));
	return { type: "chat", id, at: 1_000 * n, content: String(n) } as UpstreamEvent;
}

const messages = (...numbers: number[]) => numbers.map(message);
const numberOf = ({ id }: { id: string }) => Number(BigInt(id) - 7_400_000_000_000_000_000n);
const cursorAt = (n: number): Cursor => ({ roomId: "r1", cursor: String(n), internalExt: "" });

/** A merge, what came out of it, and a time that the test moves. */
class Bench {
	readonly merge: LegMerge;
	readonly out: Merged[] = [];
	now = 0;

	constructor(legs = 2) {
		this.merge = new LegMerge({ legs, holdMs });
		for (let leg = 0; leg < legs; leg++) this.merge.begin(leg, true);
	}

	get numbers(): number[] {
		return this.out.flatMap((merged) => (merged.type === "events" ? merged.events.map(numberOf) : []));
	}

	get rejoined(): number[] {
		return this.out.flatMap((merged) => (merged.type === "rejoined" ? [merged.leg] : []));
	}

	get cursors(): string[] {
		return this.out.flatMap((merged) => (merged.type === "events" && merged.cursor ? [merged.cursor.cursor] : []));
	}

	frame(leg: number, ...numbers: number[]): void {
		const last = numbers.at(-1);
		const cursor = last === undefined ? undefined : cursorAt(last);
		this.merge.frame(leg, { events: messages(...numbers), cursor }, this.now);
		this.take();
	}

	gone(leg: number): void {
		this.merge.gone(leg, this.now);
		this.take();
	}

	pass(ms = holdMs): void {
		this.now += ms;
		this.take();
	}

	private take(): void {
		this.out.push(...this.merge.take(this.now));
	}
}

function page(...numbers: number[]): RecentMessages {
	const preview = numbers.map((n) => ({ id: message(n).id, at: message(n).at }));
	return { preview, take: (from, to) => ({ events: messages(...numbers.slice(from, to)), problems: [] }) };
}

describe("two legs", () => {
	test("bring the same: each message is put out once, as soon as both have it", () => {
		const b = new Bench();
		b.frame(0, 1);
		expect(b.numbers).toEqual([1]);
		b.frame(1, 1, 2);
		expect(b.numbers).toEqual([1]);
		b.frame(0, 2, 3);
		expect(b.numbers).toEqual([1, 2]);
		b.frame(1, 3);
		expect(b.numbers).toEqual([1, 2, 3]);
		expect(b.merge.dueAt).toBeUndefined();
	});

	test("bring different parts: the union is put out in order", () => {
		const b = new Bench();
		b.frame(0, 1);
		b.frame(1, 1);
		b.frame(0, 2, 4, 5);
		b.frame(1, 3, 5, 6);
		expect(b.numbers).toEqual([1, 2, 3, 4, 5]);
		expect([b.merge.missedBy(0), b.merge.missedBy(1)]).toEqual([1, 2]);
		b.frame(0, 6);
		expect(b.numbers).toEqual([1, 2, 3, 4, 5, 6]);
	});

	test("one holds what comes before the other's next message: it is put out first", () => {
		const b = new Bench();
		b.frame(0, 1, 2, 3);
		b.frame(1, 6, 7, 8, 9);
		expect(b.numbers).toEqual([1, 2, 3]);
		b.frame(0, 8, 9);
		expect(b.numbers).toEqual([1, 2, 3, 6, 7, 8, 9]);
		expect(b.merge.isAligned(1)).toBe(true);
	});

	test("one brings what comes before messages of the other that still wait: it is put out first", () => {
		const b = new Bench(3);
		b.frame(0, 1);
		b.frame(2, 1);
		b.frame(0, 4, 5);
		b.frame(1, 3, 4, 5);
		expect(b.numbers).toEqual([1]);
		b.pass();
		expect(b.numbers).toEqual([1, 3, 4, 5]);
	});

	test("one that has no cursor holds what is old: it is left out", () => {
		const b = new Bench();
		b.frame(0, 1, 2, 3);
		b.merge.begin(1, false);
		b.frame(1, 6, 7, 8, 9);
		b.frame(0, 8, 9);
		expect(b.numbers).toEqual([1, 2, 3, 8, 9]);
	});

	test("wait for each other no longer than the hold, and not for one that was waited for in vain", () => {
		const b = new Bench();
		b.frame(0, 1);
		b.frame(1, 1);
		b.frame(0, 2);
		expect(b.merge.dueAt).toBe(holdMs);
		b.pass(holdMs - 1);
		expect(b.numbers).toEqual([1]);
		b.pass(1);
		expect(b.numbers).toEqual([1, 2]);
		b.frame(0, 3);
		expect(b.numbers).toEqual([1, 2, 3]);
		// It catches up, and is waited for again.
		b.frame(1, 2, 3);
		b.frame(0, 4);
		expect(b.numbers).toEqual([1, 2, 3]);
		b.frame(1, 4);
		expect(b.numbers).toEqual([1, 2, 3, 4]);
	});

	test("a message that comes when its place was passed comes late rather than never", () => {
		const b = new Bench();
		b.frame(0, 1);
		b.frame(1, 1);
		b.frame(0, 3);
		b.pass();
		b.frame(1, 2, 3);
		expect(b.numbers).toEqual([1, 3, 2]);
	});

	test("a leg that is dead is not waited for, and what it has left is put out", () => {
		const b = new Bench();
		b.frame(0, 1);
		b.frame(1, 1);
		b.frame(0, 2, 3);
		b.gone(0);
		expect(b.numbers).toEqual([1]);
		b.frame(1, 2);
		expect(b.numbers).toEqual([1, 2]);
		b.frame(1, 4);
		b.pass();
		expect(b.numbers).toEqual([1, 2, 3, 4]);
		b.frame(1, 5);
		expect(b.numbers).toEqual([1, 2, 3, 4, 5]);
	});

	test("a leg that begins elsewhere is held until its place is known", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.frame(1, 4, 5);
		expect(b.numbers).toEqual([1, 2]);
		b.frame(0, 3, 4);
		expect(b.numbers).toEqual([1, 2, 3, 4]);
		expect(b.merge.isAligned(1)).toBe(true);
		b.frame(0, 5);
		expect(b.numbers).toEqual([1, 2, 3, 4, 5]);
	});

	test("what a leg without a cursor has from before its place is left out", () => {
		const b = new Bench();
		b.merge.begin(1, false);
		b.frame(0, 5, 6);
		b.frame(1, 3, 4, 6);
		b.frame(0, 7);
		b.frame(1, 7);
		expect(b.numbers).toEqual([5, 6, 7]);
	});

	test("when the only aligned leg dies the other goes on, and says so", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.frame(1, 5, 6);
		b.gone(0);
		expect(b.numbers).toEqual([1, 2, 5, 6]);
		expect(b.rejoined).toEqual([1]);
		b.frame(1, 7);
		expect(b.numbers).toEqual([1, 2, 5, 6, 7]);
	});

	test("a leg that comes back with something known goes on without a word", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.gone(0);
		b.merge.begin(0, true);
		b.frame(0, 2, 3);
		expect(b.numbers).toEqual([1, 2, 3]);
		expect(b.rejoined).toEqual([]);
	});

	test("recent messages behind one that is known are put out as well", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.merge.recent(1, page(1, 2, 3), 0);
		b.frame(0, 4);
		b.pass();
		expect(b.numbers).toEqual([1, 2, 3, 4]);
	});

	test("recent messages of a page that lags are left out: others that were put out lie behind them", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.gone(0);
		b.merge.begin(1, true);
		b.frame(1, 8, 9);
		expect([b.numbers, b.rejoined]).toEqual([[1, 2, 8, 9], [1]]);
		b.merge.begin(0, true);
		b.merge.recent(0, page(1, 2, 3, 4), b.now);
		b.pass();
		expect(b.numbers).toEqual([1, 2, 8, 9]);
		b.merge.recent(0, page(2, 3, 9, 10), b.now);
		b.pass();
		expect(b.numbers).toEqual([1, 2, 8, 9, 10]);
	});

	test("messages without an id align nothing and come from one leg alone", () => {
		const b = new Bench();
		const anonymous = { ...message(0), id: "0" } as UpstreamEvent;
		b.frame(0, 1);
		b.frame(1, 1);
		for (const leg of [0, 1]) b.merge.frame(leg, { events: [anonymous], cursor: undefined }, b.now);
		b.pass();
		expect(b.merge.total).toBe(2);
	});

	test("the cursor that is given stands behind everything that was put out", () => {
		const b = new Bench();
		b.frame(0, 1);
		expect(b.cursors).toEqual(["1"]);
		b.frame(1, 1);
		b.frame(0, 2, 3);
		expect(b.cursors).toEqual(["1", "1"]);
		b.frame(1, 2);
		// Message 3 waits: the second leg's cursor is before it, and all before that is out.
		expect(b.cursors).toEqual(["1", "1"]);
		b.frame(1, 3);
		expect(b.cursors.at(-1)).toBe("3");
	});

	test("a leg that was waited for in vain gives cursors again once it is alone and brings what is new", () => {
		const b = new Bench();
		b.frame(0, 1);
		b.merge.recent(1, page(1, 2), b.now);
		b.gone(1);
		b.pass();
		expect([b.numbers, b.cursors]).toEqual([[1, 2], ["1"]]);
		b.frame(0, 4);
		expect([b.numbers, b.cursors.at(-1)]).toEqual([[1, 2, 4], "4"]);
	});

	test("legs that contradict each other lose nothing and hold nothing up", () => {
		const b = new Bench();
		b.frame(0, 1);
		b.frame(1, 1);
		b.frame(0, 3, 2, 4);
		b.frame(1, 2, 3, 4);
		expect([...b.numbers].sort()).toEqual([1, 2, 3, 4]);
		expect(b.merge.dueAt).toBeUndefined();
	});

	test("a leg goes on right before what it brought last, but not from where nothing is remembered", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.frame(1, 1);
		expect(b.merge.cursorOf(1)).toEqual(cursorAt(1));
		b.frame(1, 2);
		expect(b.merge.cursorOf(1)).toEqual(cursorAt(1));
		b.gone(1);
		for (let n = 3; n <= 4_098; n++) b.frame(0, n);
		expect(b.merge.cursorOf(1)).toBeUndefined();
		expect(b.merge.cursorOf(0)).toEqual(cursorAt(4_097));
	});

	test("a leg that begins again with what it brought last goes on from there, and else from what it brings", () => {
		for (const overlaps of [true, false]) {
			const b = new Bench();
			b.frame(0, 1);
			b.frame(0, 2);
			b.gone(0);
			b.merge.begin(0, true);
			b.frame(0, ...(overlaps ? [2, 3] : [7]));
			expect(b.merge.cursorOf(0)).toEqual(cursorAt(overlaps ? 2 : 7));
		}
	});

	test("a leg has no cursor of its own behind messages that were never put out", () => {
		const b = new Bench();
		b.frame(0, 1, 2);
		b.frame(1, 8, 9);
		expect(b.merge.cursorOf(1)).toBeUndefined();
	});

	test("what is held is bounded", () => {
		const b = new Bench();
		b.frame(0, 1);
		for (let n = 10; n < 10_000; n++) b.frame(1, n);
		expect(b.merge.waiting).toBeLessThanOrEqual(5_000);
	});
});

/** What happens to one of the legs, in turn. */
type Step =
	| { do: "bring"; leg: number; count: number }
	| { do: "pass"; ms: number }
	| { do: "cut"; leg: number; resume: "cursor" | "now" };

const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant("bring" as const), leg: fc.nat(1), count: fc.integer({ min: 1, max: 6 }) }),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 200 }) }) },
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant("cut" as const),
			leg: fc.nat(1),
			resume: fc.constantFrom("cursor" as const, "now" as const),
		}),
	},
);

const length = 60;

/** Two legs read one sequence: each sees what its view lets it, and is somewhere in it. */
class Model {
	readonly b = new Bench();
	readonly views: readonly (readonly boolean[])[];
	readonly at = [0, 0];
	/** Messages that an aligned leg has brought. */
	readonly owed = new Set<number>();
	/** Nothing came later than the other leg would wait for. */
	prompt = true;

	constructor(views: readonly (readonly boolean[])[]) {
		this.views = views;
		this.bring(0, 1);
		this.bring(1, 1);
	}

	follow(step: Step): void {
		if (step.do === "bring") this.bring(step.leg, step.count);
		else if (step.do === "pass") this.pass(step.ms);
		else this.cut(step);
	}

	bring(leg: number, count: number): void {
		const from = this.at[leg] ?? 0;
		const to = Math.min(length, from + count);
		this.at[leg] = to;
		const seen = range(from, to).filter((n) => n === 0 || this.views[leg]?.[n]);
		if (seen.length > 0) this.b.frame(leg, ...seen);
		if (this.b.merge.isAligned(leg)) for (const n of seen) this.owed.add(n);
	}

	pass(ms: number): void {
		const due = this.b.merge.dueAt;
		this.b.pass(ms);
		if (due !== undefined && due <= this.b.now) this.prompt = false;
	}

	/** The leg is gone, and begins where it was or where the other one is by now. */
	cut({ leg, resume }: Extract<Step, { do: "cut" }>): void {
		const other = 1 - leg;
		if (!this.b.merge.isAligned(other)) return;
		this.b.gone(leg);
		this.b.merge.begin(leg, true);
		if (resume === "now") this.at[leg] = Math.max(this.at[leg] ?? 0, this.at[other] ?? 0);
	}

	end(): void {
		for (const leg of [0, 1]) this.bring(leg, length);
		this.b.pass();
		this.b.pass();
	}
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

const view = fc.array(fc.boolean(), { minLength: length, maxLength: length });
const whole = fc.constant(Array.from({ length }, () => true));

describe("any two views of one sequence, cut and slowed in any way", () => {
	test("give everything that an aligned leg has brought, once", () => {
		fc.assert(
			fc.property(view, view, fc.array(step, { maxLength: 60 }), (one, two, steps) => {
				const model = new Model([one, two]);
				for (const each of steps) model.follow(each);
				model.end();
				const { numbers } = model.b;
				expect(new Set(numbers).size).toBe(numbers.length);
				expect([...model.owed].filter((n) => !numbers.includes(n))).toEqual([]);
				expect(model.b.rejoined).toEqual([]);
			}),
			{ numRuns: 400 },
		);
	});

	test("give it in order, as long as neither is later than the other waits", () => {
		fc.assert(
			fc.property(view, view, fc.array(step, { maxLength: 60 }), (one, two, steps) => {
				const model = new Model([one, two]);
				for (const each of steps) if (each.do === "bring") model.follow(each);
				model.end();
				expect(model.b.numbers).toEqual(range(0, length).filter((n) => n === 0 || one[n] || two[n]));
			}),
			{ numRuns: 400 },
		);
	});

	test("with the same view lose nothing and keep the order whatever is cut, and wherever it begins again", () => {
		fc.assert(
			fc.property(whole, fc.array(step, { maxLength: 80 }), (all, steps) => {
				const model = new Model([all, all]);
				for (const each of steps) model.follow(each);
				model.end();
				expect(model.b.numbers).toEqual(range(0, length));
				expect(model.b.cursors.at(-1)).toBe(String(length - 1));
			}),
			{ numRuns: 400 },
		);
	});
});
