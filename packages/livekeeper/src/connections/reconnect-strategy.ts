import type { FailureReason, HostAdvisor } from "@livekeeper/douyin";
import type { Advice, ConnectionKey, FailedAttempt, Hold } from "../rooms/index.ts";

/** How reconnecting goes, for all rooms together. */
export interface ReconnectStatus {
	strategy: "fixed" | "adaptive";
	/** Most rooms failed at once: `canary` tries for all, and `waiting` others wait for it. */
	outage?: { since: number; reason: FailureReason; canary: string; waiting: number };
	/**
	 * What is known of the push hosts: how likely an attempt succeeds there now (0 to 1), and whether it is left alone
	 * because it failed again and again.
	 */
	hosts: { host: string; successRate: number; open: boolean }[];
}

/** What all rooms' attempts have shown, and what holds the next back; asked by the gate alone. Times are of `Clock.elapsed`, ms. */
export interface ReconnectStrategy {
	/** Chooses push hosts, and hears from every connection what it met there; without one the upstream chooses. */
	readonly hosts?: HostAdvisor;
	/** Nothing is held back: nobody need be asked about. */
	readonly isQuiet: boolean;
	/** What holds a request back; `undefined`: nothing. Changes nothing. */
	hold(connection: ConnectionKey, now: number): Hold | undefined;
	/** A request is granted. */
	begins(connection: ConnectionKey, now: number): void;
	failed(attempt: FailedAttempt, now: number): Advice;
	/** The upstream has opened a socket. */
	opened(connection: ConnectionKey, now: number): void;
	/** A new socket has brought its first frame. */
	works(connection: ConnectionKey, now: number): void;
	/** There is nothing to connect to for now, or the room is not wanted any more. */
	left(liveId: string, now: number): void;
	/** @param waiting requests that an outage holds back */
	status(waiting: number): ReconnectStatus;
}
