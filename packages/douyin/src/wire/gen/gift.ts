// Generated from livekeeper/webcast/v1/gift.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readCommonWithUser, readImage, readUser, type CommonInit, type CommonWithUser, type CommonWithUserInit, type ImageInit, type PublicAreaCommonInit, type TextInit, type User, type UserInit, writeCommon, writeCommonWithUser, writeImage, writePublicAreaCommon, writeText, writeUser } from "./common.ts";
import { readIdentified, type IdentifiedInit, writeIdentified } from "./frame.ts";

export interface GiftMessage {
	commonCreateTime: number;
	giftId: string;
	/** Number of gifts sent with each step. */
	groupCount: number;
	/** Cumulative within a streak, like combo_count. */
	repeatCount: number;
	comboCount: number;
	user: User | undefined;
	toUser: User | undefined;
	repeatEnd: number;
	groupId: string;
	/** The room's running total. */
	roomFanTicketCount: number;
	gift: GiftStruct | undefined;
	sendTime: number;
}

/** Throws {@link WireError} when `bytes` is not a GiftMessage, or holds more nested messages than `budget` allows. */
export function decodeGiftMessage(bytes: Uint8Array | Reader, budget?: Budget): GiftMessage {
	const r = readerOf(bytes, budget);
	return readGiftMessage(r, r.end, undefined);
}

