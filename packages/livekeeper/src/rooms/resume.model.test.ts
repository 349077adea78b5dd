import { type Cursor, mayBeAfter, type RecentMessages, type UpstreamEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chat } from "./fake-upstream.test-kit.ts";
import type { Gap } from "./hole.ts";
import { type Frame, type Recovered, ResumePoint, type TakenFrame } from "./resume.ts";

/** How many messages `im/fetch` tells. */
const pageSize = 15;
/** Time between two messages, ms. */
const everyMs = 500;
const start = 1_700_000_000_000;

/** The upstream time of the n-th message: kinds differ in how exact theirs is, and many can come at once. */
const timings = {
	exact: (n: number) => start + n * everyMs,
	seconds: (n: number) => start + Math.floor((n * everyMs) / 1_000) * 1_000,
	mixed: (n: number) => (n % 3 === 0 ? timings.exact(n) : timings.seconds(n)),
	bursts: (n: number) => start + Math.floor(n / 40) * 40 * everyMs,
} as const;

type Timing = keyof typeof timings;

/** One session, from the cut that ended the one before. */
interface Session {
	/** Messages said between the cut and `im/fetch`. */
	away: number;
	/** Messages said between that and another `im/fetch`; with 0 there is no other. */
	between: number;
	/** Messages said between `im/fetch` and the opening of the socket. */
	opening: number;
	/** Messages said while it stood; with 0 the socket stays mute. */
	live: number;
	/** Which of the two `im/fetch` of a session fail. */
	fails: readonly [boolean, boolean];
	honoured: boolean;
	frameSize: number;
	/** The service is started anew before it. */
	restarted: boolean;
	/** The room's health check comes before the first frame. */
	checked: boolean;
	/** It comes after the last one as well. */
	checkedLate: boolean;
}

/** From the last message before a session to its last one. */
interface Span {
	from: number;
	to: number;
}

type Output = { index: number } | Gap;

/** A room with its upstream: everything said, and everything that came out. */
class Model {
	readonly output: Output[] = [];
	/** Sessions in which nothing could overlap with what was known: there a gap is told even if nothing was missed. */
	readonly careful: Span[] = [];
	readonly #history: UpstreamEvent[] = [];
	readonly #index = new Map<string, number>();
	#point = new ResumePoint();
	#said = 0;
	/** What the log has, for a restart. */
	#stored: { cursor: number; ids: string[] } = { cursor: 0, ids: [] };

	constructor(length: number, timing: Timing) {
		for (let i = 0; i < length; i++) {
			const event = chat(timings[timing](i));
			this.#history.push(event);
			this.#index.set(event.id, i);
		}
	}

