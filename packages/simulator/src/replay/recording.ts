import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
	decodeGiftMessage,
	decodeMessage,
	decodePushFrame,
	encodeGiftMessage,
	encodeMessage,
} from "@livekeeper/douyin/wire";
import { SimulatorError } from "../errors.ts";
import { commonIdOf, envelopeIdOf, hasTwoIds, withIds } from "../traffic/message-ids.ts";
import { fieldsOf, replaced } from "../traffic/message-walk.ts";

/** A recorded message, with its original bytes. */
export interface RecordedMessage {
	/** Its own id, otherwise that of its envelope. */
	id: string;
	method: string;
	/** The `Message`, as recorded. */
	bytes: Uint8Array;
}

const messagesField = 1;
const payloadField = 2;
const msgIdField = 3;
/** Field number in a `GiftMessage`. */
const groupIdField = 11;
const maxInflatedBytes = 16 * 1024 * 1024;

/**
 * Returns the messages of a recorded frame; none for heartbeats and the like.
 *
 * @throws Error if it is not a frame
 */
export function messagesOfFrame(bytes: Uint8Array): RecordedMessage[] {
	const frame = decodePushFrame(bytes);
	if (frame.payloadType !== "msg") return [];
	const zipped = frame.headers.some(({ key, value }) => key === "compress_type" && value === "gzip");
	return messagesOfResponse(zipped ? gunzipSync(frame.payload, { maxOutputLength: maxInflatedBytes }) : frame.payload);
}

/**
 * Returns the messages of a recorded `Response`.
 *
 * @throws Error if it is not one
 */
function messagesOfResponse(bytes: Uint8Array): RecordedMessage[] {
	const messages: RecordedMessage[] = [];
	for (const { number, wireType, valueStart, end } of fieldsOf(bytes)) {
		if (number !== messagesField || wireType !== 2) continue;
		// A copy, because a view would keep the whole batch in memory.
		const message = Uint8Array.from(bytes.subarray(valueStart, end));
		const { method, msgId, payload } = decodeMessage(message);
		const own = commonIdOf(payload.whole(), method);
		messages.push({ id: own === "0" ? msgId : own, method, bytes: message });
	}
	return messages;
}

/** Returns the message under another id: everything except its ids stays as it is. */
export function withId(message: RecordedMessage, id: string): RecordedMessage {
	const { method, bytes } = message;
	if (!hasTwoIds(bytes, message.id)) {
		return { id, method, bytes: replaced(bytes, msgIdField, encodeMessage({ msgId: id })) };
	}
	const differ = decodeMessage(bytes).msgId !== message.id;
	return { id, method, bytes: withIds(bytes, differ ? envelopeIdOf(BigInt(id)).toString() : id, id) };
}

/**
 * Returns the gift in the group that `groupOf` gives for its own; other messages, and gifts without a group, unchanged.
 */
export function withGroup(message: RecordedMessage, groupOf: (group: string) => string): RecordedMessage {
	if (message.method !== "WebcastGiftMessage") return message;
	const payload = decodeMessage(message.bytes).payload.whole();
	const group = groupIn(payload);
	if (group === "0") return message;
	const grouped = replaced(payload, groupIdField, encodeGiftMessage({ groupId: groupOf(group) }));
	return { ...message, bytes: replaced(message.bytes, payloadField, encodeMessage({ payload: grouped })) };
}

function groupIn(payload: Uint8Array): string {
	try {
		return decodeGiftMessage(payload).groupId;
	} catch {
		// It was recorded like that: the client may report what is wrong with it.
		return "0";
	}
}

/** Recorded messages of one room: the files of one folder. */
export interface Recording {
	folder: string;
	messages: RecordedMessage[];
}

const extensions: ReadonlySet<string> = new Set([".hex", ".b64", ".ndjson"]);

/**
 * Reads the recordings of a folder, in the order of their names: its own files are one room's, and those of each
 * subfolder another's. Files with other endings are ignored.
 *
 * - `.hex`, `.b64`: complete binary WebSocket messages. White space is ignored, except that an empty line separates
 * frames.
 * - `.ndjson`: a JSON object a line, `{"frame": base64}` (a complete WebSocket message) or `{"payload": base64}` (a
 *   `Response`, not zipped). Other keys, such as `t`, are ignored: messages come at the room's rate.
 *
 * @throws SimulatorError `replay_unreadable`, with file and line
 */
