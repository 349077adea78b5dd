import { describe, expect, expectTypeOf, it } from "vitest";
import { commonKeys, ownKeys } from "./event-keys.helpers.ts";
import type { ChatEvent, GiftEvent, LiveEvent, LiveEventType, LiveUser, RawEvent } from "./live-event.ts";
import { toWire, type WireEvent, type WireOf } from "./to-wire.ts";

const user = {
	id: "18446744073709551615",
	secUid: "s",
	displayId: "d",
	webcastUid: "w",
	nickname: "n",
	gender: "female",
	avatar: "",
	level: 1,
	fansClub: { name: "c", level: 2 },
	admin: true,
	superAdmin: true,
	masked: false,
} as const;
const base = { id: "1", envelopeId: "8", liveId: "2", roomId: "3", method: "m", at: 4, receivedAt: 5 };
const ranked = [{ rank: 1, score: "9", value: 9, delta: 1, hidden: true as const, user }];
const wish = { name: "w", giftName: "g", diamondCount: 1, progress: 1, target: 2 };
const side = {
	id: "1",
	name: "n",
	score: 1,
	display: "1",
	rank: 1,
	teamId: "2",
	teamScore: 1,
	contributors: [{ id: "3", nickname: "n", score: 1 }],
};

/** One event of each type, with every field. */
const events: { [T in LiveEventType]: Extract<LiveEvent, { type: T }> } = {
	chat: { ...base, type: "chat", content: "c", audio: { url: "u", durationMs: 1 } },
	emoji_chat: { ...base, type: "emoji_chat", emojiId: "1", content: "c", emojiImage: "" },
	screen_chat: { ...base, type: "screen_chat", content: "c" },
	gift: {
		...base,
		type: "gift",
		giftId: "1",
		giftName: "g",
		giftImage: "",
		giftType: 1,
		combo: true,
		groupCount: 1,
		count: 2,
		delta: 1,
		streakId: "s",
		final: false,
		diamondCount: 1,
		diamonds: 1,
		toUser: user,
		roomFanTicketCount: 10,
	},
	light_gift: {
		...base,
		type: "light_gift",
		giftId: "1",
		giftName: "g",
		giftImage: "",
		count: 2,
		groupCount: 1,
		diamondCount: 1,
		toUserId: "7",
	},
	fan_ticket: { ...base, type: "fan_ticket", roomFanTicketCount: 1, display: "1" },
	like: { ...base, type: "like", count: 1, total: 2 },
	chat_likes: { ...base, type: "chat_likes", likes: [{ messageId: "1", count: 2 }] },
	member: { ...base, type: "member", memberCount: 1, action: 1, setToAdmin: true, enterTipType: 6 },
	follow: { ...base, type: "follow", followCount: 1 },
	share: { ...base, type: "share", shareTarget: "" },
	fansclub: { ...base, type: "fansclub", action: "join", code: 2, content: "" },
	room_stats: { ...base, type: "room_stats", display: "", value: 1, total: 1 },
	viewers: { ...base, type: "viewers", online: 1, total: 1, totalDisplay: "", top: ranked },
	rank: { ...base, type: "rank", ranks: ranked },
	control: { ...base, type: "control", action: "end", code: 3, tips: "" },
	notice: { ...base, type: "notice", content: "" },
	intro: { ...base, type: "intro", content: "", labels: ["l"], videoTitle: "v" },
	banner: { ...base, type: "banner", extra: "{}", wishes: [wish] },
	product: { ...base, type: "product", content: "", total: 1, promotionId: "1", msgType: 2 },
	leaderboard: { ...base, type: "leaderboard", places: [{ title: "t", content: "c" }] },
	topic: { ...base, type: "topic", title: "t", phrases: [{ content: "c", count: 1, messageId: "1" }] },
	page_update: {
		...base,
		type: "page_update",
		part: "pk_effect",
		name: "n",
		content: "c",
		people: [{ id: "1", nickname: "n", score: 1 }],
		giftIds: ["1"],
		extra: "{}",
		battleId: "1",
	},
	pk_task: {
		...base,
		type: "pk_task",
		battleId: "1",
		code: 1,
		sides: [{ id: "1", progress: 1, target: 2, result: 0, multiple: 3, display: "1/2" }],
	},
	seats: {
		...base,
		type: "seats",
		action: "list",
		code: 6,
		linkerId: "1",
		seats: [{ position: 1, title: "t", muted: true, voiceOnly: true, user }],
		operatorId: "1",
		targetId: "2",
		position: 1,
		waiting: 2,
		allowed: true,
	},
	link_score: {
		...base,
		type: "link_score",
		channelId: "1",
		scores: [{ id: "1", name: "n", score: 2, display: "2", added: 1 }],
	},
	pk_started: { ...base, type: "pk_started", battleId: "1", startedAt: 1, durationMs: 1, sides: [] },
	pk_score: { ...base, type: "pk_score", battleId: "1", sides: [side] },
	pk_ended: { ...base, type: "pk_ended", battleId: "1", reason: 1, punishMs: 1, sides: [] },
	guest_score: { ...base, type: "guest_score", guestId: "1", score: 2, display: "2", contributors: side.contributors },
	lucky_box: {
		...base,
		type: "lucky_box",
		action: "sent",
		boxId: "1",
		title: "t",
		diamondCount: 1,
		opensAt: 1,
		winners: [],
		parts: 3,
		partsLeft: 2,
		diamondsLeft: 1,
	},
	lottery: {
		...base,
		type: "lottery",
		action: "drawn",
		lotteryId: "1",
		status: 1,
		prize: "p",
		prizeCount: 1,
		luckyCount: 1,
		participants: 1,
		startedAt: 1,
		drawsAt: 1,
		winners: ["1"],
	},
	message_deleted: { ...base, type: "message_deleted", messageIds: ["1"] },
	raw: { ...base, type: "raw", payload: new Uint8Array([0, 255, 1]) },
	connection: { ...base, type: "connection", state: "s", reason: "r", message: "m", login: "l" },
	gap: { ...base, type: "gap", from: 1, to: 2, reason: "r" },
	gifts_withheld: {
		...base,
		type: "gifts_withheld",
		from: 1,
		to: 2,
		diamondsMissing: 3,
		diamondsSeen: 4,
		evidence: { source: "room_total", unit: 10, unitLearned: true },
	},
	service_down: { ...base, type: "service_down", from: 1, to: 2 },
	broadcast_started: { ...base, type: "broadcast_started", title: "t" },
	broadcast_ended: { ...base, type: "broadcast_ended", reason: "r" },
};

