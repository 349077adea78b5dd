import {
	encodeCommonTextMessage,
	encodeControlMessage,
	encodeInRoomBannerMessage,
	encodeLiveShoppingMessage,
	encodeProductChangeMessage,
	encodeRoomIntroMessage,
	encodeRoomMessage,
	encodeRoomStatsMessage,
	encodeUntyped,
} from "@livekeeper/douyin/wire";
import { pageKinds } from "./page-talk.ts";
import { gifts, untypedMethods } from "./phrases.ts";
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
