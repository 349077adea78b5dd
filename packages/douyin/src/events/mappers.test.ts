import { describe, expect, it } from "vitest";
import * as wire from "../wire/index.ts";
import type { LiveEvent } from "./live-event.ts";
import { eventOf, typedMethods } from "./mappers.ts";
import { moneyCases } from "./money-cases.helpers.ts";
import { anna, envelopeOf, liveAnna, RECEIVED_AT, ROOM_ID, SENT_AT } from "./samples.helpers.ts";

const common = { msgId: "99", createTime: SENT_AT - 5 };
const bert = { id: "3000000000000002", nickname: "虚构贝特" };

/** One message of each kind, and what is the event's own. */
const cases: [method: string, payload: Uint8Array, own: Partial<LiveEvent>][] = [
	[
		"WebcastChatMessage",
		wire.encodeChatMessage({ common, user: anna, content: "你好", eventTime: SENT_AT / 1000 }),
		{ type: "chat", content: "你好", at: SENT_AT },
	],
	[
		"WebcastEmojiChatMessage",
		wire.encodeEmojiChatMessage({
			common,
			user: anna,
			emojiId: "18446744073709551615",
			defaultContent: "[笑]",
			emojiContent: { pieces: [{ imageValue: { image: { urlList: ["https://p0.example.com/e"] } } }] },
		}),
		{
			type: "emoji_chat",
			emojiId: "18446744073709551615",
			content: "[笑]",
			emojiImage: "https://p0.example.com/e",
		},
	],
	[
		"WebcastScreenChatMessage",
		wire.encodeScreenChatMessage({ common, user: anna, content: "大字", eventTime: SENT_AT }),
		{ type: "screen_chat", content: "大字", at: SENT_AT },
	],
	[
		"WebcastPrivilegeScreenChatMessage",
		wire.encodePrivilegeScreenChatMessage({ common, user: anna, content: "大字" }),
		{ type: "screen_chat", content: "大字" },
	],
	[
		"WebcastGiftMessage",
		wire.encodeGiftMessage({
			common,
			user: anna,
			toUser: bert,
			giftId: "463",
			groupId: "7",
			groupCount: 1,
			repeatCount: 3,
			repeatEnd: 1,
			gift: {
				id: "463",
				name: "小心心",
				combo: true,
				type: 1,
				diamondCount: 2,
				image: { urlList: ["https://p0.example.com/g"] },
			},
			sendTime: SENT_AT + 7,
			roomFanTicketCount: 60,
		}),
		{
			type: "gift",
			giftId: "463",
			giftName: "小心心",
			giftImage: "https://p0.example.com/g",
			giftType: 1,
			combo: true,
			groupCount: 1,
			roomFanTicketCount: 60,
			count: 3,
			delta: 3,
			streakId: `${ROOM_ID}:MS4wLjABAAAAanna:3000000000000002:463:7`,
			final: true,
			diamondCount: 2,
			diamonds: 6,
			toUser: { ...bert, secUid: "", gender: "unknown", avatar: "", level: 0, masked: false },
			at: SENT_AT + 7,
		},
	],
	[
		"WebcastLikeMessage",
		wire.encodeLikeMessage({ common, user: anna, count: 5, total: 12_345 }),
		{ type: "like", count: 5, total: 12_345 },
	],
	[
		"WebcastMemberMessage",
		wire.encodeMemberMessage({ common, user: anna, memberCount: 48, action: 1 }),
		{ type: "member", memberCount: 48, action: 1 },
	],
	[
		"WebcastMemberMessage",
		wire.encodeMemberMessage({ common, user: anna, action: 5, isSetToAdmin: true }),
		{ type: "member", memberCount: 0, action: 5, setToAdmin: true },
	],
	[
		"WebcastSocialMessage",
		wire.encodeSocialMessage({ common, user: anna, action: 1, followCount: 1000 }),
		{ type: "follow", followCount: 1000 },
	],
	[
		"WebcastSocialMessage",
		wire.encodeSocialMessage({ common, user: anna, action: 3, shareTarget: "1" }),
		{ type: "share", shareTarget: "1" },
	],
	[
		"WebcastFansclubMessage",
		wire.encodeFansclubMessage({ common, user: anna, action: 1, content: "升级了" }),
		{ type: "fansclub", action: "upgrade", content: "升级了" },
	],
	[
		"WebcastFansclubMessage",
		wire.encodeFansclubMessage({ common, user: anna, action: 2, content: "加入了" }),
		{ type: "fansclub", action: "join", content: "加入了" },
	],
	[
		"WebcastFansclubMessage",
		wire.encodeFansclubMessage({ common, user: anna, action: 9 }),
		{ type: "fansclub", action: "other", content: "" },
	],
	[
		"WebcastRoomStatsMessage",
		wire.encodeRoomStatsMessage({ common, displayLong: "1.2万在线观众", displayValue: 12_000, total: 13_000 }),
		{ type: "room_stats", display: "1.2万在线观众", value: 12_000, total: 13_000 },
	],
	[
		"WebcastRoomUserSeqMessage",
		wire.encodeRoomUserSeqMessage({
			common,
			total: 900,
			totalUser: 100_001,
			totalPvForAnchor: "10万+",
			ranks: [
				{ rank: 1, user: anna, score: "300", delta: 80 },
				{ rank: 2, exactlyScore: "***", score: "2", isHidden: true },
				{ rank: 3, exactlyScore: "12345", scoreDescription: "1.2万", score: "1" },
				{},
			],
			seats: [{ rank: 9 }],
		}),
		{
			type: "viewers",
			online: 900,
			total: 100_001,
			totalDisplay: "10万+",
			top: [
				{ rank: 1, score: "300", value: 300, delta: 80, user: liveAnna as never },
				{ rank: 2, score: "***", value: 2, hidden: true },
				{ rank: 3, score: "12345", value: 12_345 },
				{ rank: 4, score: "" },
			],
		},
	],
	[
		"WebcastRoomRankMessage",
		wire.encodeRoomRankMessage({ common, ranks: [{ user: anna, scoreStr: "3.2万" }, { scoreStr: "" }] }),
		{
			type: "rank",
			ranks: [
				{ rank: 1, score: "3.2万", user: liveAnna as never },
				{ rank: 2, score: "" },
			],
		},
	],
	[
		"WebcastRoomRankMessage",
		wire.encodeRoomRankMessage({ common, audienceRanks: [{ user: anna, score: "30", rank: 1, delta: 5 }, {}] }),
		{
			type: "rank",
			ranks: [
				{ rank: 1, score: "30", value: 30, delta: 5, user: liveAnna as never },
				{ rank: 2, score: "" },
			],
		},
	],
	...(
		[
			[1, "pause"],
			[2, "resume"],
			[3, "end"],
			[7, "other"],
		] as const
	).map(([code, action]): [string, Uint8Array, Partial<LiveEvent>] => [
		"WebcastControlMessage",
		wire.encodeControlMessage({ common, action: code, tips: "提示" }),
		{ type: "control", action, code, tips: "提示" },
	]),
	["WebcastRoomMessage", wire.encodeRoomMessage({ common, content: "公告" }), { type: "notice", content: "公告" }],
	[
		"WebcastCommonTextMessage",
		wire.encodeCommonTextMessage({ common: { ...common, displayText: { defaultPattern: "欢迎" } }, user: anna }),
		{ type: "notice", content: "欢迎" },
	],
	[
		"WebcastRoomIntroMessage",
		wire.encodeRoomIntroMessage({ common, user: anna, intro: "简介" }),
		{ type: "intro", content: "简介" },
	],
	[
		"WebcastInRoomBannerMessage",
		wire.encodeInRoomBannerMessage({ common, extra: "{}" }),
		{ type: "banner", extra: "{}" },
	],
	[
		"WebcastProductChangeMessage",
		wire.encodeProductChangeMessage({
			common,
			updateToast: "上新",
			updateProductInfo: [{ promotionId: "350" }, { promotionId: "351" }],
			total: 4,
		}),
		{ type: "product", content: "上新", total: 4, promotionId: "350", msgType: 0 },
	],
	[
		"WebcastLiveShoppingMessage",
		wire.encodeLiveShoppingMessage({ common, promotionsNum: 4 }),
		{ type: "product", content: "", total: 4, promotionId: "0", msgType: 0 },
	],
	[
		"WebcastLiveShoppingMessage",
		wire.encodeLiveShoppingMessage({
			common,
			msgType: 7,
			promotionId: "18446744073709551615",
			updatedProductInfo: { title: "木船" },
		}),
		{ type: "product", content: "木船", total: 0, promotionId: "18446744073709551615", msgType: 7 },
	],
	...moneyCases,
];

