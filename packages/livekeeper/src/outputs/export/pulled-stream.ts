import { Readable } from "node:stream";
import type { Clock, Timer } from "@livekeeper/douyin";

export interface PulledStreamOptions {
	clock: Clock;
	/** A reader that takes nothing for this long is given up, ms. */
	stallMs: number;
	/** Ends the stream with the signal's reason. */
	signal: AbortSignal;
	/** Called when the stream failed; not when its reader left. */
	onFailure: (error: Error) => void;
}

/** A reader has the whole of `stallMs` for each part of this size, however large the chunks are, bytes. */
const partBytes = 64 * 1024;

/**
 * A stream that makes each chunk when its reader has room for it, and never more than one ahead. Destroying it ends the
 * source.
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
