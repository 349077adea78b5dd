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

/** Adds messages, and the cursor after them. */
function reach(cursor: ResumeCursor, at: Cursor | undefined, events: UpstreamEvent[], problems: DecodeProblem[] = []) {
	for (const event of events) cursor.note(event);
	cursor.reached(at, { last: events.at(-1) }, problems);
}

/** A cursor after ten messages, each followed by a cursor of its own. */
function behindTen() {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	for (let n = 1; n <= 10; n++) reach(cursor, at(n), messages(1));
	return cursor;
}

test("repeats the last new messages despite later empty cursors", () => {
	const cursor = behindTen();
	expect(cursor).toMatchObject({ from: at(9), overlaps: true });
	reach(cursor, at(11), messages(0));
	expect(cursor).toMatchObject({ from: at(9), overlaps: true });
	reach(cursor, at(12), messages(3));
	expect(cursor).toMatchObject({ from: at(11), overlaps: true });
});

test("has only the cursor after the very first messages", () => {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	expect(cursor).toMatchObject({ from: undefined, overlaps: false });
	reach(cursor, at(1), messages(15));
	expect(cursor).toMatchObject({ from: at(1), overlaps: false });
});

test.each([
	["have no id", messages(1, "0"), []],
	["share a frame with an undecodable one", messages(1), [problem]],
	["number more than 100", messages(101), []],
])("does not repeat messages that %s, but later ones", (_, events, problems) => {
	const cursor = behindTen();
	reach(cursor, at(11), events, problems);
	expect(cursor).toMatchObject({ from: at(11), overlaps: false });
	reach(cursor, at(12), messages(1));
	expect(cursor).toMatchObject({ from: at(11), overlaps: true });
});

test("repeats a hundred messages, as many as a restart remembers", () => {
	const cursor = behindTen();
	reach(cursor, at(11), messages(100));
	expect(cursor).toMatchObject({ from: at(10), overlaps: true });
});

test("repeats messages without a cursor together with later ones", () => {
	const cursor = behindTen();
	reach(cursor, undefined, messages(2));
	expect(cursor.from).toEqual(at(9));
	reach(cursor, at(13), messages(1));
	expect(cursor).toMatchObject({ from: at(10), overlaps: true });
});

test("repeats nothing from before a part", () => {
	const cursor = behindTen();
	cursor.part();
	reach(cursor, at(50), messages(1));
	expect(cursor).toMatchObject({ from: at(50), overlaps: false });
	reach(cursor, at(51), messages(1));
	expect(cursor).toMatchObject({ from: at(50), overlaps: true });
});

test("sorts an overtaken frame's cursor before the overtaking one", () => {
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

test("continues after all messages when skipped", () => {
	const cursor = behindTen();
	cursor.skip();
	expect(cursor).toMatchObject({ from: at(10), overlaps: false });
});

test("knows no overlap of a stored cursor until proven", () => {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	cursor.restore(at(7));
	expect(cursor).toMatchObject({ from: at(7), overlaps: false });
	cursor.honoured();
	reach(cursor, at(8), messages(3));
	expect(cursor).toMatchObject({ from: at(7), overlaps: true });
	reach(cursor, at(9), messages(1));
	expect(cursor).toMatchObject({ from: at(8), overlaps: true });
});

test("has no cursor if none was stored", () => {
	const cursor = new ResumeCursor(new DedupWindow(), () => 0);
	cursor.restore(undefined);
	expect(cursor).toMatchObject({ from: undefined, overlaps: false });
});

test("stays before a gap when taken over, until new messages", () => {
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
