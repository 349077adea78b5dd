import { gzipSync } from "node:zlib";
import * as wire from "../wire/index.ts";
import type { LiveEvent } from "./live-event.ts";
import { anna, ROOM_ID, SENT_AT } from "./samples.helpers.ts";

const common = { msgId: "99", createTime: SENT_AT - 5 };
const battleId = "7585000000000000003";
const home = "7585000000000000006";
const guest = "7585000000000000007";
const viewer = { userId: "7585000000000000012", nickname: "虚构", score: 99 };

type Case = [method: string, payload: Uint8Array, own: Partial<LiveEvent>];

/** Repeats a case under each name of its kind. */
const named = (methods: readonly string[], payload: Uint8Array, own: Partial<LiveEvent>): Case[] =>
	methods.map((method) => [method, payload, own]);

/** The site's banners hold JSON, which itself holds JSON once more. */
const wishBanner = JSON.stringify({
	unique_key: "wishList",
	wishList: JSON.stringify({
		wish_banner_data: {
			banner_wish_list: [
				{
					wish_name: "今日",
					wish_info_list: [
						{
							target_progress: 9,
							current_progress: 2,
							wish_info_extra: { gift_alias: "小心心", diamond_count: 1 },
						},
					],
				},
			],
		},
	}),
});

const giftCases: Case[] = [
	[
		"WebcastLightGiftMessage",
		wire.encodeLightGiftMessage({
			common: { ...common, user: anna },
			groupCount: 10,
			repeatCount: 3,
			comboCount: 3,
			toUserId: home,
			giftInfo: { giftId: "463", giftIcon: { urlList: ["https://p0.example.com/i"] }, diamondCount: 2 },
			giftStruct: { id: "463", name: "小心心", image: { urlList: ["https://p0.example.com/g"] } },
		}),
		{
			type: "light_gift",
			giftId: "463",
			giftName: "小心心",
			giftImage: "https://p0.example.com/g",
			count: 30,
			groupCount: 10,
			diamondCount: 2,
			toUserId: home,
		},
	],
	[
		"WebcastLightGiftMessage",
		wire.encodeLightGiftMessage({
			common: { ...common, user: anna },
			giftInfo: { giftId: "463", giftIcon: { urlList: ["https://p0.example.com/i"] }, diamondCount: 2 },
		}),
		{
			type: "light_gift",
			giftId: "463",
			giftName: "",
			giftImage: "https://p0.example.com/i",
			count: 1,
			groupCount: 1,
			diamondCount: 2,
			toUserId: "0",
		},
	],
	[
		"WebcastBindingGiftMessage",
		wire.encodeBindingGiftMessage({
			common,
			msg: {
				common: { msgId: "7590000000000000077" },
				giftId: "685",
				user: anna,
				repeatCount: 1,
				gift: { id: "685", name: "灯牌", type: 2, diamondCount: 1, image: { urlList: ["https://p0.example.com/g"] } },
			},
		}),
		{
			type: "gift",
			giftId: "685",
			giftName: "灯牌",
			giftImage: "https://p0.example.com/g",
			giftType: 2,
			combo: false,
			groupCount: 1,
			count: 1,
			delta: 1,
			streakId: `${ROOM_ID}:7590000000000000077`,
			final: true,
			diamondCount: 1,
			diamonds: 1,
		},
	],
	[
		"WebcastUpdateFanTicketMessage",
		wire.encodeUpdateFanTicketMessage({ common, roomFanTicketCount: 12_345, roomFanTicketCountText: "1.2万" }),
		{ type: "fan_ticket", roomFanTicketCount: 12_345, display: "1.2万" },
	],
	[
		"WebcastInRoomBannerMessage",
		wire.encodeInRoomBannerMessage({
			common,
			extra: wishBanner,
		}),
		{
			type: "banner",
			extra: wishBanner,
			wishes: [{ name: "今日", giftName: "小心心", diamondCount: 1, progress: 2, target: 9 }],
		},
	],
];

const battleSettings = { battleId, startTimeMs: SENT_AT, duration: 300, punishDuration: 60, battleStatus: 1 };
const score = { score: 218, userId: home, scoreBlurText: "21*", battleRank: 1, multiPkTeamScore: 400 };

