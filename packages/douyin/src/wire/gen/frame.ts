// Generated from livekeeper/webcast/v1/frame.proto by `npm run generate`. Do not edit.
import { EMPTY, type Budget, Reader } from "../reader.ts";
import type { WireError } from "../wire-error.ts";
import { Writer } from "../writer.ts";

export interface PushFrame {
	logId: string;
	headers: PushHeader[];
	/** msg, hb, ack, close. */
	payloadType: string;
	payload: Uint8Array;
}

/** Throws {@link WireError} when `bytes` is not a PushFrame, or holds more nested messages than `budget` allows. */
export function decodePushFrame(bytes: Uint8Array, budget?: Budget): PushFrame {
	const r = new Reader(bytes, budget);
	return readPushFrame(r, r.end, undefined);
}

export function readPushFrame(r: Reader, end: number, into: PushFrame | undefined): PushFrame {
	const m = into ?? { logId: "0", headers: [], payloadType: "", payload: EMPTY } satisfies PushFrame as PushFrame;
	while (r.pos < end) {
		const tag = r.tag();
		switch (tag) {
			case 16:
				m.logId = r.uint64String();
				break;
			case 42:
				r.item(m.headers.length);
				m.headers.push(readPushHeader(r, r.open(end), undefined));
				break;
			case 58:
				m.payloadType = r.string(end);
				break;
			case 66:
				m.payload = r.bytes(end);
				break;
			default:
				r.skip(tag, end);
		}
	}
	r.close(end);
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
export function decodePushHeader(bytes: Uint8Array, budget?: Budget): PushHeader {
	const r = new Reader(bytes, budget);
	return readPushHeader(r, r.end, undefined);
}

export function readPushHeader(r: Reader, end: number, into: PushHeader | undefined): PushHeader {
	const m = into ?? { key: "", value: "" } satisfies PushHeader as PushHeader;
	while (r.pos < end) {
		const tag = r.tag();
		switch (tag) {
			case 10:
				m.key = r.string(end);
				break;
			case 18:
				m.value = r.string(end);
				break;
			default:
				r.skip(tag, end);
		}
	}
	r.close(end);
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
export function decodeResponse(bytes: Uint8Array, budget?: Budget): Response {
	const r = new Reader(bytes, budget);
	return readResponse(r, r.end, undefined);
}

export function readResponse(r: Reader, end: number, into: Response | undefined): Response {
	const m = into ?? { messages: [], cursor: "", fetchInterval: 0, now: 0, internalExt: "", routeParams: new Map(), heartbeatDuration: 0, needAck: false, pushServer: "", proxyServer: "", pushServerV2: "" } satisfies Response as Response;
	while (r.pos < end) {
		const tag = r.tag();
		switch (tag) {
			case 10:
				r.item(m.messages.length);
				m.messages.push(readMessage(r, r.open(end), undefined));
				break;
			case 18:
				m.cursor = r.string(end);
				break;
			case 24:
				m.fetchInterval = r.uint64Number();
				break;
			case 32:
				m.now = r.time();
				break;
			case 42:
				m.internalExt = r.string(end);
				break;
			case 58:
				r.entry(end, m.routeParams);
				break;
			case 64:
				m.heartbeatDuration = r.uint64Number();
				break;
			case 72:
				m.needAck = r.bool();
				break;
			case 82:
				m.pushServer = r.string(end);
				break;
			case 106:
				m.proxyServer = r.string(end);
				break;
			case 114:
				m.pushServerV2 = r.string(end);
				break;
			default:
				r.skip(tag, end);
		}
	}
	r.close(end);
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
	payload: Uint8Array;
	msgId: string;
}

/** Throws {@link WireError} when `bytes` is not a Message, or holds more nested messages than `budget` allows. */
export function decodeMessage(bytes: Uint8Array, budget?: Budget): Message {
	const r = new Reader(bytes, budget);
	return readMessage(r, r.end, undefined);
}

export function readMessage(r: Reader, end: number, into: Message | undefined): Message {
	const m = into ?? { method: "", payload: EMPTY, msgId: "0" } satisfies Message as Message;
	while (r.pos < end) {
		const tag = r.tag();
		switch (tag) {
			case 10:
				m.method = r.string(end);
				break;
			case 18:
				m.payload = r.bytes(end);
				break;
			case 24:
				m.msgId = r.uint64String();
				break;
			default:
				r.skip(tag, end);
		}
	}
	r.close(end);
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

/** What every kind begins with, for kinds without a type of their own. */
export interface Untyped {
	common: UntypedCommon | undefined;
}

/** Throws {@link WireError} when `bytes` is not a Untyped, or holds more nested messages than `budget` allows. */
export function decodeUntyped(bytes: Uint8Array, budget?: Budget): Untyped {
	const r = new Reader(bytes, budget);
	return readUntyped(r, r.end, undefined);
}

export function readUntyped(r: Reader, end: number, into: Untyped | undefined): Untyped {
	const m = into ?? { common: undefined } satisfies Untyped as Untyped;
	while (r.pos < end) {
		const tag = r.tag();
		switch (tag) {
			case 10:
				m.common = readUntypedCommon(r, r.open(end), m.common);
				break;
			default:
				r.skip(tag, end);
		}
	}
	r.close(end);
	return m;
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

export interface UntypedCommon {
	msgId: string;
	createTime: number;
}

/** Throws {@link WireError} when `bytes` is not a UntypedCommon, or holds more nested messages than `budget` allows. */
export function decodeUntypedCommon(bytes: Uint8Array, budget?: Budget): UntypedCommon {
	const r = new Reader(bytes, budget);
	return readUntypedCommon(r, r.end, undefined);
}

export function readUntypedCommon(r: Reader, end: number, into: UntypedCommon | undefined): UntypedCommon {
	const m = into ?? { msgId: "0", createTime: 0 } satisfies UntypedCommon as UntypedCommon;
	while (r.pos < end) {
		const tag = r.tag();
		switch (tag) {
			case 16:
				m.msgId = r.uint64String();
				break;
			case 32:
				m.createTime = r.time();
				break;
			default:
				r.skip(tag, end);
		}
	}
	r.close(end);
	return m;
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

