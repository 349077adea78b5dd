import type { Clock, Timer } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { SessionItem } from "../upstream.ts";
import { type Permit, watchPermit } from "./permit.ts";

/**
 * `idle`: no attempt is planned. `waiting`: the next one is due at `nextAttemptAt`. `preparing`: one is due, and what it
 * needs is being found out. `queued`: it waits for a permit.
 */
export type ConnectionState = "idle" | "waiting" | "preparing" | "queued" | "connecting" | "connected";

/** How to make an attempt. */
export interface Attempt {
	/** Held until the session is over. */
	permit?: Permit | undefined;
	/** Runs the session, which gives what comes to `take`; it is over as soon as possible once `signal` aborts. */
	open(signal: AbortSignal, take: (item: SessionItem) => void): Promise<void>;
	/** The session is over, and the socket is gone. @param failure why; `undefined`: it was to end */
	close?(failure: DouyinError | undefined): void;
}

/** Decides for a connection. Times are those of `clock.elapsed()`, ms. */
export interface ConnectionHost {
	/**
	 * An attempt is due: looks up what it needs, and waits for a permit. May set the connection's state to `queued`.
	 * @returns how to make it; or when to ask again, without anything having failed
	 */
	prepare(signal: AbortSignal): Promise<Attempt | number>;
	/** @throws DouyinError ends the session with it */
	take(item: SessionItem): void;
	/** The connection was lost or could not be made. @returns when to try again; `Infinity`: once it is called */
	failed(failure: DouyinError): number;
	/** Another needs its permit. @param why as the permit says it. @returns when to ask for one again */
	preempted?(why: unknown): number;
	/** Anything but a {@link DouyinError} was thrown: a bug. @returns the failure that it counts as */
	bug(error: unknown): DouyinError;
}

export interface ConnectionOptions {
	clock: Clock;
	host: ConnectionHost;
	/** How long a session may take to end once it was told to, ms; then it is not waited for any more. Default 5,000. */
	endLimitMs?: number;
	/** A session did not end in time. */
	onOverdue?: () => void;
}

const defaultEndLimitMs = 5_000;
/** When to try again where even the handling of a failure failed, ms. */
const afterBugMs = 60_000;

/**
 * Keeps one connection: waits until an attempt is due, prepares it, reads its session, asks when to try again, for as
 * long as it is to run. There is one attempt at a time, and the next begins when the one before has let go of its socket.
 */
export class Connection {
	/** When the next attempt is due, ms; `Infinity`: none is planned. */
	nextAttemptAt: number;
	#state: ConnectionState = "idle";
	readonly #options: ConnectionOptions;
	#attempt: AbortController | undefined;
	#timer: Timer | undefined;
	#wake: (() => void) | undefined;

	/** @param firstAt when to make the first attempt, ms; default at once */
	constructor(options: ConnectionOptions, firstAt = 0) {
		this.#options = options;
		this.nextAttemptAt = firstAt;
	}

	get state(): ConnectionState {
		if (this.#state !== "idle") return this.#state;
		return this.nextAttemptAt === Number.POSITIVE_INFINITY ? "idle" : "waiting";
	}

	/** It waits for a permit. */
	queued(): void {
		this.#state = "queued";
	}

	/** @returns when `signal` has aborted and the socket is gone */
	async run(signal: AbortSignal): Promise<void> {
		const stop = () => {
			this.#attempt?.abort(signal.reason);
			this.#wake?.();
		};
		signal.addEventListener("abort", stop, { once: true });
		while (!signal.aborted) {
			await this.#due();
			if (signal.aborted) break;
			const attempt = new AbortController();
			this.#attempt = attempt;
			const nextAt = await this.#make(attempt.signal);
			this.#state = "idle";
			// Whoever interrupted it has said when to go on.
			if (!attempt.signal.aborted) this.nextAttemptAt = nextAt;
		}
		signal.removeEventListener("abort", stop);
	}

	/**
	 * Breaks off the attempt or session that is under way; nothing has failed.
	 * @param nextAt when to make the next attempt
	 * @param why the session's `signal` gets it as its reason
	 */
	interrupt(nextAt: number, why?: unknown): void {
		this.#attempt?.abort(why);
		this.#state = "idle";
		this.moveAttempt(nextAt);
	}

	/** Ends the attempt or session that is under way as if it had failed. */
	fail(failure: DouyinError): void {
		if (this.#attempt?.signal.aborted === false) this.interrupt(this.#options.host.failed(failure), failure);
	}

	/** Moves the next attempt. @returns false where none is waited for: one is under way */
	moveAttempt(at: number): boolean {
		this.nextAttemptAt = at;
		const wake = this.#wake;
		if (wake) this.#setTimer(wake);
		return wake !== undefined;
	}

	/** Resolves when the next attempt is due. */
	#due(): Promise<void> {
		return new Promise((resolve) => {
			this.#wake = () => {
				this.#timer?.cancel();
				this.#wake = undefined;
				resolve();
			};
			this.#setTimer(this.#wake);
		});
	}