/** Kinds whose message names somebody, and is about them. */
const withUser = new Set([
	"chat",
	"emoji_chat",
	"screen_chat",
	"gift",
	"light_gift",
	"like",
	"member",
	"follow",
	"share",
	"fansclub",
	"intro",
]);

const personal = new Set(["WebcastCommonTextMessage", "WebcastLuckyBoxMessage"]);

describe("eventOf", () => {
	it.each(cases)("makes a %s what it says", (method, payload, own) => {
		const hasUser = withUser.has(own.type ?? "") || personal.has(method);
		expect(eventOf(payload, envelopeOf(method))).toEqual({
			id: "7590000000000000001",
			liveId: "261378947940",
			roomId: ROOM_ID,
			method,
			at: SENT_AT - 5,
			receivedAt: RECEIVED_AT,
			...(hasUser && { user: liveAnna }),
			...own,
		});
	});

	it("has a case here for every kind that has a type", () => {
		expect(new Set(cases.map(([method]) => method))).toEqual(new Set(typedMethods));
	});

	it.each(["WebcastRoomDataSyncMessage", "", "__proto__", "constructor"])(
		"passes the kind %j on as it came",
		(method) => {
			const payload = wire.encodeChatMessage({ common, content: "x" });
			expect(eventOf(payload, envelopeOf(method))).toMatchObject({
				type: "raw",
				method,
				payload: new Uint8Array(payload),
				at: SENT_AT - 5,
			});
		},
	);

	it("passes a kind on whose payload isn't even protobuf", () => {
		const payload = Buffer.from("<html>");
		expect(eventOf(payload, envelopeOf("WebcastNewMessage"))).toMatchObject({
			type: "raw",
			payload: new Uint8Array(payload),
		});
	});

	it("keeps no more of a frame in memory than the payload of a raw event", () => {
		const frame = Buffer.alloc(100_000);
		const event = eventOf(frame.subarray(10, 20), envelopeOf("WebcastNewMessage"));
		expect(event.type === "raw" && event.payload.buffer.byteLength).toBe(10);
	});

	it("passes social actions without a type, and texts without a text, on as they came", () => {
		const social = wire.encodeSocialMessage({ common, action: 4 });
		expect(eventOf(social, envelopeOf("WebcastSocialMessage")).type).toBe("raw");
		const text = wire.encodeCommonTextMessage({ common, user: anna });
		expect(eventOf(text, envelopeOf("WebcastCommonTextMessage")).type).toBe("raw");
	});

	it.each<[string, Uint8Array]>([
		["WebcastLinkMicMethod", wire.encodeLinkMicMethod({ common, messageType: 100 })],
		["WebcastLinkMicBattleMethod", wire.encodeLinkMicBattle({ common, battleSettings: { battleStatus: 3 } })],
		["WebcastLinkMicArmiesMethod", wire.encodeLinkMicArmies({ common })],
		["WebcastBattleStatusMessage", wire.encodeBattleStatusMessage({ common, battleId: "1", status: 9 })],
		["WebcastMatchAgainstScoreMessage", wire.encodeMatchAgainstScoreMessage({ common })],
		["WebcastRoomDataSyncMessage", wire.encodeRoomDataSyncMessage({ common, syncKey: "DoubleLikeSyncData" })],
		["WebcastLinkMicMethod", Buffer.from("12ff", "hex")],
		["WebcastImDeleteMessage", Buffer.from("1202ffff", "hex")],
	])("passes a %s on as it came where it tells nothing that has a type, or can't be read", (method, payload) => {
		expect(eventOf(payload, envelopeOf(method))).toMatchObject({ type: "raw", payload: new Uint8Array(payload) });
	});

	it("refuses a typed kind that can't be read", () => {
		expect(() => eventOf(Buffer.from("12ff", "hex"), envelopeOf("WebcastChatMessage"))).toThrow(wire.WireError);
	});

	it("takes a gift that nobody describes by its group", () => {
		const payload = wire.encodeGiftMessage({ common, giftId: "9", groupId: "7", repeatCount: 2 });
		expect(eventOf(payload, envelopeOf("WebcastGiftMessage"))).toMatchObject({
			giftName: "",
			count: 2,
			final: false,
			diamonds: 0,
		});
	});
});

