import {
	encodeBattlePowerContainerMessage,
	encodeDecorationModifyMessage,
	encodeGiftSortMessage,
	encodeGroupLiveContainerChangeMessage,
	encodeHotChatMessage,
	encodeItemShareMessage,
	encodeRanklistHourEntranceMessage,
	encodeRoomCommentTopicMessage,
	encodeRoomStreamAdaptationMessage,
	encodeSpokenMessage,
} from "@livekeeper/douyin/wire";
import { chats, gifts } from "./phrases.ts";
import type { Draft, Scene } from "./scene.ts";

/** Kinds that the site's page shows beside the chat: each comes once in a while. */
export const pageKinds: readonly [(scene: Scene) => Draft, ...((scene: Scene) => Draft)[]] = [
	leaderboard,
	leaderboard,
	leaderboard,
	hotChat,
	commentTopic,
	giftSort,
	decoration,
	groupLive,
	battlePower,
	picture,
	toast,
	itemShare,
];

function commonWithText(scene: Scene, method: string, words?: string) {
	const common = { method, msgId: scene.id, roomId: scene.roomId, createTime: scene.now };
	return words === undefined ? common : { ...common, displayText: { defaultPattern: words } };
}

function leaderboard(scene: Scene): Draft {
	const method = "WebcastRanklistHourEntranceMessage";
	const content = `百强第${scene.random.between(1, 100)}名`;
	const payload = encodeRanklistHourEntranceMessage({
		common: commonWithText(scene, method),
		info: { globalInfos: [{ details: [{ title: "小时榜", pages: [{ content }] }] }] },
	});
	return { method, payload };
}

function hotChat(scene: Scene): Draft {
	const method = "WebcastHotChatMessage";
	const content = scene.random.pick(chats);
	const num = [scene.random.between(3, 40)];
	return { method, payload: encodeHotChatMessage({ common: scene.common(method), title: "大家说", content, num }) };
}

function commentTopic(scene: Scene): Draft {
	const method = "WebcastRoomCommentTopicMessage";
	const payload = encodeRoomCommentTopicMessage({
		common: scene.common(method),
		commentTopicChatList: [
			{ msgId: scene.lastChatId, featuredChat: scene.random.pick(chats), guideText: "大家都在说" },
			{ featuredChat: scene.random.pick(chats) },
		],
	});
	return { method, payload };
}

function giftSort(scene: Scene): Draft {
	const method = "WebcastGiftSortMessage";
	const payload = encodeGiftSortMessage({
		common: scene.common(method),
		messageType: 3,
		sceneInsertStrategy: { scene: "anchor_exhibition", giftIds: [scene.random.pick(gifts).id] },
	});
	return { method, payload };
}

function decoration(scene: Scene): Draft {
	const method = "WebcastDecorationModifyMethod";
	const extra = JSON.stringify({ deco_list: [], reserved_deco_list: [], version: scene.random.int(2000) });
	return { method, payload: encodeDecorationModifyMessage({ common: scene.common(method), extra }) };
}

function groupLive(scene: Scene): Draft {
	const method = "WebcastGroupLiveContainerChangeMessage";
	const { id, nickname } = scene.anchor;
	const challenge = {
		title: "一起挑战",
		total_score: scene.random.int(100),
		target_score: 100,
		challenge_user_infos: [{ user: { id_str: id, nickname }, score: scene.random.int(100) }],
	};
	const payload = encodeGroupLiveContainerChangeMessage({
		common: scene.common(method),
		data: [{ type: 9, containerPayload: JSON.stringify(challenge) }],
	});
	return { method, payload };
}

function battlePower(scene: Scene): Draft {
	const method = "WebcastBattlePowerContainerMessage";
	const { user } = scene.people.any(scene.random);
	const info = [{ type: 5, text: `${user.nickname} 完美一击`, users: [{ id_str: user.id, nickname: user.nickname }] }];
	const container = JSON.stringify({ info });
	const about = { channelId: scene.roomId, battleId: scene.roomId, container };
	return { method, payload: encodeBattlePowerContainerMessage({ common: scene.common(method), ...about }) };
}

function picture(scene: Scene): Draft {
	const method = "WebcastRoomStreamAdaptationMessage";
	const adaptationType = scene.random.between(1, 3);
	return { method, payload: encodeRoomStreamAdaptationMessage({ common: scene.common(method), adaptationType }) };
}

function toast(scene: Scene): Draft {
	const method = "WebcastCommonToastMessage";
	return { method, payload: encodeSpokenMessage({ common: commonWithText(scene, method, "连线画面已放大") }) };
}

function itemShare(scene: Scene): Draft {
	const method = "WebcastItemShareMessage";
	const user = scene.viewer();
	const payload = encodeItemShareMessage({
		common: { method, msgId: scene.id, roomId: scene.roomId, createTime: scene.now, user },
		itemStyle: { name: "赛季报告" },
		shareText: { defaultPattern: "{0:user} 分享了TA的", pieces: [{ type: 11, userValue: { user } }] },
	});
	return { method, payload };
}
