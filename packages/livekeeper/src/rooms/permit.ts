import type { Text } from "../text/index.ts";

/** The right to one connection, from before its handshake until its socket is gone. */
export interface Permit {
	/**
	 * Aborts when another room needs the connection: it is to be closed, and the permit released, soon. The reason is a
	 * sentence (`Text`). See whether it has aborted already before listening to it.
	 */
	readonly preempted: AbortSignal;
	/** The handshake is over, whatever came of it: the next may begin. A second call does nothing. */
	handshakeDone(): void;
	/** The socket is gone. Ends the handshake as well; a second call does nothing. */
	release(): void;
}

/** What a request for a permit waits for. */
export interface PermitWait {
	/** `capacity`: a limit is full, it may take long. `turn`: only others are ahead whose handshakes are paced. */
	for: "capacity" | "turn";
	/** For people: a sentence. */
	why: Text;
}

/** Gives out permits for one connection of a room, one at a time. */
export interface PermitSource {
	/** @returns at once where there is a free one, else a promise that rejects with `signal.reason` when aborted */
	acquire(signal: AbortSignal): Permit | Promise<Permit>;
	/** What the last request waits for. */
	waitsFor(): PermitWait;
}

/**
 * Watches over a permit that is held.
 * @param onPreempted called at most once, and not once `signal` has aborted; `why` is a sentence
 * @returns a function that releases the permit
 */
export function watchPermit(permit: Permit, signal: AbortSignal, onPreempted: (why: Text) => void): () => void {
	const { preempted } = permit;
	const notify = () => {
		if (!signal.aborted) onPreempted(preempted.reason as Text);
	};
	if (preempted.aborted) notify();
	else preempted.addEventListener("abort", notify, { once: true });
	return () => {
		preempted.removeEventListener("abort", notify);
		permit.release();
	};
}