describe("toWire", () => {
	it.each(Object.keys(events) as LiveEventType[])("gives a %s event its documented keys", (type) => {
		const keys = Object.keys(toWire(events[type]));
		expect(keys.sort()).toEqual(`${commonKeys} ${ownKeys[type]}`.split(" ").sort());
	});

	it("gives users their documented keys, also within lists", () => {
		const wireUser = {
			id: "18446744073709551615",
			sec_uid: "s",
			display_id: "d",
			webcast_uid: "w",
			nickname: "n",
			gender: "female",
			avatar: "",
			level: 1,
			fans_club: { name: "c", level: 2 },
			admin: true,
			super_admin: true,
			masked: false,
		};
		expect(toWire({ ...events.chat, user }).user).toEqual(wireUser);
		expect(toWire(events.gift).to_user).toEqual(wireUser);
		expect(toWire(events.viewers).top).toEqual([
			{ rank: 1, score: "9", value: 9, delta: 1, hidden: true, user: wireUser },
		]);
	});

	it("gives battle sides and wishes their documented keys", () => {
		expect(toWire(events.pk_score).sides).toEqual([
			{
				id: "1",
				name: "n",
				score: 1,
				display: "1",
				rank: 1,
				team_id: "2",
				team_score: 1,
				contributors: [{ id: "3", nickname: "n", score: 1 }],
			},
		]);
		expect(toWire(events.banner).wishes).toEqual([
			{ name: "w", gift_name: "g", diamond_count: 1, progress: 1, target: 2 },
		]);
	});

	it("gives seats, points and phrases their documented keys", () => {
		expect(toWire(events.seats).seats).toMatchObject([{ position: 1, title: "t", muted: true, voice_only: true }]);
		expect(toWire(events.link_score).scores).toEqual([{ id: "1", name: "n", score: 2, display: "2", added: 1 }]);
		expect(toWire(events.topic).phrases).toEqual([{ content: "c", count: 1, message_id: "1" }]);
		expect(toWire(events.page_update).people).toEqual([{ id: "1", nickname: "n", score: 1 }]);
		expect(toWire(events.chat).audio).toEqual({ url: "u", duration_ms: 1 });
	});

	it("encodes bytes as base64", () => {
		expect(toWire(events.raw).payload).toBe("AP8B");
		const view = Buffer.from("xxabcxx").subarray(2, 5);
		expect(toWire({ ...events.raw, payload: view }).payload).toBe("YWJj");
	});

	it("drops undefined values and keeps empty ones", () => {
		const event = { ...events.chat, content: "", user: undefined } as unknown as ChatEvent;
		expect(toWire(event)).not.toHaveProperty("user");
		expect(toWire(event).content).toBe("");
	});

	it("returns data that survives JSON unchanged", () => {
		for (const event of Object.values(events)) {
			const wire = toWire<LiveEvent>(event);
			expect(JSON.parse(JSON.stringify(wire))).toEqual(wire);
		}
	});

	it("has a type that matches its result", () => {
		expectTypeOf<WireOf<RawEvent>["payload"]>().toEqualTypeOf<string>();
		expectTypeOf<WireOf<GiftEvent>["diamond_count"]>().toEqualTypeOf<number>();
		expectTypeOf<Pick<WireOf<GiftEvent>, "to_user">>().toEqualTypeOf<{ to_user?: WireOf<LiveUser> }>();
		expectTypeOf<WireOf<LiveUser>["fans_club"]>().toEqualTypeOf<{ name: string; level: number } | undefined>();
		expectTypeOf<WireEvent["received_at"]>().toEqualTypeOf<number>();
		expectTypeOf<WireEvent["type"]>().toEqualTypeOf<LiveEventType>();
	});
});
