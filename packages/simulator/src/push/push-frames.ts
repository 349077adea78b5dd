import { constants, crc32, deflateRawSync } from "node:zlib";
import { encodeMessage, encodePushFrame, encodeResponse } from "@livekeeper/douyin/wire";
import type { Stroke } from "../faults/fault-board.ts";
import { type Broadcast, formatCursor, formatInternalExt } from "../rooms/broadcast.ts";
import { filterKey, type MessageFilter } from "../rooms/message-filter.ts";
import { bytesFor, type IdMode, isPerReceiver } from "../traffic/message-ids.ts";
import { asMessagesField } from "../traffic/message-walk.ts";
import { hash32, Random } from "../traffic/random.ts";
import { countGifts } from "../traffic/source.ts";
import { opcodes, serverFrame } from "./web-socket-frames.ts";

/** Maximum number of messages in a frame; more wait for the next one. */
const maxMessagesPerFrame = 50;

/** A frame as it goes over the socket, and the messages in it. */
export interface OutFrame {
	/** The WebSocket frame, head included. */
	wire: Buffer;
	/** Its part of the broadcast's history, by `filter`; absent in frames that faults send. */
	messages?: { from: number; to: number; filter: MessageFilter };
	/** Set if it is to be acknowledged, with `internalExt` as the payload. */
	ack?: { logId: string; internalExt: string };
}

/** Makes frames with the head that real ones carry: `service` 8888, `method` 8, gzip. */
export class PushFrames {
	#logId = 7_500_000_000_000_000_000n;
	#seqId = 0;
	readonly ids: IdMode;

	constructor(ids: IdMode) {
		this.ids = ids;
	}

	/** Returns the messages from `from` on that `filter` selects; without a `frame` if it selects none. */
	batch(broadcast: Broadcast, { filter, from, now, receiver, bad }: Asked): Batch {
		const to = Math.min(broadcast.head, from + maxMessagesPerFrame);
		const messages = broadcast.messages(from, to, filter);
		const parts = messages.map((message) => bytesFor(message, this.ids, receiver));
		if (parts.length === 0) return { to, gifts: 0, frame: undefined };
		if (bad) parts.splice(1, 0, asMessagesField(bad));
		const cursor = formatCursor(broadcast.roomId, to, now);
		const internalExt = formatInternalExt(broadcast.roomId, to, now);
		this.#seqId++;
		// Not every frame wants to be acknowledged.
		const needAck = this.#seqId % 5 !== 0;
		parts.push(encodeResponse({ cursor, now, internalExt, needAck, fetchType: 1, liveCursor: "d-1_u-1" }));
		const headers = [
			{ key: "im-internal_ext", value: internalExt },
			{ key: "im-cursor", value: cursor },
			{ key: "im-now", value: String(now) },
			{ key: "im-live_cursor", value: "d-1_u-1" },
		];
		const { wire, logId } = this.zipped(upstreamGzip(Buffer.concat(parts)), headers);
		const frame: OutFrame = { wire, messages: { from, to, filter } };
		if (needAck) frame.ack = { logId, internalExt };
		return { to, gifts: countGifts(messages), frame };
	}