export function readGiftMessage(r: Reader, end: number, into: GiftMessage | undefined): GiftMessage {
	const m = into ?? { commonCreateTime: 0, giftId: "0", groupCount: 0, repeatCount: 0, comboCount: 0, user: undefined, toUser: undefined, repeatEnd: 0, groupId: "0", roomFanTicketCount: 0, gift: undefined, sendTime: 0 } satisfies GiftMessage as GiftMessage;
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
				m.giftId = r.uint64String(pos);
				break;
			case 32:
				m.groupCount = r.uint64Number(pos);
				break;
			case 40:
				m.repeatCount = r.uint64Number(pos);
				break;
			case 48:
				m.comboCount = r.uint64Number(pos);
				break;
			case 58:
				m.user = readUser(r, r.open(pos, end), m.user);
				break;
			case 66:
				m.toUser = readUser(r, r.open(pos, end), m.toUser);
				break;
			case 72:
				m.repeatEnd = r.int32(pos);
				break;
			case 88:
				m.groupId = r.uint64String(pos);
				break;
			case 104:
				m.roomFanTicketCount = r.uint64Number(pos);
				break;
			case 122:
				m.gift = readGiftStruct(r, r.open(pos, end), m.gift);
				break;
			case 264:
				m.sendTime = r.time(pos);
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

/** What {@link encodeGiftMessage} takes: every field may be left out. */
export interface GiftMessageInit {
	common?: CommonInit | undefined;
	giftId?: string | undefined;
	fanTicketCount?: number | undefined;
	groupCount?: number | undefined;
	repeatCount?: number | undefined;
	comboCount?: number | undefined;
	user?: UserInit | undefined;
	toUser?: UserInit | undefined;
	repeatEnd?: number | undefined;
	groupId?: string | undefined;
	roomFanTicketCount?: number | undefined;
	gift?: GiftStructInit | undefined;
	logId?: string | undefined;
	sendType?: number | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
	trayDisplayText?: TextInit | undefined;
	displayForSelf?: boolean | undefined;
	interactGiftInfo?: string | undefined;
	totalCount?: number | undefined;
	clientGiftSource?: number | undefined;
	toUserIds?: readonly string[] | undefined;
	sendTime?: number | undefined;
	traceId?: string | undefined;
	count?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGiftMessage(value: GiftMessageInit): Uint8Array {
	const w = new Writer();
	writeGiftMessage(w, value);
	return w.finish();
}

export function writeGiftMessage(w: Writer, m: GiftMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.giftId);
	w.uint64Number(24, m.fanTicketCount);
	w.uint64Number(32, m.groupCount);
	w.uint64Number(40, m.repeatCount);
	w.uint64Number(48, m.comboCount);
	if (m.user) { const at = w.open(58); writeUser(w, m.user); w.close(at); }
	if (m.toUser) { const at = w.open(66); writeUser(w, m.toUser); w.close(at); }
	w.int32(72, m.repeatEnd);
	w.uint64String(88, m.groupId);
	w.uint64Number(104, m.roomFanTicketCount);
	if (m.gift) { const at = w.open(122); writeGiftStruct(w, m.gift); w.close(at); }
	w.string(130, m.logId);
	w.uint64Number(136, m.sendType);
	if (m.publicAreaCommon) { const at = w.open(146); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
	if (m.trayDisplayText) { const at = w.open(154); writeText(w, m.trayDisplayText); w.close(at); }
	w.bool(200, m.displayForSelf);
	w.string(210, m.interactGiftInfo);
	w.uint64Number(232, m.totalCount);
	w.int32(240, m.clientGiftSource);
	if (m.toUserIds && m.toUserIds.length > 0) {
		const at = w.open(258);
		for (const item of m.toUserIds) w.uint64StringItem(item);
		w.close(at);
	}
	w.uint64Number(264, m.sendTime);
	w.string(282, m.traceId);
	w.uint64Number(352, m.count);
}

export interface GiftStruct {
	imageUrl: string | undefined;
	id: string;
	combo: boolean;
	type: number;
	diamondCount: number;
	name: string;
	iconUrl: string | undefined;
}

/** Throws {@link WireError} when `bytes` is not a GiftStruct, or holds more nested messages than `budget` allows. */
export function decodeGiftStruct(bytes: Uint8Array | Reader, budget?: Budget): GiftStruct {
	const r = readerOf(bytes, budget);
	return readGiftStruct(r, r.end, undefined);
}

export function readGiftStruct(r: Reader, end: number, into: GiftStruct | undefined): GiftStruct {
	const m = into ?? { imageUrl: undefined, id: "0", combo: false, type: 0, diamondCount: 0, name: "", iconUrl: undefined } satisfies GiftStruct as GiftStruct;
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
				m.imageUrl = readImage(r, r.open(pos, end), m.imageUrl);
				break;
			case 40:
				m.id = r.uint64String(pos);
				break;
			case 80:
				m.combo = r.bool(pos);
				break;
			case 88:
				m.type = r.int32(pos);
				break;
			case 96:
				m.diamondCount = r.int32(pos);
				break;
			case 130:
				m.name = r.recurring(pos, end);
				break;
			case 170:
				m.iconUrl = readImage(r, r.open(pos, end), m.iconUrl);
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

/** What {@link encodeGiftStruct} takes: every field may be left out. */
export interface GiftStructInit {
	image?: ImageInit | undefined;
	describe?: string | undefined;
	duration?: number | undefined;
	id?: string | undefined;
	forFansclub?: boolean | undefined;
	combo?: boolean | undefined;
	type?: number | undefined;
	diamondCount?: number | undefined;
	isDisplayedOnPanel?: boolean | undefined;
	primaryEffectId?: string | undefined;
	name?: string | undefined;
	icon?: ImageInit | undefined;
	actionType?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGiftStruct(value: GiftStructInit): Uint8Array {
	const w = new Writer();
	writeGiftStruct(w, value);
	return w.finish();
}

export function writeGiftStruct(w: Writer, m: GiftStructInit): void {
	if (m.image) { const at = w.open(10); writeImage(w, m.image); w.close(at); }
	w.string(18, m.describe);
	w.uint64Number(32, m.duration);
	w.uint64String(40, m.id);
	w.bool(72, m.forFansclub);
	w.bool(80, m.combo);
	w.int32(88, m.type);
	w.int32(96, m.diamondCount);
	w.bool(104, m.isDisplayedOnPanel);
	w.uint64String(112, m.primaryEffectId);
	w.string(130, m.name);
	if (m.icon) { const at = w.open(170); writeImage(w, m.icon); w.close(at); }
	w.int32(176, m.actionType);
}

export interface LightGiftMessage {
	common: CommonWithUser | undefined;
	groupCount: number;
	repeatCount: number;
	comboCount: number;
	toUserId: string;
	giftInfo: LightGiftInfo | undefined;
	giftStruct: GiftStruct | undefined;
}

/** Throws {@link WireError} when `bytes` is not a LightGiftMessage, or holds more nested messages than `budget` allows. */
export function decodeLightGiftMessage(bytes: Uint8Array | Reader, budget?: Budget): LightGiftMessage {
	const r = readerOf(bytes, budget);
	return readLightGiftMessage(r, r.end, undefined);
}

export function readLightGiftMessage(r: Reader, end: number, into: LightGiftMessage | undefined): LightGiftMessage {
	const m = into ?? { common: undefined, groupCount: 0, repeatCount: 0, comboCount: 0, toUserId: "0", giftInfo: undefined, giftStruct: undefined } satisfies LightGiftMessage as LightGiftMessage;
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
				m.common = readCommonWithUser(r, r.open(pos, end), m.common);
				break;
			case 16:
				m.groupCount = r.uint64Number(pos);
				break;
			case 24:
				m.repeatCount = r.uint64Number(pos);
				break;
			case 32:
				m.comboCount = r.uint64Number(pos);
				break;
			case 40:
				m.toUserId = r.uint64String(pos);
				break;
			case 58:
				m.giftInfo = readLightGiftInfo(r, r.open(pos, end), m.giftInfo);
				break;
			case 106:
				m.giftStruct = readGiftStruct(r, r.open(pos, end), m.giftStruct);
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

/** What {@link encodeLightGiftMessage} takes: every field may be left out. */
export interface LightGiftMessageInit {
	common?: CommonWithUserInit | undefined;
	groupCount?: number | undefined;
	repeatCount?: number | undefined;
	comboCount?: number | undefined;
	toUserId?: string | undefined;
	giftInfo?: LightGiftInfoInit | undefined;
	sendType?: number | undefined;
	count?: number | undefined;
	giftStruct?: GiftStructInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLightGiftMessage(value: LightGiftMessageInit): Uint8Array {
	const w = new Writer();
	writeLightGiftMessage(w, value);
	return w.finish();
}

export function writeLightGiftMessage(w: Writer, m: LightGiftMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithUser(w, m.common); w.close(at); }
	w.uint64Number(16, m.groupCount);
	w.uint64Number(24, m.repeatCount);
	w.uint64Number(32, m.comboCount);
	w.uint64String(40, m.toUserId);
	if (m.giftInfo) { const at = w.open(58); writeLightGiftInfo(w, m.giftInfo); w.close(at); }
	w.uint64Number(72, m.sendType);
	w.uint64Number(80, m.count);
	if (m.giftStruct) { const at = w.open(106); writeGiftStruct(w, m.giftStruct); w.close(at); }
}

export interface LightGiftInfo {
	giftId: string;
	giftIconUrl: string | undefined;
	diamondCount: number;
}

/** Throws {@link WireError} when `bytes` is not a LightGiftInfo, or holds more nested messages than `budget` allows. */
export function decodeLightGiftInfo(bytes: Uint8Array | Reader, budget?: Budget): LightGiftInfo {
	const r = readerOf(bytes, budget);
	return readLightGiftInfo(r, r.end, undefined);
}

export function readLightGiftInfo(r: Reader, end: number, into: LightGiftInfo | undefined): LightGiftInfo {
	const m = into ?? { giftId: "0", giftIconUrl: undefined, diamondCount: 0 } satisfies LightGiftInfo as LightGiftInfo;
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
				m.giftId = r.uint64String(pos);
				break;
			case 18:
				m.giftIconUrl = readImage(r, r.open(pos, end), m.giftIconUrl);
				break;
			case 24:
				m.diamondCount = r.uint64Number(pos);
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

/** What {@link encodeLightGiftInfo} takes: every field may be left out. */
export interface LightGiftInfoInit {
	giftId?: string | undefined;
	giftIcon?: ImageInit | undefined;
	diamondCount?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLightGiftInfo(value: LightGiftInfoInit): Uint8Array {
	const w = new Writer();
	writeLightGiftInfo(w, value);
	return w.finish();
}

export function writeLightGiftInfo(w: Writer, m: LightGiftInfoInit): void {
	w.uint64String(8, m.giftId);
	if (m.giftIcon) { const at = w.open(18); writeImage(w, m.giftIcon); w.close(at); }
	w.uint64Number(24, m.diamondCount);
}

export interface UpdateFanTicketMessage {
	commonCreateTime: number;
	roomFanTicketCountText: string;
	roomFanTicketCount: number;
}

/** Throws {@link WireError} when `bytes` is not a UpdateFanTicketMessage, or holds more nested messages than `budget` allows. */
export function decodeUpdateFanTicketMessage(bytes: Uint8Array | Reader, budget?: Budget): UpdateFanTicketMessage {
	const r = readerOf(bytes, budget);
	return readUpdateFanTicketMessage(r, r.end, undefined);
}

export function readUpdateFanTicketMessage(r: Reader, end: number, into: UpdateFanTicketMessage | undefined): UpdateFanTicketMessage {
	const m = into ?? { commonCreateTime: 0, roomFanTicketCountText: "", roomFanTicketCount: 0 } satisfies UpdateFanTicketMessage as UpdateFanTicketMessage;
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
			case 18:
				m.roomFanTicketCountText = r.string(pos, end);
				break;
			case 24:
				m.roomFanTicketCount = r.uint64Number(pos);
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

/** What {@link encodeUpdateFanTicketMessage} takes: every field may be left out. */
export interface UpdateFanTicketMessageInit {
	common?: CommonInit | undefined;
	roomFanTicketCountText?: string | undefined;
	roomFanTicketCount?: number | undefined;
	forceUpdate?: boolean | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUpdateFanTicketMessage(value: UpdateFanTicketMessageInit): Uint8Array {
	const w = new Writer();
	writeUpdateFanTicketMessage(w, value);
	return w.finish();
}

export function writeUpdateFanTicketMessage(w: Writer, m: UpdateFanTicketMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.string(18, m.roomFanTicketCountText);
	w.uint64Number(24, m.roomFanTicketCount);
	w.bool(32, m.forceUpdate);
}

/** A gift inside another message. Source: the site's published schema of April 2026 and another project's schema of
 * TikTok; no payload is public. Unlike in most kinds, the common part is field 2. */
export interface BindingGiftMessage {
	msg: GiftMessage | undefined;
	commonCreateTime: number;
}

/** Throws {@link WireError} when `bytes` is not a BindingGiftMessage, or holds more nested messages than `budget` allows. */
export function decodeBindingGiftMessage(bytes: Uint8Array | Reader, budget?: Budget): BindingGiftMessage {
	const r = readerOf(bytes, budget);
	return readBindingGiftMessage(r, r.end, undefined);
}

export function readBindingGiftMessage(r: Reader, end: number, into: BindingGiftMessage | undefined): BindingGiftMessage {
	const m = into ?? { msg: undefined, commonCreateTime: 0 } satisfies BindingGiftMessage as BindingGiftMessage;
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
				m.msg = readGiftMessage(r, r.open(pos, end), m.msg);
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

/** What {@link encodeBindingGiftMessage} takes: every field may be left out. */
export interface BindingGiftMessageInit {
	msg?: GiftMessageInit | undefined;
	common?: CommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBindingGiftMessage(value: BindingGiftMessageInit): Uint8Array {
	const w = new Writer();
	writeBindingGiftMessage(w, value);
	return w.finish();
}

export function writeBindingGiftMessage(w: Writer, m: BindingGiftMessageInit): void {
	if (m.msg) { const at = w.open(10); writeGiftMessage(w, m.msg); w.close(at); }
	if (m.common) { const at = w.open(18); writeCommon(w, m.common); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a BindingGiftIdentified, or holds more nested messages than `budget` allows. */
export function decodeBindingGiftIdentified(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readBindingGiftIdentified(r, r.end, "0");
}

export function readBindingGiftIdentified(r: Reader, end: number, into: string): string {
	let value = into;
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
				value = readIdentified(r, r.open(pos, end), value);
				break;
			default:
				pos = r.skip(tag, pos, end);
				continue;
		}
		pos = r.pos;
	}
	r.close(pos, end);
	return value;
}

/** What {@link encodeBindingGiftIdentified} takes: every field may be left out. */
export interface BindingGiftIdentifiedInit {
	msg?: IdentifiedInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBindingGiftIdentified(value: BindingGiftIdentifiedInit): Uint8Array {
	const w = new Writer();
	writeBindingGiftIdentified(w, value);
	return w.finish();
}

export function writeBindingGiftIdentified(w: Writer, m: BindingGiftIdentifiedInit): void {
	if (m.msg) { const at = w.open(10); writeIdentified(w, m.msg); w.close(at); }
}

