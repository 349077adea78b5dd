// Generated from livekeeper/webcast/v1/chat.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readText, readUser, type CommonInit, type ImageInit, type PublicAreaCommonInit, type Text, type TextInit, type User, type UserInit, writeCommon, writeImage, writePublicAreaCommon, writeText, writeUser } from "./common.ts";

export interface ChatMessage {
	commonCreateTime: number;
	user: User | undefined;
	content: string;
	/** Seconds since the epoch. */
	eventTime: number;
}

/** Throws {@link WireError} when `bytes` is not a ChatMessage, or holds more nested messages than `budget` allows. */
export function decodeChatMessage(bytes: Uint8Array | Reader, budget?: Budget): ChatMessage {
	const r = readerOf(bytes, budget);
	return readChatMessage(r, r.end, undefined);
}

export function readChatMessage(r: Reader, end: number, into: ChatMessage | undefined): ChatMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, content: "", eventTime: 0 } satisfies ChatMessage as ChatMessage;
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
			case 26:
				m.content = r.string(pos, end);
				break;
			case 120:
				m.eventTime = r.time(pos);
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

/** What {@link encodeChatMessage} takes: every field may be left out. */
export interface ChatMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	content?: string | undefined;
	visibleToSender?: boolean | undefined;
	backgroundImage?: ImageInit | undefined;
	fullScreenTextColor?: string | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
	agreeMsgId?: string | undefined;
	priorityLevel?: number | undefined;
	eventTime?: number | undefined;
	sendReview?: boolean | undefined;
	chatTags?: readonly number[] | undefined;
	chatBy?: number | undefined;
	rtfContent?: TextInit | undefined;
	rtfContentV2?: TextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeChatMessage(value: ChatMessageInit): Uint8Array {
	const w = new Writer();
	writeChatMessage(w, value);
	return w.finish();
}

export function writeChatMessage(w: Writer, m: ChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.string(26, m.content);
	w.bool(32, m.visibleToSender);
	if (m.backgroundImage) { const at = w.open(42); writeImage(w, m.backgroundImage); w.close(at); }
	w.string(50, m.fullScreenTextColor);
	if (m.publicAreaCommon) { const at = w.open(74); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
	w.uint64String(88, m.agreeMsgId);
	w.int32(96, m.priorityLevel);
	w.uint64Number(120, m.eventTime);
	w.bool(128, m.sendReview);
	if (m.chatTags && m.chatTags.length > 0) {
		const at = w.open(154);
		for (const item of m.chatTags) w.int32Item(item);
		w.close(at);
	}
	w.uint64Number(160, m.chatBy);
	if (m.rtfContent) { const at = w.open(322); writeText(w, m.rtfContent); w.close(at); }
	if (m.rtfContentV2) { const at = w.open(330); writeText(w, m.rtfContentV2); w.close(at); }
}

export interface EmojiChatMessage {
	commonCreateTime: number;
	user: User | undefined;
	emojiId: string;
	emojiContent: Text | undefined;
	defaultContent: string;
}

/** Throws {@link WireError} when `bytes` is not a EmojiChatMessage, or holds more nested messages than `budget` allows. */
export function decodeEmojiChatMessage(bytes: Uint8Array | Reader, budget?: Budget): EmojiChatMessage {
	const r = readerOf(bytes, budget);
	return readEmojiChatMessage(r, r.end, undefined);
}

export function readEmojiChatMessage(r: Reader, end: number, into: EmojiChatMessage | undefined): EmojiChatMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, emojiId: "0", emojiContent: undefined, defaultContent: "" } satisfies EmojiChatMessage as EmojiChatMessage;
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
			case 24:
				m.emojiId = r.uint64String(pos);
				break;
			case 34:
				m.emojiContent = readText(r, r.open(pos, end), m.emojiContent);
				break;
			case 42:
				m.defaultContent = r.string(pos, end);
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

/** What {@link encodeEmojiChatMessage} takes: every field may be left out. */
export interface EmojiChatMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	emojiId?: string | undefined;
	emojiContent?: TextInit | undefined;
	defaultContent?: string | undefined;
	backgroundImage?: ImageInit | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeEmojiChatMessage(value: EmojiChatMessageInit): Uint8Array {
	const w = new Writer();
	writeEmojiChatMessage(w, value);
	return w.finish();
}

