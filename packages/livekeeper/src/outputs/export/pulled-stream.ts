import { Readable } from "node:stream";
import type { Clock, Timer } from "@livekeeper/douyin";

export interface PulledStreamOptions {
	clock: Clock;
	/** Time after which a reader that takes nothing is dropped, ms. */
	stallMs: number;
	/** Ends the stream with the signal's reason. */
	signal: AbortSignal;
	/** Called if the stream failed, but not if its reader left. */
	onFailure: (error: Error) => void;
}

/** Part size, bytes. A reader has the whole of `stallMs` for each part, however large the chunks are. */
const partBytes = 64 * 1024;

/**
 * Creates a stream that produces each chunk when its reader has room for it, at most one ahead. Destroying the stream
 * ends the source.
 */
export function pulledStream(
	chunks: AsyncGenerator<string | Uint8Array, void>,
	{ clock, stallMs, signal, onFailure }: PulledStreamOptions,
): Readable {
	let stall: Timer | undefined;
	const giveUp = () => stream.destroy(new Error(`The reader took nothing for ${stallMs / 1000} s.`));
	async function* watched() {
		try {
			for await (const chunk of chunks) {
				if (signal.aborted) throw signal.reason;
				const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
				for (let at = 0; at < bytes.length; at += partBytes) {
					stall = clock.after(stallMs, giveUp);
					yield bytes.subarray(at, at + partBytes);
					stall.cancel();
				}
			}
		} finally {
			stall?.cancel();
		}
	}
	const stream = Readable.from(watched(), { objectMode: false, highWaterMark: partBytes });
	const abort = () => stream.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
	signal.addEventListener("abort", abort, { once: true });
	stream.on("error", onFailure);
	stream.once("close", () => {
		stall?.cancel();
		signal.removeEventListener("abort", abort);
	});
	return stream;
}
