// Generated from livekeeper/webcast/v1/page.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readCommonWithText, readCommonWithUser, readText, type CommonInit, type CommonWithText, type CommonWithTextInit, type CommonWithUser, type CommonWithUserInit, type Text, type TextInit, writeCommon, writeCommonWithText, writeCommonWithUser, writeText } from "./common.ts";

/** The room's ranks on the site's leaderboards. Source: the site's published schema of April 2026; a public project saw
 * texts such as 百强第N名 under titles such as 小时榜. */
export interface RanklistHourEntranceMessage {
	common: CommonWithText | undefined;
	info: HourRank | undefined;
}

/** Throws {@link WireError} when `bytes` is not a RanklistHourEntranceMessage, or holds more nested messages than `budget` allows. */
export function decodeRanklistHourEntranceMessage(bytes: Uint8Array | Reader, budget?: Budget): RanklistHourEntranceMessage {
	const r = readerOf(bytes, budget);
	return readRanklistHourEntranceMessage(r, r.end, undefined);
}

export function readRanklistHourEntranceMessage(r: Reader, end: number, into: RanklistHourEntranceMessage | undefined): RanklistHourEntranceMessage {
	const m = into ?? { common: undefined, info: undefined } satisfies RanklistHourEntranceMessage as RanklistHourEntranceMessage;
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
				m.info = readHourRank(r, r.open(pos, end), m.info);
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

/** What {@link encodeRanklistHourEntranceMessage} takes: every field may be left out. */
export interface RanklistHourEntranceMessageInit {
	common?: CommonWithTextInit | undefined;
	info?: HourRankInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRanklistHourEntranceMessage(value: RanklistHourEntranceMessageInit): Uint8Array {
	const w = new Writer();
	writeRanklistHourEntranceMessage(w, value);
	return w.finish();
}

export function writeRanklistHourEntranceMessage(w: Writer, m: RanklistHourEntranceMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	if (m.info) { const at = w.open(18); writeHourRank(w, m.info); w.close(at); }
}

export interface HourRank {
	globalInfos: HourRankInfo[];
	/** Shown if there are no others. */
	defaultGlobalInfos: HourRankInfo[];
	verticalInfos: HourRankInfo[];
	defaultVerticalInfos: HourRankInfo[];
}

/** Throws {@link WireError} when `bytes` is not a HourRank, or holds more nested messages than `budget` allows. */
export function decodeHourRank(bytes: Uint8Array | Reader, budget?: Budget): HourRank {
	const r = readerOf(bytes, budget);
	return readHourRank(r, r.end, undefined);
}

export function readHourRank(r: Reader, end: number, into: HourRank | undefined): HourRank {
	const m = into ?? { globalInfos: [], defaultGlobalInfos: [], verticalInfos: [], defaultVerticalInfos: [] } satisfies HourRank as HourRank;
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
				r.item(m.globalInfos.length);
				m.globalInfos.push(readHourRankInfo(r, r.open(pos, end), undefined));
				break;
			case 18:
				r.item(m.defaultGlobalInfos.length);
				m.defaultGlobalInfos.push(readHourRankInfo(r, r.open(pos, end), undefined));
				break;
			case 26:
				r.item(m.verticalInfos.length);
				m.verticalInfos.push(readHourRankInfo(r, r.open(pos, end), undefined));
				break;
			case 34:
				r.item(m.defaultVerticalInfos.length);
				m.defaultVerticalInfos.push(readHourRankInfo(r, r.open(pos, end), undefined));
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

/** What {@link encodeHourRank} takes: every field may be left out. */
export interface HourRankInit {
	globalInfos?: readonly HourRankInfoInit[] | undefined;
	defaultGlobalInfos?: readonly HourRankInfoInit[] | undefined;
	verticalInfos?: readonly HourRankInfoInit[] | undefined;
	defaultVerticalInfos?: readonly HourRankInfoInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHourRank(value: HourRankInit): Uint8Array {
	const w = new Writer();
	writeHourRank(w, value);
	return w.finish();
}

export function writeHourRank(w: Writer, m: HourRankInit): void {
	for (const item of m.globalInfos ?? []) { const at = w.open(10); writeHourRankInfo(w, item); w.close(at); }
	for (const item of m.defaultGlobalInfos ?? []) { const at = w.open(18); writeHourRankInfo(w, item); w.close(at); }
	for (const item of m.verticalInfos ?? []) { const at = w.open(26); writeHourRankInfo(w, item); w.close(at); }
	for (const item of m.defaultVerticalInfos ?? []) { const at = w.open(34); writeHourRankInfo(w, item); w.close(at); }
}

export interface HourRankInfo {
	details: HourRankDetail[];
}

/** Throws {@link WireError} when `bytes` is not a HourRankInfo, or holds more nested messages than `budget` allows. */
export function decodeHourRankInfo(bytes: Uint8Array | Reader, budget?: Budget): HourRankInfo {
	const r = readerOf(bytes, budget);
	return readHourRankInfo(r, r.end, undefined);
}

export function readHourRankInfo(r: Reader, end: number, into: HourRankInfo | undefined): HourRankInfo {
	const m = into ?? { details: [] } satisfies HourRankInfo as HourRankInfo;
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
				r.item(m.details.length);
				m.details.push(readHourRankDetail(r, r.open(pos, end), undefined));
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

/** What {@link encodeHourRankInfo} takes: every field may be left out. */
export interface HourRankInfoInit {
	details?: readonly HourRankDetailInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHourRankInfo(value: HourRankInfoInit): Uint8Array {
	const w = new Writer();
	writeHourRankInfo(w, value);
	return w.finish();
}

export function writeHourRankInfo(w: Writer, m: HourRankInfoInit): void {
	for (const item of m.details ?? []) { const at = w.open(10); writeHourRankDetail(w, item); w.close(at); }
}

export interface HourRankDetail {
	pages: string[];
	title: string;
}

/** Throws {@link WireError} when `bytes` is not a HourRankDetail, or holds more nested messages than `budget` allows. */
export function decodeHourRankDetail(bytes: Uint8Array | Reader, budget?: Budget): HourRankDetail {
	const r = readerOf(bytes, budget);
	return readHourRankDetail(r, r.end, undefined);
}

export function readHourRankDetail(r: Reader, end: number, into: HourRankDetail | undefined): HourRankDetail {
	const m = into ?? { pages: [], title: "" } satisfies HourRankDetail as HourRankDetail;
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
				r.item(m.pages.length);
				m.pages.push(readHourRankPage(r, r.open(pos, end), ""));
				break;
			case 26:
				m.title = r.string(pos, end);
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

/** What {@link encodeHourRankDetail} takes: every field may be left out. */
export interface HourRankDetailInit {
	pages?: readonly HourRankPageInit[] | undefined;
	title?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHourRankDetail(value: HourRankDetailInit): Uint8Array {
	const w = new Writer();
	writeHourRankDetail(w, value);
	return w.finish();
}

export function writeHourRankDetail(w: Writer, m: HourRankDetailInit): void {
	for (const item of m.pages ?? []) { const at = w.open(10); writeHourRankPage(w, item); w.close(at); }
	w.string(26, m.title);
}

/** Throws {@link WireError} when `bytes` is not a HourRankPage, or holds more nested messages than `budget` allows. */
export function decodeHourRankPage(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readHourRankPage(r, r.end, "");
}

export function readHourRankPage(r: Reader, end: number, into: string): string {
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

/** What {@link encodeHourRankPage} takes: every field may be left out. */
export interface HourRankPageInit {
	content?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHourRankPage(value: HourRankPageInit): Uint8Array {
	const w = new Writer();
	writeHourRankPage(w, value);
	return w.finish();
}

export function writeHourRankPage(w: Writer, m: HourRankPageInit): void {
	w.string(10, m.content);
}

/** The order of gifts in the app's panel has changed. Source: the site's published schema of April 2026, checked against a
 * payload of July 2026. */
export interface GiftSortMessage {
	commonCreateTime: number;
	sceneInsertStrategy: GiftSortStrategy | undefined;
}

/** Throws {@link WireError} when `bytes` is not a GiftSortMessage, or holds more nested messages than `budget` allows. */
export function decodeGiftSortMessage(bytes: Uint8Array | Reader, budget?: Budget): GiftSortMessage {
	const r = readerOf(bytes, budget);
	return readGiftSortMessage(r, r.end, undefined);
}

export function readGiftSortMessage(r: Reader, end: number, into: GiftSortMessage | undefined): GiftSortMessage {
	const m = into ?? { commonCreateTime: 0, sceneInsertStrategy: undefined } satisfies GiftSortMessage as GiftSortMessage;
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
				m.sceneInsertStrategy = readGiftSortStrategy(r, r.open(pos, end), m.sceneInsertStrategy);
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

/** What {@link encodeGiftSortMessage} takes: every field may be left out. */
export interface GiftSortMessageInit {
	common?: CommonInit | undefined;
	messageType?: number | undefined;
	sceneInsertStrategy?: GiftSortStrategyInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGiftSortMessage(value: GiftSortMessageInit): Uint8Array {
	const w = new Writer();
	writeGiftSortMessage(w, value);
	return w.finish();
}

export function writeGiftSortMessage(w: Writer, m: GiftSortMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.int32(16, m.messageType);
	if (m.sceneInsertStrategy) { const at = w.open(34); writeGiftSortStrategy(w, m.sceneInsertStrategy); w.close(at); }
}

export interface GiftSortStrategy {
	/** For example `anchor_exhibition`. */
	scene: string;
	giftIds: string[];
	/** JSON. */
	extra: string;
}

/** Throws {@link WireError} when `bytes` is not a GiftSortStrategy, or holds more nested messages than `budget` allows. */
export function decodeGiftSortStrategy(bytes: Uint8Array | Reader, budget?: Budget): GiftSortStrategy {
	const r = readerOf(bytes, budget);
	return readGiftSortStrategy(r, r.end, undefined);
}

export function readGiftSortStrategy(r: Reader, end: number, into: GiftSortStrategy | undefined): GiftSortStrategy {
	const m = into ?? { scene: "", giftIds: [], extra: "" } satisfies GiftSortStrategy as GiftSortStrategy;
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
				m.scene = r.string(pos, end);
				break;
			case 16:
				r.scalarItem(m.giftIds.length);
				m.giftIds.push(r.uint64String(pos));
				break;
			case 18: {
				const stop = r.open(pos, end);
				for (pos = r.pos; pos < stop; pos = r.pos) {
					r.scalarItem(m.giftIds.length);
					m.giftIds.push(r.uint64String(pos));
				}
				r.close(pos, stop);
				break;
			}
			case 50:
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

/** What {@link encodeGiftSortStrategy} takes: every field may be left out. */
export interface GiftSortStrategyInit {
	scene?: string | undefined;
	giftIds?: readonly string[] | undefined;
	extra?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGiftSortStrategy(value: GiftSortStrategyInit): Uint8Array {
	const w = new Writer();
	writeGiftSortStrategy(w, value);
	return w.finish();
}

export function writeGiftSortStrategy(w: Writer, m: GiftSortStrategyInit): void {
	w.string(10, m.scene);
	if (m.giftIds && m.giftIds.length > 0) {
		const at = w.open(18);
		for (const item of m.giftIds) w.uint64StringItem(item);
		w.close(at);
	}
	w.string(50, m.extra);
}

/** Stickers over the video. Source: the site's published schema of April 2026, checked against a payload of July 2026.
 * Sent as `WebcastDecorationModifyMethod`. */
export interface DecorationModifyMessage {
	commonCreateTime: number;
	/** JSON with `deco_list` and `version`, as seen by a public project. */
	extra: string;
}

/** Throws {@link WireError} when `bytes` is not a DecorationModifyMessage, or holds more nested messages than `budget` allows. */
export function decodeDecorationModifyMessage(bytes: Uint8Array | Reader, budget?: Budget): DecorationModifyMessage {
	const r = readerOf(bytes, budget);
	return readDecorationModifyMessage(r, r.end, undefined);
}

export function readDecorationModifyMessage(r: Reader, end: number, into: DecorationModifyMessage | undefined): DecorationModifyMessage {
	const m = into ?? { commonCreateTime: 0, extra: "" } satisfies DecorationModifyMessage as DecorationModifyMessage;
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

/** What {@link encodeDecorationModifyMessage} takes: every field may be left out. */
export interface DecorationModifyMessageInit {
	common?: CommonInit | undefined;
	extra?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeDecorationModifyMessage(value: DecorationModifyMessageInit): Uint8Array {
	const w = new Writer();
	writeDecorationModifyMessage(w, value);
	return w.finish();
}

export function writeDecorationModifyMessage(w: Writer, m: DecorationModifyMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.string(18, m.extra);
}

/** Source: the site's published schema of April 2026; the messages seen had no detail. */
export interface DecorationUpdateMessage {
	commonCreateTime: number;
	detailTextDecorationContent: string;
}

/** Throws {@link WireError} when `bytes` is not a DecorationUpdateMessage, or holds more nested messages than `budget` allows. */
export function decodeDecorationUpdateMessage(bytes: Uint8Array | Reader, budget?: Budget): DecorationUpdateMessage {
	const r = readerOf(bytes, budget);
	return readDecorationUpdateMessage(r, r.end, undefined);
}

export function readDecorationUpdateMessage(r: Reader, end: number, into: DecorationUpdateMessage | undefined): DecorationUpdateMessage {
	const m = into ?? { commonCreateTime: 0, detailTextDecorationContent: "" } satisfies DecorationUpdateMessage as DecorationUpdateMessage;
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
				m.detailTextDecorationContent = readDecorationDetail(r, r.open(pos, end), m.detailTextDecorationContent);
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

/** What {@link encodeDecorationUpdateMessage} takes: every field may be left out. */
export interface DecorationUpdateMessageInit {
	common?: CommonInit | undefined;
	detail?: DecorationDetailInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeDecorationUpdateMessage(value: DecorationUpdateMessageInit): Uint8Array {
	const w = new Writer();
	writeDecorationUpdateMessage(w, value);
	return w.finish();
}

export function writeDecorationUpdateMessage(w: Writer, m: DecorationUpdateMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.detail) { const at = w.open(18); writeDecorationDetail(w, m.detail); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a DecorationDetail, or holds more nested messages than `budget` allows. */
export function decodeDecorationDetail(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readDecorationDetail(r, r.end, "");
}

export function readDecorationDetail(r: Reader, end: number, into: string): string {
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
				value = readTextDecoration(r, r.open(pos, end), value);
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

/** What {@link encodeDecorationDetail} takes: every field may be left out. */
export interface DecorationDetailInit {
	textDecoration?: TextDecorationInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeDecorationDetail(value: DecorationDetailInit): Uint8Array {
	const w = new Writer();
	writeDecorationDetail(w, value);
	return w.finish();
}

export function writeDecorationDetail(w: Writer, m: DecorationDetailInit): void {
	if (m.textDecoration) { const at = w.open(10); writeTextDecoration(w, m.textDecoration); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a TextDecoration, or holds more nested messages than `budget` allows. */
export function decodeTextDecoration(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readTextDecoration(r, r.end, "");
}

export function readTextDecoration(r: Reader, end: number, into: string): string {
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
			case 58:
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

/** What {@link encodeTextDecoration} takes: every field may be left out. */
export interface TextDecorationInit {
	content?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTextDecoration(value: TextDecorationInit): Uint8Array {
	const w = new Writer();
	writeTextDecoration(w, value);
	return w.finish();
}

export function writeTextDecoration(w: Writer, m: TextDecorationInit): void {
	w.string(58, m.content);
}

/** Containers beside a group broadcast (团播). Source: the site's published schema of April 2026; the content of the JSON is
 * what two public projects read. Its common part is field 2. */
export interface GroupLiveContainerChangeMessage {
	data: GroupLiveContainer[];
	commonCreateTime: number;
}

/** Throws {@link WireError} when `bytes` is not a GroupLiveContainerChangeMessage, or holds more nested messages than `budget` allows. */
export function decodeGroupLiveContainerChangeMessage(bytes: Uint8Array | Reader, budget?: Budget): GroupLiveContainerChangeMessage {
	const r = readerOf(bytes, budget);
	return readGroupLiveContainerChangeMessage(r, r.end, undefined);
}

export function readGroupLiveContainerChangeMessage(r: Reader, end: number, into: GroupLiveContainerChangeMessage | undefined): GroupLiveContainerChangeMessage {
	const m = into ?? { data: [], commonCreateTime: 0 } satisfies GroupLiveContainerChangeMessage as GroupLiveContainerChangeMessage;
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
				r.item(m.data.length);
				m.data.push(readGroupLiveContainer(r, r.open(pos, end), undefined));
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

/** What {@link encodeGroupLiveContainerChangeMessage} takes: every field may be left out. */
export interface GroupLiveContainerChangeMessageInit {
	data?: readonly GroupLiveContainerInit[] | undefined;
	common?: CommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGroupLiveContainerChangeMessage(value: GroupLiveContainerChangeMessageInit): Uint8Array {
	const w = new Writer();
	writeGroupLiveContainerChangeMessage(w, value);
	return w.finish();
}

export function writeGroupLiveContainerChangeMessage(w: Writer, m: GroupLiveContainerChangeMessageInit): void {
	for (const item of m.data ?? []) { const at = w.open(10); writeGroupLiveContainer(w, item); w.close(at); }
	if (m.common) { const at = w.open(18); writeCommon(w, m.common); w.close(at); }
}

export interface GroupLiveContainer {
	type: number;
	/** JSON. */
	containerPayload: string;
}

/** Throws {@link WireError} when `bytes` is not a GroupLiveContainer, or holds more nested messages than `budget` allows. */
export function decodeGroupLiveContainer(bytes: Uint8Array | Reader, budget?: Budget): GroupLiveContainer {
	const r = readerOf(bytes, budget);
	return readGroupLiveContainer(r, r.end, undefined);
}

export function readGroupLiveContainer(r: Reader, end: number, into: GroupLiveContainer | undefined): GroupLiveContainer {
	const m = into ?? { type: 0, containerPayload: "" } satisfies GroupLiveContainer as GroupLiveContainer;
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
				m.type = r.int32(pos);
				break;
			case 26:
				m.containerPayload = r.string(pos, end);
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

/** What {@link encodeGroupLiveContainer} takes: every field may be left out. */
export interface GroupLiveContainerInit {
	type?: number | undefined;
	containerPayload?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGroupLiveContainer(value: GroupLiveContainerInit): Uint8Array {
	const w = new Writer();
	writeGroupLiveContainer(w, value);
	return w.finish();
}

export function writeGroupLiveContainer(w: Writer, m: GroupLiveContainerInit): void {
	w.int32(8, m.type);
	w.string(26, m.containerPayload);
}

/** How the video is cropped on a phone. Source: the site's published schema of April 2026, checked against a payload of
 * July 2026. */
export interface RoomStreamAdaptationMessage {
	commonCreateTime: number;
	adaptationType: number;
}

/** Throws {@link WireError} when `bytes` is not a RoomStreamAdaptationMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomStreamAdaptationMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomStreamAdaptationMessage {
	const r = readerOf(bytes, budget);
	return readRoomStreamAdaptationMessage(r, r.end, undefined);
}

export function readRoomStreamAdaptationMessage(r: Reader, end: number, into: RoomStreamAdaptationMessage | undefined): RoomStreamAdaptationMessage {
	const m = into ?? { commonCreateTime: 0, adaptationType: 0 } satisfies RoomStreamAdaptationMessage as RoomStreamAdaptationMessage;
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
				m.adaptationType = r.int32(pos);
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

/** What {@link encodeRoomStreamAdaptationMessage} takes: every field may be left out. */
export interface RoomStreamAdaptationMessageInit {
	common?: CommonInit | undefined;
	adaptationType?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomStreamAdaptationMessage(value: RoomStreamAdaptationMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomStreamAdaptationMessage(w, value);
	return w.finish();
}

export function writeRoomStreamAdaptationMessage(w: Writer, m: RoomStreamAdaptationMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.int32(16, m.adaptationType);
}

/** A viewer shares an item of their own with the room. Source: the site's published schema of April 2026, checked against a
 * payload of July 2026, whose common part names the viewer. */
export interface ItemShareMessage {
	common: CommonWithUser | undefined;
	itemStyleName: string;
	shareText: Text | undefined;
}

/** Throws {@link WireError} when `bytes` is not a ItemShareMessage, or holds more nested messages than `budget` allows. */
export function decodeItemShareMessage(bytes: Uint8Array | Reader, budget?: Budget): ItemShareMessage {
	const r = readerOf(bytes, budget);
	return readItemShareMessage(r, r.end, undefined);
}

export function readItemShareMessage(r: Reader, end: number, into: ItemShareMessage | undefined): ItemShareMessage {
	const m = into ?? { common: undefined, itemStyleName: "", shareText: undefined } satisfies ItemShareMessage as ItemShareMessage;
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
			case 18:
				m.itemStyleName = readSharedItem(r, r.open(pos, end), m.itemStyleName);
				break;
			case 26:
				m.shareText = readText(r, r.open(pos, end), m.shareText);
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

/** What {@link encodeItemShareMessage} takes: every field may be left out. */
export interface ItemShareMessageInit {
	common?: CommonWithUserInit | undefined;
	itemStyle?: SharedItemInit | undefined;
	shareText?: TextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeItemShareMessage(value: ItemShareMessageInit): Uint8Array {
	const w = new Writer();
	writeItemShareMessage(w, value);
	return w.finish();
}

export function writeItemShareMessage(w: Writer, m: ItemShareMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithUser(w, m.common); w.close(at); }
	if (m.itemStyle) { const at = w.open(18); writeSharedItem(w, m.itemStyle); w.close(at); }
	if (m.shareText) { const at = w.open(26); writeText(w, m.shareText); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a SharedItem, or holds more nested messages than `budget` allows. */
export function decodeSharedItem(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readSharedItem(r, r.end, "");
}

export function readSharedItem(r: Reader, end: number, into: string): string {
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
			case 34:
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

/** What {@link encodeSharedItem} takes: every field may be left out. */
export interface SharedItemInit {
	name?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeSharedItem(value: SharedItemInit): Uint8Array {
	const w = new Writer();
	writeSharedItem(w, value);
	return w.finish();
}

export function writeSharedItem(w: Writer, m: SharedItemInit): void {
	w.string(34, m.name);
}

/** A pinned comment, under the key `HighlightContainerSyncData` of a RoomDataSyncMessage. */
export interface HighlightContainerSyncData {
	highlightItems: HighlightItem[];
}

/** Throws {@link WireError} when `bytes` is not a HighlightContainerSyncData, or holds more nested messages than `budget` allows. */
export function decodeHighlightContainerSyncData(bytes: Uint8Array | Reader, budget?: Budget): HighlightContainerSyncData {
	const r = readerOf(bytes, budget);
	return readHighlightContainerSyncData(r, r.end, undefined);
}

export function readHighlightContainerSyncData(r: Reader, end: number, into: HighlightContainerSyncData | undefined): HighlightContainerSyncData {
	const m = into ?? { highlightItems: [] } satisfies HighlightContainerSyncData as HighlightContainerSyncData;
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
				r.item(m.highlightItems.length);
				m.highlightItems.push(readHighlightItem(r, r.open(pos, end), undefined));
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

/** What {@link encodeHighlightContainerSyncData} takes: every field may be left out. */
export interface HighlightContainerSyncDataInit {
	highlightItems?: readonly HighlightItemInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHighlightContainerSyncData(value: HighlightContainerSyncDataInit): Uint8Array {
	const w = new Writer();
	writeHighlightContainerSyncData(w, value);
	return w.finish();
}

export function writeHighlightContainerSyncData(w: Writer, m: HighlightContainerSyncDataInit): void {
	for (const item of m.highlightItems ?? []) { const at = w.open(10); writeHighlightItem(w, item); w.close(at); }
}

export interface HighlightItem {
	/** 4 comment. */
	dataType: number;
	commentData: PinnedComment | undefined;
}

/** Throws {@link WireError} when `bytes` is not a HighlightItem, or holds more nested messages than `budget` allows. */
export function decodeHighlightItem(bytes: Uint8Array | Reader, budget?: Budget): HighlightItem {
	const r = readerOf(bytes, budget);
	return readHighlightItem(r, r.end, undefined);
}

export function readHighlightItem(r: Reader, end: number, into: HighlightItem | undefined): HighlightItem {
	const m = into ?? { dataType: 0, commentData: undefined } satisfies HighlightItem as HighlightItem;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 800:
				m.dataType = r.int32(pos);
				break;
			case 834:
				m.commentData = readPinnedComment(r, r.open(pos, end), m.commentData);
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

/** What {@link encodeHighlightItem} takes: every field may be left out. */
export interface HighlightItemInit {
	dataType?: number | undefined;
	commentData?: PinnedCommentInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHighlightItem(value: HighlightItemInit): Uint8Array {
	const w = new Writer();
	writeHighlightItem(w, value);
	return w.finish();
}

export function writeHighlightItem(w: Writer, m: HighlightItemInit): void {
	w.int32(800, m.dataType);
	if (m.commentData) { const at = w.open(834); writePinnedComment(w, m.commentData); w.close(at); }
}

export interface PinnedComment {
	content: string;
	nickName: string;
}

/** Throws {@link WireError} when `bytes` is not a PinnedComment, or holds more nested messages than `budget` allows. */
export function decodePinnedComment(bytes: Uint8Array | Reader, budget?: Budget): PinnedComment {
	const r = readerOf(bytes, budget);
	return readPinnedComment(r, r.end, undefined);
}

export function readPinnedComment(r: Reader, end: number, into: PinnedComment | undefined): PinnedComment {
	const m = into ?? { content: "", nickName: "" } satisfies PinnedComment as PinnedComment;
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
				m.content = r.string(pos, end);
				break;
			case 34:
				m.nickName = r.string(pos, end);
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

/** What {@link encodePinnedComment} takes: every field may be left out. */
export interface PinnedCommentInit {
	content?: string | undefined;
	nickName?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePinnedComment(value: PinnedCommentInit): Uint8Array {
	const w = new Writer();
	writePinnedComment(w, value);
	return w.finish();
}

export function writePinnedComment(w: Writer, m: PinnedCommentInit): void {
	w.string(26, m.content);
	w.string(34, m.nickName);
}

/** Throws {@link WireError} when `bytes` is not a DoubleLikeSyncData, or holds more nested messages than `budget` allows. */
export function decodeDoubleLikeSyncData(bytes: Uint8Array | Reader, budget?: Budget): Text | undefined {
	const r = readerOf(bytes, budget);
	return readDoubleLikeSyncData(r, r.end, undefined);
}

export function readDoubleLikeSyncData(r: Reader, end: number, into: Text | undefined): Text | undefined {
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
			case 26:
				value = readText(r, r.open(pos, end), value);
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

/** What {@link encodeDoubleLikeSyncData} takes: every field may be left out. */
export interface DoubleLikeSyncDataInit {
	normalDisplayText?: TextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeDoubleLikeSyncData(value: DoubleLikeSyncDataInit): Uint8Array {
	const w = new Writer();
	writeDoubleLikeSyncData(w, value);
	return w.finish();
}

export function writeDoubleLikeSyncData(w: Writer, m: DoubleLikeSyncDataInit): void {
	if (m.normalDisplayText) { const at = w.open(26); writeText(w, m.normalDisplayText); w.close(at); }
}

