// Generated from livekeeper/webcast/v1/pk.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readImage, type CommonInit, type ImageInit, writeCommon, writeImage } from "./common.ts";

export interface LinkMicBattle {
	commonCreateTime: number;
	battleSettings: BattleSettings | undefined;
	/** A map keyed by user id. */
	userInfos: BattleUserEntry[];
}

/** Throws {@link WireError} when `bytes` is not a LinkMicBattle, or holds more nested messages than `budget` allows. */
export function decodeLinkMicBattle(bytes: Uint8Array | Reader, budget?: Budget): LinkMicBattle {
	const r = readerOf(bytes, budget);
	return readLinkMicBattle(r, r.end, undefined);
}

export function readLinkMicBattle(r: Reader, end: number, into: LinkMicBattle | undefined): LinkMicBattle {
	const m = into ?? { commonCreateTime: 0, battleSettings: undefined, userInfos: [] } satisfies LinkMicBattle as LinkMicBattle;
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
				m.battleSettings = readBattleSettings(r, r.open(pos, end), m.battleSettings);
				break;
			case 50:
				r.item(m.userInfos.length);
				m.userInfos.push(readBattleUserEntry(r, r.open(pos, end), undefined));
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

/** What {@link encodeLinkMicBattle} takes: every field may be left out. */
export interface LinkMicBattleInit {
	common?: CommonInit | undefined;
	battleSettings?: BattleSettingsInit | undefined;
	userInfos?: readonly BattleUserEntryInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkMicBattle(value: LinkMicBattleInit): Uint8Array {
	const w = new Writer();
	writeLinkMicBattle(w, value);
	return w.finish();
}

export function writeLinkMicBattle(w: Writer, m: LinkMicBattleInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.battleSettings) { const at = w.open(18); writeBattleSettings(w, m.battleSettings); w.close(at); }
	for (const item of m.userInfos ?? []) { const at = w.open(50); writeBattleUserEntry(w, item); w.close(at); }
}

export interface BattleSettings {
	battleId: string;
	startTimeMs: number;
	/** Seconds. */
	duration: number;
	/** Seconds. */
	punishDuration: number;
	/** 1 running. */
	battleStatus: number;
	battleIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleSettings, or holds more nested messages than `budget` allows. */
export function decodeBattleSettings(bytes: Uint8Array | Reader, budget?: Budget): BattleSettings {
	const r = readerOf(bytes, budget);
	return readBattleSettings(r, r.end, undefined);
}

export function readBattleSettings(r: Reader, end: number, into: BattleSettings | undefined): BattleSettings {
	const m = into ?? { battleId: "0", startTimeMs: 0, duration: 0, punishDuration: 0, battleStatus: 0, battleIdStr: "" } satisfies BattleSettings as BattleSettings;
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
				m.battleId = r.uint64String(pos);
				break;
			case 24:
				m.startTimeMs = r.time(pos);
				break;
			case 32:
				m.duration = r.uint64Number(pos);
				break;
			case 152:
				m.punishDuration = r.uint64Number(pos);
				break;
			case 320:
				m.battleStatus = r.uint64Number(pos);
				break;
			case 338:
				m.battleIdStr = r.string(pos, end);
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

/** What {@link encodeBattleSettings} takes: every field may be left out. */
export interface BattleSettingsInit {
	battleId?: string | undefined;
	startTimeMs?: number | undefined;
	duration?: number | undefined;
	channelId?: string | undefined;
	punishDuration?: number | undefined;
	battleStatus?: number | undefined;
	battleIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleSettings(value: BattleSettingsInit): Uint8Array {
	const w = new Writer();
	writeBattleSettings(w, value);
	return w.finish();
}

export function writeBattleSettings(w: Writer, m: BattleSettingsInit): void {
	w.uint64String(16, m.battleId);
	w.uint64Number(24, m.startTimeMs);
	w.uint64Number(32, m.duration);
	w.uint64String(48, m.channelId);
	w.uint64Number(152, m.punishDuration);
	w.uint64Number(320, m.battleStatus);
	w.string(338, m.battleIdStr);
}

export interface BattleUserEntry {
	key: string;
	value: BattleUserInfo | undefined;
}

/** Throws {@link WireError} when `bytes` is not a BattleUserEntry, or holds more nested messages than `budget` allows. */
export function decodeBattleUserEntry(bytes: Uint8Array | Reader, budget?: Budget): BattleUserEntry {
	const r = readerOf(bytes, budget);
	return readBattleUserEntry(r, r.end, undefined);
}

export function readBattleUserEntry(r: Reader, end: number, into: BattleUserEntry | undefined): BattleUserEntry {
	const m = into ?? { key: "0", value: undefined } satisfies BattleUserEntry as BattleUserEntry;
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
				m.value = readBattleUserInfo(r, r.open(pos, end), m.value);
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

/** What {@link encodeBattleUserEntry} takes: every field may be left out. */
export interface BattleUserEntryInit {
	key?: string | undefined;
	value?: BattleUserInfoInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleUserEntry(value: BattleUserEntryInit): Uint8Array {
	const w = new Writer();
	writeBattleUserEntry(w, value);
	return w.finish();
}

export function writeBattleUserEntry(w: Writer, m: BattleUserEntryInit): void {
	w.uint64String(8, m.key);
	if (m.value) { const at = w.open(18); writeBattleUserInfo(w, m.value); w.close(at); }
}

export interface BattleUserInfo {
	user: BattleUser | undefined;
	multiPkTeamId: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleUserInfo, or holds more nested messages than `budget` allows. */
export function decodeBattleUserInfo(bytes: Uint8Array | Reader, budget?: Budget): BattleUserInfo {
	const r = readerOf(bytes, budget);
	return readBattleUserInfo(r, r.end, undefined);
}

export function readBattleUserInfo(r: Reader, end: number, into: BattleUserInfo | undefined): BattleUserInfo {
	const m = into ?? { user: undefined, multiPkTeamId: "0" } satisfies BattleUserInfo as BattleUserInfo;
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
				m.user = readBattleUser(r, r.open(pos, end), m.user);
				break;
			case 80:
				m.multiPkTeamId = r.uint64String(pos);
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

/** What {@link encodeBattleUserInfo} takes: every field may be left out. */
export interface BattleUserInfoInit {
	user?: BattleUserInit | undefined;
	multiPkTeamId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleUserInfo(value: BattleUserInfoInit): Uint8Array {
	const w = new Writer();
	writeBattleUserInfo(w, value);
	return w.finish();
}

export function writeBattleUserInfo(w: Writer, m: BattleUserInfoInit): void {
	if (m.user) { const at = w.open(10); writeBattleUser(w, m.user); w.close(at); }
	w.uint64String(80, m.multiPkTeamId);
}

export interface BattleUser {
	userId: string;
	nickName: string;
	avatarThumbUrl: string | undefined;
}

/** Throws {@link WireError} when `bytes` is not a BattleUser, or holds more nested messages than `budget` allows. */
export function decodeBattleUser(bytes: Uint8Array | Reader, budget?: Budget): BattleUser {
	const r = readerOf(bytes, budget);
	return readBattleUser(r, r.end, undefined);
}

export function readBattleUser(r: Reader, end: number, into: BattleUser | undefined): BattleUser {
	const m = into ?? { userId: "0", nickName: "", avatarThumbUrl: undefined } satisfies BattleUser as BattleUser;
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
				m.userId = r.uint64String(pos);
				break;
			case 18:
				m.nickName = r.string(pos, end);
				break;
			case 26:
				m.avatarThumbUrl = readImage(r, r.open(pos, end), m.avatarThumbUrl);
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

/** What {@link encodeBattleUser} takes: every field may be left out. */
export interface BattleUserInit {
	userId?: string | undefined;
	nickName?: string | undefined;
	avatarThumb?: ImageInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleUser(value: BattleUserInit): Uint8Array {
	const w = new Writer();
	writeBattleUser(w, value);
	return w.finish();
}

export function writeBattleUser(w: Writer, m: BattleUserInit): void {
	w.uint64String(8, m.userId);
	w.string(18, m.nickName);
	if (m.avatarThumb) { const at = w.open(26); writeImage(w, m.avatarThumb); w.close(at); }
}

export interface LinkMicMethod {
	commonCreateTime: number;
	userScores: UserScores[];
	battleId: string;
	battleIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a LinkMicMethod, or holds more nested messages than `budget` allows. */
export function decodeLinkMicMethod(bytes: Uint8Array | Reader, budget?: Budget): LinkMicMethod {
	const r = readerOf(bytes, budget);
	return readLinkMicMethod(r, r.end, undefined);
}

export function readLinkMicMethod(r: Reader, end: number, into: LinkMicMethod | undefined): LinkMicMethod {
	const m = into ?? { commonCreateTime: 0, userScores: [], battleId: "0", battleIdStr: "" } satisfies LinkMicMethod as LinkMicMethod;
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
			case 138:
				r.item(m.userScores.length);
				m.userScores.push(readUserScores(r, r.open(pos, end), undefined));
				break;
			case 832:
				m.battleId = r.uint64String(pos);
				break;
			case 914:
				m.battleIdStr = r.string(pos, end);
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

/** What {@link encodeLinkMicMethod} takes: every field may be left out. */
export interface LinkMicMethodInit {
	common?: CommonInit | undefined;
	messageType?: number | undefined;
	channelId?: string | undefined;
	userScores?: readonly UserScoresInit[] | undefined;
	battleId?: string | undefined;
	battleIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkMicMethod(value: LinkMicMethodInit): Uint8Array {
	const w = new Writer();
	writeLinkMicMethod(w, value);
	return w.finish();
}

export function writeLinkMicMethod(w: Writer, m: LinkMicMethodInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64Number(16, m.messageType);
	w.uint64String(64, m.channelId);
	for (const item of m.userScores ?? []) { const at = w.open(138); writeUserScores(w, item); w.close(at); }
	w.uint64String(832, m.battleId);
	w.string(914, m.battleIdStr);
}

export interface UserScores {
	score: number;
	userId: string;
	scoreRelativeText: string;
	scoreBlurText: string;
	battleRank: number;
	multiPkTeamScore: number;
	userIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a UserScores, or holds more nested messages than `budget` allows. */
export function decodeUserScores(bytes: Uint8Array | Reader, budget?: Budget): UserScores {
	const r = readerOf(bytes, budget);
	return readUserScores(r, r.end, undefined);
}

export function readUserScores(r: Reader, end: number, into: UserScores | undefined): UserScores {
	const m = into ?? { score: 0, userId: "0", scoreRelativeText: "", scoreBlurText: "", battleRank: 0, multiPkTeamScore: 0, userIdStr: "" } satisfies UserScores as UserScores;
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
				m.score = r.uint64Number(pos);
				break;
			case 16:
				m.userId = r.uint64String(pos);
				break;
			case 34:
				m.scoreRelativeText = r.string(pos, end);
				break;
			case 58:
				m.scoreBlurText = r.string(pos, end);
				break;
			case 64:
				m.battleRank = r.uint64Number(pos);
				break;
			case 88:
				m.multiPkTeamScore = r.uint64Number(pos);
				break;
			case 170:
				m.userIdStr = r.string(pos, end);
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

/** What {@link encodeUserScores} takes: every field may be left out. */
export interface UserScoresInit {
	score?: number | undefined;
	userId?: string | undefined;
	scoreRelativeText?: string | undefined;
	scoreBlurText?: string | undefined;
	battleRank?: number | undefined;
	multiPkTeamScore?: number | undefined;
	userIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUserScores(value: UserScoresInit): Uint8Array {
	const w = new Writer();
	writeUserScores(w, value);
	return w.finish();
}

export function writeUserScores(w: Writer, m: UserScoresInit): void {
	w.uint64Number(8, m.score);
	w.uint64String(16, m.userId);
	w.string(34, m.scoreRelativeText);
	w.string(58, m.scoreBlurText);
	w.uint64Number(64, m.battleRank);
	w.uint64Number(88, m.multiPkTeamScore);
	w.string(170, m.userIdStr);
}

export interface LinkMicArmies {
	commonCreateTime: number;
	/** A map keyed by the anchor's id. */
	userArmiesMap: UserArmiesEntry[];
}

/** Throws {@link WireError} when `bytes` is not a LinkMicArmies, or holds more nested messages than `budget` allows. */
export function decodeLinkMicArmies(bytes: Uint8Array | Reader, budget?: Budget): LinkMicArmies {
	const r = readerOf(bytes, budget);
	return readLinkMicArmies(r, r.end, undefined);
}

export function readLinkMicArmies(r: Reader, end: number, into: LinkMicArmies | undefined): LinkMicArmies {
	const m = into ?? { commonCreateTime: 0, userArmiesMap: [] } satisfies LinkMicArmies as LinkMicArmies;
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
				r.item(m.userArmiesMap.length);
				m.userArmiesMap.push(readUserArmiesEntry(r, r.open(pos, end), undefined));
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

/** What {@link encodeLinkMicArmies} takes: every field may be left out. */
export interface LinkMicArmiesInit {
	common?: CommonInit | undefined;
	userArmiesMap?: readonly UserArmiesEntryInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkMicArmies(value: LinkMicArmiesInit): Uint8Array {
	const w = new Writer();
	writeLinkMicArmies(w, value);
	return w.finish();
}

export function writeLinkMicArmies(w: Writer, m: LinkMicArmiesInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	for (const item of m.userArmiesMap ?? []) { const at = w.open(18); writeUserArmiesEntry(w, item); w.close(at); }
}

export interface UserArmiesEntry {
	key: string;
	value: UserArmies | undefined;
}

/** Throws {@link WireError} when `bytes` is not a UserArmiesEntry, or holds more nested messages than `budget` allows. */
export function decodeUserArmiesEntry(bytes: Uint8Array | Reader, budget?: Budget): UserArmiesEntry {
	const r = readerOf(bytes, budget);
	return readUserArmiesEntry(r, r.end, undefined);
}

export function readUserArmiesEntry(r: Reader, end: number, into: UserArmiesEntry | undefined): UserArmiesEntry {
	const m = into ?? { key: "0", value: undefined } satisfies UserArmiesEntry as UserArmiesEntry;
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
				m.value = readUserArmies(r, r.open(pos, end), m.value);
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

/** What {@link encodeUserArmiesEntry} takes: every field may be left out. */
export interface UserArmiesEntryInit {
	key?: string | undefined;
	value?: UserArmiesInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUserArmiesEntry(value: UserArmiesEntryInit): Uint8Array {
	const w = new Writer();
	writeUserArmiesEntry(w, value);
	return w.finish();
}

export function writeUserArmiesEntry(w: Writer, m: UserArmiesEntryInit): void {
	w.uint64String(8, m.key);
	if (m.value) { const at = w.open(18); writeUserArmies(w, m.value); w.close(at); }
}

export interface UserArmies {
	userArmies: UserArmy[];
}

/** Throws {@link WireError} when `bytes` is not a UserArmies, or holds more nested messages than `budget` allows. */
export function decodeUserArmies(bytes: Uint8Array | Reader, budget?: Budget): UserArmies {
	const r = readerOf(bytes, budget);
	return readUserArmies(r, r.end, undefined);
}

export function readUserArmies(r: Reader, end: number, into: UserArmies | undefined): UserArmies {
	const m = into ?? { userArmies: [] } satisfies UserArmies as UserArmies;
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
				r.item(m.userArmies.length);
				m.userArmies.push(readUserArmy(r, r.open(pos, end), undefined));
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

/** What {@link encodeUserArmies} takes: every field may be left out. */
export interface UserArmiesInit {
	userArmies?: readonly UserArmyInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUserArmies(value: UserArmiesInit): Uint8Array {
	const w = new Writer();
	writeUserArmies(w, value);
	return w.finish();
}

export function writeUserArmies(w: Writer, m: UserArmiesInit): void {
	for (const item of m.userArmies ?? []) { const at = w.open(10); writeUserArmy(w, item); w.close(at); }
}

export interface UserArmy {
	userId: string;
	score: number;
	nickname: string;
	avatarThumbUrl: string | undefined;
}

/** Throws {@link WireError} when `bytes` is not a UserArmy, or holds more nested messages than `budget` allows. */
export function decodeUserArmy(bytes: Uint8Array | Reader, budget?: Budget): UserArmy {
	const r = readerOf(bytes, budget);
	return readUserArmy(r, r.end, undefined);
}

export function readUserArmy(r: Reader, end: number, into: UserArmy | undefined): UserArmy {
	const m = into ?? { userId: "0", score: 0, nickname: "", avatarThumbUrl: undefined } satisfies UserArmy as UserArmy;
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
				m.userId = r.uint64String(pos);
				break;
			case 16:
				m.score = r.uint64Number(pos);
				break;
			case 26:
				m.nickname = r.string(pos, end);
				break;
			case 34:
				m.avatarThumbUrl = readImage(r, r.open(pos, end), m.avatarThumbUrl);
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

/** What {@link encodeUserArmy} takes: every field may be left out. */
export interface UserArmyInit {
	userId?: string | undefined;
	score?: number | undefined;
	nickname?: string | undefined;
	avatarThumb?: ImageInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUserArmy(value: UserArmyInit): Uint8Array {
	const w = new Writer();
	writeUserArmy(w, value);
	return w.finish();
}

export function writeUserArmy(w: Writer, m: UserArmyInit): void {
	w.uint64String(8, m.userId);
	w.uint64Number(16, m.score);
	w.string(26, m.nickname);
	if (m.avatarThumb) { const at = w.open(34); writeImage(w, m.avatarThumb); w.close(at); }
}

export interface LinkMicBattleFinish {
	commonCreateTime: number;
	battleSettings: BattleSettings | undefined;
	battleArmies: BattleArmy[];
	battleScores: BattleScore[];
	endReason: number;
}

/** Throws {@link WireError} when `bytes` is not a LinkMicBattleFinish, or holds more nested messages than `budget` allows. */
export function decodeLinkMicBattleFinish(bytes: Uint8Array | Reader, budget?: Budget): LinkMicBattleFinish {
	const r = readerOf(bytes, budget);
	return readLinkMicBattleFinish(r, r.end, undefined);
}

export function readLinkMicBattleFinish(r: Reader, end: number, into: LinkMicBattleFinish | undefined): LinkMicBattleFinish {
	const m = into ?? { commonCreateTime: 0, battleSettings: undefined, battleArmies: [], battleScores: [], endReason: 0 } satisfies LinkMicBattleFinish as LinkMicBattleFinish;
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
				m.battleSettings = readBattleSettings(r, r.open(pos, end), m.battleSettings);
				break;
			case 26:
				r.item(m.battleArmies.length);
				m.battleArmies.push(readBattleArmy(r, r.open(pos, end), undefined));
				break;
			case 34:
				r.item(m.battleScores.length);
				m.battleScores.push(readBattleScore(r, r.open(pos, end), undefined));
				break;
			case 64:
				m.endReason = r.int32(pos);
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

/** What {@link encodeLinkMicBattleFinish} takes: every field may be left out. */
export interface LinkMicBattleFinishInit {
	common?: CommonInit | undefined;
	battleSettings?: BattleSettingsInit | undefined;
	battleArmies?: readonly BattleArmyInit[] | undefined;
	battleScores?: readonly BattleScoreInit[] | undefined;
	endReason?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkMicBattleFinish(value: LinkMicBattleFinishInit): Uint8Array {
	const w = new Writer();
	writeLinkMicBattleFinish(w, value);
	return w.finish();
}

export function writeLinkMicBattleFinish(w: Writer, m: LinkMicBattleFinishInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.battleSettings) { const at = w.open(18); writeBattleSettings(w, m.battleSettings); w.close(at); }
	for (const item of m.battleArmies ?? []) { const at = w.open(26); writeBattleArmy(w, item); w.close(at); }
	for (const item of m.battleScores ?? []) { const at = w.open(34); writeBattleScore(w, item); w.close(at); }
	w.int32(64, m.endReason);
}

export interface BattleArmy {
	anchorId: string;
	rankList: BattleRankUser[];
	anchorIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleArmy, or holds more nested messages than `budget` allows. */
export function decodeBattleArmy(bytes: Uint8Array | Reader, budget?: Budget): BattleArmy {
	const r = readerOf(bytes, budget);
	return readBattleArmy(r, r.end, undefined);
}

export function readBattleArmy(r: Reader, end: number, into: BattleArmy | undefined): BattleArmy {
	const m = into ?? { anchorId: "0", rankList: [], anchorIdStr: "" } satisfies BattleArmy as BattleArmy;
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
				m.anchorId = r.uint64String(pos);
				break;
			case 18:
				r.item(m.rankList.length);
				m.rankList.push(readBattleRankUser(r, r.open(pos, end), undefined));
				break;
			case 26:
				m.anchorIdStr = r.string(pos, end);
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

/** What {@link encodeBattleArmy} takes: every field may be left out. */
export interface BattleArmyInit {
	anchorId?: string | undefined;
	rankList?: readonly BattleRankUserInit[] | undefined;
	anchorIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleArmy(value: BattleArmyInit): Uint8Array {
	const w = new Writer();
	writeBattleArmy(w, value);
	return w.finish();
}

export function writeBattleArmy(w: Writer, m: BattleArmyInit): void {
	w.uint64String(8, m.anchorId);
	for (const item of m.rankList ?? []) { const at = w.open(18); writeBattleRankUser(w, item); w.close(at); }
	w.string(26, m.anchorIdStr);
}

export interface BattleRankUser {
	userId: string;
	nickname: string;
	avatarThumbUrl: string | undefined;
	score: number;
	userIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleRankUser, or holds more nested messages than `budget` allows. */
export function decodeBattleRankUser(bytes: Uint8Array | Reader, budget?: Budget): BattleRankUser {
	const r = readerOf(bytes, budget);
	return readBattleRankUser(r, r.end, undefined);
}

export function readBattleRankUser(r: Reader, end: number, into: BattleRankUser | undefined): BattleRankUser {
	const m = into ?? { userId: "0", nickname: "", avatarThumbUrl: undefined, score: 0, userIdStr: "" } satisfies BattleRankUser as BattleRankUser;
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
				m.userId = r.uint64String(pos);
				break;
			case 18:
				m.nickname = r.string(pos, end);
				break;
			case 26:
				m.avatarThumbUrl = readImage(r, r.open(pos, end), m.avatarThumbUrl);
				break;
			case 32:
				m.score = r.uint64Number(pos);
				break;
			case 42:
				m.userIdStr = r.string(pos, end);
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

/** What {@link encodeBattleRankUser} takes: every field may be left out. */
export interface BattleRankUserInit {
	userId?: string | undefined;
	nickname?: string | undefined;
	avatarThumb?: ImageInit | undefined;
	score?: number | undefined;
	userIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleRankUser(value: BattleRankUserInit): Uint8Array {
	const w = new Writer();
	writeBattleRankUser(w, value);
	return w.finish();
}

export function writeBattleRankUser(w: Writer, m: BattleRankUserInit): void {
	w.uint64String(8, m.userId);
	w.string(18, m.nickname);
	if (m.avatarThumb) { const at = w.open(26); writeImage(w, m.avatarThumb); w.close(at); }
	w.uint64Number(32, m.score);
	w.string(42, m.userIdStr);
}

export interface BattleScore {
	score: number;
	userId: string;
	userIdStr: string;
	scoreRelativeText: string;
	scoreBlurText: string;
	battleRank: number;
	multiPkTeamScore: number;
}

/** Throws {@link WireError} when `bytes` is not a BattleScore, or holds more nested messages than `budget` allows. */
export function decodeBattleScore(bytes: Uint8Array | Reader, budget?: Budget): BattleScore {
	const r = readerOf(bytes, budget);
	return readBattleScore(r, r.end, undefined);
}

export function readBattleScore(r: Reader, end: number, into: BattleScore | undefined): BattleScore {
	const m = into ?? { score: 0, userId: "0", userIdStr: "", scoreRelativeText: "", scoreBlurText: "", battleRank: 0, multiPkTeamScore: 0 } satisfies BattleScore as BattleScore;
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
				m.score = r.uint64Number(pos);
				break;
			case 16:
				m.userId = r.uint64String(pos);
				break;
			case 66:
				m.userIdStr = r.string(pos, end);
				break;
			case 98:
				m.scoreRelativeText = r.string(pos, end);
				break;
			case 122:
				m.scoreBlurText = r.string(pos, end);
				break;
			case 128:
				m.battleRank = r.uint64Number(pos);
				break;
			case 152:
				m.multiPkTeamScore = r.uint64Number(pos);
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

/** What {@link encodeBattleScore} takes: every field may be left out. */
export interface BattleScoreInit {
	score?: number | undefined;
	userId?: string | undefined;
	userIdStr?: string | undefined;
	scoreRelativeText?: string | undefined;
	scoreBlurText?: string | undefined;
	battleRank?: number | undefined;
	multiPkTeamScore?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleScore(value: BattleScoreInit): Uint8Array {
	const w = new Writer();
	writeBattleScore(w, value);
	return w.finish();
}

export function writeBattleScore(w: Writer, m: BattleScoreInit): void {
	w.uint64Number(8, m.score);
	w.uint64String(16, m.userId);
	w.string(66, m.userIdStr);
	w.string(98, m.scoreRelativeText);
	w.string(122, m.scoreBlurText);
	w.uint64Number(128, m.battleRank);
	w.uint64Number(152, m.multiPkTeamScore);
}

/** In no published schema. Three public projects read these fields from messages of September 2026. */
export interface BattleStatusMessage {
	commonCreateTime: number;
	battleId: string;
	/** 1 running, 2 the punishment begins, 3 over. */
	status: number;
	/** Seconds. */
	duration: number;
	/** Seconds. */
	punishDuration: number;
	/** Decimal, as text. */
	startTimeMs: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleStatusMessage, or holds more nested messages than `budget` allows. */
export function decodeBattleStatusMessage(bytes: Uint8Array | Reader, budget?: Budget): BattleStatusMessage {
	const r = readerOf(bytes, budget);
	return readBattleStatusMessage(r, r.end, undefined);
}

export function readBattleStatusMessage(r: Reader, end: number, into: BattleStatusMessage | undefined): BattleStatusMessage {
	const m = into ?? { commonCreateTime: 0, battleId: "", status: 0, duration: 0, punishDuration: 0, startTimeMs: "" } satisfies BattleStatusMessage as BattleStatusMessage;
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
				m.battleId = r.string(pos, end);
				break;
			case 32:
				m.status = r.uint64Number(pos);
				break;
			case 48:
				m.duration = r.uint64Number(pos);
				break;
			case 56:
				m.punishDuration = r.uint64Number(pos);
				break;
			case 66:
				m.startTimeMs = r.string(pos, end);
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

/** What {@link encodeBattleStatusMessage} takes: every field may be left out. */
export interface BattleStatusMessageInit {
	common?: CommonInit | undefined;
	battleId?: string | undefined;
	status?: number | undefined;
	duration?: number | undefined;
	punishDuration?: number | undefined;
	startTimeMs?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleStatusMessage(value: BattleStatusMessageInit): Uint8Array {
	const w = new Writer();
	writeBattleStatusMessage(w, value);
	return w.finish();
}

export function writeBattleStatusMessage(w: Writer, m: BattleStatusMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.string(18, m.battleId);
	w.uint64Number(32, m.status);
	w.uint64Number(48, m.duration);
	w.uint64Number(56, m.punishDuration);
	w.string(66, m.startTimeMs);
}

export interface MatchAgainstScoreMessage {
	commonCreateTime: number;
	against: Against | undefined;
	matchId: string;
	matchIdStr: string;
}

/** Throws {@link WireError} when `bytes` is not a MatchAgainstScoreMessage, or holds more nested messages than `budget` allows. */
export function decodeMatchAgainstScoreMessage(bytes: Uint8Array | Reader, budget?: Budget): MatchAgainstScoreMessage {
	const r = readerOf(bytes, budget);
	return readMatchAgainstScoreMessage(r, r.end, undefined);
}

export function readMatchAgainstScoreMessage(r: Reader, end: number, into: MatchAgainstScoreMessage | undefined): MatchAgainstScoreMessage {
	const m = into ?? { commonCreateTime: 0, against: undefined, matchId: "0", matchIdStr: "" } satisfies MatchAgainstScoreMessage as MatchAgainstScoreMessage;
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
				m.against = readAgainst(r, r.open(pos, end), m.against);
				break;
			case 40:
				m.matchId = r.uint64String(pos);
				break;
			case 50:
				m.matchIdStr = r.string(pos, end);
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

/** What {@link encodeMatchAgainstScoreMessage} takes: every field may be left out. */
export interface MatchAgainstScoreMessageInit {
	common?: CommonInit | undefined;
	against?: AgainstInit | undefined;
	matchStatus?: number | undefined;
	matchId?: string | undefined;
	matchIdStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeMatchAgainstScoreMessage(value: MatchAgainstScoreMessageInit): Uint8Array {
	const w = new Writer();
	writeMatchAgainstScoreMessage(w, value);
	return w.finish();
}

export function writeMatchAgainstScoreMessage(w: Writer, m: MatchAgainstScoreMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.against) { const at = w.open(18); writeAgainst(w, m.against); w.close(at); }
	w.int32(24, m.matchStatus);
	w.uint64String(40, m.matchId);
	w.string(50, m.matchIdStr);
}

export interface Against {
	leftName: string;
	leftGoal: string;
	rightName: string;
	rightGoal: string;
	leftTeamId: string;
	rightTeamId: string;
	leftGoalInt: number;
	rightGoalInt: number;
}

/** Throws {@link WireError} when `bytes` is not a Against, or holds more nested messages than `budget` allows. */
export function decodeAgainst(bytes: Uint8Array | Reader, budget?: Budget): Against {
	const r = readerOf(bytes, budget);
	return readAgainst(r, r.end, undefined);
}

export function readAgainst(r: Reader, end: number, into: Against | undefined): Against {
	const m = into ?? { leftName: "", leftGoal: "", rightName: "", rightGoal: "", leftTeamId: "0", rightTeamId: "0", leftGoalInt: 0, rightGoalInt: 0 } satisfies Against as Against;
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
				m.leftName = r.string(pos, end);
				break;
			case 26:
				m.leftGoal = r.string(pos, end);
				break;
			case 50:
				m.rightName = r.string(pos, end);
				break;
			case 66:
				m.rightGoal = r.string(pos, end);
				break;
			case 104:
				m.leftTeamId = r.uint64String(pos);
				break;
			case 112:
				m.rightTeamId = r.uint64String(pos);
				break;
			case 160:
				m.leftGoalInt = r.uint64Number(pos);
				break;
			case 168:
				m.rightGoalInt = r.uint64Number(pos);
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

/** What {@link encodeAgainst} takes: every field may be left out. */
export interface AgainstInit {
	leftName?: string | undefined;
	leftGoal?: string | undefined;
	rightName?: string | undefined;
	rightGoal?: string | undefined;
	leftTeamId?: string | undefined;
	rightTeamId?: string | undefined;
	leftGoalInt?: number | undefined;
	rightGoalInt?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeAgainst(value: AgainstInit): Uint8Array {
	const w = new Writer();
	writeAgainst(w, value);
	return w.finish();
}

export function writeAgainst(w: Writer, m: AgainstInit): void {
	w.string(10, m.leftName);
	w.string(26, m.leftGoal);
	w.string(50, m.rightName);
	w.string(66, m.rightGoal);
	w.uint64String(104, m.leftTeamId);
	w.uint64String(112, m.rightTeamId);
	w.uint64Number(160, m.leftGoalInt);
	w.uint64Number(168, m.rightGoalInt);
}

/** Score of a linked user and its contributors. */
export interface LinkerContributeMessage {
	commonCreateTime: number;
	userId: string;
	totalScore: number;
	userContributeList: UserContribute[];
	totalScoreRealStr: string;
	totalScoreStr: string;
}

/** Throws {@link WireError} when `bytes` is not a LinkerContributeMessage, or holds more nested messages than `budget` allows. */
export function decodeLinkerContributeMessage(bytes: Uint8Array | Reader, budget?: Budget): LinkerContributeMessage {
	const r = readerOf(bytes, budget);
	return readLinkerContributeMessage(r, r.end, undefined);
}

export function readLinkerContributeMessage(r: Reader, end: number, into: LinkerContributeMessage | undefined): LinkerContributeMessage {
	const m = into ?? { commonCreateTime: 0, userId: "0", totalScore: 0, userContributeList: [], totalScoreRealStr: "", totalScoreStr: "" } satisfies LinkerContributeMessage as LinkerContributeMessage;
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
				m.userId = r.uint64String(pos);
				break;
			case 24:
				m.totalScore = r.uint64Number(pos);
				break;
			case 34:
				r.item(m.userContributeList.length);
				m.userContributeList.push(readUserContribute(r, r.open(pos, end), undefined));
				break;
			case 58:
				m.totalScoreRealStr = r.string(pos, end);
				break;
			case 66:
				m.totalScoreStr = r.string(pos, end);
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

/** What {@link encodeLinkerContributeMessage} takes: every field may be left out. */
export interface LinkerContributeMessageInit {
	common?: CommonInit | undefined;
	userId?: string | undefined;
	totalScore?: number | undefined;
	userContributeList?: readonly UserContributeInit[] | undefined;
	totalScoreRealStr?: string | undefined;
	totalScoreStr?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkerContributeMessage(value: LinkerContributeMessageInit): Uint8Array {
	const w = new Writer();
	writeLinkerContributeMessage(w, value);
	return w.finish();
}

export function writeLinkerContributeMessage(w: Writer, m: LinkerContributeMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.userId);
	w.uint64Number(24, m.totalScore);
	for (const item of m.userContributeList ?? []) { const at = w.open(34); writeUserContribute(w, item); w.close(at); }
	w.string(58, m.totalScoreRealStr);
	w.string(66, m.totalScoreStr);
}

export interface UserContribute {
	userId: string;
	score: number;
	nickname: string;
	avatarThumbUrl: string | undefined;
}

/** Throws {@link WireError} when `bytes` is not a UserContribute, or holds more nested messages than `budget` allows. */
export function decodeUserContribute(bytes: Uint8Array | Reader, budget?: Budget): UserContribute {
	const r = readerOf(bytes, budget);
	return readUserContribute(r, r.end, undefined);
}

export function readUserContribute(r: Reader, end: number, into: UserContribute | undefined): UserContribute {
	const m = into ?? { userId: "0", score: 0, nickname: "", avatarThumbUrl: undefined } satisfies UserContribute as UserContribute;
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
				m.userId = r.uint64String(pos);
				break;
			case 24:
				m.score = r.uint64Number(pos);
				break;
			case 34:
				m.nickname = r.string(pos, end);
				break;
			case 42:
				m.avatarThumbUrl = readImage(r, r.open(pos, end), m.avatarThumbUrl);
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

/** What {@link encodeUserContribute} takes: every field may be left out. */
export interface UserContributeInit {
	userId?: string | undefined;
	score?: number | undefined;
	nickname?: string | undefined;
	avatarThumb?: ImageInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUserContribute(value: UserContributeInit): Uint8Array {
	const w = new Writer();
	writeUserContribute(w, value);
	return w.finish();
}

export function writeUserContribute(w: Writer, m: UserContributeInit): void {
	w.uint64String(8, m.userId);
	w.uint64Number(24, m.score);
	w.string(34, m.nickname);
	if (m.avatarThumb) { const at = w.open(42); writeImage(w, m.avatarThumb); w.close(at); }
}

/** A task within a battle. Once a side completes it, its points are multiplied. Source: the site's published schema of
 * April 2026. In a payload of July 2026 field 3 was a text. A public project saw that it is field 2 as JSON with the same
 * names (`{"config":{"period_config":{…`). */
export interface BattleTeamTaskMessage {
	commonCreateTime: number;
	teamTask: TeamTask | undefined;
	teamTaskJson: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleTeamTaskMessage, or holds more nested messages than `budget` allows. */
export function decodeBattleTeamTaskMessage(bytes: Uint8Array | Reader, budget?: Budget): BattleTeamTaskMessage {
	const r = readerOf(bytes, budget);
	return readBattleTeamTaskMessage(r, r.end, undefined);
}

export function readBattleTeamTaskMessage(r: Reader, end: number, into: BattleTeamTaskMessage | undefined): BattleTeamTaskMessage {
	const m = into ?? { commonCreateTime: 0, teamTask: undefined, teamTaskJson: "" } satisfies BattleTeamTaskMessage as BattleTeamTaskMessage;
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
				m.teamTask = readTeamTask(r, r.open(pos, end), m.teamTask);
				break;
			case 26:
				m.teamTaskJson = r.string(pos, end);
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

/** What {@link encodeBattleTeamTaskMessage} takes: every field may be left out. */
export interface BattleTeamTaskMessageInit {
	common?: CommonInit | undefined;
	teamTask?: TeamTaskInit | undefined;
	teamTaskJson?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleTeamTaskMessage(value: BattleTeamTaskMessageInit): Uint8Array {
	const w = new Writer();
	writeBattleTeamTaskMessage(w, value);
	return w.finish();
}

export function writeBattleTeamTaskMessage(w: Writer, m: BattleTeamTaskMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	if (m.teamTask) { const at = w.open(18); writeTeamTask(w, m.teamTask); w.close(at); }
	w.string(26, m.teamTaskJson);
}

export interface TeamTask {
	config: TeamTaskConfig | undefined;
	/** A map keyed by the anchor's id. */
	info: TeamTaskEntry[];
	battleId: string;
}

/** Throws {@link WireError} when `bytes` is not a TeamTask, or holds more nested messages than `budget` allows. */
export function decodeTeamTask(bytes: Uint8Array | Reader, budget?: Budget): TeamTask {
	const r = readerOf(bytes, budget);
	return readTeamTask(r, r.end, undefined);
}

export function readTeamTask(r: Reader, end: number, into: TeamTask | undefined): TeamTask {
	const m = into ?? { config: undefined, info: [], battleId: "" } satisfies TeamTask as TeamTask;
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
				m.config = readTeamTaskConfig(r, r.open(pos, end), m.config);
				break;
			case 18:
				r.item(m.info.length);
				m.info.push(readTeamTaskEntry(r, r.open(pos, end), undefined));
				break;
			case 26:
				m.battleId = r.string(pos, end);
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

/** What {@link encodeTeamTask} takes: every field may be left out. */
export interface TeamTaskInit {
	config?: TeamTaskConfigInit | undefined;
	info?: readonly TeamTaskEntryInit[] | undefined;
	battleId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTeamTask(value: TeamTaskInit): Uint8Array {
	const w = new Writer();
	writeTeamTask(w, value);
	return w.finish();
}

export function writeTeamTask(w: Writer, m: TeamTaskInit): void {
	if (m.config) { const at = w.open(10); writeTeamTaskConfig(w, m.config); w.close(at); }
	for (const item of m.info ?? []) { const at = w.open(18); writeTeamTaskEntry(w, item); w.close(at); }
	w.string(26, m.battleId);
}

export interface TeamTaskConfig {
	rewardBuffMultiple: number;
	taskType: number;
}

/** Throws {@link WireError} when `bytes` is not a TeamTaskConfig, or holds more nested messages than `budget` allows. */
export function decodeTeamTaskConfig(bytes: Uint8Array | Reader, budget?: Budget): TeamTaskConfig {
	const r = readerOf(bytes, budget);
	return readTeamTaskConfig(r, r.end, undefined);
}

export function readTeamTaskConfig(r: Reader, end: number, into: TeamTaskConfig | undefined): TeamTaskConfig {
	const m = into ?? { rewardBuffMultiple: 0, taskType: 0 } satisfies TeamTaskConfig as TeamTaskConfig;
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
				m.rewardBuffMultiple = r.uint64Number(pos);
				break;
			case 24:
				m.taskType = r.int32(pos);
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

/** What {@link encodeTeamTaskConfig} takes: every field may be left out. */
export interface TeamTaskConfigInit {
	rewardBuffMultiple?: number | undefined;
	taskType?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTeamTaskConfig(value: TeamTaskConfigInit): Uint8Array {
	const w = new Writer();
	writeTeamTaskConfig(w, value);
	return w.finish();
}

export function writeTeamTaskConfig(w: Writer, m: TeamTaskConfigInit): void {
	w.uint64Number(16, m.rewardBuffMultiple);
	w.int32(24, m.taskType);
}

export interface TeamTaskEntry {
	key: string;
	value: TeamTaskInfo | undefined;
}

/** Throws {@link WireError} when `bytes` is not a TeamTaskEntry, or holds more nested messages than `budget` allows. */
export function decodeTeamTaskEntry(bytes: Uint8Array | Reader, budget?: Budget): TeamTaskEntry {
	const r = readerOf(bytes, budget);
	return readTeamTaskEntry(r, r.end, undefined);
}

export function readTeamTaskEntry(r: Reader, end: number, into: TeamTaskEntry | undefined): TeamTaskEntry {
	const m = into ?? { key: "", value: undefined } satisfies TeamTaskEntry as TeamTaskEntry;
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
				m.key = r.string(pos, end);
				break;
			case 18:
				m.value = readTeamTaskInfo(r, r.open(pos, end), m.value);
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

/** What {@link encodeTeamTaskEntry} takes: every field may be left out. */
export interface TeamTaskEntryInit {
	key?: string | undefined;
	value?: TeamTaskInfoInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTeamTaskEntry(value: TeamTaskEntryInit): Uint8Array {
	const w = new Writer();
	writeTeamTaskEntry(w, value);
	return w.finish();
}

export function writeTeamTaskEntry(w: Writer, m: TeamTaskEntryInit): void {
	w.string(10, m.key);
	if (m.value) { const at = w.open(18); writeTeamTaskInfo(w, m.value); w.close(at); }
}

export interface TeamTaskInfo {
	targetUserCount: number;
	finishUserCount: number;
	result: number;
	rewardCurrentRewardBuffMultiple: number;
	valueText: string;
}

/** Throws {@link WireError} when `bytes` is not a TeamTaskInfo, or holds more nested messages than `budget` allows. */
export function decodeTeamTaskInfo(bytes: Uint8Array | Reader, budget?: Budget): TeamTaskInfo {
	const r = readerOf(bytes, budget);
	return readTeamTaskInfo(r, r.end, undefined);
}

export function readTeamTaskInfo(r: Reader, end: number, into: TeamTaskInfo | undefined): TeamTaskInfo {
	const m = into ?? { targetUserCount: 0, finishUserCount: 0, result: 0, rewardCurrentRewardBuffMultiple: 0, valueText: "" } satisfies TeamTaskInfo as TeamTaskInfo;
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
				m.targetUserCount = r.uint64Number(pos);
				break;
			case 16:
				m.finishUserCount = r.uint64Number(pos);
				break;
			case 24:
				m.result = r.int32(pos);
				break;
			case 34:
				m.rewardCurrentRewardBuffMultiple = readTeamTaskReward(r, r.open(pos, end), m.rewardCurrentRewardBuffMultiple);
				break;
			case 66:
				m.valueText = r.string(pos, end);
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

/** What {@link encodeTeamTaskInfo} takes: every field may be left out. */
export interface TeamTaskInfoInit {
	targetUserCount?: number | undefined;
	finishUserCount?: number | undefined;
	result?: number | undefined;
	reward?: TeamTaskRewardInit | undefined;
	valueText?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTeamTaskInfo(value: TeamTaskInfoInit): Uint8Array {
	const w = new Writer();
	writeTeamTaskInfo(w, value);
	return w.finish();
}

export function writeTeamTaskInfo(w: Writer, m: TeamTaskInfoInit): void {
	w.uint64Number(8, m.targetUserCount);
	w.uint64Number(16, m.finishUserCount);
	w.int32(24, m.result);
	if (m.reward) { const at = w.open(34); writeTeamTaskReward(w, m.reward); w.close(at); }
	w.string(66, m.valueText);
}

/** Throws {@link WireError} when `bytes` is not a TeamTaskReward, or holds more nested messages than `budget` allows. */
export function decodeTeamTaskReward(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readTeamTaskReward(r, r.end, 0);
}

export function readTeamTaskReward(r: Reader, end: number, into: number): number {
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

/** What {@link encodeTeamTaskReward} takes: every field may be left out. */
export interface TeamTaskRewardInit {
	currentRewardBuffMultiple?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeTeamTaskReward(value: TeamTaskRewardInit): Uint8Array {
	const w = new Writer();
	writeTeamTaskReward(w, value);
	return w.finish();
}

export function writeTeamTaskReward(w: Writer, m: TeamTaskRewardInit): void {
	w.uint64Number(32, m.currentRewardBuffMultiple);
}

/** Effects shown over a battle. Source: the site's published schema of April 2026; a public project saw sizes of 2 to 45
 * KB. */
export interface BattleEffectContainerMessage {
	commonCreateTime: number;
	battleId: string;
	/** JSON. */
	battleEffectInfo: string;
}

/** Throws {@link WireError} when `bytes` is not a BattleEffectContainerMessage, or holds more nested messages than `budget` allows. */
export function decodeBattleEffectContainerMessage(bytes: Uint8Array | Reader, budget?: Budget): BattleEffectContainerMessage {
	const r = readerOf(bytes, budget);
	return readBattleEffectContainerMessage(r, r.end, undefined);
}

export function readBattleEffectContainerMessage(r: Reader, end: number, into: BattleEffectContainerMessage | undefined): BattleEffectContainerMessage {
	const m = into ?? { commonCreateTime: 0, battleId: "0", battleEffectInfo: "" } satisfies BattleEffectContainerMessage as BattleEffectContainerMessage;
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
			case 24:
				m.battleId = r.uint64String(pos);
				break;
			case 34:
				m.battleEffectInfo = r.string(pos, end);
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

/** What {@link encodeBattleEffectContainerMessage} takes: every field may be left out. */
export interface BattleEffectContainerMessageInit {
	common?: CommonInit | undefined;
	channelId?: string | undefined;
	battleId?: string | undefined;
	battleEffectInfo?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattleEffectContainerMessage(value: BattleEffectContainerMessageInit): Uint8Array {
	const w = new Writer();
	writeBattleEffectContainerMessage(w, value);
	return w.finish();
}

export function writeBattleEffectContainerMessage(w: Writer, m: BattleEffectContainerMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.channelId);
	w.uint64String(24, m.battleId);
	w.string(34, m.battleEffectInfo);
}

/** Users that landed a hit in a battle. Source: the site's published schema of April 2026, checked against a payload of July
 * 2026: field 5 is JSON with `info[].text` and `info[].users[].{id, nickname}`. */
export interface BattlePowerContainerMessage {
	commonCreateTime: number;
	battleId: string;
	/** Both are JSON. */
	reverseInfo: string;
	container: string;
}

/** Throws {@link WireError} when `bytes` is not a BattlePowerContainerMessage, or holds more nested messages than `budget` allows. */
export function decodeBattlePowerContainerMessage(bytes: Uint8Array | Reader, budget?: Budget): BattlePowerContainerMessage {
	const r = readerOf(bytes, budget);
	return readBattlePowerContainerMessage(r, r.end, undefined);
}

export function readBattlePowerContainerMessage(r: Reader, end: number, into: BattlePowerContainerMessage | undefined): BattlePowerContainerMessage {
	const m = into ?? { commonCreateTime: 0, battleId: "0", reverseInfo: "", container: "" } satisfies BattlePowerContainerMessage as BattlePowerContainerMessage;
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
			case 24:
				m.battleId = r.uint64String(pos);
				break;
			case 34:
				m.reverseInfo = r.string(pos, end);
				break;
			case 42:
				m.container = r.string(pos, end);
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

/** What {@link encodeBattlePowerContainerMessage} takes: every field may be left out. */
export interface BattlePowerContainerMessageInit {
	common?: CommonInit | undefined;
	channelId?: string | undefined;
	battleId?: string | undefined;
	reverseInfo?: string | undefined;
	container?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeBattlePowerContainerMessage(value: BattlePowerContainerMessageInit): Uint8Array {
	const w = new Writer();
	writeBattlePowerContainerMessage(w, value);
	return w.finish();
}

export function writeBattlePowerContainerMessage(w: Writer, m: BattlePowerContainerMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(16, m.channelId);
	w.uint64String(24, m.battleId);
	w.string(34, m.reverseInfo);
	w.string(42, m.container);
}