describe("an event's id", () => {
	const chat = (more: object) => wire.encodeChatMessage({ content: "x", common: more });

	it("is the message's, then its common part's", () => {
		expect(eventOf(chat({ msgId: "5" }), envelopeOf("WebcastChatMessage")).id).toBe("7590000000000000001");
		expect(eventOf(chat({ msgId: "5" }), envelopeOf("WebcastChatMessage", { id: "0" })).id).toBe("5");
	});

	it("comes of kind and content where there is neither", () => {
		const idOf = (method: string, payload: Uint8Array) => eventOf(payload, envelopeOf(method, { id: "0" })).id;
		const id = idOf("WebcastChatMessage", chat({ createTime: 1 }));
		expect(id).toMatch(/^\d{10,20}$/);
		expect(idOf("WebcastChatMessage", chat({ createTime: 1 }))).toBe(id);
		expect(idOf("WebcastChatMessage", chat({ createTime: 2 }))).not.toBe(id);
		expect(idOf("WebcastNewMessage", chat({ createTime: 1 }))).not.toBe(id);
	});
});

describe("an event's time", () => {
	const atOf = (createTime: number, upstreamNow: number, eventTime = 0) => {
		const payload = wire.encodeChatMessage({ common: { createTime }, eventTime });
		return eventOf(payload, envelopeOf("WebcastChatMessage", { upstreamNow })).at;
	};

	it("is the message's own, then its common part's, then the Response's, then ours", () => {
		expect(atOf(SENT_AT + 1, SENT_AT + 2, SENT_AT)).toBe(SENT_AT);
		expect(atOf(SENT_AT + 1, SENT_AT + 2)).toBe(SENT_AT + 1);
		expect(atOf(0, SENT_AT + 2)).toBe(SENT_AT + 2);
		expect(atOf(0, 0)).toBe(RECEIVED_AT);
	});

	it("is in ms, whatever unit the upstream used", () => {
		expect(atOf(SENT_AT / 1000, 0)).toBe(SENT_AT);
		expect(atOf(SENT_AT * 1000 + 999, 0)).toBe(SENT_AT);
	});

	it("is never one that makes no sense", () => {
		for (const nonsense of [1, 42_000, Number.MAX_SAFE_INTEGER]) expect(atOf(nonsense, 0)).toBe(RECEIVED_AT);
	});
});