const pkCases: Case[] = [
	...named(
		["WebcastLinkMicBattleMethod", "WebcastLinkMicBattle"],
		wire.encodeLinkMicBattle({
			common,
			battleSettings,
			userInfos: [
				{ key: home, value: { user: { userId: home, nickName: "虚构甲" }, multiPkTeamId: "1" } },
				{ key: guest },
			],
		}),
		{
			type: "pk_started",
			battleId,
			startedAt: SENT_AT,
			durationMs: 300_000,
			sides: [
				{ id: home, name: "虚构甲", teamId: "1" },
				{ id: guest, name: "" },
			],
		},
	),
	[
		"WebcastBattleStatusMessage",
		wire.encodeBattleStatusMessage({ common, battleId, status: 1, duration: 300, startTimeMs: String(SENT_AT) }),
		{ type: "pk_started", battleId, startedAt: SENT_AT, durationMs: 300_000, sides: [] },
	],
	...([2, 3] as const).map(
		(status): Case => [
			"WebcastBattleStatusMessage",
			wire.encodeBattleStatusMessage({ common, battleId, status, punishDuration: 60 }),
			{ type: "pk_ended", battleId, reason: 0, punishMs: status === 2 ? 60_000 : 0, sides: [] },
		],
	),
	...named(
		["WebcastLinkMicMethod"],
		wire.encodeLinkMicMethod({
			common,
			messageType: 202,
			userScores: [score, { score: 211, userIdStr: guest, scoreRelativeText: "近了" }, { scoreBlurText: "195578" }, {}],
			battleId: "1",
			battleIdStr: battleId,
		}),
		{
			type: "pk_score",
			battleId,
			sides: [
				{ id: home, name: "", score: 218, display: "21*", rank: 1, teamScore: 400 },
				{ id: guest, name: "", score: 211, display: "近了" },
				{ id: "0", name: "", score: 195_578, display: "195578" },
				{ id: "0", name: "", score: 0, display: "0" },
			],
		},
	),
	...named(
		["WebcastLinkMicArmiesMethod", "WebcastLinkMicArmies"],
		wire.encodeLinkMicArmies({
			common,
			userArmiesMap: [{ key: home, value: { userArmies: [viewer] } }, { key: guest }],
		}),
		{
			type: "pk_score",
			battleId: "",
			sides: [
				{ id: home, name: "", contributors: [{ id: viewer.userId, nickname: "虚构", score: 99 }] },
				{ id: guest, name: "", contributors: [] },
			],
		},
	),
	[
		"WebcastMatchAgainstScoreMessage",
		wire.encodeMatchAgainstScoreMessage({
			common,
			against: {
				leftName: "主队",
				leftGoal: "3",
				leftTeamId: "1",
				rightName: "客队",
				rightTeamId: "2",
				rightGoalInt: 1,
			},
			matchId: "77",
		}),
		{
			type: "pk_score",
			battleId: "77",
			sides: [
				{ id: "1", name: "主队", score: 3, display: "3" },
				{ id: "2", name: "客队", score: 1, display: "1" },
			],
		},
	],
	...named(
		["WebcastLinkMicBattleFinishMethod", "WebcastLinkMicBattleFinish"],
		wire.encodeLinkMicBattleFinish({
			common,
			battleSettings,
			battleScores: [score],
			battleArmies: [{ anchorIdStr: home, rankList: [viewer] }, { anchorId: guest }],
			endReason: 2,
		}),
		{
			type: "pk_ended",
			battleId,
			reason: 2,
			punishMs: 60_000,
			sides: [
				{
					id: home,
					name: "",
					score: 218,
					display: "21*",
					rank: 1,
					teamScore: 400,
					contributors: [{ id: viewer.userId, nickname: "虚构", score: 99 }],
				},
				{ id: guest, name: "", contributors: [] },
			],
		},
	),
];

const noLottery = { type: "lottery", status: 0, prize: "", prizeCount: 0, luckyCount: 0, participants: 0 } as const;
const times = { startedAt: SENT_AT, drawsAt: SENT_AT + 60_000 };