export async function readRecordings(folder: string): Promise<Recording[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
		throw new SimulatorError("replay_unreadable", `${folder}: cannot be read as a folder (${said(cause)})`, cause);
	});
	const named = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
	const files = named.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name));
	const recordings: Recording[] = [];
	const own = await readFiles(files);
	if (own.length > 0) recordings.push({ folder, messages: own });
	for (const entry of named) {
		if (!entry.isDirectory()) continue;
		const inner = join(folder, entry.name);
		const names = (await readdir(inner)).sort();
		const messages = await readFiles(names.map((name) => join(inner, name)));
		if (messages.length > 0) recordings.push({ folder: inner, messages });
	}
	if (recordings.length > 0) return recordings;
	throw new SimulatorError("replay_unreadable", `${folder}: no messages in it; .hex, .b64 and .ndjson files are read`);
}

async function readFiles(files: readonly string[]): Promise<RecordedMessage[]> {
	const messages: RecordedMessage[] = [];
	for (const file of files) {
		if (!extensions.has(extname(file))) continue;
		const text = await readFile(file, "utf8");
		messages.push(...readRecording(file, text));
	}
	return messages;
}

/**
 * Reads the messages in one file's text.
 *
 * @throws SimulatorError `replay_unreadable`, with file and line
 */
function readRecording(file: string, text: string): RecordedMessage[] {
	if (extname(file) === ".ndjson") return lines(text).flatMap((part) => at(file, part, readJsonLine));
	const decode = extname(file) === ".hex" ? fromHex : fromBase64;
	return blocks(text).flatMap((part) => at(file, part, (block) => messagesOfFrame(decode(block))));
}

interface Part {
	line: number;
	text: string;
}

function lines(text: string): Part[] {
	const all = text.split("\n").map((line, i) => ({ line: i + 1, text: line.trim() }));
	return all.filter((part) => part.text !== "");
}

/** Splits text at empty lines, and removes white space. */
function blocks(text: string): Part[] {
	const parts: Part[] = [];
	let open: Part | undefined;
	for (const [i, line] of text.split("\n").entries()) {
		const content = line.replaceAll(/\s/g, "");
		if (content === "") open = undefined;
		else if (open) open.text += content;
		else {
			open = { line: i + 1, text: content };
			parts.push(open);
		}
	}
	return parts;
}

function at(file: string, part: Part, read: (text: string) => RecordedMessage[]): RecordedMessage[] {
	try {
		return read(part.text);
	} catch (cause) {
		throw new SimulatorError("replay_unreadable", `${file}:${part.line}: ${said(cause)}`, cause);
	}
}

function readJsonLine(text: string): RecordedMessage[] {
	const line: unknown = JSON.parse(text);
	if (typeof line === "object" && line !== null) {
		if ("frame" in line && typeof line.frame === "string") return messagesOfFrame(fromBase64(line.frame));
		if ("payload" in line && typeof line.payload === "string") return messagesOfResponse(fromBase64(line.payload));
	}
	throw new Error('expected {"frame": base64} or {"payload": base64}');
}

function fromHex(text: string): Buffer {
	const odd = /[^0-9a-fA-F]/.exec(text)?.[0];
	if (odd !== undefined) throw new Error(`not hexadecimal: ${JSON.stringify(odd)}`);
	if (text.length % 2 === 1) throw new Error("an odd number of hexadecimal digits");
	return Buffer.from(text, "hex");
}

function fromBase64(text: string): Buffer {
	const content = text.replaceAll(/\s/g, "");
	const odd = /[^A-Za-z0-9+/=_-]/.exec(content)?.[0];
	if (odd !== undefined) throw new Error(`not base64: ${JSON.stringify(odd)}`);
	return Buffer.from(content, "base64");
}

function said(cause: unknown): string {
	return cause instanceof Error ? cause.message : String(cause);
}
