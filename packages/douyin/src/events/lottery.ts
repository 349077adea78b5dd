import * as wire from "../wire/index.ts";
import { baseOf, type Envelope, lookTwice, type Mapper, orRaw, upstreamTime } from "./envelope.ts";
import { syncedSeats } from "./link.ts";
import type { EventBase, LotteryEvent } from "./live-event.ts";
import { renderText } from "./text.ts";
import { userOf } from "./user.ts";

/** Field numbers are those of the site's own schema as public projects have it; the units are not documented. */

const box = orRaw((payload, envelope) => {
	const m = wire.decodeLuckyBoxMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime, userOf(m.user), m.sendTime);
	const sentAt = upstreamTime(m.sendTime);
	return {
		...base,
		type: "lucky_box",
		action: "sent",
		boxId: m.boxIdStr || m.boxId,
		title: m.title,
		diamondCount: m.diamondCount,
		opensAt: sentAt === undefined ? 0 : (upstreamTime(sentAt + m.delayTime * 1000) ?? 0),
		winners: [],
	};
});

const boxReward = orRaw((payload, envelope) => {
	const m = wire.decodeLuckyBoxRewardMessage(payload);
	const about = { ...noBox, boxId: m.boxIdStr || m.boxId, winners: m.rewardedUserId };
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		...about,
		action: "won",
	};
});

const boxEnd = orRaw((payload, envelope) => {
	const m = wire.decodeLuckyBoxEndMessage(payload);
	const about = { ...noBox, boxId: m.boxIdStr || m.boxId, winners: [] };
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		...about,
		action: "ended",
	};
});

/** Maps a box as the page shows it while it lasts. Only diamonds are counted: no source names another currency. */
const boxState = orRaw((payload, envelope) => {
	const m = wire.decodePreviewCjRpMessage(payload);
	const box = m.cjrp;
	if (!box || (box.totalAmount === 0 && box.totalNum === 0)) return undefined;
	const diamonds = box.currency === "" || box.currency === "Diamond";
	return {
		...baseOf(payload, envelope, m.commonCreateTime, undefined, box.sendTime),
		...noBox,
		action: "update",
		boxId: box.rpOrderNo,
		title: box.text,
		diamondCount: diamonds ? box.totalAmount : 0,
		winners: [],
		parts: box.totalNum,
		partsLeft: box.leftNum,
		diamondsLeft: diamonds ? box.leftAmount : 0,
	};
});

const noBox = { type: "lucky_box", title: "", diamondCount: 0, opensAt: 0 } as const;

const lottery = orRaw((payload, envelope) => {
	const m = wire.decodeLotteryEventNewMessage(payload);
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		...noLottery,
		action: "update",
		lotteryId: m.lotteryId,
		status: m.lotteryStatus,
		prize: m.awardName,
		prizeCount: m.prizeCount,
		luckyCount: m.luckyCount,
		startedAt: upstreamTime(m.lotteryStartTime) ?? 0,
		drawsAt: upstreamTime(m.lotteryDrawTime) ?? 0,
		winners: [],
	};
});

const lotteryDraw = orRaw((payload, envelope) => {
	const m = wire.decodeLotteryDrawResultEventMessage(payload);
	const about = { ...noLottery, lotteryId: m.lotteryId, winners: m.userIds };
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		...about,
		action: "drawn",
	};
});

const noLottery = {
	type: "lottery",
	status: 0,
	prize: "",
	prizeCount: 0,
	luckyCount: 0,
	participants: 0,
	startedAt: 0,
	drawsAt: 0,
} as const;

/** Maps state that the page keeps in sync with the site, under many keys, each encoded in its own way. */
const dataSync = orRaw((payload, envelope) => {
	const m = wire.decodeRoomDataSyncMessage(payload);
	const base = baseOf(payload, envelope, m.commonCreateTime);
	switch (m.syncKey) {
		case "LotteryInfoSyncData":
			return { ...base, ...syncedLottery(m.payload, envelope) };
		case "RoomLinkMicSyncData":
			return syncedSeats(base, m.payload, envelope);
		case "HighlightContainerSyncData":
		case "DoubleLikeSyncData": {
			lookTwice(envelope);
			const content = syncedNotice(m.syncKey, m.payload, envelope);
			return content.trim() === "" ? undefined : { ...base, type: "notice", content };
		}
		default:
			return undefined;
	}
});

/** Returns the text of comments that are pinned at the top, or that likes count twice. */
function syncedNotice(key: string, payload: Uint8Array, { budget }: Envelope): string {
	if (key === "DoubleLikeSyncData") return renderText(wire.decodeDoubleLikeSyncData(payload, budget));
	const { highlightItems } = wire.decodeHighlightContainerSyncData(payload, budget);
	const comments = highlightItems.flatMap(({ commentData: comment }) =>
		comment && comment.content !== "" ? [comment] : [],
	);
	return comments.map(({ nickName, content }) => (nickName === "" ? content : `${nickName}：${content}`)).join(" ");
}

function syncedLottery(payload: Uint8Array, { budget }: Envelope): Omit<LotteryEvent, keyof EventBase> {
	const data = wire.decodeLotteryInfoSyncData(payload, budget);
	return {
		...noLottery,
		action: "update",
		lotteryId: data.lotteryId,
		prizeCount: data.prizeCount,
		luckyCount: data.luckyCount,
		participants: data.candidateTotalCount,
		startedAt: upstreamTime(data.startTime) ?? 0,
		drawsAt: upstreamTime(data.drawTime) ?? 0,
		winners: [],
	};
}

/** Mappers of lucky boxes and lotteries. */
export const lotteryMappers = {
	WebcastLuckyBoxMessage: box,
	WebcastLuckyBoxRewardMessage: boxReward,
	WebcastPreviewCjRpMessage: boxState,
	WebcastLuckyBoxEndMessage: boxEnd,
	WebcastLotteryEventMessage: lottery,
	WebcastLotteryEventNewMessage: lottery,
	WebcastLotteryDrawResultEventMessage: lotteryDraw,
	WebcastRoomDataSyncMessage: dataSync,
} satisfies Record<string, Mapper>;