	/** The first session: the first state, then the socket, which is to go on behind it. */
	begin({ opening, live, fails, honoured, frameSize }: Session): void {
		this.#point.begin("r1");
		this.#said = pageSize;
		const state = this.#page();
		this.#frame(state.preview as UpstreamEvent[], this.#now());
		this.#said += opening;
		this.#point.opened(false);
		const begin = honoured ? pageSize : this.#said;
		this.#said += live;
		const again = begin < this.#said && !fails[1] ? this.#page(begin + frameSize) : undefined;
		if (again) this.#point.hold(again);
		this.#frames(begin, frameSize, this.#now());
		const overlaps = again && this.#index.get(again.preview[0]?.id ?? "");
		if (overlaps === undefined || overlaps >= pageSize) this.careful.push({ from: pageSize - 1, to: this.#lastOut() });
	}

	run(session: Session): void {
		if (session.restarted && this.#stored.ids.length > 0) this.#restart();
		const cursor = Number(this.#point.begin("r1")?.cursor ?? -1);
		const known = new Set(this.#stored.ids);
		this.#said += session.away;
		const page = cursor < 0 || session.fails[0] ? undefined : this.#page();
		const overlaps = page?.preview.some(({ id }) => known.has(id)) === true;
		const from = this.#lastOut();
		if (page) this.#point.hold(page);
		this.#said += session.between;
		// As one of several connections gives it that tried before.
		const early = page && session.between > 0 ? this.#page() : undefined;
		if (early) this.#point.hold(early);
		this.#said += session.opening;
		this.#point.opened(cursor >= 0);
		if (session.checked) this.#release();
		const openedAt = this.#now();
		const saidBefore = this.#said;
		const begin = session.honoured && cursor >= 0 ? cursor : saidBefore;
		this.#said += session.live;
		const first = this.#history.slice(begin, Math.min(begin + session.frameSize, this.#said));
		// As the session does it: a frame that seems to have begun at "now" makes it ask once more.
		const isLate = page !== undefined && mayBeAfter(first, page.preview);
		const again = isLate && begin < this.#said && page.preview.length > 0;
		const second = again && !session.fails[1] ? this.#page(Math.max(saidBefore, begin + session.frameSize)) : undefined;
		if (second) this.#point.hold(second);
		this.#frames(begin, session.frameSize, openedAt);
		if (session.checkedLate) this.#release();
		this.#recovered(this.#point.ended(true, this.#now()));
		const pages = [page, early, second].flatMap((one) => one ?? []);
		const apart = pages.some((one, i) => i > 0 && !overlap(pages[i - 1] as RecentMessages, one));
		const proven = first.some(({ id }) => known.has(id));
		if (!proven && (!overlaps || apart || (again && !second))) this.careful.push({ from, to: this.#lastOut() });
	}

	#restart(): void {
		this.#point = new ResumePoint();
		const { cursor, ids } = this.#stored;
		const recentIds = ids.slice(-300);
		const lastAt = this.#history[this.#index.get(recentIds.at(-1) ?? "") ?? 0]?.at;
		this.#point.restore(cursorAt(cursor).roomId, { cursor: cursorAt(cursor), lastAt, recentIds });
	}

	#page(to = this.#said): RecentMessages {
		const events = this.#history.slice(Math.max(0, Math.min(to, this.#said) - pageSize), Math.min(to, this.#said));
		return { preview: events, take: (a, b) => ({ events: events.slice(a, b), problems: [] }) };
	}

	#frames(begin: number, size: number, openedAt: number): void {
		for (let at = begin; at < this.#said; at += size) {
			this.#frame(this.#history.slice(at, Math.min(at + size, this.#said)), openedAt);
		}
	}

	#frame(events: UpstreamEvent[], openedAt: number): void {
		const end = (this.#index.get(events.at(-1)?.id ?? "") ?? 0) + 1;
		const cursor = cursorAt(end);
		const receivedAt = Math.max(openedAt, events.at(-1)?.at ?? 0);
		const frame: Frame = { type: "frame", events, cursor, receivedAt, problems: [] };
		this.#taken(this.#point.take(frame));
	}

	#release(): void {
		const { recovered, taken } = this.#point.release(this.#now());
		this.#recovered(recovered);
		this.#taken(taken);
	}

	#taken(taken: TakenFrame | undefined): void {
		if (!taken) return;
		this.#recovered(taken.recovered);
		this.#out(taken.gap, taken.fresh, taken.cursor);
	}

	#recovered({ parts }: Recovered): void {
		for (const { gap, events } of parts) this.#out(gap, events);
	}

	#out(gap: Gap | undefined, events: readonly UpstreamEvent[], cursor?: Cursor): void {
		if (gap) this.output.push(gap);
		for (const { id } of events) {
			this.output.push({ index: this.#index.get(id) ?? -1 });
			this.#stored.ids.push(id);
		}
		if (cursor && events.length > 0) this.#stored.cursor = Number(cursor.cursor);
	}

	#now(): number {
		return start + this.#said * everyMs;
	}

	#lastOut(): number {
		const last = this.output.findLast((item) => "index" in item);
		return last ? (last as { index: number }).index : -1;
	}
}

const overlap = (one: RecentMessages, other: RecentMessages) =>
	other.preview.some(({ id }) => one.preview.some((message) => message.id === id));

const cursorAt = (position: number) => ({ roomId: "r1", cursor: String(position), internalExt: "" });

const session = fc.record<Session>({
	away: fc.oneof(fc.nat(10), fc.nat(60)),
	between: fc.oneof(fc.constant(0), fc.nat(40)),
	opening: fc.nat(8),
	live: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
	fails: fc.tuple(
		fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
		fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
	),
	honoured: fc.boolean(),
	frameSize: fc.integer({ min: 1, max: 8 }),
	restarted: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
	checked: fc.boolean(),
	checkedLate: fc.boolean(),
});

const timing = fc.constantFrom<Timing>("exact", "seconds", "mixed", "bursts");

test("whatever is cut and fails, what comes out is what was said, once and in order, but for what gaps tell", () => {
	fc.assert(
		fc.property(timing, fc.array(session, { minLength: 1, maxLength: 20 }), (timing, [first, ...sessions]) => {
			const model = new Model(3_000, timing);
			model.begin(first as Session);
			for (const one of sessions) model.run(one);
			check(model, timing);
		}),
		{ numRuns: 1_500 },
	);
});

function check({ output, careful }: Model, timing: Timing): void {
	let last: number | undefined;
	let gap: Gap | undefined;
	for (const item of output) {
		if (!("index" in item)) {
			expect(gap).toBeUndefined();
			gap = item;
			continue;
		}
		const { index } = item;
		if (last !== undefined) {
			expect(index).toBeGreaterThan(last);
			const missing = index - last - 1;
			const before = last;
			const isIn = (spans: Span[]) => spans.some(({ from, to }) => before >= from && index <= to);
			if (gap && timing === "exact")
				expect(gap).toMatchObject({ from: start + last * everyMs, to: start + index * everyMs });
			if (missing > 0) expect(gap).toBeDefined();
			if (missing === 0 && gap) expect(isIn(careful)).toBe(true);
		}
		gap = undefined;
		last = index;
	}
	expect(gap).toBeUndefined();
}
