import { expect, test } from "vitest";
import { chat } from "./fake-upstream.test-kit.ts";
import { type Frame, ResumePoint, type TakenFrame } from "./resume.ts";

const start = 1_700_000_000_000;

/** A frame with one event for each given upstream time. */
function frame(receivedAt: number, ats: number[], overrides: Partial<Frame> = {}): Frame {
	const cursor = { roomId: "r1", cursor: `c-${receivedAt}`, internalExt: "x" };
	const events = ats.map((at) => chat(at, { receivedAt }));
	return { type: "frame", events, cursor, receivedAt, problems: [], dropped: 0, ...overrides };
}

/** A point that has followed a room with a message every `everyMs`, for 60 s. */
function followed(everyMs: number) {
	const point = new ResumePoint();
	point.begin("r1");
	point.opened(false);
	let now = start;
	for (; now < start + 60_000; now += everyMs) point.take(frame(now, [now]));
	return { point, lastAt: now - everyMs, lastFrame: frame(now - everyMs, [now - everyMs]) };
}

/** What is left of a frame whose place is known, as it always is without recent messages. */
function take(point: ResumePoint, of: Frame): TakenFrame {
	const taken = point.take(of);
	if (!taken) throw new Error("the frame was held");
	return taken;
}

test("the newest cursor is given to the next session of the same broadcast, and to no other", () => {
	const { point, lastAt } = followed(1000);
	expect(point.begin("r1")?.cursor).toBe(`c-${lastAt}`);
	expect(point.begin("r2")).toBeUndefined();
	expect(point.begin("r1")).toBeUndefined();
});

test("a frame without a cursor keeps the one before", () => {
	const { point, lastAt } = followed(1000);
	point.take(frame(lastAt + 1, [lastAt + 1], { cursor: undefined }));
	expect(point.begin("r1")?.cursor).toBe(`c-${lastAt}`);
});

test("repeats are left out, within a frame and between frames", () => {
	const { point, lastAt } = followed(1000);
	const [a, b] = [chat(lastAt), chat(lastAt)];
	const first = frame(lastAt, [], { events: [a, a, b] });
	expect(take(point, first)).toMatchObject({ fresh: [a, b], duplicates: 1 });
	const c = chat(lastAt);
	expect(take(point, frame(lastAt, [], { events: [b, c] }))).toMatchObject({ fresh: [c], duplicates: 1 });
	expect(take(point, frame(lastAt, [], { events: [c] }))).toMatchObject({ fresh: [], duplicates: 1 });
});

test("a resumed session that brings what was said meanwhile has no gap", () => {
	const { point, lastAt } = followed(200);
	point.begin("r1");
	point.opened(true);
	const back = lastAt + 30_000;
	expect(take(point, frame(back, [lastAt + 200, lastAt + 400])).gap).toBeUndefined();
	expect(take(point, frame(back, [back])).gap).toBeUndefined();
});

test("a resumed session that begins at now, in a room that talks, has a gap", () => {
	const { point, lastAt } = followed(200);
	point.begin("r1");
	point.opened(true);
	const back = lastAt + 1200;
	expect(take(point, frame(back, [back, back + 50])).gap).toEqual({
		from: lastAt,
		to: back,
		reason: "cursor_not_honoured",
	});
	expect(take(point, frame(back + 200, [back + 200])).gap).toBeUndefined();
});

test("a time in whole seconds, whose fraction is not known, hides no hole that those behind it show", () => {
	for (const [afterMs, reason] of [
		[1_090, "cursor_not_honoured"],
		[700, undefined],
	] as const) {
		const { point, lastAt } = followed(50);
		point.begin("r1");
		point.opened(true);
		const exact = lastAt + afterMs;
		const whole = Math.floor((exact - 50) / 1_000) * 1_000;
		expect(take(point, frame(exact + 10, [whole, exact])).gap?.reason).toBe(reason);
	}
});

test.each([
	["is told of by what comes behind it", 15, "cursor_not_honoured"],
	["is not by little", 9, undefined],
] as const)("a hole of a second in a room that has begun to talk %s", (_, many, reason) => {
	const { point, lastAt } = followed(10_000);
	point.begin("r1");
	point.opened(true);
	const ats = Array.from({ length: many }, (_, i) => lastAt + 1_025 + i * 30);
	expect(take(point, frame(lastAt + 1_500, ats)).gap?.reason).toBe(reason);
});

