import type { DouyinError, FailureReason, HostAdvisor } from "@livekeeper/douyin";
import type { Text } from "../text/index.ts";

/** A connection of a room. */
export interface ConnectionKey {
	readonly liveId: string;
	/** From 0, the room's own. */
	readonly source: number;
	/** Of its cookie and proxy: a secret, not to be shown. */
	readonly identity: string;
	/** Polling says nothing of push hosts: it neither probes for other rooms, nor waits for their probe. */
	readonly kind: "socket" | "polling";
	/** Another socket of the room stands: this one neither probes for other rooms, nor counts as one. */
	readonly beside: boolean;
	/** The room is polled meanwhile: polls are answered. */
	readonly polled: boolean;
}

/** A connection that was lost, or an attempt that failed. */
export interface FailedAttempt extends ConnectionKey {
	failure: Pick<DouyinError, "reason" | "retryAfterMs">;
	/** Failed attempts since the last frame, this one included: from 1. */
	attempt: number;
	/** ms. */
	now: number;
}

/** When a room tries again. */
export interface NextAttempt {
	delayMs: number;
	/** Why then, for people: a clause. */
	why: Text;
}

/** An attempt that was due is not to be made yet. */
export interface Hold {
	/** When to ask again. */
	delayMs: number;
	why: Text;
	/** What it is held back for. */
	reason: FailureReason;
	/** It is the identity that rests: connections of the room that go by another one may go on. */
	rests?: boolean;
	/** Sockets are refused to all, and polling works meanwhile: the room may be polled. */
	mayPoll?: boolean;
}

/** How reconnecting goes, for all rooms together. */
export interface ReconnectStatus {
	strategy: "fixed" | "adaptive";
	/** Most rooms failed at once: `canary` tries for all, and so many others wait for it. */
	outage?: { since: number; reason: FailureReason; canary: string; waiting: number };
	/**
	 * What is known of the push hosts: how likely an attempt succeeds there now (0 to 1), and whether it is left alone
	 * because it failed again and again.
	 */
	hosts: { host: string; successRate: number; open: boolean }[];
}

/** Decides when connections are tried again; one for all rooms. They ask and tell, and never know the others. Times are of `Clock.elapsed`. */
export interface ReconnectStrategy {
	/** Chooses push hosts, and is told by every connection what it met there; without one the upstream chooses. */
	readonly hosts?: HostAdvisor;
	/** Asked after each failure. What a failure class or the upstream asks for at least is seen to by the room. */
	failed(attempt: FailedAttempt): NextAttempt;
	/** Asked when an attempt is due, and again after it had to wait for a permit. @returns `undefined` to go on */
	admit(connection: ConnectionKey, now: number): Hold | undefined;
	/** Whether an identity is not to be used now, also for pages: it rests, or the upstream refuses it. Changes nothing. */
	bars(identity: string, now: number): boolean;
	/** The upstream has opened a socket. */
	opened(connection: ConnectionKey, now: number): void;
	/** A new connection has brought its first frame. */
	works(connection: ConnectionKey, now: number): void;
	/** There is nothing to connect to for now, or the room is not wanted any more. */
	left(liveId: string, now: number): void;
	status(now: number): ReconnectStatus;
}
