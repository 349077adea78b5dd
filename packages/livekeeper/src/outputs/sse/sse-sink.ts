import type { ServerResponse } from "node:http";
import type { StoredEvent } from "../../event-log/index.ts";
import type { Encoding, ReaderSink } from "../readers/index.ts";

/** One `id:` (the `seq`) and one `data:` line (the event as stored) for each event, whole batches in one buffer. */
const encoding: Encoding<Buffer> = {
	encode(events: readonly StoredEvent[]): Buffer {
		let text = "";
		for (const { seq, json } of events) text += `id: ${seq}\ndata: ${json}\n\n`;
		return Buffer.from(text);
	},
};

/** Server-sent events over a response whose headers have been sent. */
export function sseSink(response: ServerResponse): ReaderSink<Buffer> {
	const { socket } = response;
	const notice = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
	return {
		encoding,
		send: (payload) => void response.write(payload),
		truncated: (truncation) => void notice("truncated", { type: "truncated", ...truncation }),
		caughtUp: () => void response.write(": live\n\n"),
		bufferedBytes: () => response.writableLength,
		takenBytes: () => (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0),
		end(code, message) {
			notice("bye", { code, message });
			response.end();
			// A reader that takes nothing would keep the socket open for ever.
			if (code === "slow_reader") socket?.destroy();
		},
	};
}
