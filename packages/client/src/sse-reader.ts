import { createParser, type EventSourceMessage } from "eventsource-parser";
import { LivekeeperApiError } from "./errors.ts";
import type { Clock } from "./time.ts";

/** Maximum length of an event. Real ones are far smaller; a longer line is not livekeeper's. */
const maxEventChars = 16 * 1024 * 1024;

export interface SseOptions {
	clock: Clock;
	/** Time without any byte after which the stream is closed, ms. The service sends a comment every 15 s. */
	silenceMs: number;
	/** Called with the first bytes: the stream works. */
	onAlive: () => void;
}

/**
 * Yields the messages of an event stream at the consumer's own pace. Returns when the service ended the stream.
 * @throws LivekeeperApiError `silence` or `bad_answer`; any error of the stream
 */
export async function* sseMessages(
	body: ReadableStream<Uint8Array>,
	{ clock, silenceMs, onAlive }: SseOptions,
): AsyncGenerator<EventSourceMessage, void> {
	const messages: EventSourceMessage[] = [];
	let broken: Error | undefined;
	const parser = createParser({
		maxBufferSize: maxEventChars,
		onEvent: (message) => messages.push(message),
		onError: (error) => {
			// Unknown fields are not an error: later versions may add some.
			if (error.type === "max-buffer-size-exceeded") broken = error;
		},
	});
	const decoder = new TextDecoder();
	const reader = body.getReader();
	try {
		for (;;) {
			const { done, value } = await readWithin(reader, clock, silenceMs);
			if (done) return;
			onAlive();
			parser.feed(decoder.decode(value, { stream: true }));
			yield* messages.splice(0);
			if (broken) throw new LivekeeperApiError("bad_answer", "The stream is not an event stream.", { cause: broken });
		}
	} finally {
		// The reading is over: release the socket. The stream's failure has been thrown already.
		reader.cancel().catch(() => undefined);
	}
}

/** The clock only runs while waiting for the service: a slow consumer does not count as silence. */
async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock, silenceMs: number) {
	let giveUp: (reason: Error) => void = () => undefined;
	const silence = new Promise<never>((_, reject) => {
		giveUp = reject;
	});
	const timer = clock.after(silenceMs, () =>
		giveUp(new LivekeeperApiError("silence", `Nothing came for ${silenceMs / 1000} s.`)),
	);
	try {
		return await Promise.race([reader.read(), silence]);
	} finally {
		timer.cancel();
	}
}
