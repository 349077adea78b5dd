import type { FailureReason, HostAdvisor } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Failure } from "./room-failure.ts";

/** Permission for one connection, from its request until its socket is closed. */
export interface Permit {
	/** Current reason why it is not granted yet. */
	readonly wait: Wait | undefined;
	/** Reports that the handshake is over, successful or not, so the next one may start. A second call does nothing. */
	handshakeDone(): void;
	/**
	 * Reports that the socket is closed, which also ends the handshake, or leaves the queue. No callback follows. A second
	 * call does nothing.
	 */
	release(): void;
}

/** Kind of a request to the gate: to open a socket, or to poll. */
export type RequestKind = "socket" | "poll";

/** Reason why a permit is not granted yet. Times are of `Clock.elapsed`, ms. */
export type Wait =
	/** `limit`: a limit is reached, which may take long. `turn`: other requests are ahead, and handshakes are paced. */
	{ readonly for: "limit" | "turn"; readonly why: Said } | Hold;

/** A delay although the limits allow a connection. */
export interface Hold {
	/**
	 * `slow_down`: the upstream asked this identity to wait. `cooldown`: the upstream shows this identity nothing.
	 * `refused`: the upstream refuses this identity, and it is left alone, or another room probes for all. `outage`: most
	 * rooms failed at once, and one probes for all.
	 */
	readonly for: "slow_down" | "cooldown" | "refused" | "outage";
	readonly why: Said;
	/** Time at which the hold ends, or at which it is checked again at the earliest. */
	readonly until: number;
	readonly reason: FailureReason;
	/** Whether the room may be polled: sockets are refused to all rooms, but polling works. */
	readonly mayPoll?: boolean;
}

/** Limits that a connection counts against. */
export interface QuotaKeys {
	/** Connections with the same key share one identity's limit. A secret: never logged, never shown. */
	identity: string;
	/** Whether the identity is a login, which has its own default limit. */
	login?: boolean;
	/** Same as `identity`, for a proxy, if there is one. */
	proxy?: string | undefined;
}

/** A connection of a room, as the components see it that learn from all rooms' connections. */
export interface ConnectionKey {
	readonly liveId: string;
	/** Key of its cookie and proxy. A secret: never shown. */
	readonly identity: string;
	readonly kind: RequestKind;
	/**
	 * Whether another socket of the room is connected. If so, this one neither probes for other rooms nor counts as a
	 * probe.
	 */
	readonly beside: boolean;
	/** Whether the room is polled meanwhile and its polls are answered. */
	readonly polled: boolean;
}

/** A lost connection or a failed attempt. */
export interface FailedAttempt extends ConnectionKey {
	readonly failure: Pick<Failure, "reason" | "retryAfterMs">;
	/** Number of failed attempts since the last frame, including this one; starts at 1. */
	readonly attempt: number;
}

/** Advice on when to retry, derived from other rooms' attempts. Unstable connections keep to their schedule. */
export interface Advice {
	/** Delay that replaces the schedule's, ms; 0 if the gate paces the attempts of all rooms with this failure. */
	readonly delayMs?: number;
	/** Reason, as a clause. */
	readonly why?: Said;
}

export interface GateRequest {
	readonly kind: RequestKind;
	/** Key of the connection's cookie and proxy. A secret. */
	readonly identity: string;
	readonly quota: QuotaKeys;
	/** Whether the room already holds a permit for this connection, so only the handshake is paced. */
	readonly holdsPermit: boolean;
	/** Returns the current value of {@link ConnectionKey.beside}. */
	readonly beside: () => boolean;
	/** For an additional connection of the room: returns whether the room can do without it right now. */
	readonly preemptible: (() => boolean) | undefined;
	/** Called once when the permit is granted, at once if nothing is in the way. */
	readonly onPermit: () => void;
	/** Called once when another room needs the connection: close it and release the permit soon. */
	readonly onPreempted: (why: Said) => void;
	/** Called when the request has to wait, and again whenever the reason changes. */
	readonly onWait: (wait: Wait) => void;
}

/**
 * Decides which connections may try, when, and in which order. The only component that delays connections. One instance
 * serves all rooms; the interface is one room's view of it.
 */
export interface RoomGate {
	/** Chooses push hosts and learns from every connection. Without it, the upstream chooses. */
	readonly hosts?: HostAdvisor | undefined;
	acquire(request: GateRequest): Permit;
	failed(attempt: FailedAttempt): Advice;
	/** Reports that the upstream has opened a socket. */
	opened(connection: ConnectionKey): void;
	/** Reports that a new socket has brought its first frame. */
	works(connection: ConnectionKey): void;
	/** Reports that the room has nothing to connect to for now. */
	left(liveId: string): void;
}