export function writeEmojiChatMessage(w: Writer, m: EmojiChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.uint64String(24, m.emojiId);
	if (m.emojiContent) { const at = w.open(34); writeText(w, m.emojiContent); w.close(at); }
	w.string(42, m.defaultContent);
	if (m.backgroundImage) { const at = w.open(50); writeImage(w, m.backgroundImage); w.close(at); }
	if (m.publicAreaCommon) { const at = w.open(74); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
}

export interface ScreenChatMessage {
	commonCreateTime: number;
	user: User | undefined;
	content: string;
	eventTime: number;
}

/** Throws {@link WireError} when `bytes` is not a ScreenChatMessage, or holds more nested messages than `budget` allows. */
export function decodeScreenChatMessage(bytes: Uint8Array | Reader, budget?: Budget): ScreenChatMessage {
	const r = readerOf(bytes, budget);
	return readScreenChatMessage(r, r.end, undefined);
}

export function readScreenChatMessage(r: Reader, end: number, into: ScreenChatMessage | undefined): ScreenChatMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, content: "", eventTime: 0 } satisfies ScreenChatMessage as ScreenChatMessage;
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
				m.content = r.string(pos, end);
				break;
			case 96:
				m.eventTime = r.time(pos);
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

/** What {@link encodeScreenChatMessage} takes: every field may be left out. */
export interface ScreenChatMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	screenChatType?: number | undefined;
	content?: string | undefined;
	priority?: number | undefined;
	eventTime?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeScreenChatMessage(value: ScreenChatMessageInit): Uint8Array {
	const w = new Writer();
	writeScreenChatMessage(w, value);
	return w.finish();
}

export function writeScreenChatMessage(w: Writer, m: ScreenChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.uint64Number(24, m.screenChatType);
	w.string(34, m.content);
	w.uint64Number(40, m.priority);
	w.uint64Number(96, m.eventTime);
}

export interface PrivilegeScreenChatMessage {
	commonCreateTime: number;
	user: User | undefined;
	content: string;
}

/** Throws {@link WireError} when `bytes` is not a PrivilegeScreenChatMessage, or holds more nested messages than `budget` allows. */
export function decodePrivilegeScreenChatMessage(bytes: Uint8Array | Reader, budget?: Budget): PrivilegeScreenChatMessage {
	const r = readerOf(bytes, budget);
	return readPrivilegeScreenChatMessage(r, r.end, undefined);
}

export function readPrivilegeScreenChatMessage(r: Reader, end: number, into: PrivilegeScreenChatMessage | undefined): PrivilegeScreenChatMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, content: "" } satisfies PrivilegeScreenChatMessage as PrivilegeScreenChatMessage;
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
			case 26:
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

/** What {@link encodePrivilegeScreenChatMessage} takes: every field may be left out. */
export interface PrivilegeScreenChatMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	content?: string | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePrivilegeScreenChatMessage(value: PrivilegeScreenChatMessageInit): Uint8Array {
	const w = new Writer();
	writePrivilegeScreenChatMessage(w, value);
	return w.finish();
}

