import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { constants, deflateRawSync } from "node:zlib";
import { answerPings } from "@livekeeper/base/answer-pings";
import { errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { languageOf, requestTexts } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { Scope } from "../../live/index.ts";
import type { Party } from "./reader-budget.ts";

/**
 * WebSocket server for readers, which only listen: none of them can delay the others or queue answers without bound.
 */
export class ReaderWebSocketServer extends WebSocketServer {
	constructor(options: ServerOptions) {
		super({
			perMessageDeflate: false,
			...options,
			noServer: true,
			autoPong: false,
			// One message per turn of the event loop, however many arrived together.
			allowSynchronousEvents: false,
		});
	}

	override handleUpgrade(...[request, socket, head, done]: Parameters<WebSocketServer["handleUpgrade"]>): void {
		super.handleUpgrade(request, socket, head, (webSocket, ...rest) => {
			answerPings(webSocket);
			done(webSocket, ...rest);
		});
	}
}

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

/** Decides which clients may connect, with the same answers as HTTP. */
export interface UpgradeAccess {
	connectionKey(request: IncomingMessage): string | undefined;
	/** @throws {LivekeeperError} when the request is refused */
	admit(request: IncomingMessage, key: string | undefined): { scope: Scope; party: Party };
}

/**
 * Interval between pings, ms. A client that has not answered by the next one is disconnected, unless something is
 * queued for it.
 */
const pingMs = 30_000;

/** Ignores errors of a client that left before it was answered. */
export function ignoreReset(): void {
	return;
}

/** Refuses an upgrade with an HTTP response, in the same format as every error. */
export function refuseUpgrade(request: IncomingMessage, socket: Duplex, thrown: unknown, logger: Logger): void {
	if (!(thrown instanceof LivekeeperError)) logger.error({ event: "request_failed", err: thrown });
	const error = thrown instanceof LivekeeperError ? thrown : new LivekeeperError("internal", requestTexts.failed);
	const body = Buffer.from(JSON.stringify(errorReply(error, languageOf(request))));
	const wait = error.retryAfterS === undefined ? "" : `retry-after: ${error.retryAfterS}\r\n`;
	// If the socket were not read, the client's end would go unnoticed and the socket would stay open.
	socket.resume();
	socket.end(
		Buffer.concat([
			Buffer.from(
				`HTTP/1.1 ${error.status} ${error.code}\r\ncontent-type: application/json; charset=utf-8\r\n${wait}content-length: ${body.length}\r\nconnection: close\r\n\r\n`,
			),
			body,
		]),
	);
}

/**
 * Disconnects a client that vanished without a close.
 * @param servedByHub whether the hub already watches for a stalled queue
 */
export function watchOver(
	webSocket: WebSocket,
	socket: Socket,
	{ clock, logger, servedByHub }: { clock: Clock; logger: Logger; servedByHub: boolean },
): void {
	let answered = true;
	let taken = 0;
	const timer = clock.every(pingMs, () => {
		// A ping and its answer come after all queued data, so a client that still takes data is alive.
		const waits = webSocket.bufferedAmount > 0;
		const stalled = !servedByHub && takenBytes(socket) === taken;
		if (waits ? stalled : !answered) webSocket.terminate();
		taken = takenBytes(socket);
		answered = waits;
		webSocket.ping();
	});
	webSocket.on("pong", () => {
		answered = true;
	});
	webSocket.on("error", (error) => logger.debug({ event: "web_socket_failed", err: error }));
	webSocket.once("close", () => timer.cancel());
}

/**
 * The part of a socket's handle that Node's own timeouts use: how much of the pending writes the system has not taken
 * yet.
 */
interface Handle {
	readonly bytesWritten: number;
	readonly writeQueueSize: number;
}

/**
 * Returns the bytes that the other side has taken so far, including those of a pending write. Node itself counts a
 * write only once all of it was taken, and merges all queued data into one write, which can take minutes over a slow
 * link.
 */
export function takenBytes(socket: Socket | null | undefined): number {
	const handle = (socket as { _handle?: Handle | null } | null | undefined)?._handle;
	return handle ? handle.bytesWritten - handle.writeQueueSize : (socket?.bytesWritten ?? 0);
}
