import {
	encodeAudioChatMessage,
	encodeBattlePowerContainerMessage,
	encodeChatMessage,
	encodeCommonTextMessage,
	encodeControlMessage,
	encodeDecorationModifyMessage,
	encodeEmojiChatMessage,
	encodeGiftSortMessage,
	encodeGroupLiveContainerChangeMessage,
	encodeHotChatMessage,
	encodeInRoomBannerMessage,
	encodeItemShareMessage,
	encodeLiveShoppingMessage,
	encodePrivilegeScreenChatMessage,
	encodeProductChangeMessage,
	encodeRanklistHourEntranceMessage,
	encodeRoomCommentTopicMessage,
	encodeRoomIntroMessage,
	encodeRoomMessage,
	encodeRoomStatsMessage,
	encodeRoomStreamAdaptationMessage,
	encodeScreenChatMessage,
	encodeSpokenMessage,
	encodeUntyped,
} from "@livekeeper/douyin/wire";
import { chats, emojis, gifts, untypedMethods } from "./phrases.ts";
import { type Draft, type Scene, shortNumber } from "./scene.ts";

export function stats(scene: Scene): Draft {
	const method = "WebcastRoomStatsMessage";
	const payload = encodeRoomStatsMessage({
		common: scene.common(method),
		displayShort: shortNumber(scene.online),
		displayMiddle: shortNumber(scene.online),
		displayLong: `${shortNumber(scene.online)}在线观众`,
		displayValue: scene.online,
		displayVersion: scene.now,
		total: scene.visits,
		displayType: 1,
	});
	return { method, payload };
}

/** Makes a control message: `action` 3 means that the broadcast has ended, 1 pause and 2 resume. */
export function control(scene: Scene, action: number, tips: string): Draft {
	const method = "WebcastControlMessage";
	return { method, payload: encodeControlMessage({ common: scene.common(method), action, tips }) };
}

/** Makes a message of a kind without a type: it has the usual common part, and then arbitrary content. */
export function untyped(scene: Scene): Draft {
	const beginning = encodeUntyped({ common: { msgId: scene.id, createTime: scene.now } });
	const text = Buffer.from(`sim-${scene.random.int(1e9)}`);
	// Field 7, length-delimited.
	const payload = Buffer.concat([beginning, Uint8Array.of(0x3a, text.length), text]);
	return { method: scene.random.pick(untypedMethods), payload };
}

const ownKinds: readonly [(scene: Scene) => Draft, ...((scene: Scene) => Draft)[]] = [
	notice,
	commonText,
	intro,
	banner,
	productChange,
	shopping,
];

/** Makes one of the kinds that come once in a while. */
export function seldom(scene: Scene): Draft {
	return scene.random.pick(scene.random.chance(0.5) ? ownKinds : pageKinds)(scene);
}

function notice(scene: Scene): Draft {
	const method = "WebcastRoomMessage";
	const common = { method, msgId: scene.id, roomId: scene.roomId, createTime: scene.now, isShowMsg: true };
	const content = "欢迎来到直播间！这里是模拟的直播，请文明发言。";
	return { method, payload: encodeRoomMessage({ common, content, roomMessageType: 1 }) };
}

function commonText(scene: Scene): Draft {
	const method = "WebcastCommonTextMessage";
	const user = scene.viewer();
	const common = {
		method,
		msgId: scene.id,
		roomId: scene.roomId,
		createTime: scene.now,
		displayText: { defaultPattern: "{0:user} 为主播加热", pieces: [{ type: 11, userValue: { user } }] },
	};
	return { method, payload: encodeCommonTextMessage({ common, user, scene: "heat" }) };
}

function intro(scene: Scene): Draft {
	const method = "WebcastRoomIntroMessage";
	const payload = encodeRoomIntroMessage({
		common: scene.common(method),
		user: scene.anchor.user,
		style: 1,
		intro: "每晚八点，慢慢做事，慢慢说话。",
		label: ["手艺", "聊天"],
	});
	return { method, payload };
}

function banner(scene: Scene): Draft {
	const method = "WebcastInRoomBannerMessage";
	const text = JSON.stringify({ id: scene.random.int(1000), text: "小时榜 第 7 名" });
	const extra = scene.random.chance(0.5) ? text : wishBanner(scene);
	return { method, payload: encodeInRoomBannerMessage({ common: scene.common(method), extra, position: 1 }) };
}

