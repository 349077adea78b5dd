import { type Backoff, backoffMs, defaultBackoff } from "./backoff.ts";
import { LivekeeperApiError } from "./errors.ts";
import { type Clock, linkedAbort, pause } from "./time.ts";

/** The stream was lost; it will be reopened. */
export interface RetryNotice {
	/** Reason for the loss. */
	error: LivekeeperApiError;
	/** Number of attempts in a row, from 1; the first bytes of a stream reset it. */
	attempt: number;
	/** Time until the next attempt, ms. */
	delayMs: number;
}

export interface ReopenOptions {
	/** Ends the iteration, even while it waits. */
	signal?: AbortSignal | undefined;
	/** Called with the first bytes of each stream. */
	onOpen?: (() => void) | undefined;
	/** Called when the stream was lost, before the wait. */
	onRetry?: ((notice: RetryNotice) => void) | undefined;
	backoff?: Partial<Backoff> | undefined;
	/** Time without a byte after which a stream is reopened, ms; default 45,000 (the service sends one every 15 s). */
	silenceMs?: number | undefined;
}

/** Yields the items of one stream until it throws the reason for its end. Calls `onAlive` with the first bytes. */
export type OpenStream<Item> = (signal: AbortSignal, onAlive: () => void) => AsyncGenerator<Item, void>;

/**
 * Reopens a stream whenever it ends, indefinitely; returns when `signal` aborts.
 * @throws LivekeeperApiError if retrying can't help: an unknown room, a wrong key, a bad filter
 */
export async function* reopen<Item>(
	open: OpenStream<Item>,
	{ signal: parent, onOpen, onRetry, backoff, clock }: ReopenOptions & { clock: Clock },
): AsyncGenerator<Item, void> {
	const { controller, release } = linkedAbort(parent);
	const { signal } = controller;
	let attempt = 0;
	try {
		while (!signal.aborted) {
			let isOpen = false;
			try {
				yield* open(signal, () => {
					attempt = 0;
					if (!isOpen) onOpen?.();
					isOpen = true;
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

/** Converts any error that the platform's streams throw when the connection is lost. */
function asStreamError(cause: unknown): LivekeeperApiError {
	if (cause instanceof LivekeeperApiError) return cause;
	return new LivekeeperApiError("unreachable", "The stream was cut.", { cause });
}
