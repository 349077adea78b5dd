import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { StoredEvent } from "../../event-log/index.ts";
import type { Encoding, EndReason, ReaderSink } from "../readers/index.ts";

/** One text message for each event. */
const single: Encoding<Buffer[]> = {
	encode: (events: readonly StoredEvent[]) => events.map(({ json }) => Buffer.from(json)),
};

/** One text message, a JSON array, for each batch. */
const batched: Encoding<Buffer[]> = {
	encode: (events: readonly StoredEvent[]) => [Buffer.from(`[${events.map(({ json }) => json).join(",")}]`)],
};

/** Close codes: 1001 and 1011 as registered; 4008 is ours. */
const closeCodes: Record<EndReason, number> = { slow_reader: 4008, shutting_down: 1001, failed: 1011 };

export function websocketSink(webSocket: WebSocket, socket: Socket, batch: boolean): ReaderSink<Buffer[]> {
	return {
		encoding: batch ? batched : single,
		send(payload) {
			for (const text of payload) webSocket.send(text, { binary: false });
		},
		truncated(truncation) {
			const notice = { type: "truncated", ...truncation };
			webSocket.send(JSON.stringify(batch ? [notice] : notice));
		},
		bufferedBytes: () => webSocket.bufferedAmount,
		takenBytes: () => socket.bytesWritten - socket.writableLength,
		end(code, message) {
			webSocket.close(closeCodes[code], `${code}: ${message}`);
			// A reader that takes nothing never answers the close.
			if (code === "slow_reader") webSocket.terminate();
		},
	};
}