export function writePrivilegeScreenChatMessage(w: Writer, m: PrivilegeScreenChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.string(26, m.content);
	if (m.publicAreaCommon) { const at = w.open(34); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
}

export interface ChatLikeMessage {
	commonCreateTime: number;
	/** A map keyed by the chat's message id. */
	totalMsgData: ChatLikeEntry[];
}

/** Throws {@link WireError} when `bytes` is not a ChatLikeMessage, or holds more nested messages than `budget` allows. */
export function decodeChatLikeMessage(bytes: Uint8Array | Reader, budget?: Budget): ChatLikeMessage {
	const r = readerOf(bytes, budget);
	return readChatLikeMessage(r, r.end, undefined);
}

export function readChatLikeMessage(r: Reader, end: number, into: ChatLikeMessage | undefined): ChatLikeMessage {
	const m = into ?? { commonCreateTime: 0, totalMsgData: [] } satisfies ChatLikeMessage as ChatLikeMessage;
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
				r.item(m.totalMsgData.length);
				m.totalMsgData.push(readChatLikeEntry(r, r.open(pos, end), undefined));
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

/** What {@link encodeChatLikeMessage} takes: every field may be left out. */
export interface ChatLikeMessageInit {
	common?: CommonInit | undefined;
	totalMsgData?: readonly ChatLikeEntryInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeChatLikeMessage(value: ChatLikeMessageInit): Uint8Array {
	const w = new Writer();
	writeChatLikeMessage(w, value);
	return w.finish();
}

export function writeChatLikeMessage(w: Writer, m: ChatLikeMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	for (const item of m.totalMsgData ?? []) { const at = w.open(18); writeChatLikeEntry(w, item); w.close(at); }
}

export interface ChatLikeEntry {
	key: string;
	valueCount: number;
}

/** Throws {@link WireError} when `bytes` is not a ChatLikeEntry, or holds more nested messages than `budget` allows. */
export function decodeChatLikeEntry(bytes: Uint8Array | Reader, budget?: Budget): ChatLikeEntry {
	const r = readerOf(bytes, budget);
	return readChatLikeEntry(r, r.end, undefined);
}

export function readChatLikeEntry(r: Reader, end: number, into: ChatLikeEntry | undefined): ChatLikeEntry {
	const m = into ?? { key: "0", valueCount: 0 } satisfies ChatLikeEntry as ChatLikeEntry;
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
				m.key = r.uint64String(pos);
				break;
			case 18:
				m.valueCount = readChatLikeCount(r, r.open(pos, end), m.valueCount);
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

/** What {@link encodeChatLikeEntry} takes: every field may be left out. */
export interface ChatLikeEntryInit {
	key?: string | undefined;
	value?: ChatLikeCountInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeChatLikeEntry(value: ChatLikeEntryInit): Uint8Array {
	const w = new Writer();
	writeChatLikeEntry(w, value);
	return w.finish();
}

export function writeChatLikeEntry(w: Writer, m: ChatLikeEntryInit): void {
	w.uint64String(8, m.key);
	if (m.value) { const at = w.open(18); writeChatLikeCount(w, m.value); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a ChatLikeCount, or holds more nested messages than `budget` allows. */
export function decodeChatLikeCount(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readChatLikeCount(r, r.end, 0);
}

export function readChatLikeCount(r: Reader, end: number, into: number): number {
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
				value = r.uint64Number(pos);
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

/** What {@link encodeChatLikeCount} takes: every field may be left out. */
export interface ChatLikeCountInit {
	count?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeChatLikeCount(value: ChatLikeCountInit): Uint8Array {
	const w = new Writer();
	writeChatLikeCount(w, value);
	return w.finish();
}

export function writeChatLikeCount(w: Writer, m: ChatLikeCountInit): void {
	w.uint64Number(8, m.count);
}

/** A spoken chat message. Source: the site's published schema of April 2026, checked against a payload of July 2026,
 * whose duration of 3970 can only be ms. */
export interface AudioChatMessage {
	commonCreateTime: number;
	user: User | undefined;
	/** Transcript by the site's speech recognition. */
	content: string;
	audioUrl: string;
	/** Milliseconds. */
	audioDuration: number;
}

/** Throws {@link WireError} when `bytes` is not a AudioChatMessage, or holds more nested messages than `budget` allows. */
export function decodeAudioChatMessage(bytes: Uint8Array | Reader, budget?: Budget): AudioChatMessage {
	const r = readerOf(bytes, budget);
	return readAudioChatMessage(r, r.end, undefined);
}

export function readAudioChatMessage(r: Reader, end: number, into: AudioChatMessage | undefined): AudioChatMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, content: "", audioUrl: "", audioDuration: 0 } satisfies AudioChatMessage as AudioChatMessage;
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
			case 26:
				m.content = r.string(pos, end);
				break;
			case 34:
				m.audioUrl = r.string(pos, end);
				break;
			case 40:
				m.audioDuration = r.uint64Number(pos);
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

/** What {@link encodeAudioChatMessage} takes: every field may be left out. */
export interface AudioChatMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	content?: string | undefined;
	audioUrl?: string | undefined;
	audioDuration?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeAudioChatMessage(value: AudioChatMessageInit): Uint8Array {
	const w = new Writer();
	writeAudioChatMessage(w, value);
	return w.finish();
}

export function writeAudioChatMessage(w: Writer, m: AudioChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.string(26, m.content);
	w.string(34, m.audioUrl);
	w.uint64Number(40, m.audioDuration);
}

/** A phrase that many viewers send. Source: the site's published schema of April 2026; two public projects read title,
 * content and the last number. */
export interface HotChatMessage {
	commonCreateTime: number;
	title: string;
	content: string;
	/** Numbers of viewers that have sent it; the last is the newest. */
	num: number[];
	hotList: string[];
}

/** Throws {@link WireError} when `bytes` is not a HotChatMessage, or holds more nested messages than `budget` allows. */
export function decodeHotChatMessage(bytes: Uint8Array | Reader, budget?: Budget): HotChatMessage {
	const r = readerOf(bytes, budget);
	return readHotChatMessage(r, r.end, undefined);
}

export function readHotChatMessage(r: Reader, end: number, into: HotChatMessage | undefined): HotChatMessage {
	const m = into ?? { commonCreateTime: 0, title: "", content: "", num: [], hotList: [] } satisfies HotChatMessage as HotChatMessage;
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
				m.title = r.string(pos, end);
				break;
			case 26:
				m.content = r.string(pos, end);
				break;
			case 32:
				r.scalarItem(m.num.length);
				m.num.push(r.uint64Number(pos));
				break;
			case 34: {
				const stop = r.open(pos, end);
				for (pos = r.pos; pos < stop; pos = r.pos) {
					r.scalarItem(m.num.length);
					m.num.push(r.uint64Number(pos));
				}
				r.close(pos, stop);
				break;
			}
			case 66:
				r.scalarItem(m.hotList.length);
				m.hotList.push(r.string(pos, end));
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

/** What {@link encodeHotChatMessage} takes: every field may be left out. */
export interface HotChatMessageInit {
	common?: CommonInit | undefined;
	title?: string | undefined;
	content?: string | undefined;
	num?: readonly number[] | undefined;
	hotList?: readonly string[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeHotChatMessage(value: HotChatMessageInit): Uint8Array {
	const w = new Writer();
	writeHotChatMessage(w, value);
	return w.finish();
}

export function writeHotChatMessage(w: Writer, m: HotChatMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.string(18, m.title);
	w.string(26, m.content);
	if (m.num && m.num.length > 0) {
		const at = w.open(34);
		for (const item of m.num) w.uint64NumberItem(item);
		w.close(at);
	}
	for (const item of m.hotList ?? []) w.stringItem(66, item);
}

/** Comments shown as a topic. Source: the site's published schema of April 2026; no payload is public. */
export interface RoomCommentTopicMessage {
	commonCreateTime: number;
	commentTopicChatList: CommentTopicItem[];
}

/** Throws {@link WireError} when `bytes` is not a RoomCommentTopicMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomCommentTopicMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomCommentTopicMessage {
	const r = readerOf(bytes, budget);
	return readRoomCommentTopicMessage(r, r.end, undefined);
}

export function readRoomCommentTopicMessage(r: Reader, end: number, into: RoomCommentTopicMessage | undefined): RoomCommentTopicMessage {
	const m = into ?? { commonCreateTime: 0, commentTopicChatList: [] } satisfies RoomCommentTopicMessage as RoomCommentTopicMessage;
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
				r.item(m.commentTopicChatList.length);
				m.commentTopicChatList.push(readCommentTopicItem(r, r.open(pos, end), undefined));
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

/** What {@link encodeRoomCommentTopicMessage} takes: every field may be left out. */
export interface RoomCommentTopicMessageInit {
	common?: CommonInit | undefined;
	commentTopicChatList?: readonly CommentTopicItemInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomCommentTopicMessage(value: RoomCommentTopicMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomCommentTopicMessage(w, value);
	return w.finish();
}

export function writeRoomCommentTopicMessage(w: Writer, m: RoomCommentTopicMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	for (const item of m.commentTopicChatList ?? []) { const at = w.open(34); writeCommentTopicItem(w, item); w.close(at); }
}

export interface CommentTopicItem {
	msgId: string;
	featuredChat: string;
	guideText: string;
}

/** Throws {@link WireError} when `bytes` is not a CommentTopicItem, or holds more nested messages than `budget` allows. */
export function decodeCommentTopicItem(bytes: Uint8Array | Reader, budget?: Budget): CommentTopicItem {
	const r = readerOf(bytes, budget);
	return readCommentTopicItem(r, r.end, undefined);
}

export function readCommentTopicItem(r: Reader, end: number, into: CommentTopicItem | undefined): CommentTopicItem {
	const m = into ?? { msgId: "0", featuredChat: "", guideText: "" } satisfies CommentTopicItem as CommentTopicItem;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 16:
				m.msgId = r.uint64String(pos);
				break;
			case 26:
				m.featuredChat = r.string(pos, end);
				break;
			case 42:
				m.guideText = r.string(pos, end);
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

/** What {@link encodeCommentTopicItem} takes: every field may be left out. */
export interface CommentTopicItemInit {
	msgId?: string | undefined;
	featuredChat?: string | undefined;
	guideText?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeCommentTopicItem(value: CommentTopicItemInit): Uint8Array {
	const w = new Writer();
	writeCommentTopicItem(w, value);
	return w.finish();
}

export function writeCommentTopicItem(w: Writer, m: CommentTopicItemInit): void {
	w.uint64String(16, m.msgId);
	w.string(26, m.featuredChat);
	w.string(42, m.guideText);
}

