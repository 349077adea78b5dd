// Generated from livekeeper/webcast/v1/audience.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readUser, type CommonInit, type PublicAreaCommonInit, type TextInit, type User, type UserInit, writeCommon, writePublicAreaCommon, writeText, writeUser } from "./common.ts";

export interface LikeMessage {
	commonCreateTime: number;
	count: number;
	total: number;
	user: User | undefined;
}

/** Throws {@link WireError} when `bytes` is not a LikeMessage, or holds more nested messages than `budget` allows. */
export function decodeLikeMessage(bytes: Uint8Array | Reader, budget?: Budget): LikeMessage {
	const r = readerOf(bytes, budget);
	return readLikeMessage(r, r.end, undefined);
}

export function readLikeMessage(r: Reader, end: number, into: LikeMessage | undefined): LikeMessage {
	const m = into ?? { commonCreateTime: 0, count: 0, total: 0, user: undefined } satisfies LikeMessage as LikeMessage;
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
				m.count = r.uint64Number(pos);
				break;
			case 24:
				m.total = r.uint64Number(pos);
				break;
			case 42:
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

/** What {@link encodeLikeMessage} takes: every field may be left out. */
export interface LikeMessageInit {
	common?: CommonInit | undefined;
	count?: number | undefined;
	total?: number | undefined;
	user?: UserInit | undefined;
	scene?: string | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLikeMessage(value: LikeMessageInit): Uint8Array {
	const w = new Writer();
	writeLikeMessage(w, value);
	return w.finish();
}

export function writeLikeMessage(w: Writer, m: LikeMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64Number(16, m.count);
	w.uint64Number(24, m.total);
	if (m.user) { const at = w.open(42); writeUser(w, m.user); w.close(at); }
	w.string(82, m.scene);
	if (m.publicAreaCommon) { const at = w.open(98); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
}

export interface MemberMessage {
	commonCreateTime: number;
	user: User | undefined;
	memberCount: number;
	isSetToAdmin: boolean;
	action: number;
	/** How the user entered: 6 through a shared link, according to HaoDong108/DouyinBarrageGrab. */
	userEnterTipType: number;
}

/** Throws {@link WireError} when `bytes` is not a MemberMessage, or holds more nested messages than `budget` allows. */
export function decodeMemberMessage(bytes: Uint8Array | Reader, budget?: Budget): MemberMessage {
	const r = readerOf(bytes, budget);
	return readMemberMessage(r, r.end, undefined);
}

export function readMemberMessage(r: Reader, end: number, into: MemberMessage | undefined): MemberMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, memberCount: 0, isSetToAdmin: false, action: 0, userEnterTipType: 0 } satisfies MemberMessage as MemberMessage;
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
				m.memberCount = r.uint64Number(pos);
				break;
			case 40:
				m.isSetToAdmin = r.bool(pos);
				break;
			case 80:
				m.action = r.uint64Number(pos);
				break;
			case 160:
				m.userEnterTipType = r.uint64Number(pos);
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

/** What {@link encodeMemberMessage} takes: every field may be left out. */
export interface MemberMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	memberCount?: number | undefined;
	operator?: UserInit | undefined;
	isSetToAdmin?: boolean | undefined;
	isTopUser?: boolean | undefined;
	rankScore?: number | undefined;
	topUserNo?: number | undefined;
	enterType?: number | undefined;
	action?: number | undefined;
	actionDescription?: string | undefined;
	userId?: string | undefined;
	popStr?: string | undefined;
	anchorDisplayText?: TextInit | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
	userEnterTipType?: number | undefined;
	anchorEnterTipType?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeMemberMessage(value: MemberMessageInit): Uint8Array {
	const w = new Writer();
	writeMemberMessage(w, value);
	return w.finish();
}

export function writeMemberMessage(w: Writer, m: MemberMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.uint64Number(24, m.memberCount);
	if (m.operator) { const at = w.open(34); writeUser(w, m.operator); w.close(at); }
	w.bool(40, m.isSetToAdmin);
	w.bool(48, m.isTopUser);
	w.uint64Number(56, m.rankScore);
	w.uint64Number(64, m.topUserNo);
	w.uint64Number(72, m.enterType);
	w.uint64Number(80, m.action);
	w.string(90, m.actionDescription);
	w.uint64String(96, m.userId);
	w.string(114, m.popStr);
	if (m.anchorDisplayText) { const at = w.open(146); writeText(w, m.anchorDisplayText); w.close(at); }
	if (m.publicAreaCommon) { const at = w.open(154); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
	w.uint64Number(160, m.userEnterTipType);
	w.uint64Number(168, m.anchorEnterTipType);
}

export interface SocialMessage {
	commonCreateTime: number;
	user: User | undefined;
	/** 1 follow, 3 share. */
	action: number;
	shareTarget: string;
	followCount: number;
}

/** Throws {@link WireError} when `bytes` is not a SocialMessage, or holds more nested messages than `budget` allows. */
export function decodeSocialMessage(bytes: Uint8Array | Reader, budget?: Budget): SocialMessage {
	const r = readerOf(bytes, budget);
	return readSocialMessage(r, r.end, undefined);
}

export function readSocialMessage(r: Reader, end: number, into: SocialMessage | undefined): SocialMessage {
	const m = into ?? { commonCreateTime: 0, user: undefined, action: 0, shareTarget: "", followCount: 0 } satisfies SocialMessage as SocialMessage;
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
			case 32:
				m.action = r.uint64Number(pos);
				break;
			case 42:
				m.shareTarget = r.string(pos, end);
				break;
			case 48:
				m.followCount = r.uint64Number(pos);
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

/** What {@link encodeSocialMessage} takes: every field may be left out. */
export interface SocialMessageInit {
	common?: CommonInit | undefined;
	user?: UserInit | undefined;
	shareType?: number | undefined;
	action?: number | undefined;
	shareTarget?: string | undefined;
	followCount?: number | undefined;
	publicAreaCommon?: PublicAreaCommonInit | undefined;
	shareTotalCount?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeSocialMessage(value: SocialMessageInit): Uint8Array {
	const w = new Writer();
	writeSocialMessage(w, value);
	return w.finish();
}

export function writeSocialMessage(w: Writer, m: SocialMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.uint64Number(24, m.shareType);
	w.uint64Number(32, m.action);
	w.string(42, m.shareTarget);
	w.uint64Number(48, m.followCount);
	if (m.publicAreaCommon) { const at = w.open(58); writePublicAreaCommon(w, m.publicAreaCommon); w.close(at); }
	w.uint64Number(64, m.shareTotalCount);
}

export interface FansclubMessage {
	commonCreateTime: number;
	/** 1 upgrade, 2 join. */
	action: number;
	content: string;
	user: User | undefined;
}

/** Throws {@link WireError} when `bytes` is not a FansclubMessage, or holds more nested messages than `budget` allows. */
export function decodeFansclubMessage(bytes: Uint8Array | Reader, budget?: Budget): FansclubMessage {
	const r = readerOf(bytes, budget);
	return readFansclubMessage(r, r.end, undefined);
}

export function readFansclubMessage(r: Reader, end: number, into: FansclubMessage | undefined): FansclubMessage {
	const m = into ?? { commonCreateTime: 0, action: 0, content: "", user: undefined } satisfies FansclubMessage as FansclubMessage;
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
				m.action = r.int32(pos);
				break;
			case 26:
				m.content = r.string(pos, end);
				break;
			case 34:
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

/** What {@link encodeFansclubMessage} takes: every field may be left out. */
export interface FansclubMessageInit {
	common?: CommonInit | undefined;
	action?: number | undefined;
	content?: string | undefined;
	user?: UserInit | undefined;
	leftDiamond?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeFansclubMessage(value: FansclubMessageInit): Uint8Array {
	const w = new Writer();
	writeFansclubMessage(w, value);
	return w.finish();
}

export function writeFansclubMessage(w: Writer, m: FansclubMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.int32(16, m.action);
	w.string(26, m.content);
	if (m.user) { const at = w.open(34); writeUser(w, m.user); w.close(at); }
	w.uint64Number(56, m.leftDiamond);
}

export interface RoomRankMessage {
	commonCreateTime: number;
	ranks: RoomRank[];
	/** A room sends one list or the other. */
	audienceRanks: AudienceRank[];
}

/** Throws {@link WireError} when `bytes` is not a RoomRankMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomRankMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomRankMessage {
	const r = readerOf(bytes, budget);
	return readRoomRankMessage(r, r.end, undefined);
}

export function readRoomRankMessage(r: Reader, end: number, into: RoomRankMessage | undefined): RoomRankMessage {
	const m = into ?? { commonCreateTime: 0, ranks: [], audienceRanks: [] } satisfies RoomRankMessage as RoomRankMessage;
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
				r.item(m.ranks.length);
				m.ranks.push(readRoomRank(r, r.open(pos, end), undefined));
				break;
			case 26:
				r.item(m.audienceRanks.length);
				m.audienceRanks.push(readAudienceRank(r, r.open(pos, end), undefined));
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

/** What {@link encodeRoomRankMessage} takes: every field may be left out. */
export interface RoomRankMessageInit {
	common?: CommonInit | undefined;
	ranks?: readonly RoomRankInit[] | undefined;
	audienceRanks?: readonly AudienceRankInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomRankMessage(value: RoomRankMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomRankMessage(w, value);
	return w.finish();
}

export function writeRoomRankMessage(w: Writer, m: RoomRankMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	for (const item of m.ranks ?? []) { const at = w.open(18); writeRoomRank(w, item); w.close(at); }
	for (const item of m.audienceRanks ?? []) { const at = w.open(26); writeAudienceRank(w, item); w.close(at); }
}

export interface AudienceRank {
	user: User | undefined;
	score: string;
	rank: number;
	delta: number;
	isHidden: boolean;
	scoreDescription: string;
	exactlyScore: string;
}

/** Throws {@link WireError} when `bytes` is not a AudienceRank, or holds more nested messages than `budget` allows. */
export function decodeAudienceRank(bytes: Uint8Array | Reader, budget?: Budget): AudienceRank {
	const r = readerOf(bytes, budget);
	return readAudienceRank(r, r.end, undefined);
}

export function readAudienceRank(r: Reader, end: number, into: AudienceRank | undefined): AudienceRank {
	const m = into ?? { user: undefined, score: "0", rank: 0, delta: 0, isHidden: false, scoreDescription: "", exactlyScore: "" } satisfies AudienceRank as AudienceRank;
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
				m.user = readUser(r, r.open(pos, end), m.user);
				break;
			case 16:
				m.score = r.uint64String(pos);
				break;
			case 24:
				m.rank = r.uint64Number(pos);
				break;
			case 40:
				m.delta = r.uint64Number(pos);
				break;
			case 56:
				m.isHidden = r.bool(pos);
				break;
			case 66:
				m.scoreDescription = r.string(pos, end);
				break;
			case 74:
				m.exactlyScore = r.string(pos, end);
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

/** What {@link encodeAudienceRank} takes: every field may be left out. */
export interface AudienceRankInit {
	user?: UserInit | undefined;
	score?: string | undefined;
	rank?: number | undefined;
	delta?: number | undefined;
	isHidden?: boolean | undefined;
	scoreDescription?: string | undefined;
	exactlyScore?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeAudienceRank(value: AudienceRankInit): Uint8Array {
	const w = new Writer();
	writeAudienceRank(w, value);
	return w.finish();
}

export function writeAudienceRank(w: Writer, m: AudienceRankInit): void {
	if (m.user) { const at = w.open(10); writeUser(w, m.user); w.close(at); }
	w.uint64String(16, m.score);
	w.uint64Number(24, m.rank);
	w.uint64Number(40, m.delta);
	w.bool(56, m.isHidden);
	w.string(66, m.scoreDescription);
	w.string(74, m.exactlyScore);
}

export interface RoomRank {
	user: User | undefined;
	scoreStr: string;
	profileHidden: boolean;
}

/** Throws {@link WireError} when `bytes` is not a RoomRank, or holds more nested messages than `budget` allows. */
export function decodeRoomRank(bytes: Uint8Array | Reader, budget?: Budget): RoomRank {
	const r = readerOf(bytes, budget);
	return readRoomRank(r, r.end, undefined);
}

export function readRoomRank(r: Reader, end: number, into: RoomRank | undefined): RoomRank {
	const m = into ?? { user: undefined, scoreStr: "", profileHidden: false } satisfies RoomRank as RoomRank;
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
				m.user = readUser(r, r.open(pos, end), m.user);
				break;
			case 18:
				m.scoreStr = r.string(pos, end);
				break;
			case 24:
				m.profileHidden = r.bool(pos);
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

/** What {@link encodeRoomRank} takes: every field may be left out. */
export interface RoomRankInit {
	user?: UserInit | undefined;
	scoreStr?: string | undefined;
	profileHidden?: boolean | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomRank(value: RoomRankInit): Uint8Array {
	const w = new Writer();
	writeRoomRank(w, value);
	return w.finish();
}

export function writeRoomRank(w: Writer, m: RoomRankInit): void {
	if (m.user) { const at = w.open(10); writeUser(w, m.user); w.close(at); }
	w.string(18, m.scoreStr);
	w.bool(24, m.profileHidden);
}

export interface RoomUserSeqMessage {
	commonCreateTime: number;
	ranks: Contributor[];
	total: number;
	seats: Contributor[];
	totalUser: number;
	totalUserStr: string;
	totalPvForAnchor: string;
}

/** Throws {@link WireError} when `bytes` is not a RoomUserSeqMessage, or holds more nested messages than `budget` allows. */
export function decodeRoomUserSeqMessage(bytes: Uint8Array | Reader, budget?: Budget): RoomUserSeqMessage {
	const r = readerOf(bytes, budget);
	return readRoomUserSeqMessage(r, r.end, undefined);
}

export function readRoomUserSeqMessage(r: Reader, end: number, into: RoomUserSeqMessage | undefined): RoomUserSeqMessage {
	const m = into ?? { commonCreateTime: 0, ranks: [], total: 0, seats: [], totalUser: 0, totalUserStr: "", totalPvForAnchor: "" } satisfies RoomUserSeqMessage as RoomUserSeqMessage;
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
				r.item(m.ranks.length);
				m.ranks.push(readContributor(r, r.open(pos, end), undefined));
				break;
			case 24:
				m.total = r.uint64Number(pos);
				break;
			case 42:
				r.item(m.seats.length);
				m.seats.push(readContributor(r, r.open(pos, end), undefined));
				break;
			case 56:
				m.totalUser = r.uint64Number(pos);
				break;
			case 66:
				m.totalUserStr = r.string(pos, end);
				break;
			case 90:
				m.totalPvForAnchor = r.string(pos, end);
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

/** What {@link encodeRoomUserSeqMessage} takes: every field may be left out. */
export interface RoomUserSeqMessageInit {
	common?: CommonInit | undefined;
	ranks?: readonly ContributorInit[] | undefined;
	total?: number | undefined;
	popStr?: string | undefined;
	seats?: readonly ContributorInit[] | undefined;
	popularity?: number | undefined;
	totalUser?: number | undefined;
	totalUserStr?: string | undefined;
	totalStr?: string | undefined;
	onlineUserForAnchor?: string | undefined;
	totalPvForAnchor?: string | undefined;
	upRightStatsStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomUserSeqMessage(value: RoomUserSeqMessageInit): Uint8Array {
	const w = new Writer();
	writeRoomUserSeqMessage(w, value);
	return w.finish();
}

export function writeRoomUserSeqMessage(w: Writer, m: RoomUserSeqMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	for (const item of m.ranks ?? []) { const at = w.open(18); writeContributor(w, item); w.close(at); }
	w.uint64Number(24, m.total);
	w.string(34, m.popStr);
	for (const item of m.seats ?? []) { const at = w.open(42); writeContributor(w, item); w.close(at); }
	w.uint64Number(48, m.popularity);
	w.uint64Number(56, m.totalUser);
	w.string(66, m.totalUserStr);
	w.string(74, m.totalStr);
	w.string(82, m.onlineUserForAnchor);
	w.string(90, m.totalPvForAnchor);
	w.string(98, m.upRightStatsStr);
}

export interface Contributor {
	score: string;
	user: User | undefined;
	rank: number;
	delta: number;
	isHidden: boolean;
	scoreDescription: string;
	exactlyScore: string;
}

/** Throws {@link WireError} when `bytes` is not a Contributor, or holds more nested messages than `budget` allows. */
export function decodeContributor(bytes: Uint8Array | Reader, budget?: Budget): Contributor {
	const r = readerOf(bytes, budget);
	return readContributor(r, r.end, undefined);
}

export function readContributor(r: Reader, end: number, into: Contributor | undefined): Contributor {
	const m = into ?? { score: "0", user: undefined, rank: 0, delta: 0, isHidden: false, scoreDescription: "", exactlyScore: "" } satisfies Contributor as Contributor;
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
				m.score = r.uint64String(pos);
				break;
			case 18:
				m.user = readUser(r, r.open(pos, end), m.user);
				break;
			case 24:
				m.rank = r.uint64Number(pos);
				break;
			case 32:
				m.delta = r.uint64Number(pos);
				break;
			case 40:
				m.isHidden = r.bool(pos);
				break;
			case 50:
				m.scoreDescription = r.string(pos, end);
				break;
			case 58:
				m.exactlyScore = r.string(pos, end);
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

/** What {@link encodeContributor} takes: every field may be left out. */
export interface ContributorInit {
	score?: string | undefined;
	user?: UserInit | undefined;
	rank?: number | undefined;
	delta?: number | undefined;
	isHidden?: boolean | undefined;
	scoreDescription?: string | undefined;
	exactlyScore?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeContributor(value: ContributorInit): Uint8Array {
	const w = new Writer();
	writeContributor(w, value);
	return w.finish();
}

export function writeContributor(w: Writer, m: ContributorInit): void {
	w.uint64String(8, m.score);
	if (m.user) { const at = w.open(18); writeUser(w, m.user); w.close(at); }
	w.uint64Number(24, m.rank);
	w.uint64Number(32, m.delta);
	w.bool(40, m.isHidden);
	w.string(50, m.scoreDescription);
	w.string(58, m.exactlyScore);
}

