import { type Backoff, backoffMs, defaultBackoff } from "./backoff.ts";
import { LivekeeperApiError } from "./errors.ts";
import { type Clock, linkedAbort, pause } from "./time.ts";

/** The stream was lost; it will be opened again. */
export interface RetryNotice {
	/** Why. */
	error: LivekeeperApiError;
	/** Attempts in a row, from 1; the first bytes of a stream reset it. */
	attempt: number;
	/** When the next one is due, ms from now. */
	delayMs: number;
}

export interface ReopenOptions {
	/** Ends the iteration, also while it waits. */
	signal?: AbortSignal | undefined;
	/** Called when the stream was lost, before the wait. */
	onRetry?: ((notice: RetryNotice) => void) | undefined;
	backoff?: Partial<Backoff> | undefined;
	/** A stream without a byte for this long is reopened, ms; default 45,000 (the service sends one every 15 s). */
	silenceMs?: number | undefined;
}

/** One stream: yields what it brings until it throws why it ended. Calls `onAlive` with the first bytes. */
export type OpenStream<Item> = (signal: AbortSignal, onAlive: () => void) => AsyncGenerator<Item, void>;

/**
 * Opens a stream again whenever it ends, for ever; ends when `signal` aborts.
 * @throws LivekeeperApiError where trying again can't help: an unknown room, a wrong key, a bad filter
 */
export async function* reopen<Item>(
	open: OpenStream<Item>,
	{ signal: parent, onRetry, backoff, clock }: ReopenOptions & { clock: Clock },
): AsyncGenerator<Item, void> {
	const { controller, release } = linkedAbort(parent);
	const { signal } = controller;
	let attempt = 0;
	try {
		while (!signal.aborted) {
			try {
				yield* open(signal, () => {
					attempt = 0;
				});
				throw new LivekeeperApiError("unreachable", "The service ended the stream.");
			} catch (cause) {
				if (signal.aborted) return;
				const error = asStreamError(cause);
				if (!error.retryable) throw error;
				attempt++;
				const { minMs, maxMs } = { ...defaultBackoff, ...backoff };
				const delayMs = Math.max(backoffMs(attempt, { minMs, maxMs }, Math.random()), error.retryAfterMs ?? 0);
				onRetry?.({ error, attempt, delayMs });
				await pause(clock, delayMs, signal);
			}
		}
	} finally {
		release();
	}
}

/** A cut shows as whatever the platform's streams throw. */
function asStreamError(cause: unknown): LivekeeperApiError {
	if (cause instanceof LivekeeperApiError) return cause;
	return new LivekeeperApiError("unreachable", "The stream was cut.", { cause });
}
