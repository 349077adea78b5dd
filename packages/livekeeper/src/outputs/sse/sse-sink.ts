import type { ServerResponse } from "node:http";
import { languageOf } from "@livekeeper/base/text";
import type { StoredEvent } from "@livekeeper/log";
import { type Encoding, eventText, type ReaderSink, takenBytes } from "../readers/index.ts";

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
export function sseSink(response: ServerResponse, raw = false): ReaderSink<Batch> {
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
