import { describe, expect, it } from "vitest";
import { toWire } from "../events/index.ts";
import { parseEntries, readEntries } from "./index.ts";

const context = { liveId: "1001", roomId: "7100000000000000001", receivedAt: 2000 };
const person = { sec_openid: "_000abc", nickname: "云", avatar_url: "https://example.com/a.png", timestamp: 1000 };

describe("the platform's entries", () => {
	it("become countable gifts in diamonds with their own ids", () => {
		const entry = { ...person, msg_id: "71", sec_gift_id: "gift9", gift_num: 3, gift_value: 270 };
		const { events, msgIds } = readEntries([entry], { ...context, type: "live_gift" });
		expect(msgIds).toEqual(["71"]);
		expect(events.map(toWire)).toEqual([
			{
				id: "official:live_gift:71",
				live_id: "1001",
				room_id: "7100000000000000001",
				method: "live_gift",
				source: "official",
				at: 1000,
				received_at: 2000,
				user: {
					id: "0",
					sec_uid: "_000abc",
					nickname: "云",
					gender: "unknown",
					avatar: "https://example.com/a.png",
					level: 0,
					masked: false,
				},
				type: "gift",
				gift_id: "gift9",
				gift_name: "",
				gift_image: "",
				gift_type: 0,
				combo: false,
				group_count: 1,
				count: 3,
				delta: 3,
				streak_id: "official:live_gift:71",
				final: true,
				diamond_count: 9,
				diamonds: 27,
			},
		]);
	});

	it.each([
		["live_comment", { content: "你好" }, { type: "chat", content: "你好" }],
		["live_like", { like_num: 7 }, { type: "like", count: 7, total: 0 }],
		["live_fansclub", { fansclub_reason_type: 2 }, { type: "fansclub", action: "join" }],
		["live_fansclub", { fansclub_reason_type: 1 }, { type: "fansclub", action: "upgrade" }],
		["live_gift", { gift_num: "2", gift_value: "20" }, { type: "gift", delta: 2, diamonds: 2, diamondCount: 1 }],
		["live_gift", {}, { type: "gift", delta: 1, diamonds: 0 }],
	] as const)("map %s with %j to %j", (type, fields, expected) => {
		const { events } = readEntries([{ ...person, msg_id: "1", ...fields }], { ...context, type });
		expect(events[0]).toMatchObject(expected);
	});

	it.each([
		["a year old", { timestamp: 400 * 86_400_000 - 365 * 86_400_000 }, { at: 400 * 86_400_000, bounded: ["at"] }],
		["dated next week", { timestamp: 407 * 86_400_000 }, { at: 400 * 86_400_000, bounded: ["at"] }],
		[
			"worth 10^15 fen",
			{ gift_value: 1e15 },
			{ diamonds: 1_000_000_000, diamondCount: 1_000_000, bounded: ["diamond_count", "diamonds"] },
		],
		[
			"worth more than the maximum number",
			{ gift_value: "1e300" },
			{ diamonds: 1_000_000_000, bounded: ["diamond_count", "diamonds"] },
		],
		[
			"2^31 gifts",
			{ gift_num: 2 ** 31, gift_value: 10 },
			{ count: 10_000_000, delta: 10_000_000, diamonds: 1, bounded: ["count"] },
		],
		["a very long nickname", { nickname: "🙂".repeat(100_000) }, { bounded: ["user.nickname"] }],
	])("are bounded and marked: %s", (_case, fields, expected) => {
		const entry = { ...person, timestamp: 400 * 86_400_000, msg_id: "1", gift_num: 1, gift_value: 10, ...fields };
		const { events } = readEntries([entry], { ...context, receivedAt: 400 * 86_400_000, type: "live_gift" });
		expect(events).toMatchObject([expected]);
	});

	it("keep their own time within the last day", () => {
		const entry = { ...person, timestamp: 399 * 86_400_000, msg_id: "1" };
		const { events } = readEntries([entry], { ...context, receivedAt: 400 * 86_400_000, type: "live_gift" });
		expect(events).toMatchObject([{ at: 399 * 86_400_000 }]);
		expect(events[0]).not.toHaveProperty("bounded");
	});

	it("from the test tool or without id are only counted", () => {
		const entries = [{ ...person, msg_id: "1", test: true, gift_value: 10 }, { ...person }, null, [], "x"];
		expect(readEntries(entries, { ...context, type: "live_gift" })).toEqual({
			events: [],
			msgIds: [],
			tests: 1,
			unreadable: 4,
		});
	});

	it("are a JSON list, or an error", () => {
		expect(parseEntries('[{"msg_id":"1"}]')).toEqual([{ msg_id: "1" }]);
		expect(() => parseEntries('{"msg_id":"1"}')).toThrow(TypeError);
		expect(() => parseEntries("[")).toThrow(SyntaxError);
	});
});
