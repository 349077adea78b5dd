import { describe, expect, expectTypeOf, it } from "vitest";
import type { ChatEvent, GiftEvent, LiveEvent, LiveEventType, LiveUser, RawEvent } from "./live-event.ts";
import { toWire, type WireEvent, type WireOf } from "./to-wire.ts";

const user = {
	id: "18446744073709551615",
	secUid: "s",
	nickname: "n",
	gender: "female",
	avatar: "",
	level: 1,
	fansClub: { name: "c", level: 2 },
	masked: false,
} as const;
const base = { id: "1", liveId: "2", roomId: "3", method: "m", at: 4, receivedAt: 5 };
const ranked = [{ rank: 1, score: "9", user }];

/** One event of each type, with every field. */
const events: { [T in LiveEventType]: Extract<LiveEvent, { type: T }> } = {
	chat: { ...base, type: "chat", content: "c" },
	emoji_chat: { ...base, type: "emoji_chat", emojiId: "1", content: "c" },
	screen_chat: { ...base, type: "screen_chat", content: "c" },
	gift: {
		...base,
		type: "gift",
		giftId: "1",
		giftName: "g",
		giftImage: "",
		count: 2,
		delta: 1,
		streakId: "s",
		final: false,
		diamondCount: 1,
		diamonds: 1,
		toUser: user,
	},
	like: { ...base, type: "like", count: 1, total: 2 },
	member: { ...base, type: "member", memberCount: 1, action: 1 },
	follow: { ...base, type: "follow", followCount: 1 },
	share: { ...base, type: "share", shareTarget: "" },
	fansclub: { ...base, type: "fansclub", action: "join", content: "" },
	room_stats: { ...base, type: "room_stats", display: "", value: 1, total: 1 },
	viewers: { ...base, type: "viewers", online: 1, total: 1, totalDisplay: "", top: ranked },
	rank: { ...base, type: "rank", ranks: ranked },
	control: { ...base, type: "control", action: "end", code: 3, tips: "" },
	notice: { ...base, type: "notice", content: "" },
	intro: { ...base, type: "intro", content: "" },
	banner: { ...base, type: "banner", extra: "{}" },
	product: { ...base, type: "product", content: "", total: 1 },
	raw: { ...base, type: "raw", payload: new Uint8Array([0, 255, 1]) },
	connection: { ...base, type: "connection", state: "s", reason: "r", message: "m" },
	gap: { ...base, type: "gap", from: 1, to: 2, reason: "r" },
	broadcast_started: { ...base, type: "broadcast_started", title: "t" },
	broadcast_ended: { ...base, type: "broadcast_ended", reason: "r" },
};

const commonKeys = "id live_id room_id method at received_at type";

/** The keys that programs outside rely on: public API. */
const ownKeys: Record<LiveEventType, string> = {
	chat: "content",
	emoji_chat: "emoji_id content",
	screen_chat: "content",
	gift: "gift_id gift_name gift_image count delta streak_id final diamond_count diamonds to_user",
	like: "count total",
	member: "member_count action",
	follow: "follow_count",
	share: "share_target",
	fansclub: "action content",
	room_stats: "display value total",
	viewers: "online total total_display top",
	rank: "ranks",
	control: "action code tips",
	notice: "content",
	intro: "content",
	banner: "extra",
	product: "content total",
	raw: "payload",
	connection: "state reason message",
	gap: "from to reason",
	broadcast_started: "title",
	broadcast_ended: "reason",
};

describe("toWire", () => {
	it.each(Object.keys(events) as LiveEventType[])("gives a %s event the keys that are promised", (type) => {
		const keys = Object.keys(toWire(events[type]));
		expect(keys.sort()).toEqual(`${commonKeys} ${ownKeys[type]}`.split(" ").sort());
	});

	it("gives a user the keys that are promised, also within lists", () => {
		const wireUser = {
			id: "18446744073709551615",
			sec_uid: "s",
			nickname: "n",
			gender: "female",
			avatar: "",
			level: 1,
			fans_club: { name: "c", level: 2 },
			masked: false,
		};
		expect(toWire({ ...events.chat, user }).user).toEqual(wireUser);
		expect(toWire(events.gift).to_user).toEqual(wireUser);
		expect(toWire(events.viewers).top).toEqual([{ rank: 1, score: "9", user: wireUser }]);
	});

	it("gives bytes as base64", () => {
		expect(toWire(events.raw).payload).toBe("AP8B");
		const view = Buffer.from("xxabcxx").subarray(2, 5);
		expect(toWire({ ...events.raw, payload: view }).payload).toBe("YWJj");
	});

	it("leaves undefined out, and keeps what is empty", () => {
		const event = { ...events.chat, content: "", user: undefined } as unknown as ChatEvent;
		expect(toWire(event)).not.toHaveProperty("user");
		expect(toWire(event).content).toBe("");
	});

	it("gives what JSON keeps as it is", () => {
		for (const event of Object.values(events)) {
			const wire = toWire<LiveEvent>(event);
			expect(JSON.parse(JSON.stringify(wire))).toEqual(wire);
		}
	});

	it("is typed as what it gives", () => {
		expectTypeOf<WireOf<RawEvent>["payload"]>().toEqualTypeOf<string>();
		expectTypeOf<WireOf<GiftEvent>["diamond_count"]>().toEqualTypeOf<number>();
		expectTypeOf<Pick<WireOf<GiftEvent>, "to_user">>().toEqualTypeOf<{ to_user?: WireOf<LiveUser> }>();
		expectTypeOf<WireOf<LiveUser>["fans_club"]>().toEqualTypeOf<{ name: string; level: number } | undefined>();
		expectTypeOf<WireEvent["received_at"]>().toEqualTypeOf<number>();
		expectTypeOf<WireEvent["type"]>().toEqualTypeOf<LiveEventType>();
	});
});
