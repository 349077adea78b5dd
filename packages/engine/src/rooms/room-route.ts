import type { Text } from "@livekeeper/base/text";
import type { DouyinUpstream, FailureReason, LoginState, LoginStatus } from "@livekeeper/douyin";
import type { Compared } from "../comparison/index.ts";
import type { QuotaKeys } from "./gate.ts";

/** One possible connection of a room, with the polling that may replace its socket. */
export interface ConnectionRoute {
	readonly upstream: DouyinUpstream;
	/** Key of its cookie and proxy. A secret: never shown. */
	readonly identity: string;
	readonly quota: QuotaKeys;
	/** Whether `im/fetch` is polled while its sockets are refused. */
	readonly polls: boolean;
}

/** Describes how a room reaches the upstream. */
export interface RoomRoute {
	/** Whether a logged-in session reads the room. Only logged-in sessions receive gifts. */
	readonly identity: LoginStatus;
	readonly login?: LoginState | undefined;
	/** Id of the logins behind its connections, which reveals nothing about them; "" for none. Default "". */
	readonly loginId?: string | undefined;
	/** Whether events include their payloads. Default false. */
	readonly raw?: boolean | undefined;
	/** The room's own connection comes first. The others open once that one is connected or has failed. */
	readonly connections: readonly [ConnectionRoute, ...ConnectionRoute[]];
}

/** Reason why a connection is down: its own failure, a failure of other rooms, or no capacity within the limits. */
export interface ConnectionReason {
	code: FailureReason | "no_free_slot" | "preempted";
	message: Text;
}

/** Status of one of a room's connections. */
export interface RoomConnectionStatus {
	kind: "socket" | "polling";
	/**
	 * `waiting`: the next attempt is due at `nextAttemptAt`. `queued`: the limits leave no capacity for it. `idle`: it is
	 * not needed right now.
	 */
	state: "idle" | "queued" | "waiting" | "connecting" | "connected";
	/** Whether it is proven to be up to date, so it could continue alone from here. */
	synced: boolean;
	/** Host it is connected to. */
	host?: string;
	identity: LoginStatus;
	/** Reason why it is not connected. */
	reason?: ConnectionReason;
	/** Time of the next attempt, ms since the epoch. */
	nextAttemptAt?: number;
	/** Number of lost connections and failed attempts. */
	failures: number;
	/** Number of messages it brought. */
	messages: number;
	/** Number of messages that other connections brought and this one did not; may include messages in transit. */
	missed: number;
	/** Comparison with the other connections over the running broadcast. */
	compared?: Compared;
}
