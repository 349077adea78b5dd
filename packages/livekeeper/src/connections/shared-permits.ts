import type { Permit } from "@livekeeper/douyin";
import type { PermitSource } from "../rooms/index.ts";

interface Shared {
	permit: Permit;
	users: number;
}

/**
 * One permit for two connections of which the room needs one: whichever asks while the other holds it waits for the turn
 * of its handshake alone.
 * @param own where the permit comes from
 * @param turns where permits come from that count against no limit
 */
export function sharedPermits(own: PermitSource, turns: PermitSource): PermitSource {
	let shared: Shared | undefined;
	let last = own;

	/** @returns one user's permit; its handshake goes on `turn` */
	function join(turn: Permit): Permit {
		shared ??= { permit: turn, users: 0 };
		const joined = shared;
		joined.users++;
		let held = true;
		return {
			preempted: joined.permit.preempted,
			handshakeDone: () => turn.handshakeDone(),
			release: () => {
				if (!held) return;
				held = false;
				joined.users--;
				if (turn !== joined.permit) turn.release();
				else turn.handshakeDone();
				if (joined.users > 0) return;
				joined.permit.release();
				if (shared === joined) shared = undefined;
			},
		};
	}

	function acquire(signal: AbortSignal): Permit | Promise<Permit> {
		const from = shared ? turns : own;
		last = from;
		const granted = (permit: Permit) => {
			if (from === own || shared) return join(permit);
			// The other has released it meanwhile.
			permit.release();
			return acquire(signal);
		};
		const permit = from.acquire(signal);
		return permit instanceof Promise ? permit.then(granted) : granted(permit);
	}

	return { acquire, waitsFor: () => last.waitsFor() };
}
