import type { IncomingMessage } from "node:http";
import { type Language, languageOf, type Text } from "@livekeeper/base/text";
import type { StoredEvent } from "@livekeeper/log";
import type { WebSocket } from "ws";
import { type Encoding, type EndReason, eventText, type ReaderSink, takenBytes, textFrames } from "../readers/index.ts";

/** One text message per event. */
const singleOf = (raw: boolean): Encoding<Buffer> => ({
	raw,
	encode: (events: readonly StoredEvent[]) => textFrames(events.map((event) => eventText(event, raw))),
});

/** One text message, a JSON array, per batch. */
const batchedOf = (raw: boolean): Encoding<Buffer> => ({
	raw,
	encode: (events: readonly StoredEvent[]) =>
		textFrames([`[${events.map((event) => eventText(event, raw)).join(",")}]`]),
});

const plain = { single: singleOf(false), batched: batchedOf(false) };
const withPayloads = { single: singleOf(true), batched: batchedOf(true) };

/** Close codes: 1001 and 1011 are registered, 4001 and 4008 are livekeeper's own. */
const closeCodes: Record<EndReason, number> = {
	slow_reader: 4008,
	shutting_down: 1001,
	failed: 1011,
	token_revoked: 4001,
};

/**
 * Returns a close reason such as `slow_reader: 已 60 秒没有读取。`: at most 123 bytes of UTF-8, which is all a close frame
 * holds.
 */
export function closeReason(code: EndReason, text: Text, language: Language): string {
	return `${code}: ${text[language]}`;
}

/** Closes with the reason in the language of the client's handshake. */
export function endWebSocket(webSocket: WebSocket, request: IncomingMessage, code: EndReason, text: Text): void {
	const reads = webSocket.bufferedAmount === 0;
	webSocket.close(closeCodes[code], closeReason(code, text, languageOf(request)));
	// A reader that takes nothing never answers the close.
	if (code === "slow_reader" || (code === "token_revoked" && !reads)) webSocket.terminate();
}

export function websocketSink(
	webSocket: WebSocket,
	request: IncomingMessage,
	{ batch, raw = false }: { batch: boolean; raw?: boolean | undefined },
): ReaderSink<Buffer> {
	const encodings = raw ? withPayloads : plain;
	const { socket } = request;
	return {
		encoding: batch ? encodings.batched : encodings.single,
		account: { held: 0, readers: 0 },
		send(payload) {
			// Bypasses ws's sender, which would frame each message again for each reader. The sender queues nothing itself.
			if (webSocket.readyState === webSocket.OPEN) socket.write(payload);
		},
		truncated(truncation) {
			const notice = { type: "truncated", ...truncation };
			webSocket.send(JSON.stringify(batch ? [notice] : notice));
		},
		bufferedBytes: () => webSocket.bufferedAmount,
		takenBytes: () => takenBytes(socket),
		end: (code, text) => endWebSocket(webSocket, request, code, text),
	};
}
