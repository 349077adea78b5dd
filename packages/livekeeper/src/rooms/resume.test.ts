import type { UpstreamEvent } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { chat } from "./fake-upstream.test-kit.ts";
import { type Frame, ResumePoint, type TakenFrame } from "./resume.ts";

const start = 1_700_000_000_000;

/** A frame with one event for each given upstream time. */
function frame(receivedAt: number, ats: number[], overrides: Partial<Frame> = {}): Frame {
	const cursor = { roomId: "r1", cursor: `c-${receivedAt}`, internalExt: "x" };
	const events = ats.map((at) => chat(at, { receivedAt }));
	return { type: "frame", events, cursor, receivedAt, problems: [], ...overrides };
}

/** A point that has followed a room with a message every `everyMs`, for 60 s. */
function followed(everyMs: number) {
	const point = new ResumePoint();
	point.begin("r1");
	point.opened(false);
	let lastFrame = frame(start, [start]);
	point.take(lastFrame);
	for (let now = start + everyMs; now < start + 60_000; now += everyMs) {
		lastFrame = frame(now, [now]);
		point.take(lastFrame);
	}
	return { point, lastAt: lastFrame.receivedAt, lastFrame };
}

/** What is left of a frame whose place is known, as it always is without recent messages. */
function take(point: ResumePoint, of: Frame): TakenFrame {
	const taken = point.take(of);
	if (!taken) throw new Error("the frame was held");
	return taken;
}

test("the cursor before the newest message is given to the next session of the same broadcast, and to no other", () => {
	const { point, lastAt } = followed(1000);
	expect(point.begin("r1")?.cursor).toBe(`c-${lastAt - 1000}`);
	expect(point.begin("r2")).toBeUndefined();
	expect(point.begin("r1")).toBeUndefined();
});

test("a frame without a cursor keeps the one before", () => {
	const { point, lastAt } = followed(1000);
	point.take(frame(lastAt + 1, [lastAt + 1], { cursor: undefined }));
	expect(point.begin("r1")?.cursor).toBe(`c-${lastAt - 1000}`);
});

test.each([
	["has no id", (event: UpstreamEvent) => ({ events: [{ ...event, id: "0" }] })],
	[
		"would not decode",
		(event: UpstreamEvent) => ({ events: [event], problems: [{ method: "WebcastX", id: "1", message: "no" }] }),
	],
	[
		"is one of very many",
		(event: UpstreamEvent) => ({ events: [event, ...Array.from({ length: 100 }, () => chat(event.at))] }),
	],
])("a message that %s does not come again", (_, of) => {
	const { point, lastAt } = followed(1000);
	const at = lastAt + 1000;
	point.take(frame(at, [], of(chat(at))));
	expect(point.begin("r1")?.cursor).toBe(`c-${at}`);
});

test("nothing that may be before a gap comes again", () => {
	const { point, lastAt } = followed(1000);
	const back = lastAt + 60_000;
	point.begin("r1");
	point.opened(true);
	expect(take(point, frame(back, [back])).gap).toBeDefined();
	expect(point.begin("r1")?.cursor).toBe(`c-${back}`);
});

test("nor from before a place where nothing proves that none was missed, though no gap is told", () => {
	const { point, lastAt } = followed(1000);
	const only = lastAt + 1000;
	point.take(frame(only, [], { events: [chat(only, { id: "0" })] }));
	point.begin("r1");
	point.opened(true);
	const next = only + 800;
	expect(take(point, frame(next, [next])).gap).toBeUndefined();
	expect(point.begin("r1")?.cursor).toBe(`c-${next}`);
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

test("a resumed session that begins with what is known has no gap", () => {
	const { point, lastAt, lastFrame } = followed(200);
	point.begin("r1");
	point.opened(true);
	const back = lastAt + 30_000;
	const [known] = lastFrame.events;
	if (!known) throw new Error("it has one");
	const fresh = chat(lastAt + 200);
	expect(take(point, frame(back, [], { events: [known, fresh] }))).toMatchObject({ fresh: [fresh], gap: undefined });
	expect(take(point, frame(back, [back])).gap).toBeUndefined();
});

test.each([200, 10_000])("one that does not has a gap, also in a room with a message every %i ms", (everyMs) => {
	for (const awayMs of [10, 1_200, 60_000]) {
		const { point, lastAt } = followed(everyMs);
		point.begin("r1");
		point.opened(true);
		const back = lastAt + awayMs;
		expect(take(point, frame(back, [back, back + 5])).gap).toEqual({
			from: lastAt,
			to: back,
			reason: "cursor_not_honoured",
		});
		expect(take(point, frame(back + 200, [back + 200])).gap).toBeUndefined();
	}
});

test("a gap is told of where nothing that is known could come again, but not within upstream times' exactness", () => {
	for (const [afterMs, reason] of [
		[800, undefined],
		[1_000, "unverified"],
		[300_000, "unverified"],
	] as const) {
		const { point, lastAt } = followed(10_000);
		const only = lastAt + 10_001;
		point.take(frame(only, [], { events: [chat(only, { id: "0" })] }));
		point.begin("r1");
		point.opened(true);
		expect(take(point, frame(only + afterMs, [only + afterMs])).gap?.reason).toBe(reason);
	}
});

test("a time in whole seconds, whose fraction is not known, hides no hole", () => {
	const point = new ResumePoint();
	point.begin("r1");
	point.take(frame(start + 500, [start + 500]));
	point.opened(false);
	expect(take(point, frame(start + 2_000, [start + 1_000])).gap?.reason).toBe("unverified");
});

test("one gap after the other is told", () => {
	const { point, lastAt } = followed(200);
	for (let round = 1; round <= 5; round++) {
		point.begin("r1");
		point.opened(true);
		const back = lastAt + round * 60_000;
		expect(take(point, frame(back, [back])).gap).toMatchObject({ from: back - 60_000, to: back });
	}
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
	["is told", 1_000, false, "unverified"],
	["is not where upstream times are not exact enough", 300, false, undefined],
	["is not where the recent messages fill it", 8_000, true, undefined],
] as const)("a hole behind the first state %s", (_, afterMs, paged, reason) => {
	const point = new ResumePoint();
	point.begin("r1");
	const said = Array.from({ length: 15 }, (_, i) => chat(start + i * 200));
	expect(take(point, frame(start + 3_000, [], { events: said })).gap).toBeUndefined();
	point.opened(false);
	const next = chat(start + 14 * 200 + afterMs);
	const events = [...said.slice(1), next];
	if (paged) point.hold({ preview: events, take: (from, to) => ({ events: events.slice(from, to), problems: [] }) });
	const taken = take(point, frame(next.at, [], { events: [next] }));
	expect(taken).toMatchObject({ fresh: [next], recovered: { parts: [] } });
	expect(taken.gap?.reason).toBe(reason);
	expect(take(point, frame(next.at + 200, [next.at + 200])).gap).toBeUndefined();
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
