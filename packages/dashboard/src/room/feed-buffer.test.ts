import type { RoomEvent } from "@livekeeper/client";
import { expect, test } from "vitest";
import { FeedBuffer } from "./feed-buffer.ts";

let seq = 0;
const event = (type: string, fields: object = {}): RoomEvent =>
	({ seq: ++seq, at: seq * 10, type, user: { nickname: `u${seq}`, masked: false, level: 1 }, ...fields }) as never;
const all = () => true;

function bufferOf(...events: RoomEvent[]): FeedBuffer {
	const buffer = new FeedBuffer();
	for (const one of events) buffer.add(one);
	return buffer;
}

test("the steps of a gift's streak are one line, whose count grows and whose diamonds add up", () => {
	const step = (count: number, diamonds: number) =>
		event("gift", { streak_id: "s", gift_name: "小心心", count, diamonds });
	const buffer = bufferOf(step(1, 5), event("chat", { content: "哇" }), step(3, 10), step(2, 0));
	expect(buffer.newest(9, all).map(({ kind, count, diamonds }) => [kind, count, diamonds])).toEqual([
		["gift", 3, 15],
		["chat", 1, 0],
	]);
});

test("people who come one after the other are one line; what is said between them keeps its place", () => {
	const buffer = bufferOf(event("member"), event("member"), event("chat", { content: "hi" }), event("member"));
	expect(buffer.newest(9, all).map(({ kind, count }) => [kind, count])).toEqual([
		["member", 2],
		["chat", 1],
		["member", 1],
	]);
});

test("likes are added up, but not across a pause", () => {
	const buffer = bufferOf(
		event("like", { count: 3 }),
		event("like", { count: 4 }),
		event("like", { count: 5, at: 1e9 }),
	);
	expect(buffer.newest(9, all).map(({ count }) => count)).toEqual([7, 5]);
});

test("numbers that stand elsewhere make no line, and are counted as seen", () => {
	const buffer = bufferOf(event("viewers", { online: 5 }));
	expect(buffer.total).toBe(0);
	expect(buffer.lastSeq).toBe(seq);
});

test("however much comes, 3,000 lines at most are kept, the newest", () => {
	const buffer = new FeedBuffer();
	for (let i = 0; i < 10_000; i++) buffer.add(event("chat", { content: `${i}` }));
	const rows = buffer.newest(9_999, all);
	expect(rows.length).toBeLessThanOrEqual(3_000);
	expect(rows.length).toBeGreaterThanOrEqual(2_000);
	expect(rows.at(-1)?.text).toBe("9999");
	expect(buffer.total).toBe(10_000);
});

test("older lines are given behind those that are shown already", () => {
	const buffer = bufferOf(...["a", "b", "c", "d"].map((content) => event("chat", { content })));
	const shown = buffer.newest(2, all);
	expect(buffer.newest(9, all, shown[0]?.key).map(({ text }) => text)).toEqual(["a", "b"]);
});
