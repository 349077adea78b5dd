// Generated from livekeeper/webcast/v1/frame.proto by `npm run generate`. Do not edit.
import { EMPTY, NOTHING, readerOf, type Budget, type Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";

export interface PushFrame {
	logId: string;
	headers: PushHeader[];
	/** One of msg, hb, ack, close. */
	payloadType: string;
	payload: Uint8Array;
}

/** Throws {@link WireError} when `bytes` is not a PushFrame, or holds more nested messages than `budget` allows. */
export function decodePushFrame(bytes: Uint8Array | Reader, budget?: Budget): PushFrame {
	const r = readerOf(bytes, budget);
	return readPushFrame(r, r.end, undefined);
}

export function readPushFrame(r: Reader, end: number, into: PushFrame | undefined): PushFrame {
	const m = into ?? { logId: "0", headers: [], payloadType: "", payload: EMPTY } satisfies PushFrame as PushFrame;
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
				m.logId = r.uint64String(pos);
				break;
			case 42:
				r.item(m.headers.length);
				m.headers.push(readPushHeader(r, r.open(pos, end), undefined));
				break;
			case 58:
				m.payloadType = r.recurring(pos, end);
				break;
			case 66:
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

/** What {@link encodePushFrame} takes: every field may be left out. */
export interface PushFrameInit {
	seqId?: string | undefined;
	logId?: string | undefined;
	service?: number | undefined;
	method?: number | undefined;
	headers?: readonly PushHeaderInit[] | undefined;
	payloadEncoding?: string | undefined;
	payloadType?: string | undefined;
	payload?: Uint8Array | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePushFrame(value: PushFrameInit): Uint8Array {
	const w = new Writer();
	writePushFrame(w, value);
	return w.finish();
}

export function writePushFrame(w: Writer, m: PushFrameInit): void {
	w.uint64String(8, m.seqId);
	w.uint64String(16, m.logId);
	w.int32(24, m.service);
	w.int32(32, m.method);
	for (const item of m.headers ?? []) { const at = w.open(42); writePushHeader(w, item); w.close(at); }
	w.string(50, m.payloadEncoding);
	w.string(58, m.payloadType);
	w.bytes(66, m.payload);
}

export interface PushHeader {
	key: string;
	value: string;
}

/** Throws {@link WireError} when `bytes` is not a PushHeader, or holds more nested messages than `budget` allows. */
export function decodePushHeader(bytes: Uint8Array | Reader, budget?: Budget): PushHeader {
	const r = readerOf(bytes, budget);
	return readPushHeader(r, r.end, undefined);
}

export function readPushHeader(r: Reader, end: number, into: PushHeader | undefined): PushHeader {
	const m = into ?? { key: "", value: "" } satisfies PushHeader as PushHeader;
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
				m.key = r.recurring(pos, end);
				break;
			case 18:
				m.value = r.string(pos, end);
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

/** What {@link encodePushHeader} takes: every field may be left out. */
export interface PushHeaderInit {
	key?: string | undefined;
	value?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodePushHeader(value: PushHeaderInit): Uint8Array {
	const w = new Writer();
	writePushHeader(w, value);
	return w.finish();
}

export function writePushHeader(w: Writer, m: PushHeaderInit): void {
	w.string(10, m.key);
	w.string(18, m.value);
}

export interface Response {
	messages: Message[];
	cursor: string;
	fetchInterval: number;
	now: number;
	internalExt: string;
	routeParams: Map<string, string>;
	heartbeatDuration: number;
	needAck: boolean;
	pushServer: string;
	proxyServer: string;
	pushServerV2: string;
}

/** Throws {@link WireError} when `bytes` is not a Response, or holds more nested messages than `budget` allows. */
export function decodeResponse(bytes: Uint8Array | Reader, budget?: Budget): Response {
	const r = readerOf(bytes, budget);
	return readResponse(r, r.end, undefined);
}

export function readResponse(r: Reader, end: number, into: Response | undefined): Response {
	const m = into ?? { messages: [], cursor: "", fetchInterval: 0, now: 0, internalExt: "", routeParams: new Map(), heartbeatDuration: 0, needAck: false, pushServer: "", proxyServer: "", pushServerV2: "" } satisfies Response as Response;
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
				r.item(m.messages.length);
				m.messages.push(readMessage(r, r.open(pos, end), undefined));
				break;
			case 18:
				m.cursor = r.string(pos, end);
				break;
			case 24:
				m.fetchInterval = r.uint64Number(pos);
				break;
			case 32:
				m.now = r.time(pos);
				break;
			case 42:
				m.internalExt = r.string(pos, end);
				break;
			case 58:
				r.entry(pos, end, m.routeParams);
				break;
			case 64:
				m.heartbeatDuration = r.uint64Number(pos);
				break;
			case 72:
				m.needAck = r.bool(pos);
				break;
			case 82:
				m.pushServer = r.string(pos, end);
				break;
			case 106:
				m.proxyServer = r.string(pos, end);
				break;
			case 114:
				m.pushServerV2 = r.string(pos, end);
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

/** What {@link encodeResponse} takes: every field may be left out. */
export interface ResponseInit {
	messages?: readonly MessageInit[] | undefined;
	cursor?: string | undefined;
	fetchInterval?: number | undefined;
	now?: number | undefined;
	internalExt?: string | undefined;
	fetchType?: number | undefined;
	routeParams?: ReadonlyMap<string, string> | undefined;
	heartbeatDuration?: number | undefined;
	needAck?: boolean | undefined;
	pushServer?: string | undefined;
	liveCursor?: string | undefined;
	historyNoMore?: boolean | undefined;
	proxyServer?: string | undefined;
	pushServerV2?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeResponse(value: ResponseInit): Uint8Array {
	const w = new Writer();
	writeResponse(w, value);
	return w.finish();
}

export function writeResponse(w: Writer, m: ResponseInit): void {
	for (const item of m.messages ?? []) { const at = w.open(10); writeMessage(w, item); w.close(at); }
	w.string(18, m.cursor);
	w.uint64Number(24, m.fetchInterval);
	w.uint64Number(32, m.now);
	w.string(42, m.internalExt);
	w.int32(48, m.fetchType);
	w.entries(58, m.routeParams);
	w.uint64Number(64, m.heartbeatDuration);
	w.bool(72, m.needAck);
	w.string(82, m.pushServer);
	w.string(90, m.liveCursor);
	w.bool(96, m.historyNoMore);
	w.string(106, m.proxyServer);
	w.string(114, m.pushServerV2);
}

export interface Message {
	method: string;
	payload: Reader;
	msgId: string;
}

/** Throws {@link WireError} when `bytes` is not a Message, or holds more nested messages than `budget` allows. */
export function decodeMessage(bytes: Uint8Array | Reader, budget?: Budget): Message {
	const r = readerOf(bytes, budget);
	return readMessage(r, r.end, undefined);
}

export function readMessage(r: Reader, end: number, into: Message | undefined): Message {
	const m = into ?? { method: "", payload: NOTHING, msgId: "0" } satisfies Message as Message;
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
				m.method = r.recurring(pos, end);
				break;
			case 18:
				m.payload = r.part(pos, end);
				break;
			case 24:
				m.msgId = r.uint64String(pos);
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

/** What {@link encodeMessage} takes: every field may be left out. */
export interface MessageInit {
	method?: string | undefined;
	payload?: Uint8Array | undefined;
	msgId?: string | undefined;
	msgType?: number | undefined;
	offset?: string | undefined;
	needWrdsStore?: boolean | undefined;
	wrdsVersion?: string | undefined;
	wrdsSubKey?: string | undefined;
	messageExtra?: ReadonlyMap<string, string> | undefined;
	tenantId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeMessage(value: MessageInit): Uint8Array {
	const w = new Writer();
	writeMessage(w, value);
	return w.finish();
}

export function writeMessage(w: Writer, m: MessageInit): void {
	w.string(10, m.method);
	w.bytes(18, m.payload);
	w.uint64String(24, m.msgId);
	w.int32(32, m.msgType);
	w.uint64String(40, m.offset);
	w.bool(48, m.needWrdsStore);
	w.uint64String(56, m.wrdsVersion);
	w.string(66, m.wrdsSubKey);
	w.entries(74, m.messageExtra);
	w.string(82, m.tenantId);
}

/** Throws {@link WireError} when `bytes` is not a Untyped, or holds more nested messages than `budget` allows. */
export function decodeUntyped(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readUntyped(r, r.end, 0);
}

export function readUntyped(r: Reader, end: number, into: number): number {
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
				value = readUntypedCommon(r, r.open(pos, end), value);
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

/** What {@link encodeUntyped} takes: every field may be left out. */
export interface UntypedInit {
	common?: UntypedCommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUntyped(value: UntypedInit): Uint8Array {
	const w = new Writer();
	writeUntyped(w, value);
	return w.finish();
}

export function writeUntyped(w: Writer, m: UntypedInit): void {
	if (m.common) { const at = w.open(10); writeUntypedCommon(w, m.common); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a UntypedCommon, or holds more nested messages than `budget` allows. */
export function decodeUntypedCommon(bytes: Uint8Array | Reader, budget?: Budget): number {
	const r = readerOf(bytes, budget);
	return readUntypedCommon(r, r.end, 0);
}

export function readUntypedCommon(r: Reader, end: number, into: number): number {
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

/** What {@link encodeUntypedCommon} takes: every field may be left out. */
export interface UntypedCommonInit {
	msgId?: string | undefined;
	createTime?: number | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeUntypedCommon(value: UntypedCommonInit): Uint8Array {
	const w = new Writer();
	writeUntypedCommon(w, value);
	return w.finish();
}

export function writeUntypedCommon(w: Writer, m: UntypedCommonInit): void {
	w.uint64String(16, m.msgId);
	w.uint64Number(32, m.createTime);
}

/** Throws {@link WireError} when `bytes` is not a Identified, or holds more nested messages than `budget` allows. */
export function decodeIdentified(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readIdentified(r, r.end, "0");
}

export function readIdentified(r: Reader, end: number, into: string): string {
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
				value = readIdentifiedCommon(r, r.open(pos, end), value);
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

/** What {@link encodeIdentified} takes: every field may be left out. */
export interface IdentifiedInit {
	common?: IdentifiedCommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeIdentified(value: IdentifiedInit): Uint8Array {
	const w = new Writer();
	writeIdentified(w, value);
	return w.finish();
}

export function writeIdentified(w: Writer, m: IdentifiedInit): void {
	if (m.common) { const at = w.open(10); writeIdentifiedCommon(w, m.common); w.close(at); }
}

/** Throws {@link WireError} when `bytes` is not a IdentifiedCommon, or holds more nested messages than `budget` allows. */
export function decodeIdentifiedCommon(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readIdentifiedCommon(r, r.end, "0");
}

export function readIdentifiedCommon(r: Reader, end: number, into: string): string {
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
			case 16:
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

/** What {@link encodeIdentifiedCommon} takes: every field may be left out. */
export interface IdentifiedCommonInit {
	msgId?: string | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeIdentifiedCommon(value: IdentifiedCommonInit): Uint8Array {
	const w = new Writer();
	writeIdentifiedCommon(w, value);
	return w.finish();
}

export function writeIdentifiedCommon(w: Writer, m: IdentifiedCommonInit): void {
	w.uint64String(16, m.msgId);
}

/** Throws {@link WireError} when `bytes` is not a IdentifiedInSecond, or holds more nested messages than `budget` allows. */
export function decodeIdentifiedInSecond(bytes: Uint8Array | Reader, budget?: Budget): string {
	const r = readerOf(bytes, budget);
	return readIdentifiedInSecond(r, r.end, "0");
}

export function readIdentifiedInSecond(r: Reader, end: number, into: string): string {
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
				value = readIdentifiedCommon(r, r.open(pos, end), value);
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

/** What {@link encodeIdentifiedInSecond} takes: every field may be left out. */
export interface IdentifiedInSecondInit {
	common?: IdentifiedCommonInit | undefined;
}

/** Throws {@link WireError} when a value does not fit its field. */
export function encodeIdentifiedInSecond(value: IdentifiedInSecondInit): Uint8Array {
	const w = new Writer();
	writeIdentifiedInSecond(w, value);
	return w.finish();
}

export function writeIdentifiedInSecond(w: Writer, m: IdentifiedInSecondInit): void {
	if (m.common) { const at = w.open(18); writeIdentifiedCommon(w, m.common); w.close(at); }
}