	#setTimer(wake: () => void): void {
		this.#timer?.cancel();
		const { clock } = this.#options;
		const inMs = this.nextAttemptAt - clock.elapsed();
		if (inMs <= 0) wake();
		else if (inMs !== Number.POSITIVE_INFINITY) this.#timer = clock.after(inMs, wake);
	}

	/** @returns when to make the next attempt; of no use when `signal` has aborted */
	async #make(signal: AbortSignal): Promise<number> {
		const { host, clock } = this.#options;
		try {
			this.#state = "preparing";
			const attempt = await host.prepare(signal);
			if (typeof attempt === "number") return attempt;
			const failure = await this.#session(attempt, signal);
			return failure ? host.failed(failure) : 0;
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
	async #session(attempt: Attempt, signal: AbortSignal): Promise<DouyinError | undefined> {
		const { clock, endLimitMs = defaultEndLimitMs, onOverdue } = this.#options;
		const { permit } = attempt;
		const release = permit && watchPermit(permit, signal, (why) => this.#preempted(why));
		let failure: DouyinError | undefined;
		let limit: Timer | undefined;
		let giveUp: (outcome: "overdue") => void;
		const overdue = new Promise<"overdue">((resolve) => {
			giveUp = resolve;
		});
		const onAbort = () => {
			limit = clock.after(endLimitMs, () => giveUp("overdue"));
		};
		signal.addEventListener("abort", onAbort);
		try {
			// It may be preempted already.
			if (signal.aborted) return undefined;
			this.#state = "connecting";
			const outcome = await Promise.race([this.#read(attempt, signal), overdue]);
			if (outcome === "overdue") onOverdue?.();
			else if (!signal.aborted) failure = outcome;
			return failure;
		} finally {
			signal.removeEventListener("abort", onAbort);
			limit?.cancel();
			this.#state = "idle";
			// Whatever closing throws, the permit is for others now.
			try {
				attempt.close?.(failure);
			} finally {
				release?.();
			}
		}
	}

	#preempted(why: unknown): void {
		const { host, clock } = this.#options;
		try {
			this.interrupt(host.preempted?.(why) ?? 0);
		} catch (error) {
			host.bug(error);
			this.interrupt(clock.elapsed() + afterBugMs);
		}
	}

	async #read(attempt: Attempt, signal: AbortSignal): Promise<DouyinError> {
		try {
			await attempt.open(signal, (item) => this.#take(attempt, item, signal));
			return new DouyinError("network", "The session ended without saying why.");
		} catch (error) {
			return signal.aborted ? (error as DouyinError) : this.#asFailure(error);
		}
	}

	/** @throws DouyinError ends the session */
	#take(attempt: Attempt, item: SessionItem, signal: AbortSignal): void {
		// What comes after the abort is not taken: the cursor stays behind it, so a resumed session brings it again.
		if (signal.aborted) return;
		try {
			if (item.type === "opened") {
				this.#state = "connected";
				attempt.permit?.handshakeDone();
			}
			this.#options.host.take(item);
		} catch (error) {
			throw this.#asFailure(error);
		}
	}

	#asFailure(error: unknown): DouyinError {
		return error instanceof DouyinError ? error : this.#options.host.bug(error);
	}
}