test("one gap after the other is told: what was missed does not make the room look quiet", () => {
	const { point, lastAt } = followed(200);
	for (let round = 1; round <= 5; round++) {
		point.begin("r1");
		point.opened(true);
		const back = lastAt + round * 60_000;
		expect(take(point, frame(back, [back])).gap?.reason).toBe("cursor_not_honoured");
	}
});

test.each([
	["no gap is claimed where its recent messages speak of none", true, 8_000, undefined],
	["one is told as not verified where they could not be had", false, 8_000, "unverified"],
	["none is told of a few seconds", false, 4_000, undefined],
] as const)("in a room that is quiet anyway %s", (_, paged, afterMs, reason) => {
	const { point, lastAt } = followed(10_000);
	point.begin("r1");
	if (paged) point.hold({ preview: [], take: () => ({ events: [], problems: [] }) });
	point.opened(true);
	expect(take(point, frame(lastAt + afterMs, [lastAt + afterMs])).gap?.reason).toBe(reason);
});

test("a clock that differs from the upstream's makes no gap", () => {
	const point = new ResumePoint();
	point.begin("r1");
	const skewMs = 5000;
	for (let now = start; now < start + 30_000; now += 200) point.take(frame(now, [now + skewMs]));
	point.begin("r1");
	point.opened(true);
	expect(take(point, frame(start + 40_000, [start + 30_000 + skewMs])).gap).toBeUndefined();
});

test("a session without a cursor in the same broadcast has a gap, unless its first messages overlap", () => {
	for (const overlap of [true, false]) {
		const { point, lastAt, lastFrame } = followed(1000);
		const known = chat(lastAt);
		point.take({ ...lastFrame, events: [known] });
		point.begin("r1");
		point.opened(false);
		const back = lastAt + 2000;
		const fresh = chat(back);
		const taken = take(point, frame(back, [], { events: overlap ? [known, fresh] : [fresh] }));
		expect(taken.fresh).toEqual([fresh]);
		expect(taken.gap).toEqual(overlap ? undefined : { from: lastAt, to: back, reason: "no_cursor" });
	}
});

test("the first session of a broadcast has no gap", () => {
	const { point, lastAt } = followed(200);
	point.begin("r2");
	point.opened(false);
	expect(take(point, frame(lastAt + 60_000, [lastAt + 60_000])).gap).toBeUndefined();
});

test.each([
	["is told where the pace of its messages puts some there", 200, 8_000, "cursor_not_honoured"],
	["is told where they were all said within a second", 30, 1_000, "cursor_not_honoured"],
	["is not where their pace puts none", 200, 300, undefined],
] as const)("a hole behind the first state %s", (_, everyMs, afterMs, reason) => {
	const point = new ResumePoint();
	point.begin("r1");
	const said = Array.from({ length: 15 }, (_, i) => start + i * everyMs);
	expect(take(point, frame(start + 3_000, said)).gap).toBeUndefined();
	point.opened(false);
	const next = start + 14 * everyMs + afterMs;
	expect(take(point, frame(next, [next])).gap?.reason).toBe(reason);
	expect(take(point, frame(next + 200, [next + 200])).gap).toBeUndefined();
});

test("what a session dropped is a gap", () => {
	const { point, lastAt } = followed(1000);
	const taken = take(point, frame(lastAt + 500, [lastAt + 400], { dropped: 7 }));
	expect(taken.gap).toEqual({ from: lastAt, to: lastAt + 400, reason: "overflow" });
});

test("an event from the far future does not hide later gaps", () => {
	const { point, lastAt } = followed(200);
	point.take(frame(lastAt + 100, [lastAt + 10 * 86_400_000]));
	point.begin("r1");
	point.opened(true);
	expect(take(point, frame(lastAt + 20_000, [lastAt + 20_000])).gap?.reason).toBe("cursor_not_honoured");
});

test("a cursor with which three sessions opened and brought nothing is let go", () => {
	const { point } = followed(1000);
	for (let i = 0; i < 3; i++) {
		expect(point.begin("r1")).toBeDefined();
		point.opened(true);
	}
	expect(point.begin("r1")).toBeUndefined();
});

test("a cursor is kept however often the socket does not open", () => {
	const { point } = followed(1000);
	for (let i = 0; i < 50; i++) expect(point.begin("r1")).toBeDefined();
});
