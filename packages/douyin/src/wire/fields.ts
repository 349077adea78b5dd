import { WireError } from "./wire-error.ts";

/** One field of a message with unknown schema, as far as protobuf's wire format shows it. */
export interface RawField {
	field: number;
	/** Its wire type; for a field with a length, the apparent kind of its content. */
	kind: "number" | "fixed64" | "fixed32" | "text" | "message" | "bytes";
	/** Numbers in decimal, unsigned; bytes as base64, cut after `shown`. */
	value: string | RawField[];
	/** Number of its bytes that are not shown. */
	more?: number;
}

export interface RawFields {
	fields: RawField[];
	/** Number of bytes at the end that were not read: they are no fields, or there were too many before them. */
	unread: number;
}

export interface FieldLimits {
	/** Maximum depth of nested messages. */
	depth: number;
	/** Maximum number of fields in total: each costs memory and a line to read. */
	fields: number;
	/** Maximum number of bytes shown of one text, or of bytes. */
	shown: number;
	/** Maximum number of bytes that are read at all; each is read once for each depth. */
	bytes: number;
}

const defaults: FieldLimits = { depth: 8, fields: 2_000, shown: 512, bytes: 1 << 20 };

/**
 * Reads a payload without its schema: field numbers with their values. Never throws, whatever the bytes are.
 * @example
 * ```ts
 * import { readFields } from "@livekeeper/douyin";
 * import { encodeChatMessage } from "@livekeeper/douyin/wire";
 * const payload = encodeChatMessage({ content: "晚上好" });
 * console.log(readFields(payload).fields); // → [{ field: 3, kind: "text", value: "晚上好" }]
 * ```
 */
export function readFields(payload: Uint8Array, limits: Partial<FieldLimits> = {}): RawFields {
	const all = { ...defaults, ...limits };
	const bytes = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, all.bytes));
	const walk = new Walk(bytes, all);
	const fields = walk.message(0, bytes.length, 1);
	return { fields, unread: payload.length - walk.readTo };
}

class Walk {
	/** Position after the last complete field of the outermost message. */
	readTo = 0;
	readonly #bytes: Buffer;
	readonly #limits: FieldLimits;
	#left: number;

	constructor(bytes: Buffer, limits: FieldLimits) {
		this.#bytes = bytes;
		this.#limits = limits;
		this.#left = limits.fields;
	}

	/** Reads as many complete fields as there are. */
	message(from: number, to: number, depth: number): RawField[] {
		const fields: RawField[] = [];
		const cursor = new Cursor(this.#bytes, from, to);
		try {
			while (cursor.at < to && this.#left > 0) {
				fields.push(this.#field(cursor, depth));
				if (depth === 1) this.readTo = cursor.at;
			}
		} catch (error) {
			if (!(error instanceof WireError)) throw error;
		}
		return fields;
	}

	#field(cursor: Cursor, depth: number): RawField {
		const tag = cursor.varint();
		const field = Number(tag >> 3n);
		if (field < 1 || field > 0x1fff_ffff) throw new WireError("field number");
		const wireType = Number(tag & 7n);
		this.#left--;
		if (wireType === 0) return { field, kind: "number", value: String(cursor.varint()) };
		if (wireType === 1) return { field, kind: "fixed64", value: String(this.#bytes.readBigUInt64LE(cursor.step(8))) };
		if (wireType === 5) return { field, kind: "fixed32", value: String(this.#bytes.readUInt32LE(cursor.step(4))) };
		if (wireType !== 2) throw new WireError(`wire type ${wireType}`);
		const length = Number(cursor.varint());
		const from = cursor.step(length);
		return { field, ...this.#delimited(from, from + length, depth) };
	}

	/** Guesses the kind of a field with a length: text, a message and bytes look alike on the wire. */
	#delimited(from: number, to: number, depth: number): Omit<RawField, "field"> {
		const bytes = this.#bytes.subarray(from, to);
		const text = isText(bytes);
		// A message with a text of 32 bytes or more as its first field reads as a line break and letters.
		if (!(text && bytes[0] !== newline) && depth < this.#limits.depth && isMessage(this.#bytes, from, to)) {
			return { kind: "message", value: this.message(from, to, depth + 1) };
		}
		const shown = bytes.subarray(0, text ? endOfCharacter(bytes, this.#limits.shown) : this.#limits.shown);
		const more = bytes.length - shown.length;
		return {
			kind: text ? "text" : "bytes",
			value: shown.toString(text ? "utf8" : "base64"),
			...(more > 0 && { more }),
		};
	}
}

const newline = 0x0a;

class Cursor {
	at: number;
	readonly #bytes: Buffer;
	readonly #to: number;

	constructor(bytes: Buffer, from: number, to: number) {
		this.#bytes = bytes;
		this.at = from;
		this.#to = to;
	}

	varint(): bigint {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const byte = this.at < this.#to ? this.#bytes[this.at++] : undefined;
			if (byte === undefined) throw new WireError("the input ends within a varint");
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return BigInt.asUintN(64, value);
		}
		throw new WireError("a varint without an end");
	}

	/** @returns where the range begins */
	step(length: number): number {
		if (length > this.#to - this.at) throw new WireError("a field reaches past the end of its message");
		const from = this.at;
		this.at += length;
		return from;
	}
}

/** Whether these bytes are fields, and nothing else. Empty input proves nothing. */
function isMessage(bytes: Buffer, from: number, to: number): boolean {
	if (from === to) return false;
	const cursor = new Cursor(bytes, from, to);
	try {
		while (cursor.at < to) {
			const tag = cursor.varint();
			if (tag < 8n || tag > 0xffff_ffffn) return false;
			const wireType = Number(tag & 7n);
			if (wireType === 0) cursor.varint();
			else if (wireType === 1) cursor.step(8);
			else if (wireType === 5) cursor.step(4);
			else if (wireType === 2) cursor.step(Number(cursor.varint()));
			else return false;
		}
		return true;
	} catch (error) {
		if (error instanceof WireError) return false;
		throw error;
	}
}

const decoder = new TextDecoder("utf-8", { fatal: true });
// biome-ignore lint/suspicious/noControlCharactersInRegex: what no text has
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function isText(bytes: Buffer): boolean {
	try {
		return !control.test(decoder.decode(bytes));
	} catch {
		return false;
	}
}

/** Returns where to cut a text so that its last character is complete. */
function endOfCharacter(bytes: Buffer, max: number): number {
	let at = Math.min(max, bytes.length);
	while (at > 0 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
	return at;
}

/** Kinds whose common part is not their first field, according to the site's published schema of April 2026. */
const elsewhere: ReadonlyMap<string, number> = new Map([
	["WebcastBindingGiftMessage", 2],
	["WebcastCommentTopicChatMessage", 4],
	["WebcastGroupLiveActivityRewardChangeMessage", 2],
	["WebcastGroupLiveContainerChangeMessage", 2],
	["WebcastGroupLiveRoomPKRankInviteChangeMessage", 2],
	["WebcastInteractionPluginGamePlusContainerMessage", 2],
	["WebcastMatchVenueMessage", 8],
	["WebcastPreviewCjRpMessage", 2],
	["WebcastRoomChannelCipherMessage", 2],
	["WebcastSyncStreamInfoMessage", 4],
	["WebcastVerifyDecisionMessage", 3],
	["WebcastVrTransferMessage", 100],
]);

/** Returns the number of the field with the common part of a kind: 1 for most. Others have no message id in field 1. */
export function commonFieldOf(method: string): number {
	return elsewhere.get(method) ?? 1;
}