	/** Makes a frame around bytes labelled as gzip. */
	zipped(payload: Uint8Array, headers: readonly { key: string; value: string }[]): { wire: Buffer; logId: string } {
		const logId = String(++this.#logId);
		const frame = encodePushFrame({
			seqId: String(this.#seqId),
			logId,
			service: 8888,
			method: 8,
			headers: [{ key: "compress_type", value: "gzip" }, ...headers],
			payloadEncoding: "pb",
			payloadType: "msg",
			payload,
		});
		return { wire: serverFrame(opcodes.binary, frame), logId };
	}

	/** Makes a frame that asks the client to leave. */
	close(): OutFrame {
		const frame = encodePushFrame({ service: 8888, method: 8, payloadEncoding: "pb", payloadType: "close" });
		return { wire: serverFrame(opcodes.binary, frame) };
	}
}

interface Asked {
	filter: MessageFilter;
	from: number;
	now: number;
	/** Number of the connection. */
	receiver: number;
	/** An undecodable message to include. */
	bad?: Uint8Array;
}

export interface Batch {
	/** The position after it. */
	to: number;
	/** Number of gift messages in it. */
	gifts: number;
	frame: OutFrame | undefined;
}

/** The frames of one broadcast at one moment: each is made once for all clients. */
export class SharedBatches {
	readonly #frames: PushFrames;
	readonly #broadcast: Broadcast;
	readonly #now: number;
	readonly #made = new Map<string, Batch>();

	constructor(frames: PushFrames, broadcast: Broadcast, now: number) {
		this.#frames = frames;
		this.#broadcast = broadcast;
		this.#now = now;
	}

	from(from: number, filter: MessageFilter, receiver: number): Batch {
		const key = `${from} ${filterKey(filter)} ${isPerReceiver(this.#frames.ids) ? receiver : ""}`;
		let batch = this.#made.get(key);
		if (!batch) {
			batch = this.#frames.batch(this.#broadcast, { filter, from, now: this.#now, receiver });
			this.#made.set(key, batch);
		}
		return batch;
	}

	/** Makes a frame for a single client, with an undecodable message. */
	spoilt(from: number, filter: MessageFilter, receiver: number, bad: Uint8Array): Batch {
		return this.#frames.batch(this.#broadcast, { filter, from, now: this.#now, receiver, bad });
	}
}

const gzipHead = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
/** A last, stored block without content. */
const lastBlock = Uint8Array.of(1, 0, 0, 0xff, 0xff);

// Frames are small: a small window costs little compression and saves most of the set-up of each call.
const flushed = { finishFlush: constants.Z_SYNC_FLUSH, level: 6, memLevel: 5, windowBits: 12, chunkSize: 4096 };

/**
 * Compresses as the upstream does (the web page's protocol, "Frames"): its writer flushes, so the stream has an empty
 * sync block before the last one.
 */
export function upstreamGzip(content: Uint8Array): Uint8Array {
	return gzipOf([deflateRawSync(content, flushed)], crc32(content), content.length);
}

const mebibyte = 1024 * 1024;

/** Returns a gzip of zeros: about 1 KB for each MiB. */
export function gzipBomb(mebibytes: number): Uint8Array {
	const zeros = new Uint8Array(mebibyte);
	const block = deflateRawSync(zeros, { finishFlush: constants.Z_SYNC_FLUSH });
	let crc = 0;
	for (let i = 0; i < mebibytes; i++) crc = crc32(zeros, crc);
	return gzipOf(new Array<Uint8Array>(mebibytes).fill(block), crc, mebibytes * mebibyte);
}

function gzipOf(blocks: readonly Uint8Array[], crc: number, length: number): Uint8Array {
	const tail = Buffer.allocUnsafe(8);
	tail.writeUInt32LE(crc, 0);
	tail.writeUInt32LE(length >>> 0, 4);
	return Buffer.concat([gzipHead, ...blocks, lastBlock, tail]);
}

const bombMebibytes = 64;
let bomb: Uint8Array | undefined;

/** Returns the extra frame that a fault sends; `undefined` for strokes without one. */
export function badFrame(frames: PushFrames, stroke: Stroke): OutFrame | undefined {
	switch (stroke) {
		case "garbage_gzip":
			return { wire: frames.zipped(garbageGzip(), []).wire };
		case "garbage_protobuf":
			return { wire: frames.zipped(upstreamGzip(noise(200)), []).wire };
		case "bomb":
			bomb ??= gzipBomb(bombMebibytes);
			return { wire: frames.zipped(bomb, []).wire };
		case "close":
			return frames.close();
		case "bad_message":
		case "cut":
		case "reset":
			return undefined;
	}
}

/** Id of the messages that will not decode: no real message has it. */
export const badMessageId = "7199999999999999999";

/** Returns a valid `Message` around an invalid chat. */
export function badMessage(): Uint8Array {
	return encodeMessage({ method: "WebcastChatMessage", payload: noise(60), msgId: badMessageId });
}

/** Returns the head of a gzip without a gzip after it. */
function garbageGzip(): Uint8Array {
	return Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff), noise(300)]);
}

/** Returns bytes that are neither protobuf nor deflate: each tag has a wire type that does not exist. */
function noise(length: number): Uint8Array {
	const random = new Random(hash32("noise"));
	return Uint8Array.from({ length }, () => (random.int(32) << 3) | 7);
}
