import * as wire from "../wire/index.ts";
import { linkCases, pageCases } from "./link-and-page-cases.helpers.ts";
import type { LiveEvent } from "./live-event.ts";
import { moneyCases } from "./money-cases.helpers.ts";
import { anna, liveAnna, ROOM_ID, SENT_AT } from "./samples.helpers.ts";

const common = { msgId: "99", createTime: SENT_AT - 5 };
const bert = { id: "3000000000000002", nickname: "虚构贝特" };

/** One message of each kind, with the expected own fields of its event. */
export const kindCases: [method: string, payload: Uint8Array, own: Partial<LiveEvent>][] = [
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
		wire.encodeMemberMessage({ common, user: anna, memberCount: 48, action: 1, userEnterTipType: 6 }),
		{ type: "member", memberCount: 48, action: 1, enterTipType: 6 },
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
		{ type: "fansclub", action: "upgrade", code: 1, content: "升级了" },
	],
	[
		"WebcastFansclubMessage",
		wire.encodeFansclubMessage({ common, user: anna, action: 2, content: "加入了" }),
		{ type: "fansclub", action: "join", code: 2, content: "加入了" },
	],
	[
		"WebcastFansclubMessage",
		wire.encodeFansclubMessage({ common, user: anna, action: 7 }),
		{ type: "fansclub", action: "other", code: 7, content: "" },
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
	["WebcastToastMessage", wire.encodeRoomMessage({ common, content: "已放大" }), { type: "notice", content: "已放大" }],
	[
		"WebcastItemShareMessage",
		wire.encodeItemShareMessage({
			common: { ...common, user: anna },
			itemStyle: { name: "荣耀赛季报告" },
			shareText: { defaultPattern: "{0:user} 分享了TA的", pieces: [{ userValue: { user: anna } }] },
		}),
		{ type: "notice", content: "虚构安娜 分享了TA的 荣耀赛季报告" },
	],
	[
		"WebcastAudioChatMessage",
		wire.encodeAudioChatMessage({
			common,
			user: anna,
			content: "你好呀",
			audioUrl: "https://p0.example.com/a.m4a",
			audioDuration: 3_970,
		}),
		{ type: "chat", content: "你好呀", audio: { url: "https://p0.example.com/a.m4a", durationMs: 3_970 } },
	],
	[
		"WebcastCommonTextMessage",
		wire.encodeCommonTextMessage({ common: { ...common, displayText: { defaultPattern: "欢迎" } }, user: anna }),
		{ type: "notice", content: "欢迎" },
	],
	[
		"WebcastNotifyEffectMessage",
		wire.encodeNotifyEffectMessage({ common, text: { defaultPattern: "点亮了粉丝团" } }),
		{ type: "notice", content: "点亮了粉丝团" },
	],
	[
		"WebcastExhibitionChatMessage",
		wire.encodeExhibitionChatMessage({ common, displayText: { defaultPattern: "点亮了礼物展馆" } }),
		{ type: "notice", content: "点亮了礼物展馆" },
	],
	[
		"WebcastHighlightComment",
		wire.encodeHighlightComment({ common, content: "主播唱得真好", user: anna }),
		{ type: "notice", content: "主播唱得真好" },
	],
	[
		"WebcastHighlightComment",
		wire.encodeHighlightComment({ common: { ...common, displayText: { defaultPattern: "精选评论" } } }),
		{ type: "notice", content: "精选评论", user: undefined as never },
	],
	[
		"WebcastChatLikeMessage",
		wire.encodeChatLikeMessage({
			common,
			totalMsgData: [{ key: "7590000000000000001", value: { count: 12 } }, { key: "18446744073709551615" }],
		}),
		{
			type: "chat_likes",
			likes: [
				{ messageId: "7590000000000000001", count: 12 },
				{ messageId: "18446744073709551615", count: 0 },
			],
		},
	],
	...[
		"WebcastAudienceEntranceMessage",
		"WebcastHotRoomMessage",
		"WebcastRoomNotifyMessage",
		"WebcastCommonToastMessage",
		"WebcastRanklistHourEntranceMessage",
		"WebcastResidentGuestMessage",
	].map((method): [string, Uint8Array, Partial<LiveEvent>] => [
		method,
		wire.encodeSpokenMessage({ common: { ...common, displayText: { defaultPattern: "小时榜第 3 名" } } }),
		{ type: "notice", content: "小时榜第 3 名" },
	]),
	[
		"WebcastRoomIntroMessage",
		wire.encodeRoomIntroMessage({
			common,
			user: anna,
			intro: "简介",
			label: ["手艺"],
			introVideoTitle: "木船",
			selectedLabels: [{ labelText: "慢活", showText: "手艺" }, { labelText: "慢活" }],
		}),
		{ type: "intro", content: "简介", labels: ["手艺", "慢活"], videoTitle: "木船" },
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
	...linkCases,
	...pageCases,
	...moneyCases,
];
