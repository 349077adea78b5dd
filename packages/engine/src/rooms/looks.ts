import type { Said } from "@livekeeper/base/text";
import type { FailureReason, LookupWay, RoomLookup } from "@livekeeper/douyin";
import type { ConnectionRoute } from "./room-route.ts";

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
