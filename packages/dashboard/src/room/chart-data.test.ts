import type { RoomEvent, SeriesPoint } from "@livekeeper/client";
import { expect, test } from "vitest";
import {
	beginOf,
	chartNames,
	columnsOf,
	drawable,
	drawnLength,
	marksOf,
	minuteMs,
	rangeOf,
	stacked,
	stepFor,
} from "./chart-data.ts";
import { mixed } from "./palette.ts";

const start = 1_767_225_600_000;
const point = (minute: number, more: Partial<SeriesPoint> = {}): SeriesPoint => ({
	at: start + minute * minuteMs,
	messages: {},
	viewers: null,
	peak_viewers: null,
	likes: 0,
	diamonds: 0,
	...more,
});

test("fills empty spans with zeros, and groups other kinds", () => {
	const points = [
		point(0, { messages: { chat: 2, viewers: 3, room_stats: 1 }, viewers: 7 }),
		point(3, { messages: { gift: 1 }, likes: 5, diamonds: 9 }),
		point(9, { messages: { chat: 99 } }),
	];
	const columns = columnsOf(points, start, start + 3.5 * minuteMs, 1);
	expect(columns.at).toEqual([0, 1, 2, 3].map((minute) => start + minute * minuteMs));
	expect(columns.messages).toEqual({
		chat: [2, 0, 0, 0],
		gift: [0, 0, 0, 1],
		like: [0, 0, 0, 0],
		member: [0, 0, 0, 0],
		other: [4, 0, 0, 0],
	});
	expect(columns.viewers).toEqual([7, null, null, null]);
	expect([columns.likes[3], columns.diamonds[3]]).toEqual([5, 9]);
	expect(columnsOf(points, start, start - 1, 1).at).toEqual([]);
});

test("draws nothing below two whole minutes or without data", () => {
	const minutes = (count: number) =>
		columnsOf([point(0, { messages: { chat: 2 }, diamonds: 3 })], start, start + (count - 1) * minuteMs, 1);
	// The current minute is not drawn.
	expect(drawnLength(minutes(3), true)).toBe(2);
	expect(drawable(minutes(2), true)).toEqual({ drawn: [], empty: chartNames, hasSpans: false });
	expect(drawable(minutes(1), false)).toEqual({ drawn: [], empty: chartNames, hasSpans: false });
	expect(drawable(minutes(3), true)).toMatchObject({ drawn: ["messages", "diamonds"], empty: ["viewers", "likes"] });
	// A room without data for a long time has spans, but nothing in them.
	expect(drawable(columnsOf([], start, start + 5 * minuteMs, 1), true)).toMatchObject({ drawn: [], hasSpans: true });
	expect(drawable(minutes(2), false).drawn).toEqual(["messages", "diamonds"]);
});

test("starts an axis at 0, unless it shows a level", () => {
	expect(rangeOf(40, 50, false)).toEqual([0, 55]);
	const [from, to] = rangeOf(1_000, 1_100, true);
	expect(from).toBe(975);
	expect(to).toBeCloseTo(1_112.5);
	// A level near 0 starts at 0. Unknown and constant values also get an axis.
	expect(rangeOf(10, 100, true)[0]).toBe(0);
	expect(rangeOf(null, null, false)).toEqual([0, 1]);
	expect(rangeOf(7, 7, true)[1]).toBeGreaterThan(7);
});

test("uses longer spans for long broadcasts, at most 1,440", () => {
	expect([0, 12, 24, 25, 240].map((hours) => stepFor(hours * 60 * minuteMs))).toEqual([1, 1, 1, 2, 10]);
});

test("limits a broadcast of months to the last 30 days", () => {
	const day = 1_440 * minuteMs;
	expect(beginOf(start + 1, start + day)).toBe(start);
	for (const days of [31, 31.5, 32, 400]) {
		const to = start + days * day;
		const begin = beginOf(start, to);
		expect((begin - start) % day).toBe(0);
		expect(to - begin).toBeGreaterThanOrEqual(29 * day);
		expect(to - begin).toBeLessThan(31 * day);
	}
});

test("stacks columns", () => {
	expect(
		stacked([
			[1, 2],
			[10, 0],
			[0, 5],
		]),
	).toEqual([
		[1, 2],
		[11, 2],
		[11, 7],
	]);
	expect(stacked([])).toEqual([]);
});

const event = (type: string, minute: number, fields: object): RoomEvent =>
	({ seq: minute, at: start + minute * minuteMs, type, ...fields }) as never;
const state = (minute: number, name: string, reason = "ok") => event("connection", minute, { state: name, reason });

test("keeps a loss open from first failure to connection", () => {
	const marks = marksOf([
		state(0, "connected"),
		state(1, "reconnecting", "network"),
		state(2, "connecting"),
		state(3, "reconnecting", "again"),
		state(4, "connected"),
		event("gap", 4, { from: start + 2 * minuteMs, to: start + minuteMs, reason: "no_cursor" }),
		state(6, "waiting"),
		state(7, "blocked", "refused"),
	]);
	expect(
		marks.map(({ kind, from, to, reason }) => [kind, (from - start) / minuteMs, to && (to - start) / minuteMs, reason]),
	).toEqual([
		["lost", 1, 4, "network"],
		["gap", 2, 2, "no_cursor"],
		["lost", 7, undefined, "refused"],
	]);
});

test("marks downtime separately, and ends an open loss there", () => {
	const marks = marksOf([
		state(0, "connected"),
		event("service_down", 3, { from: start + 2 * minuteMs, to: start + 3 * minuteMs }),
		state(4, "connected"),
		state(5, "reconnecting", "network"),
		event("service_down", 8, { from: start + 6 * minuteMs, to: start + 8 * minuteMs }),
		state(9, "connected"),
	]);
	expect(marks.map(({ kind, from, to = 0 }) => [kind, (from - start) / minuteMs, (to - start) / minuteMs])).toEqual([
		["down", 2, 3],
		["lost", 5, 6],
		["down", 6, 8],
	]);
});

test("mixes a translucent colour into an opaque one", () => {
	expect(mixed("#0b6b5f", "#fff", 0.5)).toBe("rgb(133 181 175)");
	expect(mixed("#0b6b5f", "#ffffff", 0.5)).toBe("rgb(133 181 175)");
	expect(mixed("#fff", "#000000", 1)).toBe("rgb(255 255 255)");
});
