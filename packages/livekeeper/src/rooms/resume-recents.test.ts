import type { RecentMessages, UpstreamEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat } from "./fake-upstream.test-kit.ts";
import { type Frame, type Recovered, ResumePoint, type TakenFrame } from "./resume.ts";

const start = 1_700_000_000_000;

function frame(events: UpstreamEvent[], overrides: Partial<Frame> = {}): Frame {
	const receivedAt = events.at(-1)?.at ?? start;
	const cursor = { roomId: "r1", cursor: `c-${events.at(-1)?.id}`, internalExt: "x" };
	return { type: "frame", events, cursor, receivedAt, problems: [], ...overrides };
}

function page(events: UpstreamEvent[]): RecentMessages {
	return { preview: events, take: (from, to) => ({ events: events.slice(from, to), problems: [] }) };
}

/** A room's messages, one every 100 ms, and a point that has followed it up to the 100th and begins a new session. */
function resumed() {
	const history = Array.from({ length: 1_000 }, (_, i) => chat(start + i * 100));
	/** The messages from the one to the other, both included. */
	const said = (from: number, to = from) => history.slice(from, to + 1);
	const point = new ResumePoint();
	point.begin("r1");
	point.opened(false);
	for (const event of said(0, 100)) point.take(frame([event]));
	point.begin("r1");
	const at = (index: number) => said(index)[0]?.at ?? 0;
	return { point, said, at, cursor: `c-${said(99)[0]?.id}` };
}

/** What is left of a frame whose place is known. */
function take(point: ResumePoint, of: Frame): TakenFrame {
	const taken = point.take(of);
	if (!taken) throw new Error("the frame was held");
	return taken;
}

const eventsOf = ({ parts }: Recovered) => parts.flatMap(({ events }) => events);
const gapsOf = ({ parts }: Recovered) => parts.map(({ gap }) => gap);

