import type { RecentMessages, UpstreamEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat } from "./fake-upstream.test-kit.ts";
import { type Frame, type Recovered, ResumePoint } from "./resume.ts";

const start = 1_700_000_000_000;

function frame(events: UpstreamEvent[], overrides: Partial<Frame> = {}): Frame {
	const receivedAt = events.at(-1)?.at ?? start;
	const cursor = { roomId: "r1", cursor: `c-${events.at(-1)?.id}`, internalExt: "x" };
	return { type: "frame", events, cursor, receivedAt, problems: [], dropped: 0, ...overrides };
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
	return { point, said, at, cursor: `c-${said(100)[0]?.id}` };
}

const eventsOf = ({ parts }: Recovered) => parts.flatMap(({ events }) => events);
const gapsOf = ({ parts }: Recovered) => parts.map(({ gap }) => gap);

describe("recent messages", () => {
	test("come before the first frame when the upstream did not go on from the cursor; an overlap leaves no gap", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		const taken = point.take(frame(said(106)));
		expect(eventsOf(taken.recovered)).toEqual(said(101, 105));
		expect(gapsOf(taken.recovered)).toEqual([undefined]);
		expect(taken).toMatchObject({ fresh: said(106), duplicates: 0, gap: undefined });
	});

	test("are let go when it did, and nothing is said of a gap however long we were away", () => {
		const { point, said } = resumed();
		point.hold(page(said(500, 514)));
		point.opened(true);
		const taken = point.take(frame(said(101, 120), { receivedAt: start + 51_500 }));
		expect(taken).toMatchObject({ recovered: { parts: [] }, fresh: said(101, 120), gap: undefined });
		expect(point.take(frame(said(121, 520))).gap).toBeUndefined();
	});

	test("that overlap with nothing are told with the gap before them", () => {
		const { point, said, at } = resumed();
		point.hold(page(said(500, 514)));
		point.opened(true);
		const { recovered, gap, fresh } = point.take(frame(said(515)));
		expect(recovered.parts).toEqual([
			{ gap: { from: at(100), to: at(500), reason: "cursor_not_honoured" }, events: said(500, 514) },
		]);
		expect({ gap, fresh }).toEqual({ gap: undefined, fresh: said(515) });
	});

	test("do not hide what is missing between them and the frame", () => {
		const { point, said, at } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		const { recovered, gap } = point.take(frame(said(150)));
		expect(eventsOf(recovered)).toEqual(said(101, 105));
		expect(gap).toEqual({ from: at(105), to: at(150), reason: "cursor_not_honoured" });
	});

	test("of two pages fill what was said while the socket opened", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		point.hold(page(said(96, 110)));
		const { recovered, gap } = point.take(frame(said(110, 111)));
		expect(eventsOf(recovered)).toEqual(said(101, 109));
		expect([gapsOf(recovered), gap]).toEqual([[undefined], undefined]);
	});

	test("do not come again when the socket brings them later", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.opened(true);
		point.take(frame(said(106)));
		expect(point.take(frame(said(103, 107)))).toMatchObject({ fresh: said(107), duplicates: 4, gap: undefined });
	});

	test("leave the pace to judge where the frame begins with the first of them", () => {
		for (const [first, isGap] of [
			[101, false],
			[200, true],
		] as const) {
			const { point, said } = resumed();
			point.hold(page(said(first, first + 14)));
			point.opened(true);
			expect(point.take(frame(said(first, first + 3))).gap !== undefined).toBe(isGap);
		}
	});

	test("keep the cursor where it was until they have found their place", () => {
		const { point, said, cursor } = resumed();
		point.hold(page(said(500, 514)));
		point.opened(true);
		point.take(frame([], { cursor: { roomId: "r1", cursor: "later", internalExt: "" } }));
		expect(point.begin("r1")?.cursor).toBe(cursor);
		point.take(frame(said(101)));
		expect(point.begin("r1")?.cursor).toBe(`c-${said(101)[0]?.id}`);
	});

	test("are released without a frame where they overlap, and held where they do not", () => {
		const { point, said } = resumed();
		point.hold(page(said(95, 103)));
		point.opened(true);
		expect(eventsOf(point.release(start))).toEqual(said(101, 103));
		expect(point.release(start)).toEqual({ parts: [], problems: [] });
		expect(point.take(frame(said(101, 105)))).toMatchObject({ fresh: said(104, 105), gap: undefined });
		point.begin("r1");
		point.hold(page(said(500, 514)));
		point.opened(true);
		expect(point.release(start)).toEqual({ parts: [], problems: [] });
		expect(point.take(frame(said(106, 120), { receivedAt: start + 52_000 }))).toMatchObject({
			recovered: { parts: [] },
			gap: undefined,
		});
	});

	test("of one session are not used in the next", () => {
		const { point, said } = resumed();
		point.hold(page(said(91, 105)));
		point.ended();
		point.begin("r1");
		point.opened(true);
		expect(point.take(frame(said(106))).recovered.parts).toEqual([]);
	});

	test("of a broadcast of which nothing is known leave no gap", () => {
		const { said } = resumed();
		const point = new ResumePoint();
		point.restore({ cursor: { roomId: "r1", cursor: "c", internalExt: "" }, recentIds: [] });
		point.begin("r1");
		point.hold(page(said(1, 15)));
		point.opened(true);
		const { recovered } = point.take(frame(said(16)));
		expect(recovered.parts).toEqual([{ gap: undefined, events: said(1, 15) }]);
	});

	test("are known again after a restart, by the ids that were stored", () => {
		const { said, at } = resumed();
		for (const known of [true, false]) {
			const point = new ResumePoint();
			const ids = said(80, 100).map(({ id }) => id);
			const cursor = { roomId: "r1", cursor: "c", internalExt: "" };
			point.restore({ cursor, lastAt: at(100), recentIds: known ? ids : [] });
			expect(point.begin("r1")).toEqual(cursor);
			point.hold(page(said(91, 105)));
			point.opened(true);
			const { recovered } = point.take(frame(said(106)));
			expect(eventsOf(recovered)).toEqual(said(known ? 101 : 91, 105));
			expect(gapsOf(recovered).map((gap) => gap?.reason)).toEqual([known ? undefined : "cursor_not_honoured"]);
		}
	});

	test("that could not be had after a restart leave the stored events' pace to judge", () => {
		const { said, at } = resumed();
		for (const firstAt of [undefined, at(0)]) {
			const point = new ResumePoint();
			const recentIds = said(0, 100).map(({ id }) => id);
			point.restore({ cursor: { roomId: "r1", cursor: "c", internalExt: "" }, firstAt, lastAt: at(100), recentIds });
			point.begin("r1");
			point.opened(true);
			expect(point.take(frame(said(200))).gap !== undefined).toBe(firstAt !== undefined);
		}
	});
});
