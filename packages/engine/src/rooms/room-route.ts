import type { Text } from "@livekeeper/base/text";
import type { DouyinUpstream, FailureReason, LoginState, LoginStatus, LookupWay, RoomLookup } from "@livekeeper/douyin";
import type { Compared } from "../comparison.ts";
import type { Said } from "../text/index.ts";
import type { QuotaKeys } from "./gate.ts";

/**
 * Cost of waiting for the answer, highest first; look-ups draw on the site's budget in this order. `losing`: the room
 * is live as far as known, and loses messages. `asked`: a person waits. `first`: nothing is known of the room yet.
 * `waiting`: the room was not live when last seen. `queued`: it is live and no connection is free, so the only question
 * is whether its broadcast still runs.
 */
export type Urgency = "losing" | "asked" | "first" | "waiting" | "queued";

/** Reason why a look-up has not begun yet. Times are of `Clock.elapsed`, ms. */
export interface LookWait {
	/** Planned time of the look-up; absent if unknown. */
	readonly until?: number | undefined;
	/** Reason, as a clause. */
	readonly why: Said;
	/** Set if every way of asking is refused, or the address cannot be reached. */
	readonly refused?: FailureReason | undefined;
}

export interface LookRequest {
	readonly liveId: string;
	readonly urgency: Urgency;
	/** The last known broadcast, if any; `scene` asks about it. */
	readonly roomId?: string | undefined;
	/** Connections whose address and cookie may be used for the request, in order of preference. */
	readonly routes: readonly [ConnectionRoute, ...ConnectionRoute[]];
	/** The only acceptable way, if set. For example, only the page says which visitor the site sees. */
	readonly way?: LookupWay | undefined;
	/** Called once with the site's answer. The request is then over. */
	readonly onAnswer: (answer: RoomLookup) => void;
	/**
	 * Called whenever the request starts to wait or waits for a different reason; the first time before `look` returns.
	 */
	readonly onWait: (wait: LookWait) => void;
}

/** A requested look-up. */
export interface Look {
	/** Cancels the look-up; no callback is called afterwards. A second call does nothing. */
	cancel(): void;
}

/**
 * Schedules all look-ups: which room, by which way, when. One instance serves all rooms. An answer that a room is not
 * live ends the request; the next request, of urgency `waiting`, is answered when its turn comes.
 */
export interface RoomLooks {
	look(request: LookRequest): Look;
}

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
