/** The right to one connection, from before its handshake until its socket is gone. */
export interface Permit {
	/** Aborts when another needs the connection: it is to be closed, and the permit released, soon. The reason says why. */
	readonly preempted: AbortSignal;
	/** The handshake is over, whatever came of it: the next may begin. A second call does nothing. */
	handshakeDone(): void;
	/** The socket is gone. Ends the handshake as well; a second call does nothing. */
	release(): void;
}

/**
 * Watches over a permit that is held.
 * @param onPreempted called at most once, and not once `signal` has aborted
 * @returns a function that releases the permit
 */
export function watchPermit(permit: Permit, signal: AbortSignal, onPreempted: (why: unknown) => void): () => void {
	const { preempted } = permit;
	const notify = () => {
		if (!signal.aborted) onPreempted(preempted.reason);
	};
	if (preempted.aborted) notify();
	else preempted.addEventListener("abort", notify, { once: true });
	return () => {
		preempted.removeEventListener("abort", notify);
		permit.release();
	};
}
