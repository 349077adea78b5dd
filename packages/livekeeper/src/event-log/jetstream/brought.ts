/** Nothing came from a consumer for so long that its server has to be taken for one that hangs. */
export class SilentConsumer extends Error {
	override readonly name = "SilentConsumer";
}

/** What the library passes on of a consumer. */
export interface Messages<T> extends AsyncIterable<T> {
	stop(): void;
}

/**
 * Passes on what a consumer brings. A consumer lies on one server, and where that one hangs the library asks it again and
 * again, for as long as that takes.
 * @param silenceMs maximum wait for the next message, ms
 * @throws SilentConsumer after that; what the library throws
 */
export async function* brought<T>(messages: Messages<T>, silenceMs: number): AsyncGenerator<T, void> {
	const iterator = messages[Symbol.asyncIterator]();
	let isSilent = false;
	const end = () => {
		isSilent = true;
		messages.stop();
	};
	try {
		for (;;) {
			// While its caller is busy with a message nothing is waited for.
			const timer = setTimeout(end, silenceMs);
			const { done, value } = await iterator.next().finally(() => clearTimeout(timer));
			if (isSilent) throw new SilentConsumer(`Nothing came for ${silenceMs} ms`);
			if (done) return;
			yield value;
		}
	} finally {
		messages.stop();
	}
}
