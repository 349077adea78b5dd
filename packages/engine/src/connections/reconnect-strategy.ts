import type { FailureReason, HostAdvisor } from "@livekeeper/douyin";
import type { Advice, ConnectionKey, FailedAttempt, Hold } from "../rooms/index.ts";
import { IdentityHolds } from "./identity-cooldowns.ts";

/*
 * Terms of the adaptive strategy, in addition to those of a room (`rooms/room-state.ts`).
 *
 * - strategy: what the gate asks what to hold and what to advise; the adaptive one learns from all rooms' attempts
 * - outage: most rooms failed at once; all are held until one receives something, then return in order
 * - probe: the attempt of the one room, the prober, that is let through meanwhile
 * - refused identity: waits longer after each refusal; if it was refused to two rooms, one probes for all of its rooms
 * - host success rate: for how many connections a failed push host is skipped, and whether a lost connection is retried
 *   at once
 */

/** State of reconnecting over all rooms. */
export interface ReconnectStatus {
	strategy: "fixed" | "adaptive";
	/** Set if most rooms failed at once: `canary` probes for all, and `waiting` others wait for it. */
	outage?: { since: number; reason: FailureReason; canary: string; waiting: number };
	/**
	 * Known push hosts: the current probability that an attempt succeeds (0 to 1), and whether the host is left alone
	 * because it failed repeatedly.
	 */
	hosts: { host: string; successRate: number; open: boolean }[];
}

/**
 * Learns from all rooms' attempts and decides what is held back; used by the gate alone. Times are of `Clock.elapsed`,
 * ms.
 */
export interface ReconnectStrategy {
	/** Chooses push hosts and learns from every connection. Without it, the upstream chooses. */
	readonly hosts?: HostAdvisor;
	/** Whether nothing is held back, so no request needs a check. */
	readonly isQuiet: boolean;
	/** Returns the hold on a request; `undefined` if there is none. Changes nothing. */
	hold(connection: ConnectionKey, now: number): Hold | undefined;
	/** Notes that a request was granted. */
	begins(connection: ConnectionKey, now: number): void;
	failed(attempt: FailedAttempt, now: number): Advice;
	/** Notes that the upstream has opened a socket. */
	opened(connection: ConnectionKey, now: number): void;
	/** Notes that a new socket has brought its first frame. */
	works(connection: ConnectionKey, now: number): void;
	/** Notes that there is nothing to connect to for now, or that the room is no longer kept. */
	left(liveId: string, now: number): void;
	/** @param waiting number of requests that an outage holds back */
	status(waiting: number): ReconnectStatus;
}

/**
 * Retries each connection by itself on the promised schedule. Those that fail together are spread by the pace of
 * handshakes.
 */
export class FixedStrategy implements ReconnectStrategy {
	readonly #holds: IdentityHolds;

	/** @param holds identities that have to wait */
	constructor(holds = new IdentityHolds()) {
		this.#holds = holds;
	}

	get isQuiet(): boolean {
		return this.#holds.areNone;
	}

	hold({ identity }: ConnectionKey, now: number): Hold | undefined {
		return this.#holds.hold(identity, now);
	}

	failed(): Advice {
		return {};
	}

	begins(): void {
		// One room's result says nothing about the others.
	}

	opened(): void {
		// As above.
	}

	works(): void {
		// As above.
	}

	left(): void {
		// As above.
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}
}
