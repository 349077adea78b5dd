// Generated from livekeeper/webcast/v1/room.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readCommonWithText, readText, readUser, type CommonInit, type CommonWithText, type CommonWithTextInit, type Text, type TextInit, type User, type UserInit, writeCommon, writeCommonWithText, writeText, writeUser } from "./common.ts";

export interface RoomStatsMessage {
	commonCreateTime: number;
	displayLong: string;
	displayValue: number;
	total: number;
}

/** Throws {@link WireError} when `bytes` is not a RoomStatsMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomStatsMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomStatsMessage {
	const r = readerOf(bytes, budget);
	return readRoomStatsMessage(r, r.end, undefined);
}

export function readRoomStatsMessage(r: Reader, end: number, into: RoomStatsMessage | undefined): RoomStatsMessage {
	const m = into ?? { commonCreateTime: 0, displayLong: "", displayValue: 0, total: 0 } satisfies RoomStatsMessage as RoomStatsMessage;
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
			case 34:
				m.displayLong = r.string(pos, end);
				break;
			case 40:
				m.displayValue = r.uint64Number(pos);
				break;
			case 72:
				m.total = r.uint64Number(pos);
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

/** What {@link encodeRoomStatsMessage} takes: every field may be left out. */
export interface RoomStatsMessageInit {
	common?: CommonInit | undefined;
	displayShort?: string | undefined;
	displayMiddle?: string | undefined;
	displayLong?: string | undefined;
	displayValue?: number | undefined;
	displayVersion?: number | undefined;
	incremental?: boolean | undefined;
	total?: number | undefined;
	displayType?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomStatsMessage(value: RoomStatsMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomStatsMessage(w, value);
	return w.finish();
}

export function writeRoomStatsMessage(w: Writer, m: RoomStatsMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.string(18, m.displayShort);
	w.string(26, m.displayMiddle);
	w.string(34, m.displayLong);
	w.uint64Number(40, m.displayValue);
	w.uint64Number(48, m.displayVersion);
	w.bool(56, m.incremental);
	w.uint64Number(72, m.total);
	w.uint64Number(80, m.displayType);
}

export interface ControlMessage {
	commonCreateTime: number;
	/** 1 pause, 2 resume, 3 end. */
	action: number;
	tips: string;
}

/** Throws {@link WireError} when `bytes` is not a ControlMessage, or holds more nested messages than `budget` allows. */
export function decodeControlMessage(bytes: Uint8Array | Reader, budget?: Budget): ControlMessage {
	const r = readerOf(bytes, budget);
	return readControlMessage(r, r.end, undefined);
}

export function readControlMessage(r: Reader, end: number, into: ControlMessage | undefined): ControlMessage {
	const m = into ?? { commonCreateTime: 0, action: 0, tips: "" } satisfies ControlMessage as ControlMessage;
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
				m.action = r.uint64Number(pos);
				break;
			case 26:
				m.tips = r.string(pos, end);
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

/** What {@link encodeControlMessage} takes: every field may be left out. */
export interface ControlMessageInit {
	common?: CommonInit | undefined;
	action?: number | undefined;
	tips?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeControlMessage(value: ControlMessageInit): Uint8Array {
	const w = new Writer();
	writeControlMessage(w, value);
	return w.finish();
}

export function writeControlMessage(w: Writer, m: ControlMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64Number(16, m.action);
	w.string(26, m.tips);
}

export interface RoomMessage {
	common: CommonWithText | undefined;
	content: string;
}

/** Throws {@link WireError} when `bytes` is not a RoomMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomMessage {
	const r = readerOf(bytes, budget);
	return readRoomMessage(r, r.end, undefined);
}

export function readRoomMessage(r: Reader, end: number, into: RoomMessage | undefined): RoomMessage {
	const m = into ?? { common: undefined, content: "" } satisfies RoomMessage as RoomMessage;
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
				m.common = readCommonWithText(r, r.open(pos, end), m.common);
				break;
			case 18:
				m.content = r.string(pos, end);
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

/** What {@link encodeRoomMessage} takes: every field may be left out. */
export interface RoomMessageInit {
	common?: CommonWithTextInit | undefined;
	content?: string | undefined;
	roomMessageType?: number | undefined;
	systemTopMsg?: boolean | undefined;
	bizScene?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomMessage(value: RoomMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomMessage(w, value);
	return w.finish();
}

export function writeRoomMessage(w: Writer, m: RoomMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	w.string(18, m.content);
	w.int32(32, m.roomMessageType);
	w.bool(40, m.systemTopMsg);
	w.string(162, m.bizScene);
}

export interface CommonTextMessage {
	common: CommonWithText | undefined;
	user: User | undefined;
}

/** Throws {@link WireError} when `bytes` is not a CommonTextMessage, or holds more nested messages than `budget` allows. */
export function decodeCommonTextMessage(bytes: Uint8Array | Reader, budget?: Budget): CommonTextMessage {
	const r = readerOf(bytes, budget);
	return readCommonTextMessage(r, r.end, undefined);
}

export function readCommonTextMessage(r: Reader, end: number, into: CommonTextMessage | undefined): CommonTextMessage {
	const m = into ?? { common: undefined, user: undefined } satisfies CommonTextMessage as CommonTextMessage;
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
				m.common = readCommonWithText(r, r.open(pos, end), m.common);
				break;
			case 18:
				m.user = readUser(r, r.open(pos, end), m.user);
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

/** What {@link encodeCommonTextMessage} takes: every field may be left out. */
export interface CommonTextMessageInit {
	common?: CommonWithTextInit | undefined;
	user?: UserInit | undefined;
	scene?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeCommonTextMessage(value: CommonTextMessageInit): Uint8Array {
	const w = new Writer();
	writeCommonTextMessage(w, value);
	return w.finish();
}

export function writeCommonTextMessage(w: Writer, m: CommonTextMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.string(26, m.scene);
}

/** Throws {@link WireError} when `bytes` is not a SpokenMessage, or holds more nested messages than `budget` allows. */
export function decodeSpokenMessage(bytes: Uint8Array | Reader, budget?: Budget): CommonWithText | undefined {
	const r = readerOf(bytes, budget);
	return readSpokenMessage(r, r.end, undefined);
}

export function readSpokenMessage(r: Reader, end: number, into: CommonWithText | undefined): CommonWithText | undefined {
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
				value = readCommonWithText(r, r.open(pos, end), value);
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

/** What {@link encodeSpokenMessage} takes: every field may be left out. */
export interface SpokenMessageInit {
	common?: CommonWithTextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeSpokenMessage(value: SpokenMessageInit): Uint8Array {
	const w = new Writer();
	writeSpokenMessage(w, value);
	return w.finish();
}

export function writeSpokenMessage(w: Writer, m: SpokenMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
}

/** A comment shown above the others. */
export interface HighlightComment {
	common: CommonWithText | undefined;
	content: string;
	user: User | undefined;
}

/** Throws {@link WireError} when `bytes` is not a HighlightComment, or holds more nested messages than `budget` allows. */
export function decodeHighlightComment(bytes: Uint8Array | Reader, budget?: Budget): HighlightComment {
	const r = readerOf(bytes, budget);
	return readHighlightComment(r, r.end, undefined);
}

export function readHighlightComment(r: Reader, end: number, into: HighlightComment | undefined): HighlightComment {
	const m = into ?? { common: undefined, content: "", user: undefined } satisfies HighlightComment as HighlightComment;
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
				m.common = readCommonWithText(r, r.open(pos, end), m.common);
				break;
			case 58:
				m.content = r.string(pos, end);
				break;
			case 66:
				m.user = readUser(r, r.open(pos, end), m.user);
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

/** What {@link encodeHighlightComment} takes: every field may be left out. */
export interface HighlightCommentInit {
	common?: CommonWithTextInit | undefined;
	content?: string | undefined;
	user?: UserInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHighlightComment(value: HighlightCommentInit): Uint8Array {
	const w = new Writer();
	writeHighlightComment(w, value);
	return w.finish();
}

export function writeHighlightComment(w: Writer, m: HighlightCommentInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	w.string(58, m.content);
	if (m.user) { const at = w.open(66); writeUser(w, m.user); w.close(at); }
}

export interface NotifyEffectMessage {
	common: CommonWithText | undefined;
	text: Text | undefined;
}

/** Throws {@link WireError} when `bytes` is not a NotifyEffectMessage, or holds more nested messages than `budget` allows. */
export function decodeNotifyEffectMessage(bytes: Uint8Array | Reader, budget?: Budget): NotifyEffectMessage {
	const r = readerOf(bytes, budget);
	return readNotifyEffectMessage(r, r.end, undefined);
}

export function readNotifyEffectMessage(r: Reader, end: number, into: NotifyEffectMessage | undefined): NotifyEffectMessage {
	const m = into ?? { common: undefined, text: undefined } satisfies NotifyEffectMessage as NotifyEffectMessage;
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
				m.common = readCommonWithText(r, r.open(pos, end), m.common);
				break;
			case 26:
				m.text = readText(r, r.open(pos, end), m.text);
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

/** What {@link encodeNotifyEffectMessage} takes: every field may be left out. */
export interface NotifyEffectMessageInit {
	common?: CommonWithTextInit | undefined;
	text?: TextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeNotifyEffectMessage(value: NotifyEffectMessageInit): Uint8Array {
	const w = new Writer();
	writeNotifyEffectMessage(w, value);
	return w.finish();
}

export function writeNotifyEffectMessage(w: Writer, m: NotifyEffectMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	if (m.text) { const at = w.open(26); writeText(w, m.text); w.close(at); }
}

export interface ExhibitionChatMessage {
	common: CommonWithText | undefined;
	displayText: Text | undefined;
}

/** Throws {@link WireError} when `bytes` is not a ExhibitionChatMessage, or holds more nested messages than `budget` allows. */
export function decodeExhibitionChatMessage(bytes: Uint8Array | Reader, budget?: Budget): ExhibitionChatMessage {
	const r = readerOf(bytes, budget);
	return readExhibitionChatMessage(r, r.end, undefined);
}

export function readExhibitionChatMessage(r: Reader, end: number, into: ExhibitionChatMessage | undefined): ExhibitionChatMessage {
	const m = into ?? { common: undefined, displayText: undefined } satisfies ExhibitionChatMessage as ExhibitionChatMessage;
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
				m.common = readCommonWithText(r, r.open(pos, end), m.common);
				break;
			case 18:
				m.displayText = readText(r, r.open(pos, end), m.displayText);
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

/** What {@link encodeExhibitionChatMessage} takes: every field may be left out. */
export interface ExhibitionChatMessageInit {
	common?: CommonWithTextInit | undefined;
	displayText?: TextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeExhibitionChatMessage(value: ExhibitionChatMessageInit): Uint8Array {
	const w = new Writer();
	writeExhibitionChatMessage(w, value);
	return w.finish();
}

export function writeExhibitionChatMessage(w: Writer, m: ExhibitionChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	if (m.displayText) { const at = w.open(18); writeText(w, m.displayText); w.close(at); }
}

export interface RoomIntroMessage {
	commonCreateTime: number;
	user: User | undefined;
	intro: string;
	label: string[];
	/** Source of this field and the labels: the site's published schema of April 2026. */
	introVideoTitle: string;
	selectedLabels: RoomIntroLabel[];
}

/** Throws {@link WireError} when `bytes` is not a RoomIntroMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomIntroMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomIntroMessage {
	const r = readerOf(bytes, budget);
	return readRoomIntroMessage(r, r.end, undefined);
}

export function readRoomIntroMessage(r: Reader, end: number, into: RoomIntroMessage | undefined): RoomIntroMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, intro: "", label: [], introVideoTitle: "", selectedLabels: [] } satisfies RoomIntroMessage as RoomIntroMessage;
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
				m.user = readUser(r, r.open(pos, end), m.user);
				break;
			case 34:
				m.intro = r.string(pos, end);
				break;
			case 42:
				r.scalarItem(m.label.length);
				m.label.push(r.string(pos, end));
				break;
			case 58:
				m.introVideoTitle = r.string(pos, end);
				break;
			case 66:
				r.item(m.selectedLabels.length);
				m.selectedLabels.push(readRoomIntroLabel(r, r.open(pos, end), undefined));
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

/** What {@link encodeRoomIntroMessage} takes: every field may be left out. */
export interface RoomIntroMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	style?: number | undefined;
	intro?: string | undefined;
	label?: readonly string[] | undefined;
	introVideoTitle?: string | undefined;
	selectedLabels?: readonly RoomIntroLabelInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomIntroMessage(value: RoomIntroMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomIntroMessage(w, value);
	return w.finish();
}

export function writeRoomIntroMessage(w: Writer, m: RoomIntroMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.uint64Number(24, m.style);
	w.string(34, m.intro);
	for (const item of m.label ?? []) w.stringItem(42, item);
	w.string(58, m.introVideoTitle);
	for (const item of m.selectedLabels ?? []) { const at = w.open(66); writeRoomIntroLabel(w, item); w.close(at); }
}

export interface RoomIntroLabel {
	labelText: string;
	showText: string;
}

/** Throws {@link WireError} when `bytes` is not a RoomIntroLabel, or holds more nested messages than `budget` allows. */
export function decodeRoomIntroLabel(bytes: Uint8Array | Reader, budget?: Budget): RoomIntroLabel {
	const r = readerOf(bytes, budget);
	return readRoomIntroLabel(r, r.end, undefined);
}

export function readRoomIntroLabel(r: Reader, end: number, into: RoomIntroLabel | undefined): RoomIntroLabel {
	const m = into ?? { labelText: "", showText: "" } satisfies RoomIntroLabel as RoomIntroLabel;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 26:
				m.labelText = r.string(pos, end);
				break;
			case 50:
				m.showText = r.string(pos, end);
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

/** What {@link encodeRoomIntroLabel} takes: every field may be left out. */
export interface RoomIntroLabelInit {
	labelText?: string | undefined;
	showText?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomIntroLabel(value: RoomIntroLabelInit): Uint8Array {
	const w = new Writer();
	writeRoomIntroLabel(w, value);
	return w.finish();
}

export function writeRoomIntroLabel(w: Writer, m: RoomIntroLabelInit): void {
	w.string(26, m.labelText);
	w.string(50, m.showText);
}

export interface InRoomBannerMessage {
	commonCreateTime: number;
	extra: string;
}

/** Throws {@link WireError} when `bytes` is not a InRoomBannerMessage, or holds more nested messages than `budget` allows. */
export function decodeInRoomBannerMessage(bytes: Uint8Array | Reader, budget?: Budget): InRoomBannerMessage {
	const r = readerOf(bytes, budget);
	return readInRoomBannerMessage(r, r.end, undefined);
}

export function readInRoomBannerMessage(r: Reader, end: number, into: InRoomBannerMessage | undefined): InRoomBannerMessage {
	const m = into ?? { commonCreateTime: 0, extra: "" } satisfies InRoomBannerMessage as InRoomBannerMessage;
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
				m.extra = r.string(pos, end);
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

/** What {@link encodeInRoomBannerMessage} takes: every field may be left out. */
export interface InRoomBannerMessageInit {
	common?: CommonInit | undefined;
	extra?: string | undefined;
	position?: number | undefined;
	actionType?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeInRoomBannerMessage(value: InRoomBannerMessageInit): Uint8Array {
	const w = new Writer();
	writeInRoomBannerMessage(w, value);
	return w.finish();
}

export function writeInRoomBannerMessage(w: Writer, m: InRoomBannerMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.string(18, m.extra);
	w.int32(24, m.position);
	w.int32(32, m.actionType);
}

export interface ProductChangeMessage {
	commonCreateTime: number;
	updateTimestamp: number;
	updateToast: string;
	updateProductInfo: string[];
	total: number;
}

/** Throws {@link WireError} when `bytes` is not a ProductChangeMessage, or holds more nested messages than `budget` allows. */
export function decodeProductChangeMessage(bytes: Uint8Array | Reader, budget?: Budget): ProductChangeMessage {
	const r = readerOf(bytes, budget);
	return readProductChangeMessage(r, r.end, undefined);
}

export function readProductChangeMessage(r: Reader, end: number, into: ProductChangeMessage | undefined): ProductChangeMessage {
	const m = into ?? { commonCreateTime: 0, updateTimestamp: 0, updateToast: "", updateProductInfo: [], total: 0 } satisfies ProductChangeMessage as ProductChangeMessage;
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
				m.updateTimestamp = r.time(pos);
				break;
			case 26:
				m.updateToast = r.string(pos, end);
				break;
			case 34:
				r.item(m.updateProductInfo.length);
				m.updateProductInfo.push(readChangedProduct(r, r.open(pos, end), "0"));
				break;
			case 40:
				m.total = r.uint64Number(pos);
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

/** What {@link encodeProductChangeMessage} takes: every field may be left out. */
export interface ProductChangeMessageInit {
	common?: CommonInit | undefined;
	updateTimestamp?: number | undefined;
	updateToast?: string | undefined;
	updateProductInfo?: readonly ChangedProductInit[] | undefined;
	total?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeProductChangeMessage(value: ProductChangeMessageInit): Uint8Array {
	const w = new Writer();
	writeProductChangeMessage(w, value);
	return w.finish();
}

export function writeProductChangeMessage(w: Writer, m: ProductChangeMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64Number(16, m.updateTimestamp);
	w.string(26, m.updateToast);
	for (const item of m.updateProductInfo ?? []) { const at = w.open(34); writeChangedProduct(w, item); w.close(at); }
	w.uint64Number(40, m.total);
}

/** Throws {@link WireError} when `bytes` is not a ChangedProduct, or holds more nested messages than `budget` allows. */
export function decodeChangedProduct(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readChangedProduct(r, r.end, "0");
}

export function readChangedProduct(r: Reader, end: number, into: string): string {
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
			case 8:
				value = r.uint64String(pos);
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

/** What {@link encodeChangedProduct} takes: every field may be left out. */
export interface ChangedProductInit {
	promotionId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeChangedProduct(value: ChangedProductInit): Uint8Array {
	const w = new Writer();
	writeChangedProduct(w, value);
	return w.finish();
}

export function writeChangedProduct(w: Writer, m: ChangedProductInit): void {
	w.uint64String(8, m.promotionId);
}

export interface LiveShoppingMessage {
	commonCreateTime: number;
	msgType: number;
	promotionId: string;
	updatedProductInfoTitle: string;
	updateTimestamp: number;
	promotionsNum: number;
	updateToast: string;
}

/** Throws {@link WireError} when `bytes` is not a LiveShoppingMessage, or holds more nested messages than `budget` allows. */
export function decodeLiveShoppingMessage(bytes: Uint8Array | Reader, budget?: Budget): LiveShoppingMessage {
	const r = readerOf(bytes, budget);
	return readLiveShoppingMessage(r, r.end, undefined);
}

export function readLiveShoppingMessage(r: Reader, end: number, into: LiveShoppingMessage | undefined): LiveShoppingMessage {
	const m = into ?? { commonCreateTime: 0, msgType: 0, promotionId: "0", updatedProductInfoTitle: "", updateTimestamp: 0, promotionsNum: 0, updateToast: "" } satisfies LiveShoppingMessage as LiveShoppingMessage;
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
				m.msgType = r.int32(pos);
				break;
			case 24:
				m.promotionId = r.uint64String(pos);
				break;
			case 90:
				m.updatedProductInfoTitle = readUpdatedProduct(r, r.open(pos, end), m.updatedProductInfoTitle);
				break;
			case 120:
				m.updateTimestamp = r.time(pos);
				break;
			case 136:
				m.promotionsNum = r.uint64Number(pos);
				break;
			case 250:
				m.updateToast = r.string(pos, end);
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

/** What {@link encodeLiveShoppingMessage} takes: every field may be left out. */
export interface LiveShoppingMessageInit {
	common?: CommonInit | undefined;
	msgType?: number | undefined;
	promotionId?: string | undefined;
	updatedProductInfo?: UpdatedProductInit | undefined;
	updateTimestamp?: number | undefined;
	promotionsNum?: number | undefined;
	updateToast?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLiveShoppingMessage(value: LiveShoppingMessageInit): Uint8Array {
	const w = new Writer();
	writeLiveShoppingMessage(w, value);
	return w.finish();
}

export function writeLiveShoppingMessage(w: Writer, m: LiveShoppingMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.int32(16, m.msgType);
	w.uint64String(24, m.promotionId);
	if (m.updatedProductInfo) { const at = w.open(90); writeUpdatedProduct(w, m.updatedProductInfo); w.close(at); }
	w.uint64Number(120, m.updateTimestamp);
	w.uint64Number(136, m.promotionsNum);
	w.string(250, m.updateToast);
}

/** Throws {@link WireError} when `bytes` is not a UpdatedProduct, or holds more nested messages than `budget` allows. */
export function decodeUpdatedProduct(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readUpdatedProduct(r, r.end, "");
}

export function readUpdatedProduct(r: Reader, end: number, into: string): string {
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
			case 18:
				value = r.string(pos, end);
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

/** What {@link encodeUpdatedProduct} takes: every field may be left out. */
export interface UpdatedProductInit {
	price?: number | undefined;
	title?: string | undefined;
	cover?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUpdatedProduct(value: UpdatedProductInit): Uint8Array {
	const w = new Writer();
	writeUpdatedProduct(w, value);
	return w.finish();
}

export function writeUpdatedProduct(w: Writer, m: UpdatedProductInit): void {
	w.uint64Number(8, m.price);
	w.string(18, m.title);
	w.string(26, m.cover);
}

export interface ImDeleteMessage {
	commonCreateTime: number;
	deleteMsgIds: string[];
}

/** Throws {@link WireError} when `bytes` is not a ImDeleteMessage, or holds more nested messages than `budget` allows. */
export function decodeImDeleteMessage(bytes: Uint8Array | Reader, budget?: Budget): ImDeleteMessage {
	const r = readerOf(bytes, budget);
	return readImDeleteMessage(r, r.end, undefined);
}

export function readImDeleteMessage(r: Reader, end: number, into: ImDeleteMessage | undefined): ImDeleteMessage {
	const m = into ?? { commonCreateTime: 0, deleteMsgIds: [] } satisfies ImDeleteMessage as ImDeleteMessage;
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
				r.scalarItem(m.deleteMsgIds.length);
				m.deleteMsgIds.push(r.uint64String(pos));
				break;
			case 18: {
				const stop = r.open(pos, end);
				for (pos = r.pos; pos < stop; pos = r.pos) {
					r.scalarItem(m.deleteMsgIds.length);
					m.deleteMsgIds.push(r.uint64String(pos));
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

/** What {@link encodeImDeleteMessage} takes: every field may be left out. */
export interface ImDeleteMessageInit {
	common?: CommonInit | undefined;
	deleteMsgIds?: readonly string[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeImDeleteMessage(value: ImDeleteMessageInit): Uint8Array {
	const w = new Writer();
	writeImDeleteMessage(w, value);
	return w.finish();
}

export function writeImDeleteMessage(w: Writer, m: ImDeleteMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.deleteMsgIds && m.deleteMsgIds.length > 0) {
		const at = w.open(18);
		for (const item of m.deleteMsgIds) w.uint64StringItem(item);
		w.close(at);
	}
}

