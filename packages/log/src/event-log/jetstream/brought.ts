import { type Clock, systemClock } from "@livekeeper/douyin";

/** A consumer has been silent so long that its server counts as hanging. */
export class SilentConsumer extends Error {
	override readonly name = "SilentConsumer";
}

/** Messages of a consumer, as the library delivers them. */
export interface Messages<T> extends AsyncIterable<T> {
	stop(): void;
}

/**
 * Yields the messages of a consumer. A consumer lies on one server, and if that one hangs, the library asks it again
 * and again without end.
 * @param silenceMs maximum wait for the next message, ms
 * @throws SilentConsumer after that; errors of the library
 */
export async function* brought<T>(
	messages: Messages<T>,
	silenceMs: number,
	clock: Clock = systemClock,
): AsyncGenerator<T, void> {
	const iterator = messages[Symbol.asyncIterator]();
	let isSilent = false;
	const end = () => {
		isSilent = true;
		messages.stop();
	};
	try {
		for (;;) {
			// The timer does not run while the caller is busy with a message.
			const timer = clock.after(silenceMs, end);
			const { done, value } = await iterator.next().finally(() => timer.cancel());
			if (isSilent) throw new SilentConsumer(`Nothing came for ${silenceMs} ms`);
			if (done) return;
			yield value;
		}
	} finally {
		messages.stop();
	}
}
