// Generated from livekeeper/webcast/v1/lottery.proto by `npm run generate`. Do not edit.
import { EMPTY, readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readUser, type CommonInit, type User, type UserInit, writeCommon, writeUser } from "./common.ts";

export interface LuckyBoxMessage {
	commonCreateTime: number;
	diamondCount: number;
	boxId: string;
	sendTime: number;
	/** Presumably seconds. */
	delayTime: number;
	title: string;
	user: User | undefined;
	boxIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a LuckyBoxMessage, or holds more nested messages than `budget` allows. */
export function decodeLuckyBoxMessage(bytes: Uint8Array | Reader, budget?: Budget): LuckyBoxMessage {
	const r = readerOf(bytes, budget);
	return readLuckyBoxMessage(r, r.end, undefined);
}

export function readLuckyBoxMessage(r: Reader, end: number, into: LuckyBoxMessage | undefined): LuckyBoxMessage {
	const m = into ?? { commonCreateTime: 0, diamondCount: 0, boxId: "0", sendTime: 0, delayTime: 0, title: "", user: undefined, boxIdStr: "" } satisfies LuckyBoxMessage as LuckyBoxMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			case 16:
				m.diamondCount = r.uint64Number(pos);
				break;
			case 24:
				m.boxId = r.uint64String(pos);
				break;
			case 32:
				m.sendTime = r.time(pos);
				break;
			case 40:
				m.delayTime = r.uint64Number(pos);
				break;
			case 58:
				m.title = r.string(pos, end);
				break;
			case 98:
				m.user = readUser(r, r.open(pos, end), m.user);
				break;
			case 194:
				m.boxIdStr = r.string(pos, end);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeLuckyBoxMessage} takes: every field may be left out. */
export interface LuckyBoxMessageInit {
	common?: CommonInit | undefined;
	diamondCount?: number | undefined;
	boxId?: string | undefined;
	sendTime?: number | undefined;
	delayTime?: number | undefined;
	boxType?: number | undefined;
	title?: string | undefined;
	user?: UserInit | undefined;
	boxIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLuckyBoxMessage(value: LuckyBoxMessageInit): Uint8Array {
	const w = new Writer();
	writeLuckyBoxMessage(w, value);
	return w.finish();
}

export function writeLuckyBoxMessage(w: Writer, m: LuckyBoxMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64Number(16, m.diamondCount);
	w.uint64String(24, m.boxId);
	w.uint64Number(32, m.sendTime);
	w.uint64Number(40, m.delayTime);
	w.uint64Number(48, m.boxType);
	w.string(58, m.title);
	if (m.user) { const at = w.open(98); writeUser(w, m.user); w.close(at); }
	w.string(194, m.boxIdStr);
}

export interface LuckyBoxEndMessage {
	commonCreateTime: number;
	boxId: string;
	boxIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a LuckyBoxEndMessage, or holds more nested messages than `budget` allows. */
export function decodeLuckyBoxEndMessage(bytes: Uint8Array | Reader, budget?: Budget): LuckyBoxEndMessage {
	const r = readerOf(bytes, budget);
	return readLuckyBoxEndMessage(r, r.end, undefined);
}

export function readLuckyBoxEndMessage(r: Reader, end: number, into: LuckyBoxEndMessage | undefined): LuckyBoxEndMessage {
	const m = into ?? { commonCreateTime: 0, boxId: "0", boxIdStr: "" } satisfies LuckyBoxEndMessage as LuckyBoxEndMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			case 16:
				m.boxId = r.uint64String(pos);
				break;
			case 26:
				m.boxIdStr = r.string(pos, end);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeLuckyBoxEndMessage} takes: every field may be left out. */
export interface LuckyBoxEndMessageInit {
	common?: CommonInit | undefined;
	boxId?: string | undefined;
	boxIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLuckyBoxEndMessage(value: LuckyBoxEndMessageInit): Uint8Array {
	const w = new Writer();
	writeLuckyBoxEndMessage(w, value);
	return w.finish();
}

export function writeLuckyBoxEndMessage(w: Writer, m: LuckyBoxEndMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.boxId);
	w.string(26, m.boxIdStr);
}

export interface LuckyBoxRewardMessage {
	commonCreateTime: number;
	boxId: string;
	boxIdStr: string;
	rewardedUserId: string[];
}

/** Throws {@link WireError} when `bytes` is not a LuckyBoxRewardMessage, or holds more nested messages than `budget` allows. */
export function decodeLuckyBoxRewardMessage(bytes: Uint8Array | Reader, budget?: Budget): LuckyBoxRewardMessage {
	const r = readerOf(bytes, budget);
	return readLuckyBoxRewardMessage(r, r.end, undefined);
}

export function readLuckyBoxRewardMessage(r: Reader, end: number, into: LuckyBoxRewardMessage | undefined): LuckyBoxRewardMessage {
	const m = into ?? { commonCreateTime: 0, boxId: "0", boxIdStr: "", rewardedUserId: [] } satisfies LuckyBoxRewardMessage as LuckyBoxRewardMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			case 16:
				m.boxId = r.uint64String(pos);
				break;
			case 26:
				m.boxIdStr = r.string(pos, end);
				break;
			case 34:
				r.scalarItem(m.rewardedUserId.length);
				m.rewardedUserId.push(r.string(pos, end));
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeLuckyBoxRewardMessage} takes: every field may be left out. */
export interface LuckyBoxRewardMessageInit {
	common?: CommonInit | undefined;
	boxId?: string | undefined;
	boxIdStr?: string | undefined;
	rewardedUserId?: readonly string[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLuckyBoxRewardMessage(value: LuckyBoxRewardMessageInit): Uint8Array {
	const w = new Writer();
	writeLuckyBoxRewardMessage(w, value);
	return w.finish();
}

export function writeLuckyBoxRewardMessage(w: Writer, m: LuckyBoxRewardMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.boxId);
	w.string(26, m.boxIdStr);
	for (const item of m.rewardedUserId ?? []) w.stringItem(34, item);
}

/** The older LotteryEventMessage has its first seven fields. */
export interface LotteryEventNewMessage {
	commonCreateTime: number;
	lotteryId: string;
	lotteryStatus: number;
	lotteryStartTime: number;
	lotteryDrawTime: number;
	prizeCount: number;
	luckyCount: number;
	awardName: string;
}

/** Throws {@link WireError} when `bytes` is not a LotteryEventNewMessage, or holds more nested messages than `budget` allows. */
export function decodeLotteryEventNewMessage(bytes: Uint8Array | Reader, budget?: Budget): LotteryEventNewMessage {
	const r = readerOf(bytes, budget);
	return readLotteryEventNewMessage(r, r.end, undefined);
}

export function readLotteryEventNewMessage(r: Reader, end: number, into: LotteryEventNewMessage | undefined): LotteryEventNewMessage {
	const m = into ?? { commonCreateTime: 0, lotteryId: "0", lotteryStatus: 0, lotteryStartTime: 0, lotteryDrawTime: 0, prizeCount: 0, luckyCount: 0, awardName: "" } satisfies LotteryEventNewMessage as LotteryEventNewMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			case 16:
				m.lotteryId = r.uint64String(pos);
				break;
			case 24:
				m.lotteryStatus = r.int32(pos);
				break;
			case 32:
				m.lotteryStartTime = r.time(pos);
				break;
			case 40:
				m.lotteryDrawTime = r.time(pos);
				break;
			case 104:
				m.prizeCount = r.uint64Number(pos);
				break;
			case 112:
				m.luckyCount = r.uint64Number(pos);
				break;
			case 146:
				m.awardName = r.string(pos, end);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeLotteryEventNewMessage} takes: every field may be left out. */
export interface LotteryEventNewMessageInit {
	common?: CommonInit | undefined;
	lotteryId?: string | undefined;
	lotteryStatus?: number | undefined;
	lotteryStartTime?: number | undefined;
	lotteryDrawTime?: number | undefined;
	prizeType?: number | undefined;
	prizeCount?: number | undefined;
	luckyCount?: number | undefined;
	awardName?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLotteryEventNewMessage(value: LotteryEventNewMessageInit): Uint8Array {
	const w = new Writer();
	writeLotteryEventNewMessage(w, value);
	return w.finish();
}

export function writeLotteryEventNewMessage(w: Writer, m: LotteryEventNewMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.lotteryId);
	w.int32(24, m.lotteryStatus);
	w.uint64Number(32, m.lotteryStartTime);
	w.uint64Number(40, m.lotteryDrawTime);
	w.uint64Number(64, m.prizeType);
	w.uint64Number(104, m.prizeCount);
	w.uint64Number(112, m.luckyCount);
	w.string(146, m.awardName);
}

export interface LotteryDrawResultEventMessage {
	commonCreateTime: number;
	lotteryId: string;
	userIds: string[];
}

/** Throws {@link WireError} when `bytes` is not a LotteryDrawResultEventMessage, or holds more nested messages than `budget` allows. */
export function decodeLotteryDrawResultEventMessage(bytes: Uint8Array | Reader, budget?: Budget): LotteryDrawResultEventMessage {
	const r = readerOf(bytes, budget);
	return readLotteryDrawResultEventMessage(r, r.end, undefined);
}

export function readLotteryDrawResultEventMessage(r: Reader, end: number, into: LotteryDrawResultEventMessage | undefined): LotteryDrawResultEventMessage {
	const m = into ?? { commonCreateTime: 0, lotteryId: "0", userIds: [] } satisfies LotteryDrawResultEventMessage as LotteryDrawResultEventMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			case 16:
				m.lotteryId = r.uint64String(pos);
				break;
			case 24:
				r.scalarItem(m.userIds.length);
				m.userIds.push(r.uint64String(pos));
				break;
			case 26: {
				const stop = r.open(pos, end);
				for (pos = r.pos; pos < stop; pos = r.pos) {
					r.scalarItem(m.userIds.length);
					m.userIds.push(r.uint64String(pos));
				}
				r.close(pos, stop);
				break;
			}
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeLotteryDrawResultEventMessage} takes: every field may be left out. */
export interface LotteryDrawResultEventMessageInit {
	common?: CommonInit | undefined;
	lotteryId?: string | undefined;
	userIds?: readonly string[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLotteryDrawResultEventMessage(value: LotteryDrawResultEventMessageInit): Uint8Array {
	const w = new Writer();
	writeLotteryDrawResultEventMessage(w, value);
	return w.finish();
}

export function writeLotteryDrawResultEventMessage(w: Writer, m: LotteryDrawResultEventMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.lotteryId);
	if (m.userIds && m.userIds.length > 0) {
		const at = w.open(26);
		for (const item of m.userIds) w.uint64StringItem(item);
		w.close(at);
	}
}

/** Page state under many keys, each with its own encoding. Source of the decoded keys, `LotteryInfoSyncData`,
 * `RoomLinkMicSyncData`, `HighlightContainerSyncData` and `DoubleLikeSyncData`: the site's published schema of April 2026. */
export interface RoomDataSyncMessage {
	commonCreateTime: number;
	syncKey: string;
	payload: Uint8Array;
}

/** Throws {@link WireError} when `bytes` is not a RoomDataSyncMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomDataSyncMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomDataSyncMessage {
	const r = readerOf(bytes, budget);
	return readRoomDataSyncMessage(r, r.end, undefined);
}

export function readRoomDataSyncMessage(r: Reader, end: number, into: RoomDataSyncMessage | undefined): RoomDataSyncMessage {
	const m = into ?? { commonCreateTime: 0, syncKey: "", payload: EMPTY } satisfies RoomDataSyncMessage as RoomDataSyncMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			case 26:
				m.syncKey = r.string(pos, end);
				break;
			case 42:
				m.payload = r.view(pos, end);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeRoomDataSyncMessage} takes: every field may be left out. */
export interface RoomDataSyncMessageInit {
	common?: CommonInit | undefined;
	roomId?: string | undefined;
	syncKey?: string | undefined;
	version?: number | undefined;
	payload?: Uint8Array | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomDataSyncMessage(value: RoomDataSyncMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomDataSyncMessage(w, value);
	return w.finish();
}

export function writeRoomDataSyncMessage(w: Writer, m: RoomDataSyncMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.roomId);
	w.string(26, m.syncKey);
	w.uint64Number(32, m.version);
	w.bytes(42, m.payload);
}

export interface LotteryInfoSyncData {
	lotteryId: string;
	luckyCount: number;
	candidateTotalCount: number;
	prizeCount: number;
	startTime: number;
	drawTime: number;
}

/** Throws {@link WireError} when `bytes` is not a LotteryInfoSyncData, or holds more nested messages than `budget` allows. */
export function decodeLotteryInfoSyncData(bytes: Uint8Array | Reader, budget?: Budget): LotteryInfoSyncData {
	const r = readerOf(bytes, budget);
	return readLotteryInfoSyncData(r, r.end, undefined);
}

export function readLotteryInfoSyncData(r: Reader, end: number, into: LotteryInfoSyncData | undefined): LotteryInfoSyncData {
	const m = into ?? { lotteryId: "0", luckyCount: 0, candidateTotalCount: 0, prizeCount: 0, startTime: 0, drawTime: 0 } satisfies LotteryInfoSyncData as LotteryInfoSyncData;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 8:
				m.lotteryId = r.uint64String(pos);
				break;
			case 16:
				m.luckyCount = r.uint64Number(pos);
				break;
			case 24:
				m.candidateTotalCount = r.uint64Number(pos);
				break;
			case 48:
				m.prizeCount = r.uint64Number(pos);
				break;
			case 56:
				m.startTime = r.time(pos);
				break;
			case 64:
				m.drawTime = r.time(pos);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodeLotteryInfoSyncData} takes: every field may be left out. */
export interface LotteryInfoSyncDataInit {
	lotteryId?: string | undefined;
	luckyCount?: number | undefined;
	candidateTotalCount?: number | undefined;
	lotteryType?: number | undefined;
	prizeCount?: number | undefined;
	startTime?: number | undefined;
	drawTime?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLotteryInfoSyncData(value: LotteryInfoSyncDataInit): Uint8Array {
	const w = new Writer();
	writeLotteryInfoSyncData(w, value);
	return w.finish();
}

export function writeLotteryInfoSyncData(w: Writer, m: LotteryInfoSyncDataInit): void {
	w.uint64String(8, m.lotteryId);
	w.uint64Number(16, m.luckyCount);
	w.uint64Number(24, m.candidateTotalCount);
	w.uint64Number(40, m.lotteryType);
	w.uint64Number(48, m.prizeCount);
	w.uint64Number(56, m.startTime);
	w.uint64Number(64, m.drawTime);
}

/** State of a red packet. Source: the site's published schema of April 2026, checked against a payload of July 2026. Its
 * common part is field 2. */
export interface PreviewCjRpMessage {
	cjrp: PreviewBox | undefined;
	commonCreateTime: number;
}

/** Throws {@link WireError} when `bytes` is not a PreviewCjRpMessage, or holds more nested messages than `budget` allows. */
export function decodePreviewCjRpMessage(bytes: Uint8Array | Reader, budget?: Budget): PreviewCjRpMessage {
	const r = readerOf(bytes, budget);
	return readPreviewCjRpMessage(r, r.end, undefined);
}

export function readPreviewCjRpMessage(r: Reader, end: number, into: PreviewCjRpMessage | undefined): PreviewCjRpMessage {
	const m = into ?? { cjrp: undefined, commonCreateTime: 0 } satisfies PreviewCjRpMessage as PreviewCjRpMessage;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.cjrp = readPreviewBox(r, r.open(pos, end), m.cjrp);
				break;
			case 18:
				m.commonCreateTime = readCommon(r, r.open(pos, end), m.commonCreateTime);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodePreviewCjRpMessage} takes: every field may be left out. */
export interface PreviewCjRpMessageInit {
	cjrp?: PreviewBoxInit | undefined;
	common?: CommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePreviewCjRpMessage(value: PreviewCjRpMessageInit): Uint8Array {
	const w = new Writer();
	writePreviewCjRpMessage(w, value);
	return w.finish();
}

export function writePreviewCjRpMessage(w: Writer, m: PreviewCjRpMessageInit): void {
	if (m.cjrp) { const at = w.open(10); writePreviewBox(w, m.cjrp); w.close(at); }
	if (m.common) { const at = w.open(18); writeCommon(w, m.common); w.close(at); }
}

export interface PreviewBox {
	rpOrderNo: string;
	sendTime: number;
	/** `Diamond` in every payload seen. */
	currency: string;
	text: string;
	totalAmount: number;
	leftAmount: number;
	totalNum: number;
	leftNum: number;
}

/** Throws {@link WireError} when `bytes` is not a PreviewBox, or holds more nested messages than `budget` allows. */
export function decodePreviewBox(bytes: Uint8Array | Reader, budget?: Budget): PreviewBox {
	const r = readerOf(bytes, budget);
	return readPreviewBox(r, r.end, undefined);
}

export function readPreviewBox(r: Reader, end: number, into: PreviewBox | undefined): PreviewBox {
	const m = into ?? { rpOrderNo: "", sendTime: 0, currency: "", text: "", totalAmount: 0, leftAmount: 0, totalNum: 0, leftNum: 0 } satisfies PreviewBox as PreviewBox;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 10:
				m.rpOrderNo = r.string(pos, end);
				break;
			case 16:
				m.sendTime = r.time(pos);
				break;
			case 50:
				m.currency = r.string(pos, end);
				break;
			case 66:
				m.text = r.string(pos, end);
				break;
			case 72:
				m.totalAmount = r.uint64Number(pos);
				break;
			case 80:
				m.leftAmount = r.uint64Number(pos);
				break;
			case 88:
				m.totalNum = r.uint64Number(pos);
				break;
			case 96:
				m.leftNum = r.uint64Number(pos);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return m;
}

/** What {@link encodePreviewBox} takes: every field may be left out. */
export interface PreviewBoxInit {
	rpOrderNo?: string | undefined;
	sendTime?: number | undefined;
	currency?: string | undefined;
	text?: string | undefined;
	totalAmount?: number | undefined;
	leftAmount?: number | undefined;
	totalNum?: number | undefined;
	leftNum?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePreviewBox(value: PreviewBoxInit): Uint8Array {
	const w = new Writer();
	writePreviewBox(w, value);
	return w.finish();
}

export function writePreviewBox(w: Writer, m: PreviewBoxInit): void {
	w.string(10, m.rpOrderNo);
	w.uint64Number(16, m.sendTime);
	w.string(50, m.currency);
	w.string(66, m.text);
	w.uint64Number(72, m.totalAmount);
	w.uint64Number(80, m.leftAmount);
	w.uint64Number(88, m.totalNum);
	w.uint64Number(96, m.leftNum);
}

