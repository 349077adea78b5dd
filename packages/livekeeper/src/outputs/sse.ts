import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { languageOf } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { StoredEvent } from "@livekeeper/log";
import type { Scope } from "../live/index.ts";
import {
	type Encoding,
	eventText,
	type ReaderHub,
	type ReaderSink,
	type ReadFrom,
	takenBytes,
} from "./readers/index.ts";

/** Interval between comments, ms. They let proxies and clients tell a quiet room from a dead connection. */
const keepAliveMs = 15_000;

interface EventStreamDeps {
	hub: ReaderHub;
	clock: Clock;
	/** Scope of the client's request. The stream ends when it is revoked. */
	scope: Pick<Scope, "onRevoked">;
}

/**
 * Waits while the response is queued behind another one on the same connection. Nothing is allocated for it before: the
 * client receives nothing until then, and Node 22 never reports that such a response has lost its connection.
 */
export async function itsTurn(response: ServerResponse): Promise<void> {
	if (!response.socket && !response.destroyed) await once(response, "socket");
}

/**
 * Answers a request with a room's events as server-sent events, until one side ends.
 * @param headers sent besides the stream's own
 */
export async function streamEvents(
	response: ServerResponse,
	from: ReadFrom,
	headers: Record<string, string>,
	{ hub, clock, scope }: EventStreamDeps,
): Promise<void> {
	// The client may have left during the lookup of its room; nothing would report its end later.
	if (response.destroyed) return;
	response.writeHead(200, {
		...headers,
		"content-type": "text/event-stream; charset=utf-8",
		"cache-control": "no-cache, no-transform",
		"x-accel-buffering": "no",
	});
	response.socket?.setNoDelay(true);
	response.write("retry: 2000\n\n");
	const keepAlive = clock.every(keepAliveMs, () => {
		if (response.writableLength === 0 && !response.writableEnded) response.write(": keep-alive\n\n");
	});
	response.once("close", () => keepAlive.cancel());
	const sink = sseSink(response, from.raw);
	response.once(
		"close",
		scope.onRevoked((why) => sink.end("token_revoked", why.text)),
	);
	try {
		const leave = await hub.open(sink, from);
		if (response.destroyed) leave();
		else response.once("close", leave);
	} catch (error) {
		// The status line has been sent. A client that is disconnected reconnects by itself; one that is left waiting never
		// does.
		response.destroy();
		throw error;
	}
}

/** Events of a batch, framed once for all clients. */
interface Batch {
	/** The bytes as one chunk of HTTP/1.1 (RFC 9112, 7.1). */
	readonly chunk: Buffer;
	/** The bytes without the chunk's framing, for HTTP/1.0. */
	readonly body: Buffer;
}

/**
 * Encodes each event as an `id:` line (the `seq`) and a `data:` line (the event as stored), a whole batch in one
 * buffer.
 */
const encodingOf = (raw: boolean): Encoding<Batch> => ({
	raw,
	encode(events: readonly StoredEvent[]): Batch {
		// Written one by one: a whole page as one string would be another large object for the garbage collector to move.
		const texts = events.map((event) => `id: ${event.seq}\ndata: ${eventText(event, raw)}\n\n`);
		const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
		const head = `${bytes.toString(16)}\r\n`;
		const chunk = Buffer.allocUnsafe(head.length + bytes + 2);
		let at = chunk.write(head, "latin1");
		for (const text of texts) at += chunk.write(text, at);
		chunk.write("\r\n", at, "latin1");
		return { chunk, body: chunk.subarray(head.length, at) };
	},
});

const plain = encodingOf(false);
const withPayloads = encodingOf(true);

/** Returns a sink that sends server-sent events over a response whose headers have been sent. */
function sseSink(response: ServerResponse, raw = false): ReaderSink<Batch> {
	const { socket } = response;
	// A response whose token was revoked has ended and takes nothing more.
	const write = (data: string | Buffer) => void (response.writableEnded || response.write(data));
	const notice = (event: string, data: unknown) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
	return {
		encoding: raw ? withPayloads : plain,
		account: { held: 0, readers: 0 },
		send({ chunk, body }) {
			// Bypasses the response, which would frame each batch again for each client. The response queues nothing itself.
			if (response.chunkedEncoding && socket) void (response.writableEnded || socket.write(chunk));
			else write(body);
		},
		truncated: (truncation) => notice("truncated", { type: "truncated", ...truncation }),
		caughtUp: () => write(": live\n\n"),
		bufferedBytes: () => response.writableLength,
		takenBytes: () => takenBytes(socket),
		end(code, text) {
			const reads = response.writableLength === 0;
			notice("bye", { code, message: text[languageOf(response.req)] });
			response.end();
			// A reader that takes nothing would keep the socket open forever.
			if (code === "slow_reader" || (code === "token_revoked" && !reads)) socket?.destroy();
		},
	};
}
