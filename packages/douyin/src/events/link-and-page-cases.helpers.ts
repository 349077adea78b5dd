import * as wire from "../wire/index.ts";
import type { EventBase, LiveEvent, PageUpdateEvent, SeatsEvent } from "./live-event.ts";
import { anna, liveAnna, SENT_AT } from "./samples.helpers.ts";

const common = { msgId: "99", createTime: SENT_AT - 5 };
const battleId = "7585000000000000003";
const host = "3000000000000001";
const guest = "3000000000000009";

type Case = [method: string, payload: Uint8Array, own: Partial<LiveEvent>];

const noSeats: Omit<SeatsEvent, keyof EventBase | "action"> = {
	type: "seats",
	code: 0,
	linkerId: "0",
	seats: [],
	operatorId: "0",
	targetId: "0",
};
const linked: wire.LinkedUserInit[] = [
	{
		user: anna,
		linkType: 2,
		userPosition: 1,
		silenceStatus: 1,
		content: { linkmicContent: { hostName: "主持" } },
	},
	{ userPosition: 2, linkType: 1 },
];
const seats = [
	{ position: 1, title: "主持", muted: true as const, voiceOnly: true as const, user: liveAnna as never },
	{ position: 2, title: "" },
];

const linkMessage = (content: wire.LinkMessageInit, own: Partial<LiveEvent>): Case => [
	"WebcastLinkMessage",
	wire.encodeLinkMessage({ common, messageType: 6, linkerId: "7585000000000000044", scene: 7, ...content }),
	{ ...noSeats, code: 6, linkerId: "7585000000000000044", ...own } as Partial<LiveEvent>,
];

/** Messages about linked users: bytes in, the event's own fields out. */
export const linkCases: Case[] = [
	linkMessage({ enterContent: { linkedUsers: linked, userId: host } }, { action: "entered", targetId: host, seats }),
	linkMessage({ leaveContent: { userId: guest, linkedUsers: linked } }, { action: "left", targetId: guest, seats }),
	linkMessage({ kickOutContent: { fromUserId: host } }, { action: "removed", operatorId: host }),
	linkMessage({ sysKickOutContent: { userId: guest } }, { action: "removed", targetId: guest }),
	linkMessage({ linkedListChangeContent: { linkedUsers: linked } }, { action: "list", seats }),
	linkMessage({ linkedListChangeContent: {} }, { action: "list" }),
	linkMessage(
		{ updateUserContent: { fromUserId: host, toUserId: guest, linkedUsers: linked } },
		{ action: "updated", operatorId: host, targetId: guest, seats },
	),
	linkMessage(
		{ lockPositionContent: { lockedPositions: { position: 3, status: 1 } } },
		{ action: "locked", position: 3 },
	),
	linkMessage({ lockPositionContent: { lockedPositions: { position: 3 } } }, { action: "unlocked", position: 3 }),
	linkMessage({ audienceWaitingListChange: { totalWaitingCnt: 4 } }, { action: "waiting", waiting: 4 }),
	...([1, 2] as const).map(
		(code): Case => [
			"WebcastAnchorLinkmicSilenceMessage",
			wire.encodeAnchorLinkmicSilenceMessage({ common, silenceAction: code, fromUserId: host, toUserId: guest }),
			{ ...noSeats, action: code === 1 ? "muted" : "unmuted", code, operatorId: host, targetId: guest },
		],
	),
	...[true, false].map(
		(allow): Case => [
			"WebcastResidentGuestMessage",
			wire.encodeResidentGuestMessage({ common, msgType: 2, linkmicRoomAllowContent: { allow } }),
			{ ...noSeats, action: "guests", code: 2, allowed: allow },
		],
	),
	[
		"WebcastProfitInteractionScoreMessage",
		wire.encodeProfitInteractionScoreMessage({
			common,
			anchorInfos: [{ key: host, value: { score: "326" } }, { key: guest, value: { score: "1.2万" } }, { key: "7" }],
			channelId: "7585000000000000055",
		}),
		{
			type: "link_score",
			channelId: "7585000000000000055",
			scores: [
				{ id: host, name: "", score: 326, display: "326" },
				{ id: guest, name: "", display: "1.2万" },
				{ id: "7", name: "", score: 0, display: "" },
			],
		},
	],
	[
		"WebcastLinkmicPlayModeUpdateScoreMessage",
		wire.encodeLinkmicPlayModeUpdateScoreMessage({
			common,
			toUserId: guest,
			hotScore: 2,
			fromUser: anna,
			toUser: { id: guest, nickname: "虚构贝特" },
		}),
		{ type: "link_score", channelId: "0", scores: [{ id: guest, name: "虚构贝特", display: "", added: 2 }] },
	],
];

const noUpdate: Omit<PageUpdateEvent, keyof EventBase | "part"> = {
	type: "page_update",
	name: "",
	content: "",
	people: [],
	giftIds: [],
	extra: "",
};
const page = (method: string, payload: Uint8Array, own: object): Case => [
	method,
	payload,
	{ ...noUpdate, ...own } as Partial<LiveEvent>,
];

