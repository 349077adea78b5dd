import { createParser, type EventSourceMessage } from "eventsource-parser";
import { LivekeeperApiError } from "./errors.ts";
import type { Clock } from "./time.ts";

/** One event is far smaller; a line that grows past this is not livekeeper's. */
const maxEventChars = 16 * 1024 * 1024;

export interface SseOptions {
	clock: Clock;
	/** Without any byte for this long the stream is given up, ms. The service sends a comment every 15 s. */
	silenceMs: number;
	/** Called with the first bytes: the stream has proven itself. */
	onAlive: () => void;
}

/**
 * The messages of an event stream, read at the consumer's own pace. Returns when the service ended the stream.
 * @throws LivekeeperApiError `silence` or `bad_answer`; whatever the stream failed with
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
			// Fields that we don't know are no fault of the stream: later versions may add some.
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
		// Nobody reads on: release the socket. The stream's failure has been thrown already.
		reader.cancel().catch(() => undefined);
	}
}

/** The clock only runs while we wait for the service: a slow consumer is no silence. */
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
