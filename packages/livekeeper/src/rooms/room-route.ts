import type { DouyinUpstream, FailureReason, LoginState, LoginStatus } from "@livekeeper/douyin";
import type { Compared } from "../comparison/index.ts";
import type { Text } from "../text/index.ts";
import type { QuotaKeys } from "./gate.ts";

/** One connection that a room may have, with the polling that may replace its socket. */
export interface ConnectionRoute {
	readonly upstream: DouyinUpstream;
	/** Key of its cookie and proxy: a secret, not to be shown. */
	readonly identity: string;
	readonly quota: QuotaKeys;
	/** `im/fetch` is asked again and again while its sockets are refused. */
	readonly polls: boolean;
}

/** How a room reaches the upstream. */
export interface RoomRoute {
	/** Whether the room is read by a session that is logged in: only such are shown gifts. */
	readonly identity: LoginStatus;
	readonly login?: LoginState | undefined;
	/** Which logins its connections go by, as an id that reveals nothing of them; ""; none. Default "". */
	readonly loginId?: string | undefined;
	/** Whether events are to have their payloads. Default false. */
	readonly raw?: boolean | undefined;
	/** The room's own comes first; the others are opened once that one is connected, or has failed. */
	readonly connections: readonly [ConnectionRoute, ...ConnectionRoute[]];
}

/** Why a connection is not connected: its own failure, one that others met, or no capacity within the limits. */
export interface ConnectionReason {
	code: FailureReason | "no_free_slot" | "preempted";
	message: Text;
}

/** One of a room's connections. */
export interface RoomConnectionStatus {
	kind: "socket" | "polling";
	/**
	 * `waiting`: the next attempt is due at `nextAttemptAt`. `queued`: the limits leave no capacity for it.
	 * `idle`: it is not needed at the moment.
	 */
	state: "idle" | "queued" | "waiting" | "connecting" | "connected";
	/** Whether what it brings is proven to follow what the room has said: from there on it could go on alone. */
	synced: boolean;
	/** The host it is connected to. */
	host?: string;
	identity: LoginStatus;
	/** Why it is not connected. */
	reason?: ConnectionReason;
	/** ms since the epoch. */
	nextAttemptAt?: number;
	/** How often it was lost or could not be made. */
	failures: number;
	/** Messages that it brought. */
	messages: number;
	/** Messages that others brought and it did not; those that are on their way may be among them. */
	missed: number;
	/** What it brings of the running broadcast, beside the others. */
	compared?: Compared;
}
