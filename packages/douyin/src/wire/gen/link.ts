// Generated from livekeeper/webcast/v1/link.proto by `npm run generate`. Do not edit.
import { readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";
import { readCommon, readCommonWithText, readUser, type CommonInit, type CommonWithText, type CommonWithTextInit, type User, type UserInit, writeCommon, writeCommonWithText, writeUser } from "./common.ts";

/** Source: the site's published schema of April 2026, checked against a payload of July 2026 (`enter_content`). The schema
 * has about seventy contents; only those that list linked users are decoded. */
export interface LinkMessage {
	commonCreateTime: number;
	messageType: number;
	linkerId: string;
	enterContent: LinkEnter | undefined;
	leaveContent: LinkLeave | undefined;
	kickOutContent: LinkKickOut | undefined;
	linkedListChangeContent: LinkedUsers | undefined;
	updateUserContent: LinkUpdateUser | undefined;
	lockPositionContentLockedPositions: LinkPosition | undefined;
	audienceWaitingListChangeTotalWaitingCnt: number;
	sysKickOutContent: LinkSystemKickOut | undefined;
}

/** Throws {@link WireError} when `bytes` is not a LinkMessage, or holds more nested messages than `budget` allows. */
export function decodeLinkMessage(bytes: Uint8Array | Reader, budget?: Budget): LinkMessage {
	const r = readerOf(bytes, budget);
	return readLinkMessage(r, r.end, undefined);
}

export function readLinkMessage(r: Reader, end: number, into: LinkMessage | undefined): LinkMessage {
	const m = into ?? { commonCreateTime: 0, messageType: 0, linkerId: "0", enterContent: undefined, leaveContent: undefined, kickOutContent: undefined, linkedListChangeContent: undefined, updateUserContent: undefined, lockPositionContentLockedPositions: undefined, audienceWaitingListChangeTotalWaitingCnt: 0, sysKickOutContent: undefined } satisfies LinkMessage as LinkMessage;
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
				m.messageType = r.uint64Number(pos);
				break;
			case 24:
				m.linkerId = r.uint64String(pos);
				break;
			case 74:
				m.enterContent = readLinkEnter(r, r.open(pos, end), m.enterContent);
				break;
			case 82:
				m.leaveContent = readLinkLeave(r, r.open(pos, end), m.leaveContent);
				break;
			case 98:
				m.kickOutContent = readLinkKickOut(r, r.open(pos, end), m.kickOutContent);
				break;
			case 106:
				m.linkedListChangeContent = readLinkedUsers(r, r.open(pos, end), m.linkedListChangeContent);
				break;
			case 114:
				m.updateUserContent = readLinkUpdateUser(r, r.open(pos, end), m.updateUserContent);
				break;
			case 210:
				m.lockPositionContentLockedPositions = readLinkLockPosition(r, r.open(pos, end), m.lockPositionContentLockedPositions);
				break;
			case 546:
				m.audienceWaitingListChangeTotalWaitingCnt = readLinkWaiting(r, r.open(pos, end), m.audienceWaitingListChangeTotalWaitingCnt);
				break;
			case 810:
				m.sysKickOutContent = readLinkSystemKickOut(r, r.open(pos, end), m.sysKickOutContent);
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

/** What {@link encodeLinkMessage} takes: every field may be left out. */
export interface LinkMessageInit {
	common?: CommonInit | undefined;
	messageType?: number | undefined;
	linkerId?: string | undefined;
	scene?: number | undefined;
	enterContent?: LinkEnterInit | undefined;
	leaveContent?: LinkLeaveInit | undefined;
	kickOutContent?: LinkKickOutInit | undefined;
	linkedListChangeContent?: LinkedUsersInit | undefined;
	updateUserContent?: LinkUpdateUserInit | undefined;
	lockPositionContent?: LinkLockPositionInit | undefined;
	audienceWaitingListChange?: LinkWaitingInit | undefined;
	sysKickOutContent?: LinkSystemKickOutInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkMessage(value: LinkMessageInit): Uint8Array {
	const w = new Writer();
	writeLinkMessage(w, value);
	return w.finish();
}

export function writeLinkMessage(w: Writer, m: LinkMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64Number(16, m.messageType);
	w.uint64String(24, m.linkerId);
	w.uint64Number(32, m.scene);
	if (m.enterContent) { const at = w.open(74); writeLinkEnter(w, m.enterContent); w.close(at); }
	if (m.leaveContent) { const at = w.open(82); writeLinkLeave(w, m.leaveContent); w.close(at); }
	if (m.kickOutContent) { const at = w.open(98); writeLinkKickOut(w, m.kickOutContent); w.close(at); }
	if (m.linkedListChangeContent) { const at = w.open(106); writeLinkedUsers(w, m.linkedListChangeContent); w.close(at); }
	if (m.updateUserContent) { const at = w.open(114); writeLinkUpdateUser(w, m.updateUserContent); w.close(at); }
	if (m.lockPositionContent) { const at = w.open(210); writeLinkLockPosition(w, m.lockPositionContent); w.close(at); }
	if (m.audienceWaitingListChange) { const at = w.open(546); writeLinkWaiting(w, m.audienceWaitingListChange); w.close(at); }
	if (m.sysKickOutContent) { const at = w.open(810); writeLinkSystemKickOut(w, m.sysKickOutContent); w.close(at); }
}

export interface LinkedUsers {
	linkedUsers: LinkedUser[];
}

/** Throws {@link WireError} when `bytes` is not a LinkedUsers, or holds more nested messages than `budget` allows. */
export function decodeLinkedUsers(bytes: Uint8Array | Reader, budget?: Budget): LinkedUsers {
	const r = readerOf(bytes, budget);
	return readLinkedUsers(r, r.end, undefined);
}

export function readLinkedUsers(r: Reader, end: number, into: LinkedUsers | undefined): LinkedUsers {
	const m = into ?? { linkedUsers: [] } satisfies LinkedUsers as LinkedUsers;
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
				r.item(m.linkedUsers.length);
				m.linkedUsers.push(readLinkedUser(r, r.open(pos, end), undefined));
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

/** What {@link encodeLinkedUsers} takes: every field may be left out. */
export interface LinkedUsersInit {
	linkedUsers?: readonly LinkedUserInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkedUsers(value: LinkedUsersInit): Uint8Array {
	const w = new Writer();
	writeLinkedUsers(w, value);
	return w.finish();
}

export function writeLinkedUsers(w: Writer, m: LinkedUsersInit): void {
	for (const item of m.linkedUsers ?? []) { const at = w.open(10); writeLinkedUser(w, item); w.close(at); }
}

export interface LinkEnter {
	linkedUsers: LinkedUser[];
	userId: string;
}

/** Throws {@link WireError} when `bytes` is not a LinkEnter, or holds more nested messages than `budget` allows. */
export function decodeLinkEnter(bytes: Uint8Array | Reader, budget?: Budget): LinkEnter {
	const r = readerOf(bytes, budget);
	return readLinkEnter(r, r.end, undefined);
}

export function readLinkEnter(r: Reader, end: number, into: LinkEnter | undefined): LinkEnter {
	const m = into ?? { linkedUsers: [], userId: "0" } satisfies LinkEnter as LinkEnter;
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
				r.item(m.linkedUsers.length);
				m.linkedUsers.push(readLinkedUser(r, r.open(pos, end), undefined));
				break;
			case 16:
				m.userId = r.uint64String(pos);
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

/** What {@link encodeLinkEnter} takes: every field may be left out. */
export interface LinkEnterInit {
	linkedUsers?: readonly LinkedUserInit[] | undefined;
	userId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkEnter(value: LinkEnterInit): Uint8Array {
	const w = new Writer();
	writeLinkEnter(w, value);
	return w.finish();
}

export function writeLinkEnter(w: Writer, m: LinkEnterInit): void {
	for (const item of m.linkedUsers ?? []) { const at = w.open(10); writeLinkedUser(w, item); w.close(at); }
	w.uint64String(16, m.userId);
}

export interface LinkLeave {
	userId: string;
	linkedUsers: LinkedUser[];
}

/** Throws {@link WireError} when `bytes` is not a LinkLeave, or holds more nested messages than `budget` allows. */
export function decodeLinkLeave(bytes: Uint8Array | Reader, budget?: Budget): LinkLeave {
	const r = readerOf(bytes, budget);
	return readLinkLeave(r, r.end, undefined);
}

export function readLinkLeave(r: Reader, end: number, into: LinkLeave | undefined): LinkLeave {
	const m = into ?? { userId: "0", linkedUsers: [] } satisfies LinkLeave as LinkLeave;
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
				r.item(m.linkedUsers.length);
				m.linkedUsers.push(readLinkedUser(r, r.open(pos, end), undefined));
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

/** What {@link encodeLinkLeave} takes: every field may be left out. */
export interface LinkLeaveInit {
	userId?: string | undefined;
	linkedUsers?: readonly LinkedUserInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkLeave(value: LinkLeaveInit): Uint8Array {
	const w = new Writer();
	writeLinkLeave(w, value);
	return w.finish();
}

export function writeLinkLeave(w: Writer, m: LinkLeaveInit): void {
	w.uint64String(8, m.userId);
	for (const item of m.linkedUsers ?? []) { const at = w.open(18); writeLinkedUser(w, item); w.close(at); }
}

export interface LinkKickOut {
	fromUserId: string;
	kickOutSource: number;
}

/** Throws {@link WireError} when `bytes` is not a LinkKickOut, or holds more nested messages than `budget` allows. */
export function decodeLinkKickOut(bytes: Uint8Array | Reader, budget?: Budget): LinkKickOut {
	const r = readerOf(bytes, budget);
	return readLinkKickOut(r, r.end, undefined);
}

export function readLinkKickOut(r: Reader, end: number, into: LinkKickOut | undefined): LinkKickOut {
	const m = into ?? { fromUserId: "0", kickOutSource: 0 } satisfies LinkKickOut as LinkKickOut;
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
				m.fromUserId = r.uint64String(pos);
				break;
			case 40:
				m.kickOutSource = r.int32(pos);
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

/** What {@link encodeLinkKickOut} takes: every field may be left out. */
export interface LinkKickOutInit {
	fromUserId?: string | undefined;
	kickOutSource?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkKickOut(value: LinkKickOutInit): Uint8Array {
	const w = new Writer();
	writeLinkKickOut(w, value);
	return w.finish();
}

export function writeLinkKickOut(w: Writer, m: LinkKickOutInit): void {
	w.uint64String(8, m.fromUserId);
	w.int32(40, m.kickOutSource);
}

export interface LinkSystemKickOut {
	userId: string;
	kickOutSource: number;
}

/** Throws {@link WireError} when `bytes` is not a LinkSystemKickOut, or holds more nested messages than `budget` allows. */
export function decodeLinkSystemKickOut(bytes: Uint8Array | Reader, budget?: Budget): LinkSystemKickOut {
	const r = readerOf(bytes, budget);
	return readLinkSystemKickOut(r, r.end, undefined);
}

export function readLinkSystemKickOut(r: Reader, end: number, into: LinkSystemKickOut | undefined): LinkSystemKickOut {
	const m = into ?? { userId: "0", kickOutSource: 0 } satisfies LinkSystemKickOut as LinkSystemKickOut;
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
			case 32:
				m.kickOutSource = r.int32(pos);
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

/** What {@link encodeLinkSystemKickOut} takes: every field may be left out. */
export interface LinkSystemKickOutInit {
	userId?: string | undefined;
	kickOutSource?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkSystemKickOut(value: LinkSystemKickOutInit): Uint8Array {
	const w = new Writer();
	writeLinkSystemKickOut(w, value);
	return w.finish();
}

export function writeLinkSystemKickOut(w: Writer, m: LinkSystemKickOutInit): void {
	w.uint64String(8, m.userId);
	w.int32(32, m.kickOutSource);
}

export interface LinkUpdateUser {
	fromUserId: string;
	toUserId: string;
	linkedUsers: LinkedUser[];
}

/** Throws {@link WireError} when `bytes` is not a LinkUpdateUser, or holds more nested messages than `budget` allows. */
export function decodeLinkUpdateUser(bytes: Uint8Array | Reader, budget?: Budget): LinkUpdateUser {
	const r = readerOf(bytes, budget);
	return readLinkUpdateUser(r, r.end, undefined);
}

export function readLinkUpdateUser(r: Reader, end: number, into: LinkUpdateUser | undefined): LinkUpdateUser {
	const m = into ?? { fromUserId: "0", toUserId: "0", linkedUsers: [] } satisfies LinkUpdateUser as LinkUpdateUser;
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
				m.fromUserId = r.uint64String(pos);
				break;
			case 16:
				m.toUserId = r.uint64String(pos);
				break;
			case 34:
				r.item(m.linkedUsers.length);
				m.linkedUsers.push(readLinkedUser(r, r.open(pos, end), undefined));
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

/** What {@link encodeLinkUpdateUser} takes: every field may be left out. */
export interface LinkUpdateUserInit {
	fromUserId?: string | undefined;
	toUserId?: string | undefined;
	linkedUsers?: readonly LinkedUserInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkUpdateUser(value: LinkUpdateUserInit): Uint8Array {
	const w = new Writer();
	writeLinkUpdateUser(w, value);
	return w.finish();
}

export function writeLinkUpdateUser(w: Writer, m: LinkUpdateUserInit): void {
	w.uint64String(8, m.fromUserId);
	w.uint64String(16, m.toUserId);
	for (const item of m.linkedUsers ?? []) { const at = w.open(34); writeLinkedUser(w, item); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a LinkLockPosition, or holds more nested messages than `budget` allows. */
export function decodeLinkLockPosition(bytes: Uint8Array | Reader, budget?: Budget): LinkPosition | undefined {
	const r = readerOf(bytes, budget);
	return readLinkLockPosition(r, r.end, undefined);
}

export function readLinkLockPosition(r: Reader, end: number, into: LinkPosition | undefined): LinkPosition | undefined {
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
				value = readLinkPosition(r, r.open(pos, end), value);
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

/** What {@link encodeLinkLockPosition} takes: every field may be left out. */
export interface LinkLockPositionInit {
	lockedPositions?: LinkPositionInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkLockPosition(value: LinkLockPositionInit): Uint8Array {
	const w = new Writer();
	writeLinkLockPosition(w, value);
	return w.finish();
}

export function writeLinkLockPosition(w: Writer, m: LinkLockPositionInit): void {
	if (m.lockedPositions) { const at = w.open(10); writeLinkPosition(w, m.lockedPositions); w.close(at); }
}

export interface LinkPosition {
	position: number;
	status: number;
}

/** Throws {@link WireError} when `bytes` is not a LinkPosition, or holds more nested messages than `budget` allows. */
export function decodeLinkPosition(bytes: Uint8Array | Reader, budget?: Budget): LinkPosition {
	const r = readerOf(bytes, budget);
	return readLinkPosition(r, r.end, undefined);
}

export function readLinkPosition(r: Reader, end: number, into: LinkPosition | undefined): LinkPosition {
	const m = into ?? { position: 0, status: 0 } satisfies LinkPosition as LinkPosition;
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
				m.position = r.uint64Number(pos);
				break;
			case 16:
				m.status = r.int32(pos);
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

/** What {@link encodeLinkPosition} takes: every field may be left out. */
export interface LinkPositionInit {
	position?: number | undefined;
	status?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkPosition(value: LinkPositionInit): Uint8Array {
	const w = new Writer();
	writeLinkPosition(w, value);
	return w.finish();
}

export function writeLinkPosition(w: Writer, m: LinkPositionInit): void {
	w.uint64Number(8, m.position);
	w.int32(16, m.status);
}

/** Throws {@link WireError} when `bytes` is not a LinkWaiting, or holds more nested messages than `budget` allows. */
export function decodeLinkWaiting(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readLinkWaiting(r, r.end, 0);
}

export function readLinkWaiting(r: Reader, end: number, into: number): number {
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

/** What {@link encodeLinkWaiting} takes: every field may be left out. */
export interface LinkWaitingInit {
	totalWaitingCnt?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkWaiting(value: LinkWaitingInit): Uint8Array {
	const w = new Writer();
	writeLinkWaiting(w, value);
	return w.finish();
}

export function writeLinkWaiting(w: Writer, m: LinkWaitingInit): void {
	w.uint64Number(8, m.totalWaitingCnt);
}

export interface LinkedUser {
	user: User | undefined;
	/** 1 video, 2 voice, according to a public project. */
	linkType: number;
	userPosition: number;
	/** 1 muted, according to a public project. */
	silenceStatus: number;
	contentLinkmicContentHostName: string;
}

/** Throws {@link WireError} when `bytes` is not a LinkedUser, or holds more nested messages than `budget` allows. */
export function decodeLinkedUser(bytes: Uint8Array | Reader, budget?: Budget): LinkedUser {
	const r = readerOf(bytes, budget);
	return readLinkedUser(r, r.end, undefined);
}

export function readLinkedUser(r: Reader, end: number, into: LinkedUser | undefined): LinkedUser {
	const m = into ?? { user: undefined, linkType: 0, userPosition: 0, silenceStatus: 0, contentLinkmicContentHostName: "" } satisfies LinkedUser as LinkedUser;
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
			case 40:
				m.linkType = r.int32(pos);
				break;
			case 48:
				m.userPosition = r.int32(pos);
				break;
			case 56:
				m.silenceStatus = r.int32(pos);
				break;
			case 90:
				m.contentLinkmicContentHostName = readLinkedUserContent(r, r.open(pos, end), m.contentLinkmicContentHostName);
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

/** What {@link encodeLinkedUser} takes: every field may be left out. */
export interface LinkedUserInit {
	user?: UserInit | undefined;
	linkType?: number | undefined;
	userPosition?: number | undefined;
	silenceStatus?: number | undefined;
	content?: LinkedUserContentInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkedUser(value: LinkedUserInit): Uint8Array {
	const w = new Writer();
	writeLinkedUser(w, value);
	return w.finish();
}

export function writeLinkedUser(w: Writer, m: LinkedUserInit): void {
	if (m.user) { const at = w.open(10); writeUser(w, m.user); w.close(at); }
	w.int32(40, m.linkType);
	w.int32(48, m.userPosition);
	w.int32(56, m.silenceStatus);
	if (m.content) { const at = w.open(90); writeLinkedUserContent(w, m.content); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a LinkedUserContent, or holds more nested messages than `budget` allows. */
export function decodeLinkedUserContent(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readLinkedUserContent(r, r.end, "");
}

export function readLinkedUserContent(r: Reader, end: number, into: string): string {
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
				value = readLinkedUserTitle(r, r.open(pos, end), value);
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

/** What {@link encodeLinkedUserContent} takes: every field may be left out. */
export interface LinkedUserContentInit {
	linkmicContent?: LinkedUserTitleInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkedUserContent(value: LinkedUserContentInit): Uint8Array {
	const w = new Writer();
	writeLinkedUserContent(w, value);
	return w.finish();
}

export function writeLinkedUserContent(w: Writer, m: LinkedUserContentInit): void {
	if (m.linkmicContent) { const at = w.open(18); writeLinkedUserTitle(w, m.linkmicContent); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a LinkedUserTitle, or holds more nested messages than `budget` allows. */
export function decodeLinkedUserTitle(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readLinkedUserTitle(r, r.end, "");
}

export function readLinkedUserTitle(r: Reader, end: number, into: string): string {
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
			case 74:
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

/** What {@link encodeLinkedUserTitle} takes: every field may be left out. */
export interface LinkedUserTitleInit {
	hostName?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkedUserTitle(value: LinkedUserTitleInit): Uint8Array {
	const w = new Writer();
	writeLinkedUserTitle(w, value);
	return w.finish();
}

export function writeLinkedUserTitle(w: Writer, m: LinkedUserTitleInit): void {
	w.string(74, m.hostName);
}

/** The complete seats, under the key `RoomLinkMicSyncData` of a RoomDataSyncMessage. */
export interface RoomLinkMicSyncData {
	linkedUsers: LinkedUser[];
}

/** Throws {@link WireError} when `bytes` is not a RoomLinkMicSyncData, or holds more nested messages than `budget` allows. */
export function decodeRoomLinkMicSyncData(bytes: Uint8Array | Reader, budget?: Budget): RoomLinkMicSyncData {
	const r = readerOf(bytes, budget);
	return readRoomLinkMicSyncData(r, r.end, undefined);
}

export function readRoomLinkMicSyncData(r: Reader, end: number, into: RoomLinkMicSyncData | undefined): RoomLinkMicSyncData {
	const m = into ?? { linkedUsers: [] } satisfies RoomLinkMicSyncData as RoomLinkMicSyncData;
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
				r.item(m.linkedUsers.length);
				m.linkedUsers.push(readLinkedUser(r, r.open(pos, end), undefined));
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

/** What {@link encodeRoomLinkMicSyncData} takes: every field may be left out. */
export interface RoomLinkMicSyncDataInit {
	linkedUsers?: readonly LinkedUserInit[] | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeRoomLinkMicSyncData(value: RoomLinkMicSyncDataInit): Uint8Array {
	const w = new Writer();
	writeRoomLinkMicSyncData(w, value);
	return w.finish();
}

export function writeRoomLinkMicSyncData(w: Writer, m: RoomLinkMicSyncDataInit): void {
	for (const item of m.linkedUsers ?? []) { const at = w.open(10); writeLinkedUser(w, item); w.close(at); }
}

/** One anchor has muted another. Source: the site's published schema of April 2026, checked against a payload of July
 * 2026; the meaning of the action is according to a public project. */
export interface AnchorLinkmicSilenceMessage {
	commonCreateTime: number;
	/** 1 muted, 2 unmuted. */
	silenceAction: number;
	fromUserId: string;
	toUserId: string;
}

/** Throws {@link WireError} when `bytes` is not a AnchorLinkmicSilenceMessage, or holds more nested messages than `budget` allows. */
export function decodeAnchorLinkmicSilenceMessage(bytes: Uint8Array | Reader, budget?: Budget): AnchorLinkmicSilenceMessage {
	const r = readerOf(bytes, budget);
	return readAnchorLinkmicSilenceMessage(r, r.end, undefined);
}

export function readAnchorLinkmicSilenceMessage(r: Reader, end: number, into: AnchorLinkmicSilenceMessage | undefined): AnchorLinkmicSilenceMessage {
	const m = into ?? { commonCreateTime: 0, silenceAction: 0, fromUserId: "", toUserId: "" } satisfies AnchorLinkmicSilenceMessage as AnchorLinkmicSilenceMessage;
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
				m.silenceAction = r.int32(pos);
				break;
			case 26:
				m.fromUserId = r.string(pos, end);
				break;
			case 34:
				m.toUserId = r.string(pos, end);
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

/** What {@link encodeAnchorLinkmicSilenceMessage} takes: every field may be left out. */
export interface AnchorLinkmicSilenceMessageInit {
	common?: CommonInit | undefined;
	silenceAction?: number | undefined;
	fromUserId?: string | undefined;
	toUserId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeAnchorLinkmicSilenceMessage(value: AnchorLinkmicSilenceMessageInit): Uint8Array {
	const w = new Writer();
	writeAnchorLinkmicSilenceMessage(w, value);
	return w.finish();
}

export function writeAnchorLinkmicSilenceMessage(w: Writer, m: AnchorLinkmicSilenceMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.int32(16, m.silenceAction);
	w.string(26, m.fromUserId);
	w.string(34, m.toUserId);
}

/** Whether guests may stay on their seats. Source: the site's published schema of April 2026, checked against a payload of
 * July 2026. */
export interface ResidentGuestMessage {
	common: CommonWithText | undefined;
	msgType: number;
	guestAllowContentAllow: boolean;
	linkmicRoomAllowContentAllow: boolean;
}

/** Throws {@link WireError} when `bytes` is not a ResidentGuestMessage, or holds more nested messages than `budget` allows. */
export function decodeResidentGuestMessage(bytes: Uint8Array | Reader, budget?: Budget): ResidentGuestMessage {
	const r = readerOf(bytes, budget);
	return readResidentGuestMessage(r, r.end, undefined);
}

export function readResidentGuestMessage(r: Reader, end: number, into: ResidentGuestMessage | undefined): ResidentGuestMessage {
	const m = into ?? { common: undefined, msgType: 0, guestAllowContentAllow: false, linkmicRoomAllowContentAllow: false } satisfies ResidentGuestMessage as ResidentGuestMessage;
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
			case 16:
				m.msgType = r.int32(pos);
				break;
			case 802:
				m.guestAllowContentAllow = readGuestPermission(r, r.open(pos, end), m.guestAllowContentAllow);
				break;
			case 810:
				m.linkmicRoomAllowContentAllow = readGuestPermission(r, r.open(pos, end), m.linkmicRoomAllowContentAllow);
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

/** What {@link encodeResidentGuestMessage} takes: every field may be left out. */
export interface ResidentGuestMessageInit {
	common?: CommonWithTextInit | undefined;
	msgType?: number | undefined;
	guestAllowContent?: GuestPermissionInit | undefined;
	linkmicRoomAllowContent?: GuestPermissionInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeResidentGuestMessage(value: ResidentGuestMessageInit): Uint8Array {
	const w = new Writer();
	writeResidentGuestMessage(w, value);
	return w.finish();
}

export function writeResidentGuestMessage(w: Writer, m: ResidentGuestMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommonWithText(w, m.common); w.close(at); }
	w.int32(16, m.msgType);
	if (m.guestAllowContent) { const at = w.open(802); writeGuestPermission(w, m.guestAllowContent); w.close(at); }
	if (m.linkmicRoomAllowContent) { const at = w.open(810); writeGuestPermission(w, m.linkmicRoomAllowContent); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a GuestPermission, or holds more nested messages than `budget` allows. */
export function decodeGuestPermission(bytes: Uint8Array | Reader, budget?: Budget): boolean {
	const r = readerOf(bytes, budget);
	return readGuestPermission(r, r.end, false);
}

export function readGuestPermission(r: Reader, end: number, into: boolean): boolean {
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
				value = r.bool(pos);
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

/** What {@link encodeGuestPermission} takes: every field may be left out. */
export interface GuestPermissionInit {
	allow?: boolean | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeGuestPermission(value: GuestPermissionInit): Uint8Array {
	const w = new Writer();
	writeGuestPermission(w, value);
	return w.finish();
}

export function writeGuestPermission(w: Writer, m: GuestPermissionInit): void {
	w.bool(8, m.allow);
}

/** Scores of linked users. Source: the site's published schema of April 2026, checked against a payload of July 2026. */
export interface ProfitInteractionScoreMessage {
	commonCreateTime: number;
	/** A map keyed by the anchor's id. */
	anchorInfos: InteractionScoreEntry[];
	channelId: string;
}

/** Throws {@link WireError} when `bytes` is not a ProfitInteractionScoreMessage, or holds more nested messages than `budget` allows. */
export function decodeProfitInteractionScoreMessage(bytes: Uint8Array | Reader, budget?: Budget): ProfitInteractionScoreMessage {
	const r = readerOf(bytes, budget);
	return readProfitInteractionScoreMessage(r, r.end, undefined);
}

export function readProfitInteractionScoreMessage(r: Reader, end: number, into: ProfitInteractionScoreMessage | undefined): ProfitInteractionScoreMessage {
	const m = into ?? { commonCreateTime: 0, anchorInfos: [], channelId: "0" } satisfies ProfitInteractionScoreMessage as ProfitInteractionScoreMessage;
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
				r.item(m.anchorInfos.length);
				m.anchorInfos.push(readInteractionScoreEntry(r, r.open(pos, end), undefined));
				break;
			case 32:
				m.channelId = r.uint64String(pos);
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

/** What {@link encodeProfitInteractionScoreMessage} takes: every field may be left out. */
export interface ProfitInteractionScoreMessageInit {
	common?: CommonInit | undefined;
	anchorInfos?: readonly InteractionScoreEntryInit[] | undefined;
	channelId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeProfitInteractionScoreMessage(value: ProfitInteractionScoreMessageInit): Uint8Array {
	const w = new Writer();
	writeProfitInteractionScoreMessage(w, value);
	return w.finish();
}

export function writeProfitInteractionScoreMessage(w: Writer, m: ProfitInteractionScoreMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	for (const item of m.anchorInfos ?? []) { const at = w.open(18); writeInteractionScoreEntry(w, item); w.close(at); }
	w.uint64String(32, m.channelId);
}

export interface InteractionScoreEntry {
	key: string;
	valueScore: string;
}

/** Throws {@link WireError} when `bytes` is not a InteractionScoreEntry, or holds more nested messages than `budget` allows. */
export function decodeInteractionScoreEntry(bytes: Uint8Array | Reader, budget?: Budget): InteractionScoreEntry {
	const r = readerOf(bytes, budget);
	return readInteractionScoreEntry(r, r.end, undefined);
}

export function readInteractionScoreEntry(r: Reader, end: number, into: InteractionScoreEntry | undefined): InteractionScoreEntry {
	const m = into ?? { key: "0", valueScore: "" } satisfies InteractionScoreEntry as InteractionScoreEntry;
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
				m.valueScore = readInteractionScore(r, r.open(pos, end), m.valueScore);
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

/** What {@link encodeInteractionScoreEntry} takes: every field may be left out. */
export interface InteractionScoreEntryInit {
	key?: string | undefined;
	value?: InteractionScoreInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeInteractionScoreEntry(value: InteractionScoreEntryInit): Uint8Array {
	const w = new Writer();
	writeInteractionScoreEntry(w, value);
	return w.finish();
}

export function writeInteractionScoreEntry(w: Writer, m: InteractionScoreEntryInit): void {
	w.uint64String(8, m.key);
	if (m.value) { const at = w.open(18); writeInteractionScore(w, m.value); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a InteractionScore, or holds more nested messages than `budget` allows. */
export function decodeInteractionScore(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readInteractionScore(r, r.end, "");
}

export function readInteractionScore(r: Reader, end: number, into: string): string {
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

/** What {@link encodeInteractionScore} takes: every field may be left out. */
export interface InteractionScoreInit {
	score?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeInteractionScore(value: InteractionScoreInit): Uint8Array {
	const w = new Writer();
	writeInteractionScore(w, value);
	return w.finish();
}

export function writeInteractionScore(w: Writer, m: InteractionScoreInit): void {
	w.string(10, m.score);
}

/** Points that a viewer added to a linked user's score. Source: the site's published schema of April 2026, checked against
 * a payload of July 2026. No source says whether `hot_score` is the increment or the total; its deduplication id
 * (`idempotent_id`) suggests the increment. */
export interface LinkmicPlayModeUpdateScoreMessage {
	commonCreateTime: number;
	toUserId: string;
	hotScore: number;
	fromUser: User | undefined;
	toUser: User | undefined;
}

/** Throws {@link WireError} when `bytes` is not a LinkmicPlayModeUpdateScoreMessage, or holds more nested messages than `budget` allows. */
export function decodeLinkmicPlayModeUpdateScoreMessage(bytes: Uint8Array | Reader, budget?: Budget): LinkmicPlayModeUpdateScoreMessage {
	const r = readerOf(bytes, budget);
	return readLinkmicPlayModeUpdateScoreMessage(r, r.end, undefined);
}

export function readLinkmicPlayModeUpdateScoreMessage(r: Reader, end: number, into: LinkmicPlayModeUpdateScoreMessage | undefined): LinkmicPlayModeUpdateScoreMessage {
	const m = into ?? { commonCreateTime: 0, toUserId: "0", hotScore: 0, fromUser: undefined, toUser: undefined } satisfies LinkmicPlayModeUpdateScoreMessage as LinkmicPlayModeUpdateScoreMessage;
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
			case 56:
				m.toUserId = r.uint64String(pos);
				break;
			case 72:
				m.hotScore = r.uint64Number(pos);
				break;
			case 122:
				m.fromUser = readUser(r, r.open(pos, end), m.fromUser);
				break;
			case 130:
				m.toUser = readUser(r, r.open(pos, end), m.toUser);
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

/** What {@link encodeLinkmicPlayModeUpdateScoreMessage} takes: every field may be left out. */
export interface LinkmicPlayModeUpdateScoreMessageInit {
	common?: CommonInit | undefined;
	toUserId?: string | undefined;
	hotScore?: number | undefined;
	idempotentId?: string | undefined;
	fromUser?: UserInit | undefined;
	toUser?: UserInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeLinkmicPlayModeUpdateScoreMessage(value: LinkmicPlayModeUpdateScoreMessageInit): Uint8Array {
	const w = new Writer();
	writeLinkmicPlayModeUpdateScoreMessage(w, value);
	return w.finish();
}

export function writeLinkmicPlayModeUpdateScoreMessage(w: Writer, m: LinkmicPlayModeUpdateScoreMessageInit): void {
	if (m.common) { const at = w.open(10); writeCommon(w, m.common); w.close(at); }
	w.uint64String(56, m.toUserId);
	w.uint64Number(72, m.hotScore);
	w.string(82, m.idempotentId);
	if (m.fromUser) { const at = w.open(122); writeUser(w, m.fromUser); w.close(at); }
	if (m.toUser) { const at = w.open(130); writeUser(w, m.toUser); w.close(at); }
}

