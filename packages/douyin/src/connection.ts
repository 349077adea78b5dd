import { type Clock, sleep } from "./clock.ts";
import { DouyinError } from "./errors.ts";
import type { SessionItem } from "./upstream.ts";

/** One attempt to connect. */
export interface Attempt {
	/** Runs the session, which passes its items to `take`, and ends as soon as possible once `signal` aborts. */
	open(signal: AbortSignal, take: (item: SessionItem) => void): Promise<void>;
	/** Called when the session is over and the socket is closed. @param failure why; `undefined` after a planned end */
	close(failure: DouyinError | undefined): void;
}

/** Makes the decisions for a connection. Times are those of `clock.elapsed()`, ms. */
export interface ConnectionHost {
	/** Prepares an attempt that is due. @returns the attempt; or, if nothing has failed, when to ask again */
	prepare(signal: AbortSignal): Promise<Attempt | number>;
	/** Handles one item. @throws DouyinError to end the session with it */
	take(item: SessionItem): void;
	/** Called when the connection was lost or could not be made. @returns when to try again */
	failed(failure: DouyinError): number;
	/** Called when anything but a {@link DouyinError} was thrown: a bug. @returns the failure that it counts as */
	bug(error: unknown): DouyinError;
}

/** Maximum wait for a session to end once it was stopped, ms. */
const endLimitMs = 5_000;
/** Delay of the next attempt if handling a failure failed too, ms. */
const afterBugMs = 60_000;

/**
 * Keeps one connection open: waits until an attempt is due, prepares it, reads its session, asks when to try again,
 * until `signal` aborts. Attempts never overlap: the next begins when the one before has released its socket.
 */
export async function keepConnected(host: ConnectionHost, clock: Clock, signal: AbortSignal): Promise<void> {
	let nextAt = 0;
	while (!signal.aborted) {
		const inMs = nextAt - clock.elapsed();
		if (inMs > 0) await sleep(clock, inMs, signal);
		if (!signal.aborted) nextAt = await attempt(host, clock, signal);
	}
}

/** @returns when to make the next attempt; meaningless when `signal` has aborted */
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

/** @returns why it ended; `undefined` if `signal` ended it */
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

/** Resolves a while after `signal` has aborted. */
function overdue(clock: Clock, signal: AbortSignal, over: AbortSignal): Promise<undefined> {
	return new Promise((resolve) => {
		const onAbort = () => void sleep(clock, endLimitMs, over).then(() => resolve(undefined));
		signal.addEventListener("abort", onAbort, { once: true, signal: over });
	});
}

/** @throws DouyinError to end the session */
function take(host: ConnectionHost, item: SessionItem, signal: AbortSignal): void {
	// Items after the abort are not taken: the cursor stays before them, so a resumed session delivers them again.
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