describe("recent messages", () => {
	test("come before the first frame when the upstream did not go on from the cursor; an overlap leaves no gap", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		point.hold(page(said(92, 106)));
		const taken = take(point, frame(said(106)));
		expect(eventsOf(taken.recovered)).toEqual(said(101, 105));
		expect(gapsOf(taken.recovered)).toEqual([undefined]);
		expect(taken).toMatchObject({ fresh: said(106), duplicates: 0, gap: undefined });
	});

	test("are let go when it did, and nothing is said of a gap however long we were away", () => {
		const { point, said } = resumed();
		point.hold(page(said(500, 514)));
		point.opened(true);
		const taken = take(point, frame(said(100, 120), { receivedAt: start + 51_500 }));
		expect(taken).toMatchObject({ recovered: { parts: [] }, fresh: said(101, 120), gap: undefined });
		expect(take(point, frame(said(121, 520))).gap).toBeUndefined();
	});

	test("that overlap with nothing are told with the gap before them", () => {
		const { point, said, at } = resumed();
		point.hold(page(said(500, 514)));
		point.opened(true);
		point.hold(page(said(501, 515)));
		const { recovered, gap, fresh } = take(point, frame(said(515)));
		expect(recovered.parts).toEqual([
			{ gap: { from: at(100), to: at(500), reason: "cursor_not_honoured" }, events: said(500, 514) },
		]);
		expect({ gap, fresh }).toEqual({ gap: undefined, fresh: said(515) });
	});

	test("do not hide what is missing between them and the frame", () => {
		const { point, said, at } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		const { recovered, gap } = take(point, frame(said(150)));
		expect(eventsOf(recovered)).toEqual(said(101, 105));
		expect(gap).toEqual({ from: at(105), to: at(150), reason: "cursor_not_honoured" });
	});

	test("of two pages fill what was said while the socket opened", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		point.hold(page(said(96, 110)));
		const { recovered, gap } = take(point, frame(said(110, 111)));
		expect(eventsOf(recovered)).toEqual(said(101, 109));
		expect([gapsOf(recovered), gap]).toEqual([[undefined], undefined]);
	});

	test("do not come again when the socket brings them later", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		point.take(frame(said(106)));
		expect(take(point, frame(said(103, 107)))).toMatchObject({ fresh: said(107), duplicates: 4, gap: undefined });
	});

	test("leave a gap where the frame begins with the first of them, and nothing that is known comes before", () => {
		const { point, said } = resumed();
		point.hold(page(said(101, 115)));
		point.opened(true);
		expect(take(point, frame(said(101, 104))).gap?.reason).toBe("cursor_not_honoured");
	});

	test("keep the cursor where it was until they have found their place", () => {
		const { point, said, cursor } = resumed();
		point.hold(page(said(500, 514)));
		point.opened(true);
		point.take(frame([], { cursor: { roomId: "r1", cursor: "later", internalExt: "" } }));
		expect(point.begin("r1")?.cursor).toBe(cursor);
		point.take(frame(said(100, 101)));
		point.take(frame(said(102)));
		expect(point.begin("r1")?.cursor).toBe(`c-${said(101)[0]?.id}`);
	});

	test("are released without a frame where they overlap, and held where they do not", () => {
		const { point, said } = resumed();
		point.hold(page(said(95, 103)));
		point.opened(true);
		expect(eventsOf(point.release(start).recovered)).toEqual(said(101, 103));
		expect(point.release(start)).toEqual({ recovered: { parts: [], problems: [] }, taken: undefined });
		expect(take(point, frame(said(101, 105)))).toMatchObject({ fresh: said(104, 105), gap: undefined });
		point.begin("r1");
		point.hold(page(said(500, 514)));
		point.opened(true);
		expect(point.release(start)).toEqual({ recovered: { parts: [], problems: [] }, taken: undefined });
		expect(take(point, frame(said(106, 120), { receivedAt: start + 52_000 }))).toMatchObject({
			recovered: { parts: [] },
			gap: undefined,
		});
	});

	describe("that are of the same second as the frame", () => {
		/** A point that waits: what was said in one second, a page of its last 15 messages and the first frame. */
		function waiting() {
			const { point, cursor } = resumed();
			const second = Array.from({ length: 40 }, () => chat(start + 20_000));
			point.hold(page(second.slice(25)));
			point.opened(true);
			expect(point.take(frame(second.slice(0, 10)))).toBeUndefined();
			expect(point.take(frame(second.slice(10, 20)))).toBeUndefined();
			return { point, second, cursor };
		}

		test("wait with it, and are let go when they come over the socket", () => {
			const { point, second } = waiting();
			const taken = take(point, frame(second.slice(20, 30)));
			expect(taken).toMatchObject({ recovered: { parts: [] }, fresh: second.slice(0, 30), duplicates: 0 });
			point.take(frame(second.slice(30)));
			expect(point.begin("r1")?.cursor).toBe(`c-${second[29]?.id}`);
		});

		test("come before it when a later frame has none of them", () => {
			const { point, second } = waiting();
			const later = chat(start + 21_000);
			const { recovered, fresh } = take(point, frame([later]));
			expect([...eventsOf(recovered), ...fresh]).toEqual([...second.slice(25), ...second.slice(0, 20), later]);
		});

		test("come before it when no other frame comes", () => {
			const { point, second } = waiting();
			const { recovered, taken } = point.release(start + 30_000);
			expect([...eventsOf(recovered), ...(taken?.fresh ?? [])]).toEqual([...second.slice(25), ...second.slice(0, 20)]);
			expect(point.release(start + 30_000).taken).toBeUndefined();
		});

		test("are forgotten with it when the session ends: the cursor is before them", () => {
			const { point, second, cursor } = waiting();
			expect(point.ended(true, start + 30_000).parts).toEqual([]);
			expect(point.begin("r1")?.cursor).toBe(cursor);
			point.opened(true);
			expect(take(point, frame(second)).fresh).toEqual(second);
		});
	});

	test("of one session are not used in the next", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.ended(false, start);
		point.begin("r1");
		point.opened(true);
		expect(take(point, frame(said(106))).recovered.parts).toEqual([]);
	});

	test("of a broadcast of which nothing is known leave no gap", () => {
		const { said } = resumed();
		const point = new ResumePoint();
		point.restore("r1", { cursor: { roomId: "r1", cursor: "c", internalExt: "" }, recentIds: [] });
		point.begin("r1");
		point.hold(page(said(1, 15)));
		point.opened(true);
		const { recovered } = take(point, frame(said(16)));
		expect(recovered.parts).toEqual([{ gap: undefined, events: said(1, 15) }]);
	});

	test("are known again after a restart, by the ids that were stored", () => {
		const { said, at } = resumed();
		for (const known of [true, false]) {
			const point = new ResumePoint();
			const ids = said(80, 100).map(({ id }) => id);
			const cursor = { roomId: "r1", cursor: "c", internalExt: "" };
			point.restore(cursor.roomId, { cursor, lastAt: at(100), recentIds: known ? ids : [] });
			expect(point.begin("r1")).toEqual(cursor);
			point.hold(page(said(91, 105)));
			point.opened(true);
			const { recovered } = take(point, frame(said(106)));
			expect(eventsOf(recovered)).toEqual(said(known ? 101 : 91, 105));
			expect(gapsOf(recovered).map((gap) => gap?.reason)).toEqual([known ? undefined : "cursor_not_honoured"]);
		}
	});

	test("that could not be had leave the frame to tell, after a restart as well", () => {
		const { said, at } = resumed();
		for (const first of [100, 101, 200]) {
			const point = new ResumePoint();
			const recentIds = said(0, 100).map(({ id }) => id);
			point.restore("r1", { cursor: { roomId: "r1", cursor: "c", internalExt: "" }, lastAt: at(100), recentIds });
			point.begin("r1");
			point.opened(true);
			const { gap } = take(point, frame(said(first, 201)));
			expect(gap?.reason).toBe(first === 100 ? undefined : "cursor_not_honoured");
		}
	});
});