const lotteryCases: Case[] = [
	[
		"WebcastLuckyBoxMessage",
		wire.encodeLuckyBoxMessage({
			common,
			user: anna,
			diamondCount: 100,
			boxId: "5",
			sendTime: SENT_AT / 1000,
			delayTime: 180,
			title: "人人有份",
		}),
		{
			type: "lucky_box",
			action: "sent",
			boxId: "5",
			title: "人人有份",
			diamondCount: 100,
			opensAt: SENT_AT + 180_000,
			winners: [],
			at: SENT_AT,
		},
	],
	[
		"WebcastPreviewCjRpMessage",
		wire.encodePreviewCjRpMessage({
			common,
			cjrp: {
				rpOrderNo: "order-5",
				sendTime: SENT_AT / 1000,
				currency: "Diamond",
				text: "红包发放中",
				totalAmount: 50,
				leftAmount: 30,
				totalNum: 13,
				leftNum: 6,
			},
		}),
		{
			type: "lucky_box",
			action: "update",
			boxId: "order-5",
			title: "红包发放中",
			diamondCount: 50,
			opensAt: 0,
			winners: [],
			parts: 13,
			partsLeft: 6,
			diamondsLeft: 30,
			at: SENT_AT,
		},
	],
	[
		"WebcastPreviewCjRpMessage",
		wire.encodePreviewCjRpMessage({
			common,
			cjrp: { rpOrderNo: "5", currency: "Coin", totalAmount: 50, totalNum: 13, leftNum: 13 },
		}),
		{
			type: "lucky_box",
			action: "update",
			boxId: "5",
			title: "",
			diamondCount: 0,
			opensAt: 0,
			winners: [],
			parts: 13,
			partsLeft: 13,
			diamondsLeft: 0,
		},
	],
	[
		"WebcastLuckyBoxRewardMessage",
		wire.encodeLuckyBoxRewardMessage({ common, boxId: "1", boxIdStr: "5", rewardedUserId: ["8", "9"] }),
		{ type: "lucky_box", action: "won", boxId: "5", title: "", diamondCount: 0, opensAt: 0, winners: ["8", "9"] },
	],
	[
		"WebcastLuckyBoxEndMessage",
		wire.encodeLuckyBoxEndMessage({ common, boxId: "5" }),
		{ type: "lucky_box", action: "ended", boxId: "5", title: "", diamondCount: 0, opensAt: 0, winners: [] },
	],
	...named(
		["WebcastLotteryEventMessage", "WebcastLotteryEventNewMessage"],
		wire.encodeLotteryEventNewMessage({
			common,
			lotteryId: "18446744073709551615",
			lotteryStatus: 1,
			lotteryStartTime: times.startedAt / 1000,
			lotteryDrawTime: times.drawsAt / 1000,
			prizeCount: 500,
			luckyCount: 5,
			awardName: "钻石",
		}),
		{
			...noLottery,
			action: "update",
			lotteryId: "18446744073709551615",
			status: 1,
			prize: "钻石",
			prizeCount: 500,
			luckyCount: 5,
			...times,
			winners: [],
		},
	),
	[
		"WebcastLotteryDrawResultEventMessage",
		wire.encodeLotteryDrawResultEventMessage({ common, lotteryId: "6", userIds: ["8", "18446744073709551615"] }),
		{
			...noLottery,
			action: "drawn",
			lotteryId: "6",
			startedAt: 0,
			drawsAt: 0,
			winners: ["8", "18446744073709551615"],
		},
	],
	[
		"WebcastRoomDataSyncMessage",
		wire.encodeRoomDataSyncMessage({
			common,
			syncKey: "LotteryInfoSyncData",
			payload: wire.encodeLotteryInfoSyncData({
				lotteryId: "6",
				luckyCount: 5,
				candidateTotalCount: 321,
				prizeCount: 500,
				startTime: times.startedAt / 1000,
				drawTime: times.drawsAt / 1000,
			}),
		}),
		{
			...noLottery,
			action: "update",
			lotteryId: "6",
			prizeCount: 500,
			luckyCount: 5,
			participants: 321,
			...times,
			winners: [],
		},
	],
	[
		"WebcastRoomDataSyncMessage",
		wire.encodeRoomDataSyncMessage({
			common,
			syncKey: "RoomLinkMicSyncData",
			payload: wire.encodeRoomLinkMicSyncData({ linkedUsers: [{ userPosition: 2, silenceStatus: 1, linkType: 2 }] }),
		}),
		{
			type: "seats",
			action: "list",
			code: 0,
			linkerId: "0",
			seats: [{ position: 2, title: "", muted: true, voiceOnly: true }],
			operatorId: "0",
			targetId: "0",
		},
	],
	[
		"WebcastRoomDataSyncMessage",
		wire.encodeRoomDataSyncMessage({
			common,
			syncKey: "HighlightContainerSyncData",
			payload: wire.encodeHighlightContainerSyncData({
				highlightItems: [{ dataType: 4, commentData: { content: "唱得真好", nickName: "虚构安娜" } }, { dataType: 2 }],
			}),
		}),
		{ type: "notice", content: "虚构安娜：唱得真好" },
	],
	[
		"WebcastRoomDataSyncMessage",
		wire.encodeRoomDataSyncMessage({
			common,
			syncKey: "DoubleLikeSyncData",
			payload: wire.encodeDoubleLikeSyncData({ normalDisplayText: { defaultPattern: "双倍点赞中" } }),
		}),
		{ type: "notice", content: "双倍点赞中" },
	],
];

