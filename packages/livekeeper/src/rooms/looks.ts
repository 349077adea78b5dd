import type { FailureReason, LookupWay, RoomLookup } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { ConnectionRoute } from "./room-route.ts";

/**
 * What a wait for the answer costs, the dearest first; look-ups draw on the site's budget in this order. `losing`: the
 * room is live as far as is known, and loses messages. `asked`: a person waits for it. `first`: nothing is known of it
 * yet. `waiting`: it was not live when it was last seen.
 */
export type Urgency = "losing" | "asked" | "first" | "waiting";

/** Why a look-up has not begun yet. Times are of `Clock.elapsed`, ms. */
export interface LookWait {
	/** When it is due, as planned now; left out where no time is known. */
	readonly until?: number | undefined;
	/** A clause. */
	readonly why: Said;
	/** Every way of asking is refused, or the address cannot be reached. */
	readonly refused?: FailureReason | undefined;
}

export interface LookRequest {
	readonly liveId: string;
	readonly urgency: Urgency;
	/** The broadcast that was last seen, where one is known: `scene` asks about it. */
	readonly roomId?: string | undefined;
	/** The connections by whose address and cookie the room may be asked about, the preferred first. */
	readonly routes: readonly [ConnectionRoute, ...ConnectionRoute[]];
	/** No other way will do: the page alone says whom the site takes us for. */
	readonly way?: LookupWay | undefined;
	/** Called once, with what the site says of the room. The request is over. */
	readonly onAnswer: (answer: RoomLookup) => void;
	/**
	 * Called at once, before `look` returns, where the request cannot begin at this moment; and whenever it waits for
	 * something else.
	 */
	readonly onWait: (wait: LookWait) => void;
}

/** A look-up that was asked for. */
export interface Look {
	/** Gives it up; nothing is called any more. A second call does nothing. */
	cancel(): void;
}

/**
 * The only one that looks rooms up: decides which room is asked about, by which way, when. One for all rooms. An answer
 * that a room is not live ends the request; with the next one, of urgency `waiting`, the room is looked up again when its
 * turn comes.
 */
export interface RoomLooks {
	look(request: LookRequest): Look;
}