/** Makes the gifts that the anchor wishes for. The site puts JSON into its JSON here. */
function wishBanner(scene: Scene): string {
	const gift = scene.random.pick(gifts);
	const wish = {
		wish_info_extra: { gift_alias: gift.name, diamond_count: gift.diamonds },
		current_progress: scene.random.int(20),
		target_progress: 20,
	};
	const lists = [{ wish_name: "今日心愿", wish_info_list: [wish] }];
	return JSON.stringify({
		unique_key: "wishList",
		wishList: JSON.stringify({ wish_banner_data: { banner_wish_list: lists } }),
	});
}

function productChange(scene: Scene): Draft {
	const method = "WebcastProductChangeMessage";
	const payload = encodeProductChangeMessage({
		common: scene.common(method),
		updateTimestamp: scene.now,
		updateToast: "主播上架了新商品：手工木船",
		updateProductInfo: [{ promotionId: String(3_500_000_000 + scene.random.int(1e6)) }],
		total: scene.random.between(1, 30),
	});
	return { method, payload };
}

function shopping(scene: Scene): Draft {
	const method = "WebcastLiveShoppingMessage";
	const payload = encodeLiveShoppingMessage({
		common: scene.common(method),
		msgType: 2,
		promotionId: String(3_500_000_000 + scene.random.int(1e6)),
		updatedProductInfo: { price: 9900, title: "手工木船" },
		updateTimestamp: scene.now,
		promotionsNum: scene.random.between(1, 30),
	});
	return { method, payload };
}

/** Kinds that the site's page shows beside the chat: each comes once in a while. */
const pageKinds: readonly [(scene: Scene) => Draft, ...((scene: Scene) => Draft)[]] = [
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

export function chat(scene: Scene): Draft {
	const { random } = scene;
	scene.lastChatId = scene.id;
	let content = random.pick(chats);
	if (random.chance(0.3)) content += ` ${random.int(1000)}`;
	const method = "WebcastChatMessage";
	const payload = encodeChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		content,
		visibleToSender: false,
		publicAreaCommon: {
			userConsumeInRoom: random.int(50),
			individualPriority: 1,
			trackingParams: new Map([["source", "sim"]]),
		},
		eventTime: Math.floor(scene.now / 1000),
		chatBy: 0,
		rtfContentV2: { defaultPattern: content },
	});
	return { method, payload };
}

/** Makes a spoken line of a viewer. */
export function audioChat(scene: Scene): Draft {
	const method = "WebcastAudioChatMessage";
	const payload = encodeAudioChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		content: scene.random.pick(chats),
		audioUrl: `https://p3.sim-douyin.invalid/audio/${scene.id}.m4a`,
		audioDuration: scene.random.between(1_000, 9_000),
	});
	return { method, payload };
}

export function emojiChat(scene: Scene): Draft {
	const emoji = scene.random.pick(emojis);
	const method = "WebcastEmojiChatMessage";
	const payload = encodeEmojiChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		emojiId: emoji.id,
		emojiContent: {
			defaultPattern: emoji.text,
			pieces: [{ type: 1, stringValue: emoji.text, imageValue: { image: emojiPicture(emoji.id) } }],
		},
		defaultContent: emoji.text,
	});
	return { method, payload };
}

const emojiPicture = (id: string) => ({ urlList: [`https://p3.sim-douyin.invalid/img/emoji-${id}.png?from=live&x=1`] });

export function screenChat(scene: Scene): Draft {
	const method = "WebcastScreenChatMessage";
	const payload = encodeScreenChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		screenChatType: 1,
		content: scene.random.pick(chats),
		eventTime: Math.floor(scene.now / 1000),
	});
	return { method, payload };
}

export function privilegeScreenChat(scene: Scene): Draft {
	const method = "WebcastPrivilegeScreenChatMessage";
	const payload = encodePrivilegeScreenChatMessage({
		common: scene.common(method),
		user: scene.viewer(),
		content: scene.random.pick(chats),
	});
	return { method, payload };
}
