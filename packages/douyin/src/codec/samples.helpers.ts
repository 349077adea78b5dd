import { gzipSync } from "node:zlib";
import {
	type CommonInit,
	encodeChatMessage,
	encodeGiftMessage,
	encodeMemberMessage,
	encodePushFrame,
	encodeResponse,
	type ImageInit,
	type MessageInit,
	type ResponseInit,
	type TextInit,
	type UserInit,
} from "../wire/index.ts";

/** Frames as the upstream sends them, in structure and size, with invented people. */

const NOW = 1_767_225_600_000;
const BASE_ID = 7_590_000_000_000_000_000n;

export const idOf = (index: number): string => (BASE_ID + BigInt(index)).toString();

const picture = (name: string, sizePx: number): ImageInit => ({
	urlList: [0, 1].map(
		(host) => `https://p${host}.example.com/webcast/${name.padEnd(40, "x")}~tplv-resize.image?w=${sizePx}`,
	),
	uri: `webcast/${name}`,
	height: sizePx,
	width: sizePx,
	imageType: 1,
});

const badge = (name: string, level: number): ImageInit => ({
	...picture(name, 16),
	content: { name: "徽章", fontColor: "#FFFFFF", level, alternativeText: `荣誉等级${level}级勋章` },
});

export function person(index: number): UserInit {
	return {
		id: (3_000_000_000_000_000n + BigInt(index)).toString(),
		shortId: String(40_000_000 + index),
		nickname: `虚构观众${index}号🙂`,
		gender: index % 3,
		level: index % 60,
		avatarThumb: picture(`avatar-${index}`, 100),
		badgeImageList: [badge("new_user_grade", index % 60), badge("fansclub_level", index % 20)],
		followInfo: {
			followingCount: index,
			followerCount: index * 3,
			followingCountStr: `${index}`,
			followerCountStr: "1万",
		},
		payGrade: { level: index % 60, newImIconWithLevel: badge("grade", index % 60), liveIcon: badge("live", 12) },
		fansClub: { data: { clubName: "虚构团", level: (index % 20) + 1, userFansClubStatus: 1, anchorId: idOf(0) } },
		newRealTimeIcons: [badge("new_user_grade", index % 60), badge("fansclub_level", index % 20), badge("vip", 51)],
		displayId: `made_up_${index}`,
		secUid: `MS4wLjABAAAA${"invented".repeat(6)}${index}`,
	};
}

const commonOf = (method: string, index: number, displayText?: TextInit): CommonInit => ({
	method,
	msgId: idOf(index),
	roomId: idOf(0),
	isShowMsg: true,
	foldType: 1,
	anchorFoldType: 1,
	priorityScore: 42_000,
	displayText,
	appId: "6383",
});

export function chatMessage(index: number): MessageInit {
	const method = "WebcastChatMessage";
	const payload = encodeChatMessage({
		common: commonOf(method, index),
		user: person(index),
		content: `第${index}条虚构的弹幕，主播好！`,
		publicAreaCommon: { userLabel: picture("label", 24), userConsumeInRoom: 10 },
		eventTime: NOW / 1000,
	});
	return { method, payload, msgId: idOf(index) };
}

export function memberMessage(index: number): MessageInit {
	const method = "WebcastMemberMessage";
	const user = person(index);
	const text: TextInit = {
		key: "invalid_key_placeholder",
		defaultPattern: "{0:user} 来了",
		defaultFormat: { color: "#b8ffffff", weight: 400 },
		pieces: [{ type: 11, format: { color: "#8CE7FF", weight: 400 }, userValue: { user } }],
	};
	const payload = encodeMemberMessage({
		common: commonOf(method, index, text),
		user,
		memberCount: 48,
		action: 1,
		anchorDisplayText: text,
		publicAreaCommon: { trackingParams: new Map([["enter_tip_type", "0"]]) },
	});
	return { method, payload, msgId: idOf(index) };
}

export function giftMessage(index: number, repeatCount = 1): MessageInit {
	const method = "WebcastGiftMessage";
	const user = person(index);
	const gift = { id: "463", name: "小心心", combo: true, type: 1, diamondCount: 1, describe: "送出小心心" };
	const payload = encodeGiftMessage({
		common: commonOf(method, index, {
			key: "live_gift_send",
			defaultPattern: "{0:user} 送出 {1:gift}",
			pieces: [
				{ type: 11, userValue: { user } },
				{ type: 12, giftValue: { giftId: "463", nameRef: { key: "gift_463", defaultPattern: "小心心" } } },
			],
		}),
		giftId: "463",
		groupCount: 1,
		repeatCount,
		comboCount: repeatCount,
		user,
		toUser: person(9_999),
		groupId: String(NOW + index),
		gift: { ...gift, image: picture("gift_463", 96), icon: picture("gift_463_icon", 48) },
		logId: `2026010100000000${index}`,
		sendType: 4,
		trayDisplayText: { key: "tray", defaultPattern: "送出 {0:gift}", pieces: [{ type: 11, userValue: { user } }] },
		totalCount: repeatCount,
		toUserIds: ["3000000000009999"],
		sendTime: NOW,
		traceId: `trace-${index}`,
	});
	return { method, payload, msgId: idOf(index) };
}

/** A kind without a type of its own. */
export function otherMessage(index: number): MessageInit {
	const method = "WebcastRoomDataSyncMessage";
	const payload = encodeChatMessage({ common: commonOf(method, index), content: "x".repeat(300) });
	return { method, payload, msgId: idOf(index) };
}

export function responseOf(messages: readonly MessageInit[], more: ResponseInit = {}): Uint8Array {
	return encodeResponse({
		messages,
		cursor: "t-1767225600000_r-1_d-1_u-1",
		fetchInterval: 1000,
		now: NOW,
		internalExt: "internal_src:pushserver|wss_msg_type:r|wrds_v:1",
		heartbeatDuration: 15,
		needAck: true,
		...more,
	});
}

/** Wraps a Response as the upstream does. */
export function frameOf(response: Uint8Array, compression: "gzip" | "none" = "gzip"): Uint8Array {
	return encodePushFrame({
		seqId: "703",
		logId: "8726349535470250001",
		service: 8888,
		method: 8,
		headers: [
			{ key: "compress_type", value: compression },
			{ key: "im-internal_ext", value: "internal_src:pushserver|wss_msg_type:r|seq:2" },
			{ key: "im-cursor", value: "t-1767225600001_r-2_d-1_u-1" },
			{ key: "im-now", value: String(NOW) },
		],
		payloadEncoding: "pb",
		payloadType: "msg",
		payload: compression === "gzip" ? gzipSync(response) : response,
	});
}

/** Twenty messages of a busy room, some 60 KB unpacked. */
export function busyMessages(): MessageInit[] {
	const kinds = [
		chatMessage,
		chatMessage,
		memberMessage,
		otherMessage,
		chatMessage,
		giftMessage,
		chatMessage,
		otherMessage,
	];
	return Array.from({ length: 20 }, (_, index) => (kinds[index % kinds.length] ?? chatMessage)(index + 1));
}
