import * as wire from "../wire/index.ts";
import { baseOf, type Envelope, lookTwice, type Mapper, orRaw } from "./envelope.ts";
import { at, countOf, itemsOf, parseJson, textOf } from "./json.ts";
import type { BannerEvent, ControlEvent, GiftWish, NoticeEvent } from "./live-event.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

const roomStats: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomStatsMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime);
	const { displayLong: display, displayValue: value, total } = m;
	return { ...base, type: "room_stats", display, value, total };
};

const controlActions: Readonly<Record<number, ControlEvent["action"]>> = { 1: "pause", 2: "resume", 3: "end" };

const control: Mapper = (payload, envelope) => {
	const m = wire.decodeControlMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime);
	const action = controlActions[m.action] ?? "other";
	return { ...base, type: "control", action, code: m.action, tips: m.tips };
};

const roomNotice: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomMessage(payload);
	// Blank content means that the words are in the common part, or that there are none.
	if (isBlank(m.content)) return spoken(payload, envelope, m.common);
	return { ...baseOf(payload, envelope, m.common?.createTime), type: "notice", content: m.content };
};

const commonText: Mapper = (payload, envelope) => {
	const m = wire.decodeCommonTextMessage(payload);
	const content = renderText(m.common?.displayText);
	// The kind carries more than text: an empty notice is passed on as `raw`.
	if (isBlank(content)) return undefined;
	lookTwice(envelope);
	const base = baseOf(payload, envelope, m.common?.createTime, userOf(m.user));
	return { ...base, type: "notice", content };
};

/** Maps a message with words for people to a notice; one without becomes `raw`. */
export function spoken(
	payload: wire.Reader,
	envelope: Envelope,
	common: wire.CommonWithText | undefined,
	own?: wire.Text,
): NoticeEvent | undefined {
	const ownText = renderText(own);
	const content = isBlank(ownText) ? renderText(common?.displayText) : ownText;
	if (isBlank(content)) return undefined;
	lookTwice(envelope);
	return {
		...baseOf(payload, envelope, common?.createTime),
		type: "notice",
		content,
	};
}

const isBlank = (text: string): boolean => text.trim() === "";

/** The field number comes from the site's published schema alone. */
const notifyEffect = orRaw((payload, envelope) => {
	const m = wire.decodeNotifyEffectMessage(payload);
	return spoken(payload, envelope, m.common, m.text);
});

/** The field number comes from the site's published schema alone. */
const exhibitionChat = orRaw((payload, envelope) => {
	const m = wire.decodeExhibitionChatMessage(payload);
	return spoken(payload, envelope, m.common, m.displayText);
});

/** Maps kinds that may contain words for people only in the common part, which every kind has. */
const spokenAlone = orRaw((payload, envelope) => {
	const m = wire.decodeSpokenMessage(payload);
	return spoken(payload, envelope, m);
});

/** Field numbers come from the site's published schema alone. */
const highlight = orRaw((payload, envelope) => {
	const m = wire.decodeHighlightComment(payload);
	if (isBlank(m.content)) return spoken(payload, envelope, m.common);
	const base = baseOf(payload, envelope, m.common?.createTime, userOf(m.user));
	return { ...base, type: "notice", content: m.content };
});

/** Maps an item that a viewer shares, such as a season report: `甲 分享了TA的 荣耀赛季报告`. */
const itemShare = orRaw((payload, envelope) => {
	const m = wire.decodeItemShareMessage(payload);
	const content = [renderText(m.shareText), m.itemStyleName].filter((text) => !isBlank(text)).join(" ");
	const user = userOf(m.common?.user);
	if (content === "" && !user) return undefined;
	lookTwice(envelope);
	return { ...baseOf(payload, envelope, m.common?.createTime, user), type: "notice", content };
});

const intro: Mapper = (payload, envelope) => {
	const m = wire.decodeRoomIntroMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user));
	const labels = [...m.label, ...m.selectedLabels.map((label) => label.showText || label.labelText)];
	const shown = [...new Set(labels.filter((label) => label !== ""))];
	return { ...base, type: "intro", content: m.intro, labels: shown, videoTitle: m.introVideoTitle };
};

const banner: Mapper = (payload, envelope) => {
	const m = wire.decodeInRoomBannerMessage(payload);
	const event: BannerEvent = {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "banner",
		extra: m.extra,
	};
	const wishes = wishesOf(m.extra);
	lookTwice(envelope);
	if (wishes) event.wishes = wishes;
	return event;
};

const productChange: Mapper = (payload, envelope) => {
	const m = wire.decodeProductChangeMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, undefined, m.updateTimestamp);
	const promotionId = m.updateProductInfo[0] ?? "0";
	return {
		...base,
		type: "product",
		content: m.updateToast,
		total: m.total,
		promotionId,
		msgType: 0,
	};
};

const liveShopping: Mapper = (payload, envelope) => {
	const m = wire.decodeLiveShoppingMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, undefined, m.updateTimestamp);
	const { promotionsNum: total, promotionId, msgType } = m;
	const content = m.updateToast || m.updatedProductInfoTitle;
	return { ...base, type: "product", content, total, promotionId, msgType };
};

/** The field number comes from the site's published schema alone. */
const imDelete = orRaw((payload, envelope) => {
	const m = wire.decodeImDeleteMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime);
	return {
		...base,
		type: "message_deleted",
		messageIds: m.deleteMsgIds,
	};
});

/** Mappers of messages about the room itself. */
export const roomMappers = {
	WebcastRoomStatsMessage: roomStats,
	WebcastControlMessage: control,
	WebcastRoomMessage: roomNotice,
	WebcastCommonTextMessage: commonText,
	WebcastNotifyEffectMessage: notifyEffect,
	WebcastExhibitionChatMessage: exhibitionChat,
	WebcastHighlightComment: highlight,
	WebcastAudienceEntranceMessage: spokenAlone,
	WebcastHotRoomMessage: spokenAlone,
	WebcastRoomNotifyMessage: spokenAlone,
	WebcastCommonToastMessage: spokenAlone,
	WebcastToastMessage: roomNotice,
	WebcastItemShareMessage: itemShare,
	WebcastRoomIntroMessage: intro,
	WebcastInRoomBannerMessage: banner,
	WebcastProductChangeMessage: productChange,
	WebcastLiveShoppingMessage: liveShopping,
	WebcastImDeleteMessage: imDelete,
} satisfies Record<string, Mapper>;

const maxWishes = 50;

/**
 * Returns the wishes of a banner: its JSON holds JSON under `wishList`, with `wish_banner_data.banner_wish_list`, as
 * public projects read it. `undefined` if it shows something else, or has another shape.
 */
export function wishesOf(extra: string): GiftWish[] | undefined {
	if (!extra.includes('"wishList"')) return undefined;
	const lists = at(parseJson(at(parseJson(extra), "wishList")), "wish_banner_data", "banner_wish_list");
	const wishes: GiftWish[] = [];
	for (const list of itemsOf(lists)) {
		for (const wish of itemsOf(at(list, "wish_info_list"))) {
			if (wishes.length === maxWishes) return wishes;
			wishes.push({
				name: textOf(at(list, "wish_name")),
				giftName: textOf(at(wish, "wish_info_extra", "gift_alias")),
				diamondCount: countOf(at(wish, "wish_info_extra", "diamond_count")),
				progress: countOf(at(wish, "current_progress")),
				target: countOf(at(wish, "target_progress")),
			});
		}
	}
	return wishes.length > 0 ? wishes : undefined;
}
