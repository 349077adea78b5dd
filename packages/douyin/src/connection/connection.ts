import { type Clock, sleep } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { SessionItem } from "../upstream.ts";

/** How to make an attempt. */
export interface Attempt {
	/** Runs the session, which gives what comes to `take`; it is over as soon as possible once `signal` aborts. */
	open(signal: AbortSignal, take: (item: SessionItem) => void): Promise<void>;
	/** The session is over, and the socket is gone. @param failure why; `undefined`: it was to end */
	close(failure: DouyinError | undefined): void;
}

/** Decides for a connection. Times are those of `clock.elapsed()`, ms. */
export interface ConnectionHost {
	/** An attempt is due. @returns how to make it; or when to ask again, without anything having failed */
	prepare(signal: AbortSignal): Promise<Attempt | number>;
	/** @throws DouyinError ends the session with it */
	take(item: SessionItem): void;
	/** The connection was lost or could not be made. @returns when to try again */
	failed(failure: DouyinError): number;
	/** Anything but a {@link DouyinError} was thrown: a bug. @returns the failure that it counts as */
	bug(error: unknown): DouyinError;
}

/** Longest wait for a session to end once it was stopped, ms. */
const endLimitMs = 5_000;
/** When to try again where even the handling of a failure failed, ms. */
const afterBugMs = 60_000;

/**
 * Keeps one connection: waits until an attempt is due, prepares it, reads its session, asks when to try again, until
 * `signal` aborts. There is one attempt at a time, and the next begins when the one before has released its socket.
 */
export async function keepConnected(host: ConnectionHost, clock: Clock, signal: AbortSignal): Promise<void> {
	let nextAt = 0;
	while (!signal.aborted) {
		const inMs = nextAt - clock.elapsed();
		if (inMs > 0) await sleep(clock, inMs, signal);
		if (!signal.aborted) nextAt = await attempt(host, clock, signal);
	}
}

/** @returns when to make the next attempt; of no use when `signal` has aborted */
async function attempt(host: ConnectionHost, clock: Clock, signal: AbortSignal): Promise<number> {
	try {
		const prepared = await host.prepare(signal);
		if (typeof prepared === "number" || signal.aborted) return Number(prepared);
		const failure = await session(host, prepared, { clock, signal });
		return failure && !signal.aborted ? host.failed(failure) : 0;
	} catch (error) {
		if (signal.aborted) return 0;
		try {
			return host.failed(host.bug(error));
		} catch (second) {
			host.bug(second);
			return clock.elapsed() + afterBugMs;
		}
	}
}

/** @returns why it ended; `undefined` when `signal` ended it */
async function session(
	host: ConnectionHost,
	{ open, close }: Attempt,
	{ clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<DouyinError | undefined> {
	const over = new AbortController();
	let failure: DouyinError | undefined;
	try {
		const read = open(signal, (item) => take(host, item, signal)).then(
			() => new DouyinError("network", "The connection ended without a reason."),
			(error: unknown) => (signal.aborted ? undefined : asFailure(host, error)),
		);
		failure = await Promise.race([read, overdue(clock, signal, over.signal)]);
		return failure;
	} finally {
		over.abort();
		close(signal.aborted ? undefined : failure);
	}
}

/** @returns a while after `signal` has aborted */
function overdue(clock: Clock, signal: AbortSignal, over: AbortSignal): Promise<undefined> {
	return new Promise((resolve) => {
		const onAbort = () => void sleep(clock, endLimitMs, over).then(() => resolve(undefined));
		signal.addEventListener("abort", onAbort, { once: true, signal: over });
	});
}

/** @throws DouyinError ends the session */
function take(host: ConnectionHost, item: SessionItem, signal: AbortSignal): void {
	// What comes after the abort is not taken: the cursor stays behind it, so a resumed session brings it again.
	if (signal.aborted) return;
	try {
		host.take(item);
	} catch (error) {
		throw asFailure(host, error);
	}
}

function asFailure(host: ConnectionHost, error: unknown): DouyinError {
	return error instanceof DouyinError ? error : host.bug(error);
}
