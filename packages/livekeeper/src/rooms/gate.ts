import type { FailureReason, HostAdvisor } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Failure } from "./room-failure.ts";

/** The right to one connection, from before its handshake until its socket is gone. */
export interface Permit {
	/** The handshake is over, successful or not: the next may begin. A second call does nothing. */
	handshakeDone(): void;
	/** The socket is gone. Ends the handshake as well; a second call does nothing. */
	release(): void;
}

/** What a room asks the gate for: to open a socket, or to poll. */
export type Errand = "socket" | "poll";

/** What keeps a request waiting, in the gate's queue. Times are of `Clock.elapsed`, ms. */
export type Wait =
	/** `limit`: a limit is full, it may take long. `turn`: only others are ahead whose handshakes are paced. */
	{ readonly for: "limit" | "turn"; readonly why: Said } | Hold;

/** What others have met, or the upstream has asked for, holds a request back until then. */
export interface Hold {
	/**
	 * `identity`: the upstream asked it to wait. `rest`: the upstream shows it nothing. `refused`: the upstream refuses it,
	 * and another room tries for all. `outage`: most rooms failed at once, and one tries for all.
	 */
	readonly for: "identity" | "rest" | "refused" | "outage";
	readonly why: Said;
	/** When it ends, or is looked at again at the earliest. */
	readonly until: number;
	readonly reason: FailureReason;
	/** Sockets are refused to all, and polling works meanwhile: the room may be polled. */
	readonly mayPoll?: boolean;
}

/** Which limits a connection counts against. */
export interface QuotaKeys {
	/** Connections with the same key share the limit of an identity. A secret: never logged, never shown. */
	identity: string;
	/** That is a login: its limit has a default of its own. */
	login?: boolean;
	/** The same for a proxy, where there is one. */
	proxy?: string | undefined;
}

/** A connection of a room, to those who learn from all rooms' connections. */
export interface ConnectionKey {
	readonly liveId: string;
	/** Key of its cookie and proxy: a secret, not to be shown. */
	readonly identity: string;
	readonly errand: Errand;
	/** Another socket of the room is connected: this one neither probes for other rooms, nor counts as one. */
	readonly beside: boolean;
	/** The room is polled meanwhile: polls are answered. */
	readonly polled: boolean;
}

/** A connection that was lost, or an attempt that failed. */
export interface FailedAttempt extends ConnectionKey {
	readonly failure: Pick<Failure, "reason" | "retryAfterMs">;
	/** Failed attempts since the last frame, this one included: from 1. */
	readonly attempt: number;
}

/** What the attempts of other rooms say about when to try again. The schedule is the room's own. */
export interface Advice {
	/** A host is known to work: a connection that had held is tried again after this, ms. */
	readonly soonMs?: number;
	/** Least wait after a refusal, ms; and why: a clause. */
	readonly refusedMs?: number;
	readonly why?: Said;
	/** The gate paces the attempts of all that failed like this: the room asks it at once. */
	readonly paced?: boolean;
}

export interface GateRequest {
	readonly errand: Errand;
	/** Key of the connection's cookie and proxy: a secret. */
	readonly identity: string;
	readonly quota: QuotaKeys;
	/** The room holds a permit for this connection already: only the handshake is paced. */
	readonly holdsPermit: boolean;
	/** As in {@link ConnectionKey}, at the moment. */
	readonly beside: () => boolean;
	/** For a connection beside the room's own: whether the room could do without it at the moment. */
	readonly preemptible: (() => boolean) | undefined;
	/** Called once, at once where nothing is in the way. */
	readonly onPermit: (permit: Permit) => void;
	/** Called once where another needs the connection: it is to be closed, and the permit released, soon. */
	readonly onPreempted: (why: Said) => void;
	/** Called when it has to wait, and whenever that is for something else. */
	readonly onWait: (wait: Wait) => void;
}

/** A place in the gate's queue. */
export interface GateTicket {
	/** What it waits for at the moment. */
	readonly wait: Wait | undefined;
	/** Leaves the queue; a permit that was given already is for the holder to release. */
	cancel(): void;
}

/** The only one that says "not yet" to connections: who may try, when, and in which order. One for all rooms; each sees it for itself. */
export interface RoomGate {
	/** Chooses push hosts, and hears from every connection what it met there; without one the upstream chooses. */
	readonly hosts?: HostAdvisor | undefined;
	acquire(request: GateRequest): GateTicket;
	failed(attempt: FailedAttempt): Advice;
	/** The upstream has opened a socket. */
	opened(connection: ConnectionKey): void;
	/** A new socket has brought its first frame. */
	works(connection: ConnectionKey): void;
	/** There is nothing to connect to for now. */
	left(liveId: string): void;
}
