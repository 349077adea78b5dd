import * as fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { GiftCounter } from "../gifts/index.ts";
import * as wire from "../wire/index.ts";
import { boundGift, eventBounds } from "./bounds.ts";
import { kindCases } from "./kind-cases.helpers.ts";
import type { GiftEvent, UpstreamEvent } from "./live-event.ts";
import { eventOf } from "./mappers.ts";
import { noise, withNoise } from "./noise.helpers.ts";
import { anna, envelopeOf } from "./samples.helpers.ts";

const gift = (more: wire.GiftMessageInit): GiftEvent =>
	eventOf(
		wire.encodeGiftMessage({ giftId: "463", groupId: "7", ...more }),
		envelopeOf("WebcastGiftMessage"),
	) as GiftEvent;
const chat = (more: wire.ChatMessageInit): UpstreamEvent =>
	eventOf(wire.encodeChatMessage({ content: "你好", ...more }), envelopeOf("WebcastChatMessage"));

/** Yields every leaf of an event with the path of field names to it. */
function* leaves(value: unknown, path: string): Generator<[path: string, leaf: unknown]> {
	if (typeof value !== "object" || value === null || value instanceof Uint8Array) yield [path, value];
	else if (Array.isArray(value)) for (const item of value) yield* leaves(item, path);
	else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path === "" ? key : `${path}.${key}`);
}

const max: Record<string, number> = {
	count: eventBounds.count,
	delta: eventBounds.total,
	diamondCount: eventBounds.price,
	diamonds: eventBounds.worth,
	level: eventBounds.level,
	rank: eventBounds.level,
};

function isWithin(path: string, leaf: unknown): boolean {
	const name = path.slice(path.lastIndexOf(".") + 1);
	if (typeof leaf === "number") {
		return Number.isSafeInteger(leaf) && Math.abs(leaf) <= (max[name] ?? eventBounds.time);
	}
	if (leaf instanceof Uint8Array) return leaf.length <= eventBounds.payload;
	if (typeof leaf !== "string") return true;
	return leaf.length <= (path === "extra" ? eventBounds.extra : eventBounds.content) && !/\p{Surrogate}/u.test(leaf);
}

describe("bounds of events", () => {
	it("keep numbers safe integers and texts short, for any input", () => {
		fc.assert(
			fc.property(fc.constantFrom(...kindCases), noise, ([method, payload], changed) => {
				const bytes = withNoise(payload, changed);
				let event: UpstreamEvent;
				try {
					event = eventOf(bytes, envelopeOf(method));
				} catch (error) {
					if (error instanceof wire.WireError) return;
					throw error;
				}
				expect([...leaves(event, "")].filter(([path, leaf]) => !isWithin(path, leaf))).toEqual([]);
			}),
			{ numRuns: 100 * inject("rounds") },
		);
	});

	it("limit a gift and its streak to a billion diamonds", () => {
		const number = fc.constantFrom(0, 1, 99, 30_000, 2 ** 31 - 1, Number.MAX_SAFE_INTEGER);
		const step = fc.record({ price: fc.integer(), repeatCount: number, comboCount: number, groupCount: number });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
				const counter = new GiftCounter();
				const events = steps.map(({ price, ...counts }) =>
					gift({ ...counts, gift: { id: "463", combo: true, diamondCount: price } }),
				);
				counter.count(events);
				for (const { delta, count, diamondCount, diamonds } of events) {
					expect(diamonds).toBe(delta * diamondCount);
					expect(diamonds).toBeLessThanOrEqual(eventBounds.worth);
					expect(count).toBeLessThanOrEqual(eventBounds.count);
				}
			}),
		);
	});

	it("leave realistic messages unchanged", () => {
		const event = gift({ repeatCount: 9_999, groupCount: 99, user: anna, gift: { combo: true, diamondCount: 1 } });
		expect(event).toMatchObject({ count: 989_901, diamonds: 989_901 });
		expect(event).not.toHaveProperty("bounded");
		expect(chat({ user: anna })).not.toHaveProperty("bounded");
	});

	it("limit and list a price and count of 2^31-1", () => {
		const huge = 2 ** 31 - 1;
		const event = gift({ repeatCount: huge, comboCount: huge, groupCount: huge, gift: { diamondCount: huge } });
		expect(event).toMatchObject({
			diamondCount: 1_000_000,
			count: 1_000,
			delta: 1_000,
			diamonds: 1_000_000_000,
			bounded: ["diamond_count", "count", "group_count"],
		});
	});

	it("limit and list texts of 1 MiB without splitting characters", () => {
		const event = chat({ content: "🙂".repeat(300_000), user: { ...anna, nickname: `a${"🙂".repeat(300_000)}` } });
		expect(event.bounded).toEqual(["user.nickname", "content"]);
		expect(event).toMatchObject({ content: "🙂".repeat(2_500), user: { nickname: `a${"🙂".repeat(255)}` } });
	});

	it("drop and list an address that is too long", () => {
		const event = chat({
			user: { ...anna, avatarThumb: { urlList: [`https://p0.example.com/${"x".repeat(3_000)}`] } },
		});
		expect(event).toMatchObject({ user: { avatar: "" }, bounded: ["user.avatar"] });
	});

	it("limit and list a text expanded from repeated pieces", () => {
		const displayText = { defaultPattern: "{0}".repeat(150), pieces: [{ stringValue: "长".repeat(100) }] };
		const notice = eventOf(wire.encodeSpokenMessage({ common: { displayText } }), envelopeOf("WebcastHotRoomMessage"));
		expect(notice).toMatchObject({ type: "notice", content: "长".repeat(5_000), bounded: ["content"] });
	});

	it("limit and list lists and the fields of their items", () => {
		const ranks = Array.from({ length: 150 }, () => ({ scoreStr: "9".repeat(600), user: anna }));
		const rank = eventOf(wire.encodeRoomRankMessage({ ranks }), envelopeOf("WebcastRoomRankMessage"));
		expect(rank).toMatchObject({ bounded: ["ranks.score", "ranks"] });
		expect(rank.type === "rank" && rank.ranks.length).toBe(100);
		const deleteMsgIds = Array.from({ length: 5_000 }, (_, i) => String(i));
		const deleted = eventOf(wire.encodeImDeleteMessage({ deleteMsgIds }), envelopeOf("WebcastImDeleteMessage"));
		expect(deleted).toMatchObject({ messageIds: deleteMsgIds.slice(0, 1000), bounded: ["message_ids"] });
	});

	it("limit and list payloads of raw and typed events", () => {
		const content = "x".repeat(1024 * 1024);
		const payload = wire.encodeChatMessage({ content });
		const raw = eventOf(payload, envelopeOf("WebcastNewMessage"));
		if (raw.type !== "raw") throw new Error(raw.type);
		expect(Buffer.from(raw.payload).equals(payload.subarray(0, eventBounds.payload))).toBe(true);
		expect(raw.bounded).toEqual(["payload"]);
		const typed = eventOf(payload, envelopeOf("WebcastChatMessage"), true);
		expect(typed.raw?.length).toBe(eventBounds.payload);
		expect(typed.bounded).toEqual(["raw", "content"]);
	});

	it("keep a gift's price and count consistent with its worth", () => {
		expect(boundGift(-1, 5)).toEqual({ price: 0, count: 5, bounded: [] });
		expect(boundGift(30_000, 33_334)).toEqual({ price: 30_000, count: 33_333, bounded: ["count"] });
	});
});
