import { orAbort, type Permit } from "@livekeeper/douyin";
import type { PermitSource, PermitWait } from "../rooms/index.ts";
import type { Admission, AdmissionRequest } from "./admission/index.ts";

/** For one connection of a room, from the admission of all. */
export class Permits implements PermitSource {
	readonly #admission: Pick<Admission, "acquire" | "waitsFor">;
	readonly #request: AdmissionRequest;

	constructor(admission: Pick<Admission, "acquire" | "waitsFor">, request: AdmissionRequest) {
		this.#admission = admission;
		this.#request = request;
	}

	acquire(signal: AbortSignal): Permit | Promise<Permit> {
		return this.#admission.acquire(this.#request, signal);
	}

	waitsFor(): PermitWait {
		return this.#admission.waitsFor(this.#request);
	}
}

interface Shared {
	permit: Permit;
	users: number;
}

/**
 * One permit for two connections of which the room needs one: whichever asks while the other holds it waits for the turn
 * of its handshake alone, and whichever asks while the other waits for it waits with it.
 */
export class SharedPermits implements PermitSource {
	readonly #own: PermitSource;
	readonly #turns: PermitSource;
	#shared: Shared | undefined;
	/** Until the one that waits for the permit itself has it, or has given up. */
	#asking: Promise<void> | undefined;
	#last: PermitSource;

	/** @param own where the permit comes from @param turns where permits come from that count against no limit */
	constructor(own: PermitSource, turns: PermitSource) {
		this.#own = own;
		this.#turns = turns;
		this.#last = own;
	}

	acquire(signal: AbortSignal): Permit | Promise<Permit> {
		if (!this.#held && this.#asking) return orAbort(this.#asking, signal).then(() => this.acquire(signal));
		const from = this.#held ? this.#turns : this.#own;
		this.#last = from;
		const granted = (permit: Permit) => {
			if (from === this.#own || this.#held) return this.#join(permit);
			// The other has released it meanwhile.
			permit.release();
			return this.acquire(signal);
		};
		const permit = from.acquire(signal);
		if (!(permit instanceof Promise)) return granted(permit);
		const joined = permit.then(granted);
		if (from === this.#own) this.#ask(joined);
		return joined;
	}

	#ask(permit: Promise<Permit>): void {
		const over = () => {
			this.#asking = undefined;
		};
		this.#asking = permit.then(over, over);
	}

	/** What can be shared: not what another room needs, even while one of the two has not let go of it. */
	get #held(): Shared | undefined {
		return this.#shared?.permit.preempted.aborted ? undefined : this.#shared;
	}

	waitsFor(): PermitWait {
		return this.#last.waitsFor();
	}

	/** @returns one user's permit; its handshake goes on `turn` */
	#join(turn: Permit): Permit {
		const joined = this.#held ?? { permit: turn, users: 0 };
		this.#shared = joined;
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
				if (this.#shared === joined) this.#shared = undefined;
			},
		};
	}
}