const deleteCase: Case = [
	"WebcastImDeleteMessage",
	wire.encodeImDeleteMessage({ common, deleteMsgIds: ["7590000000000000001", "7590000000000000002"] }),
	{ type: "message_deleted", messageIds: ["7590000000000000001", "7590000000000000002"] },
];

const taskSide = { id: home, progress: 2, target: 5, result: 0, multiple: 3, display: "2/5" };

const taskCases: Case[] = [
	[
		"WebcastBattleTeamTaskMessage",
		wire.encodeBattleTeamTaskMessage({
			common,
			teamTask: {
				config: { rewardBuffMultiple: 2, taskType: 4 },
				info: [
					{
						key: home,
						value: {
							targetUserCount: 5,
							finishUserCount: 2,
							reward: { currentRewardBuffMultiple: 3 },
							valueText: "2/5",
						},
					},
					{ key: guest },
				],
				battleId,
			},
			teamTaskJson: "{}",
		}),
		{
			type: "pk_task",
			battleId,
			code: 4,
			sides: [taskSide, { id: guest, progress: 0, target: 0, result: 0, multiple: 2, display: "" }],
		},
	],
	[
		"WebcastBattleTeamTaskMessage",
		wire.encodeBattleTeamTaskMessage({
			common,
			teamTaskJson: JSON.stringify({
				config: { period_config: {}, task_type: 4 },
				info: {
					[home]: {
						target_user_count: 5,
						finish_user_count: "2",
						reward: { current_reward_buff_multiple: 3 },
						value_text: "2/5",
					},
				},
				battle_id: battleId,
			}),
		}),
		{ type: "pk_task", battleId, code: 4, sides: [taskSide] },
	],
];

const guestCases: Case[] = [
	[
		"WebcastLinkerContributeMessage",
		wire.encodeLinkerContributeMessage({
			common,
			userId: "18446744073709551615",
			totalScore: 21_000,
			userContributeList: [{ userId: "3000000000000001", score: 900, nickname: "虚构安娜" }],
			totalScoreRealStr: "2.1万",
			totalScoreStr: "1万+",
		}),
		{
			type: "guest_score",
			guestId: "18446744073709551615",
			score: 21_000,
			display: "2.1万",
			contributors: [{ id: "3000000000000001", nickname: "虚构安娜", score: 900 }],
		},
	],
	[
		"WebcastLinkerContributeMessage",
		wire.encodeLinkerContributeMessage({ common, userId: "7", totalScore: 5 }),
		{ type: "guest_score", guestId: "7", score: 5, display: "5", contributors: [] },
	],
	[
		"WebcastLinkerContributeMessage",
		wire.encodeLinkerContributeMessage({ common, userId: "7", totalScoreStr: "326" }),
		{ type: "guest_score", guestId: "7", score: 326, display: "326", contributors: [] },
	],
];

/** Battles also come under their names without the prefix, and gzipped. */
const pkForms: Case[] = [...pkCases, ...taskCases, ...guestCases].flatMap(([method, payload, own]): Case[] => [
	[method, payload, own],
	[method.replace("Webcast", ""), payload, own],
	[method, gzipSync(payload), own],
]);

/** Messages of the kinds that carry money, and of messages taken back: bytes in, the event's own fields out. */
export const moneyCases: Case[] = [...giftCases, ...pkForms, ...lotteryCases, deleteCase];