const challenge = JSON.stringify({
	title: "唱一首",
	total_score: 3,
	target_score: "10",
	challenge_user_infos: [{ user: { id_str: host, nickname: "虚构安娜" }, score: 2 }],
});
const anchors = JSON.stringify({ rl_user_base_info: [{ nick_name: "虚构贝特", avatar: "a" }, { avatar: "b" }] });
const power = JSON.stringify({
	info: [{ type: 5, text: "完美一击", users: [{ id: 3_000_000_000, nickname: "虚构安娜" }] }],
});

/** Messages about parts of the site's page: bytes in, the event's own fields out. */
export const pageCases: Case[] = [
	[
		"WebcastRanklistHourEntranceMessage",
		wire.encodeRanklistHourEntranceMessage({
			common: { ...common, displayText: { defaultPattern: "小时榜" } },
			info: {
				globalInfos: [{ details: [{ title: "小时榜", pages: [{ content: "百强第5名" }, { content: " " }] }] }],
				defaultGlobalInfos: [{ details: [{ title: "小时榜", pages: [{ content: "未上榜" }] }] }],
				verticalInfos: [
					{ details: [{ title: "小时榜", pages: [{ content: "百强第5名" }] }] },
					{ details: [{ pages: [{ content: "唱歌榜第2名" }] }] },
				],
			},
		}),
		{
			type: "leaderboard",
			places: [
				{ title: "小时榜", content: "百强第5名" },
				{ title: "", content: "唱歌榜第2名" },
			],
		},
	],
	[
		"WebcastRanklistHourEntranceMessage",
		wire.encodeRanklistHourEntranceMessage({
			common,
			info: { defaultVerticalInfos: [{ details: [{ title: "人气榜", pages: [{ content: "未上榜" }] }] }] },
		}),
		{ type: "leaderboard", places: [{ title: "人气榜", content: "未上榜" }] },
	],
	[
		"WebcastHotChatMessage",
		wire.encodeHotChatMessage({ common, title: "大家说", content: "好听", num: [3, 12], hotList: ["好听", "再来"] }),
		{ type: "topic", title: "大家说", phrases: [{ content: "好听", count: 12 }, { content: "再来" }] },
	],
	[
		"WebcastRoomCommentTopicMessage",
		wire.encodeRoomCommentTopicMessage({
			common,
			commentTopicChatList: [
				{ msgId: "7590000000000000001", featuredChat: "第一次来", guideText: "大家都在说" },
				{ featuredChat: "晚上好" },
				{},
			],
		}),
		{
			type: "topic",
			title: "大家都在说",
			phrases: [{ content: "第一次来", messageId: "7590000000000000001" }, { content: "晚上好" }],
		},
	],
	page(
		"WebcastGiftSortMessage",
		wire.encodeGiftSortMessage({
			common,
			messageType: 3,
			sceneInsertStrategy: { scene: "anchor_exhibition", giftIds: ["463", "685"], extra: "{}" },
		}),
		{ part: "gift_panel", name: "anchor_exhibition", giftIds: ["463", "685"], extra: "{}" },
	),
	page("WebcastGiftSortMessage", wire.encodeGiftSortMessage({ common, messageType: 3 }), { part: "gift_panel" }),
	page("WebcastDecorationModifyMethod", wire.encodeDecorationModifyMessage({ common, extra: '{"deco_list":[]}' }), {
		part: "decoration",
		extra: '{"deco_list":[]}',
	}),
	page(
		"WebcastDecorationUpdateMessage",
		wire.encodeDecorationUpdateMessage({ common, detail: { textDecoration: { content: "今晚抽奖" } } }),
		{ part: "decoration", content: "今晚抽奖" },
	),
	page("WebcastRoomStreamAdaptationMessage", wire.encodeRoomStreamAdaptationMessage({ common, adaptationType: 2 }), {
		part: "picture",
		name: "2",
	}),
	page(
		"WebcastGroupLiveContainerChangeMessage",
		wire.encodeGroupLiveContainerChangeMessage({
			common,
			data: [
				{ type: 9, containerPayload: challenge },
				{ type: 4, containerPayload: anchors },
				{ type: 4, containerPayload: "not json" },
			],
		}),
		{
			part: "group_live",
			name: "9,4",
			content: "唱一首 3/10",
			people: [
				{ id: host, nickname: "虚构安娜", score: 2 },
				{ id: "0", nickname: "虚构贝特" },
			],
			extra: `[${challenge},${anchors},"not json"]`,
		},
	),
	page(
		"WebcastBattleEffectContainerMessage",
		wire.encodeBattleEffectContainerMessage({ common, battleId, battleEffectInfo: '{"effect":1}' }),
		{ part: "pk_effect", extra: '{"effect":1}', battleId },
	),
	page(
		"WebcastBattlePowerContainerMessage",
		wire.encodeBattlePowerContainerMessage({ common, battleId, container: power }),
		{
			part: "pk_effect",
			content: "完美一击",
			people: [{ id: "3000000000", nickname: "虚构安娜" }],
			extra: power,
			battleId,
		},
	),
	page("WebcastBattlePowerContainerMessage", wire.encodeBattlePowerContainerMessage({ common, reverseInfo: "{}" }), {
		part: "pk_effect",
		extra: "{}",
	}),
];
