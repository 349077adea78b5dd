// Generated from livekeeper/webcast/v1/common.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";

/** Throws {@link WireError} when `bytes` is not a Common, or holds more nested messages than `budget` allows. */
export function decodeCommon(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readCommon(r, r.end, 0);
}

export function readCommon(r: Reader, end: number, into: number): number {
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
			case 32:
				value = r.time(pos);
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

/** What {@link encodeCommon} takes: every field may be left out. */
export interface CommonInit {
	method?: string | undefined;
	msgId?: string | undefined;
	roomId?: string | undefined;
	createTime?: number | undefined;
	isShowMsg?: boolean | undefined;
	describe?: string | undefined;
	displayText?: TextInit | undefined;
	foldType?: number | undefined;
	anchorFoldType?: number | undefined;
	priorityScore?: number | undefined;
	logId?: string | undefined;
	processAtSeiTimeMs?: number | undefined;
	isDispatch?: boolean | undefined;
	appId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeCommon(value: CommonInit): Uint8Array {
	const w = new Writer();
	writeCommon(w, value);
	return w.finish();
}

export function writeCommon(w: Writer, m: CommonInit): void {
	w.string(10, m.method);
	w.uint64String(16, m.msgId);
	w.uint64String(24, m.roomId);
	w.uint64Number(32, m.createTime);
	w.bool(48, m.isShowMsg);
	w.string(58, m.describe);
	if (m.displayText) { const at = w.open(66); writeText(w, m.displayText); w.close(at); }
	w.uint64Number(72, m.foldType);
	w.uint64Number(80, m.anchorFoldType);
	w.uint64Number(88, m.priorityScore);
	w.string(98, m.logId);
	w.uint64Number(144, m.processAtSeiTimeMs);
	w.bool(160, m.isDispatch);
	w.uint64String(192, m.appId);
}

/** Common with its display text decoded. Only kinds without another text pay that cost. */
export interface CommonWithText {
	createTime: number;
	displayText: Text | undefined;
}

/** Throws {@link WireError} when `bytes` is not a CommonWithText, or holds more nested messages than `budget` allows. */
export function decodeCommonWithText(bytes: Uint8Array | Reader, budget?: Budget): CommonWithText {
	const r = readerOf(bytes, budget);
	return readCommonWithText(r, r.end, undefined);
}

export function readCommonWithText(r: Reader, end: number, into: CommonWithText | undefined): CommonWithText {
	const m = into ?? { createTime: 0, displayText: undefined } satisfies CommonWithText as CommonWithText;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 32:
				m.createTime = r.time(pos);
				break;
			case 66:
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

/** What {@link encodeCommonWithText} takes: every field may be left out. */
export interface CommonWithTextInit {
	method?: string | undefined;
	msgId?: string | undefined;
	roomId?: string | undefined;
	createTime?: number | undefined;
	isShowMsg?: boolean | undefined;
	describe?: string | undefined;
	displayText?: TextInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeCommonWithText(value: CommonWithTextInit): Uint8Array {
	const w = new Writer();
	writeCommonWithText(w, value);
	return w.finish();
}

export function writeCommonWithText(w: Writer, m: CommonWithTextInit): void {
	w.string(10, m.method);
	w.uint64String(16, m.msgId);
	w.uint64String(24, m.roomId);
	w.uint64Number(32, m.createTime);
	w.bool(48, m.isShowMsg);
	w.string(58, m.describe);
	if (m.displayText) { const at = w.open(66); writeText(w, m.displayText); w.close(at); }
}

/** Common with its user decoded. Only kinds that name no user elsewhere pay that cost. */
export interface CommonWithUser {
	createTime: number;
	user: User | undefined;
}

/** Throws {@link WireError} when `bytes` is not a CommonWithUser, or holds more nested messages than `budget` allows. */
export function decodeCommonWithUser(bytes: Uint8Array | Reader, budget?: Budget): CommonWithUser {
	const r = readerOf(bytes, budget);
	return readCommonWithUser(r, r.end, undefined);
}

export function readCommonWithUser(r: Reader, end: number, into: CommonWithUser | undefined): CommonWithUser {
	const m = into ?? { createTime: 0, user: undefined } satisfies CommonWithUser as CommonWithUser;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 32:
				m.createTime = r.time(pos);
				break;
			case 122:
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

/** What {@link encodeCommonWithUser} takes: every field may be left out. */
export interface CommonWithUserInit {
	method?: string | undefined;
	msgId?: string | undefined;
	roomId?: string | undefined;
	createTime?: number | undefined;
	describe?: string | undefined;
	user?: UserInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeCommonWithUser(value: CommonWithUserInit): Uint8Array {
	const w = new Writer();
	writeCommonWithUser(w, value);
	return w.finish();
}

export function writeCommonWithUser(w: Writer, m: CommonWithUserInit): void {
	w.string(10, m.method);
	w.uint64String(16, m.msgId);
	w.uint64String(24, m.roomId);
	w.uint64Number(32, m.createTime);
	w.string(58, m.describe);
	if (m.user) { const at = w.open(122); writeUser(w, m.user); w.close(at); }
}

export interface User {
	id: string;
	nickname: string;
	gender: number;
	level: number;
	avatarThumbUrl: string | undefined;
	payGradeLevel: number;
	fansClubData: FansClubData | undefined;
	userAttr: UserAttr | undefined;
	displayId: string;
	secUid: string;
	/** Another id in the form of sec_uid. Audience lists contain it when they have no sec_uid. Source: the site's published
	 * schema of April 2026, checked against payloads of ten kinds from June and July 2026. */
	webcastUid: string;
	idStr: string;
}

/** Throws {@link WireError} when `bytes` is not a User, or holds more nested messages than `budget` allows. */
export function decodeUser(bytes: Uint8Array | Reader, budget?: Budget): User {
	const r = readerOf(bytes, budget);
	return readUser(r, r.end, undefined);
}

export function readUser(r: Reader, end: number, into: User | undefined): User {
	const m = into ?? { id: "0", nickname: "", gender: 0, level: 0, avatarThumbUrl: undefined, payGradeLevel: 0, fansClubData: undefined, userAttr: undefined, displayId: "", secUid: "", webcastUid: "", idStr: "" } satisfies User as User;
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
				m.id = r.uint64String(pos);
				break;
			case 26:
				m.nickname = r.string(pos, end);
				break;
			case 32:
				m.gender = r.int32(pos);
				break;
			case 48:
				m.level = r.int32(pos);
				break;
			case 74:
				m.avatarThumbUrl = readImage(r, r.open(pos, end), m.avatarThumbUrl);
				break;
			case 186:
				m.payGradeLevel = readPayGrade(r, r.open(pos, end), m.payGradeLevel);
				break;
			case 194:
				m.fansClubData = readFansClub(r, r.open(pos, end), m.fansClubData);
				break;
			case 258:
				m.userAttr = readUserAttr(r, r.open(pos, end), m.userAttr);
				break;
			case 306:
				m.displayId = r.string(pos, end);
				break;
			case 370:
				m.secUid = r.string(pos, end);
				break;
			case 586:
				m.webcastUid = r.string(pos, end);
				break;
			case 8226:
				m.idStr = r.string(pos, end);
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

/** What {@link encodeUser} takes: every field may be left out. */
export interface UserInit {
	id?: string | undefined;
	shortId?: string | undefined;
	nickname?: string | undefined;
	gender?: number | undefined;
	signature?: string | undefined;
	level?: number | undefined;
	avatarThumb?: ImageInit | undefined;
	avatarMedium?: ImageInit | undefined;
	avatarLarge?: ImageInit | undefined;
	verified?: boolean | undefined;
	city?: string | undefined;
	status?: number | undefined;
	createTime?: number | undefined;
	badgeImageList?: readonly ImageInit[] | undefined;
	followInfo?: FollowInfoInit | undefined;
	payGrade?: PayGradeInit | undefined;
	fansClub?: FansClubInit | undefined;
	newRealTimeIcons?: readonly ImageInit[] | undefined;
	userAttr?: UserAttrInit | undefined;
	displayId?: string | undefined;
	secUid?: string | undefined;
	webcastUid?: string | undefined;
	followStatus?: number | undefined;
	idStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUser(value: UserInit): Uint8Array {
	const w = new Writer();
	writeUser(w, value);
	return w.finish();
}

export function writeUser(w: Writer, m: UserInit): void {
	w.uint64String(8, m.id);
	w.uint64String(16, m.shortId);
	w.string(26, m.nickname);
	w.int32(32, m.gender);
	w.string(42, m.signature);
	w.int32(48, m.level);
	if (m.avatarThumb) { const at = w.open(74); writeImage(w, m.avatarThumb); w.close(at); }
	if (m.avatarMedium) { const at = w.open(82); writeImage(w, m.avatarMedium); w.close(at); }
	if (m.avatarLarge) { const at = w.open(90); writeImage(w, m.avatarLarge); w.close(at); }
	w.bool(96, m.verified);
	w.string(114, m.city);
	w.int32(120, m.status);
	w.uint64Number(128, m.createTime);
	for (const item of m.badgeImageList ?? []) { const at = w.open(170); writeImage(w, item); w.close(at); }
	if (m.followInfo) { const at = w.open(178); writeFollowInfo(w, m.followInfo); w.close(at); }
	if (m.payGrade) { const at = w.open(186); writePayGrade(w, m.payGrade); w.close(at); }
	if (m.fansClub) { const at = w.open(194); writeFansClub(w, m.fansClub); w.close(at); }
	for (const item of m.newRealTimeIcons ?? []) { const at = w.open(242); writeImage(w, item); w.close(at); }
	if (m.userAttr) { const at = w.open(258); writeUserAttr(w, m.userAttr); w.close(at); }
	w.string(306, m.displayId);
	w.string(370, m.secUid);
	w.string(586, m.webcastUid);
	w.uint64Number(8192, m.followStatus);
	w.string(8226, m.idStr);
}

export interface UserAttr {
	isAdmin: boolean;
	isSuperAdmin: boolean;
}

/** Throws {@link WireError} when `bytes` is not a UserAttr, or holds more nested messages than `budget` allows. */
export function decodeUserAttr(bytes: Uint8Array | Reader, budget?: Budget): UserAttr {
	const r = readerOf(bytes, budget);
	return readUserAttr(r, r.end, undefined);
}

export function readUserAttr(r: Reader, end: number, into: UserAttr | undefined): UserAttr {
	const m = into ?? { isAdmin: false, isSuperAdmin: false } satisfies UserAttr as UserAttr;
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
				m.isAdmin = r.bool(pos);
				break;
			case 24:
				m.isSuperAdmin = r.bool(pos);
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

/** What {@link encodeUserAttr} takes: every field may be left out. */
export interface UserAttrInit {
	isMuted?: boolean | undefined;
	isAdmin?: boolean | undefined;
	isSuperAdmin?: boolean | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUserAttr(value: UserAttrInit): Uint8Array {
	const w = new Writer();
	writeUserAttr(w, value);
	return w.finish();
}

export function writeUserAttr(w: Writer, m: UserAttrInit): void {
	w.bool(8, m.isMuted);
	w.bool(16, m.isAdmin);
	w.bool(24, m.isSuperAdmin);
}

/** What {@link encodeFollowInfo} takes: every field may be left out. */
export interface FollowInfoInit {
	followingCount?: number | undefined;
	followerCount?: number | undefined;
	followStatus?: number | undefined;
	followerCountStr?: string | undefined;
	followingCountStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeFollowInfo(value: FollowInfoInit): Uint8Array {
	const w = new Writer();
	writeFollowInfo(w, value);
	return w.finish();
}

export function writeFollowInfo(w: Writer, m: FollowInfoInit): void {
	w.uint64Number(8, m.followingCount);
	w.uint64Number(16, m.followerCount);
	w.uint64Number(24, m.followStatus);
	w.string(50, m.followerCountStr);
	w.string(58, m.followingCountStr);
}

/** Throws {@link WireError} when `bytes` is not a PayGrade, or holds more nested messages than `budget` allows. */
export function decodePayGrade(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readPayGrade(r, r.end, 0);
}

export function readPayGrade(r: Reader, end: number, into: number): number {
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
			case 48:
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

/** What {@link encodePayGrade} takes: every field may be left out. */
export interface PayGradeInit {
	totalDiamondCount?: number | undefined;
	name?: string | undefined;
	level?: number | undefined;
	imIcon?: ImageInit | undefined;
	imIconWithLevel?: ImageInit | undefined;
	liveIcon?: ImageInit | undefined;
	newImIconWithLevel?: ImageInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePayGrade(value: PayGradeInit): Uint8Array {
	const w = new Writer();
	writePayGrade(w, value);
	return w.finish();
}

export function writePayGrade(w: Writer, m: PayGradeInit): void {
	w.uint64Number(8, m.totalDiamondCount);
	w.string(26, m.name);
	w.uint64Number(48, m.level);
	if (m.imIcon) { const at = w.open(130); writeImage(w, m.imIcon); w.close(at); }
	if (m.imIconWithLevel) { const at = w.open(138); writeImage(w, m.imIconWithLevel); w.close(at); }
	if (m.liveIcon) { const at = w.open(146); writeImage(w, m.liveIcon); w.close(at); }
	if (m.newImIconWithLevel) { const at = w.open(154); writeImage(w, m.newImIconWithLevel); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a FansClub, or holds more nested messages than `budget` allows. */
export function decodeFansClub(bytes: Uint8Array | Reader, budget?: Budget): FansClubData | undefined {
	const r = readerOf(bytes, budget);
	return readFansClub(r, r.end, undefined);
}

export function readFansClub(r: Reader, end: number, into: FansClubData | undefined): FansClubData | undefined {
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
				value = readFansClubData(r, r.open(pos, end), value);
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

/** What {@link encodeFansClub} takes: every field may be left out. */
export interface FansClubInit {
	data?: FansClubDataInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeFansClub(value: FansClubInit): Uint8Array {
	const w = new Writer();
	writeFansClub(w, value);
	return w.finish();
}

export function writeFansClub(w: Writer, m: FansClubInit): void {
	if (m.data) { const at = w.open(10); writeFansClubData(w, m.data); w.close(at); }
}

export interface FansClubData {
	clubName: string;
	level: number;
}

/** Throws {@link WireError} when `bytes` is not a FansClubData, or holds more nested messages than `budget` allows. */
export function decodeFansClubData(bytes: Uint8Array | Reader, budget?: Budget): FansClubData {
	const r = readerOf(bytes, budget);
	return readFansClubData(r, r.end, undefined);
}

export function readFansClubData(r: Reader, end: number, into: FansClubData | undefined): FansClubData {
	const m = into ?? { clubName: "", level: 0 } satisfies FansClubData as FansClubData;
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
				m.clubName = r.recurring(pos, end);
				break;
			case 16:
				m.level = r.int32(pos);
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

/** What {@link encodeFansClubData} takes: every field may be left out. */
export interface FansClubDataInit {
	clubName?: string | undefined;
	level?: number | undefined;
	userFansClubStatus?: number | undefined;
	anchorId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeFansClubData(value: FansClubDataInit): Uint8Array {
	const w = new Writer();
	writeFansClubData(w, value);
	return w.finish();
}

export function writeFansClubData(w: Writer, m: FansClubDataInit): void {
	w.string(10, m.clubName);
	w.int32(16, m.level);
	w.int32(24, m.userFansClubStatus);
	w.uint64String(48, m.anchorId);
}

/** Throws {@link WireError} when `bytes` is not a Image, or holds more nested messages than `budget` allows. */
export function decodeImage(bytes: Uint8Array | Reader, budget?: Budget): string | undefined {
	const r = readerOf(bytes, budget);
	return readImage(r, r.end, undefined);
}

export function readImage(r: Reader, end: number, into: string | undefined): string | undefined {
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
				if (value !== undefined) {
					pos = r.skip(tag, pos, end);
					continue;
				}
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

/** What {@link encodeImage} takes: every field may be left out. */
export interface ImageInit {
	urlList?: readonly string[] | undefined;
	uri?: string | undefined;
	height?: number | undefined;
	width?: number | undefined;
	avgColor?: string | undefined;
	imageType?: number | undefined;
	openWebUrl?: string | undefined;
	content?: ImageContentInit | undefined;
	isAnimated?: boolean | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeImage(value: ImageInit): Uint8Array {
	const w = new Writer();
	writeImage(w, value);
	return w.finish();
}

export function writeImage(w: Writer, m: ImageInit): void {
	for (const item of m.urlList ?? []) w.stringItem(10, item);
	w.string(18, m.uri);
	w.uint64Number(24, m.height);
	w.uint64Number(32, m.width);
	w.string(42, m.avgColor);
	w.int32(48, m.imageType);
	w.string(58, m.openWebUrl);
	if (m.content) { const at = w.open(66); writeImageContent(w, m.content); w.close(at); }
	w.bool(72, m.isAnimated);
}

/** What {@link encodeImageContent} takes: every field may be left out. */
export interface ImageContentInit {
	name?: string | undefined;
	fontColor?: string | undefined;
	level?: number | undefined;
	alternativeText?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeImageContent(value: ImageContentInit): Uint8Array {
	const w = new Writer();
	writeImageContent(w, value);
	return w.finish();
}

export function writeImageContent(w: Writer, m: ImageContentInit): void {
	w.string(10, m.name);
	w.string(18, m.fontColor);
	w.uint64Number(24, m.level);
	w.string(34, m.alternativeText);
}

/** A pattern such as `{0:user} 来了` and the values for its placeholders. */
export interface Text {
	defaultPattern: string;
	pieces: TextPiece[];
}

/** Throws {@link WireError} when `bytes` is not a Text, or holds more nested messages than `budget` allows. */
export function decodeText(bytes: Uint8Array | Reader, budget?: Budget): Text {
	const r = readerOf(bytes, budget);
	return readText(r, r.end, undefined);
}

export function readText(r: Reader, end: number, into: Text | undefined): Text {
	const m = into ?? { defaultPattern: "", pieces: [] } satisfies Text as Text;
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
				m.defaultPattern = r.string(pos, end);
				break;
			case 34:
				r.item(m.pieces.length);
				m.pieces.push(readTextPiece(r, r.open(pos, end), undefined));
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

/** What {@link encodeText} takes: every field may be left out. */
export interface TextInit {
	key?: string | undefined;
	defaultPattern?: string | undefined;
	defaultFormat?: TextFormatInit | undefined;
	pieces?: readonly TextPieceInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeText(value: TextInit): Uint8Array {
	const w = new Writer();
	writeText(w, value);
	return w.finish();
}

export function writeText(w: Writer, m: TextInit): void {
	w.string(10, m.key);
	w.string(18, m.defaultPattern);
	if (m.defaultFormat) { const at = w.open(26); writeTextFormat(w, m.defaultFormat); w.close(at); }
	for (const item of m.pieces ?? []) { const at = w.open(34); writeTextPiece(w, item); w.close(at); }
}

/** What {@link encodeTextFormat} takes: every field may be left out. */
export interface TextFormatInit {
	color?: string | undefined;
	bold?: boolean | undefined;
	weight?: number | undefined;
	fontSize?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTextFormat(value: TextFormatInit): Uint8Array {
	const w = new Writer();
	writeTextFormat(w, value);
	return w.finish();
}

export function writeTextFormat(w: Writer, m: TextFormatInit): void {
	w.string(10, m.color);
	w.bool(16, m.bold);
	w.int32(32, m.weight);
	w.int32(48, m.fontSize);
}

export interface TextPiece {
	stringValue: string;
	userValueUser: User | undefined;
	giftValueNameRefDefaultPattern: string;
	imageValueImageUrl: string | undefined;
}

/** Throws {@link WireError} when `bytes` is not a TextPiece, or holds more nested messages than `budget` allows. */
export function decodeTextPiece(bytes: Uint8Array | Reader, budget?: Budget): TextPiece {
	const r = readerOf(bytes, budget);
	return readTextPiece(r, r.end, undefined);
}

export function readTextPiece(r: Reader, end: number, into: TextPiece | undefined): TextPiece {
	const m = into ?? { stringValue: "", userValueUser: undefined, giftValueNameRefDefaultPattern: "", imageValueImageUrl: undefined } satisfies TextPiece as TextPiece;
	const { bytes } = r;
	let pos = r.pos;
	while (pos < end) {
		let tag = bytes[pos++] as number;
		if (tag > 0x7f) {
			tag = r.longTag(tag, pos);
			pos = r.pos;
		}
		switch (tag) {
			case 90:
				m.stringValue = r.string(pos, end);
				break;
			case 170:
				m.userValueUser = readTextPieceUser(r, r.open(pos, end), m.userValueUser);
				break;
			case 178:
				m.giftValueNameRefDefaultPattern = readTextPieceGift(r, r.open(pos, end), m.giftValueNameRefDefaultPattern);
				break;
			case 202:
				m.imageValueImageUrl = readTextPieceImage(r, r.open(pos, end), m.imageValueImageUrl);
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

/** What {@link encodeTextPiece} takes: every field may be left out. */
export interface TextPieceInit {
	type?: number | undefined;
	format?: TextFormatInit | undefined;
	stringValue?: string | undefined;
	userValue?: TextPieceUserInit | undefined;
	giftValue?: TextPieceGiftInit | undefined;
	imageValue?: TextPieceImageInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTextPiece(value: TextPieceInit): Uint8Array {
	const w = new Writer();
	writeTextPiece(w, value);
	return w.finish();
}

export function writeTextPiece(w: Writer, m: TextPieceInit): void {
	w.int32(8, m.type);
	if (m.format) { const at = w.open(18); writeTextFormat(w, m.format); w.close(at); }
	w.string(90, m.stringValue);
	if (m.userValue) { const at = w.open(170); writeTextPieceUser(w, m.userValue); w.close(at); }
	if (m.giftValue) { const at = w.open(178); writeTextPieceGift(w, m.giftValue); w.close(at); }
	if (m.imageValue) { const at = w.open(202); writeTextPieceImage(w, m.imageValue); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a TextPieceUser, or holds more nested messages than `budget` allows. */
export function decodeTextPieceUser(bytes: Uint8Array | Reader, budget?: Budget): User | undefined {
	const r = readerOf(bytes, budget);
	return readTextPieceUser(r, r.end, undefined);
}

export function readTextPieceUser(r: Reader, end: number, into: User | undefined): User | undefined {
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
				value = readUser(r, r.open(pos, end), value);
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

/** What {@link encodeTextPieceUser} takes: every field may be left out. */
export interface TextPieceUserInit {
	user?: UserInit | undefined;
	withColon?: boolean | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTextPieceUser(value: TextPieceUserInit): Uint8Array {
	const w = new Writer();
	writeTextPieceUser(w, value);
	return w.finish();
}

export function writeTextPieceUser(w: Writer, m: TextPieceUserInit): void {
	if (m.user) { const at = w.open(10); writeUser(w, m.user); w.close(at); }
	w.bool(16, m.withColon);
}

/** Throws {@link WireError} when `bytes` is not a TextPieceGift, or holds more nested messages than `budget` allows. */
export function decodeTextPieceGift(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readTextPieceGift(r, r.end, "");
}

export function readTextPieceGift(r: Reader, end: number, into: string): string {
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
				value = readPatternRef(r, r.open(pos, end), value);
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

/** What {@link encodeTextPieceGift} takes: every field may be left out. */
export interface TextPieceGiftInit {
	giftId?: string | undefined;
	nameRef?: PatternRefInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTextPieceGift(value: TextPieceGiftInit): Uint8Array {
	const w = new Writer();
	writeTextPieceGift(w, value);
	return w.finish();
}

export function writeTextPieceGift(w: Writer, m: TextPieceGiftInit): void {
	w.uint64String(8, m.giftId);
	if (m.nameRef) { const at = w.open(18); writePatternRef(w, m.nameRef); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a TextPieceImage, or holds more nested messages than `budget` allows. */
export function decodeTextPieceImage(bytes: Uint8Array | Reader, budget?: Budget): string | undefined {
	const r = readerOf(bytes, budget);
	return readTextPieceImage(r, r.end, undefined);
}

export function readTextPieceImage(r: Reader, end: number, into: string | undefined): string | undefined {
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
				value = readImage(r, r.open(pos, end), value);
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

/** What {@link encodeTextPieceImage} takes: every field may be left out. */
export interface TextPieceImageInit {
	image?: ImageInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTextPieceImage(value: TextPieceImageInit): Uint8Array {
	const w = new Writer();
	writeTextPieceImage(w, value);
	return w.finish();
}

export function writeTextPieceImage(w: Writer, m: TextPieceImageInit): void {
	if (m.image) { const at = w.open(10); writeImage(w, m.image); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a PatternRef, or holds more nested messages than `budget` allows. */
export function decodePatternRef(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readPatternRef(r, r.end, "");
}

export function readPatternRef(r: Reader, end: number, into: string): string {
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

/** What {@link encodePatternRef} takes: every field may be left out. */
export interface PatternRefInit {
	key?: string | undefined;
	defaultPattern?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePatternRef(value: PatternRefInit): Uint8Array {
	const w = new Writer();
	writePatternRef(w, value);
	return w.finish();
}

export function writePatternRef(w: Writer, m: PatternRefInit): void {
	w.string(10, m.key);
	w.string(18, m.defaultPattern);
}

/** What {@link encodePublicAreaCommon} takes: every field may be left out. */
export interface PublicAreaCommonInit {
	userLabel?: ImageInit | undefined;
	userConsumeInRoom?: number | undefined;
	userSendGiftCntInRoom?: number | undefined;
	individualPriority?: number | undefined;
	individualStrategyResult?: ReadonlyMap<string, string> | undefined;
	supportPin?: number | undefined;
	imAction?: number | undefined;
	trackingParams?: ReadonlyMap<string, string> | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePublicAreaCommon(value: PublicAreaCommonInit): Uint8Array {
	const w = new Writer();
	writePublicAreaCommon(w, value);
	return w.finish();
}

export function writePublicAreaCommon(w: Writer, m: PublicAreaCommonInit): void {
	if (m.userLabel) { const at = w.open(10); writeImage(w, m.userLabel); w.close(at); }
	w.uint64Number(16, m.userConsumeInRoom);
	w.uint64Number(24, m.userSendGiftCntInRoom);
	w.uint64Number(32, m.individualPriority);
	w.entries(42, m.individualStrategyResult);
	w.uint64Number(48, m.supportPin);
	w.int32(64, m.imAction);
	w.entries(90, m.trackingParams);
}

