import { constants, deflateRawSync } from "node:zlib";

const textFrame = 0x81;
/** First byte of a compressed text frame (RFC 7692, 6). */
const deflatedTextFrame = 0xc1;
/** Minimum size for compression, bytes; shorter messages hardly gain. */
const minDeflatedBytes = 1024;

/**
 * Encodes each message as a text frame of a WebSocket server, all in one buffer. The bytes are the same for all clients
 * (RFC 6455, 5.2).
 */
export function textFrames(messages: readonly string[]): Buffer {
	const lengths = messages.map((message) => Buffer.byteLength(message));
	const frames = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headBytes(length) + length, 0));
	let at = 0;
	for (const [n, message] of messages.entries()) {
		at = writeHead(frames, at, textFrame, lengths[n] ?? 0);
		at += frames.write(message, at);
	}
	return frames;
}

/**
 * Like {@link textFrames}, compressed if it pays, for clients that negotiated `permessage-deflate` with
 * `server_no_context_takeover`: each frame can be read without earlier ones, so the bytes are the same for all clients.
 */
export function deflatedFrames(messages: readonly string[]): Buffer {
	return Buffer.concat(
		messages.map((message) => {
			const text = Buffer.from(message);
			if (text.length < minDeflatedBytes) return framed(textFrame, text);
			// Without the empty block at the end of a flush (RFC 7692, 7.2.1).
			const deflated = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
			return framed(deflatedTextFrame, deflated);
		}),
	);
}

function framed(kind: number, payload: Buffer): Buffer {
	const frame = Buffer.allocUnsafe(headBytes(payload.length) + payload.length);
	payload.copy(frame, writeHead(frame, 0, kind, payload.length));
	return frame;
}

function headBytes(length: number): number {
	if (length < 126) return 2;
	return length < 65_536 ? 4 : 10;
}

function writeHead(frames: Buffer, at: number, kind: number, length: number): number {
	frames[at] = kind;
	if (length < 126) {
		frames[at + 1] = length;
	} else if (length < 65_536) {
		frames[at + 1] = 126;
		frames.writeUInt16BE(length, at + 2);
	} else {
		frames[at + 1] = 127;
		frames.writeBigUInt64BE(BigInt(length), at + 2);
	}
	return at + headBytes(length);
}
