import { expect, test } from "vitest";
import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { DedupWindow } from "./dedup-window.ts";
import { ResumeCursor } from "./resume-cursor.ts";

const at = (n: number) => ({ roomId: "r1", cursor: `c${n}`, internalExt: "" });
const common = { liveId: "1001", roomId: "r1", method: "WebcastChatMessage", at: 0, receivedAt: 0 };
const messages = (count: number, id = "7"): UpstreamEvent[] =>
	Array.from({ length: count }, () => ({ ...common, type: "chat", id, content: "" }));
const problem = { method: "m", id: "7", message: "would not decode" };

/** Notes messages, and the cursor behind them. */
function reach(cursor: ResumeCursor, at: Cursor | undefined, events: UpstreamEvent[], problems: DecodeProblem[] = []) {
	for (const event of events) cursor.note(event);
	cursor.reached(at, { last: events.at(-1) }, problems);
}

/** One that has noted ten messages, each with a cursor of its own behind it. */
function behindTen() {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	for (let n = 1; n <= 10; n++) reach(cursor, at(n), messages(1));
	return cursor;
}

test("the last new messages come again, however many cursors follow that bring nothing", () => {
	const cursor = behindTen();
	expect(cursor).toMatchObject({ from: at(9), overlaps: true });
	reach(cursor, at(11), messages(0));
	expect(cursor).toMatchObject({ from: at(9), overlaps: true });
	reach(cursor, at(12), messages(3));
	expect(cursor).toMatchObject({ from: at(11), overlaps: true });
});

test("behind the very first messages there is only the cursor behind them", () => {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	expect(cursor).toMatchObject({ from: undefined, overlaps: false });
	reach(cursor, at(1), messages(15));
	expect(cursor).toMatchObject({ from: at(1), overlaps: false });
});

test.each([
	["have no id", messages(1, "0"), []],
	["are beside one that would not decode", messages(1), [problem]],
	["are more than 100", messages(101), []],
])("messages that %s do not come again, those behind them do", (_, events, problems) => {
	const cursor = behindTen();
	reach(cursor, at(11), events, problems);
	expect(cursor).toMatchObject({ from: at(11), overlaps: false });
	reach(cursor, at(12), messages(1));
	expect(cursor).toMatchObject({ from: at(11), overlaps: true });
});

test("a hundred messages come again, as many as a restart remembers for certain", () => {
	const cursor = behindTen();
	reach(cursor, at(11), messages(100));
	expect(cursor).toMatchObject({ from: at(10), overlaps: true });
});

test("messages without a cursor of their own come again with those behind them", () => {
	const cursor = behindTen();
	reach(cursor, undefined, messages(2));
	expect(cursor.from).toEqual(at(9));
	reach(cursor, at(13), messages(1));
	expect(cursor).toMatchObject({ from: at(10), overlaps: true });
});

test("nothing from before a part comes again", () => {
	const cursor = behindTen();
	cursor.part();
	reach(cursor, at(50), messages(1));
	expect(cursor).toMatchObject({ from: at(50), overlaps: false });
	reach(cursor, at(51), messages(1));
	expect(cursor).toMatchObject({ from: at(50), overlaps: true });
});

test("the cursor of a frame that was overtaken lies before what has overtaken it", () => {
	const said = (count: number, at: number) => messages(count).map((event) => ({ ...event, at: at * 1000 + 1 }));
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	reach(cursor, at(1), said(1, 10));
	reach(cursor, at(3), said(1, 30));
	reach(cursor, at(2), said(1, 20));
	expect(cursor).toMatchObject({ from: at(1), overlaps: true });
	reach(cursor, at(4), said(1, 40));
	expect(cursor).toMatchObject({ from: at(3), overlaps: true });
	reach(cursor, at(3.5), said(101, 35));
	expect(cursor).toMatchObject({ from: at(4), overlaps: false });
});

test("skipped, it goes on behind all that was noted", () => {
	const cursor = behindTen();
	cursor.skip();
	expect(cursor).toMatchObject({ from: at(10), overlaps: false });
});

test("of a stored cursor nobody knows whether it overlaps, until what it brings is proven to follow", () => {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	cursor.restore(at(7));
	expect(cursor).toMatchObject({ from: at(7), overlaps: false });
	cursor.honoured();
	reach(cursor, at(8), messages(3));
	expect(cursor).toMatchObject({ from: at(7), overlaps: true });
	reach(cursor, at(9), messages(1));
	expect(cursor).toMatchObject({ from: at(8), overlaps: true });
});

test("where nothing was stored nothing is known", () => {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	cursor.restore(undefined);
	expect(cursor).toMatchObject({ from: undefined, overlaps: false });
});

test("taken over from before a gap it lies before that, until what lies behind it was noted", () => {
	let gaps = 0;
	const shared = new ResumeCursor(new DedupWindow(), () => gaps);
	reach(shared, at(1), messages(1));
	shared.part();
	gaps = 1;
	const own = new ResumeCursor(new DedupWindow(), () => gaps);
	reach(own, at(9), messages(1));
	own.takeOver(shared);
	reach(own, at(2), messages(1));
	expect([own.from, own.epoch < gaps]).toEqual([at(1), true]);
	reach(own, at(3), messages(1));
	expect([own.from, own.epoch < gaps]).toEqual([at(2), false]);
});
