import type { EventBase, LiveUser } from "./event-base.ts";

/**
 * Seats of a voice room or beside the anchor, with the users on them (麦位). Seats are listed if the message lists them;
 * most messages list all that are taken.
 */
export interface SeatsEvent extends EventBase {
	type: "seats";
	/**
	 * `list`: all seats; `entered`, `left`, `removed`: the user `targetId`; `updated`: a seat; `locked`, `unlocked`: the
	 * seat at `position`; `waiting`: number of users who would like a seat; `muted`, `unmuted`: `targetId`, by
	 * `operatorId`; `guests`: whether guests may stay, in `allowed`.
	 */
	action:
		| "list"
		| "entered"
		| "left"
		| "removed"
		| "updated"
		| "locked"
		| "unlocked"
		| "waiting"
		| "muted"
		| "unmuted"
		| "guests";
	/** The upstream's number for the sort of message; 0 if none is given. No source lists them. */
	code: number;
	/** Id shared by the messages of one link; "0" if not given. */
	linkerId: string;
	seats: Seat[];
	/** Id of the user who acted; "0" if not given. */
	operatorId: string;
	/** Id of the user it is about; "0" if not given. */
	targetId: string;
	/** With `locked` and `unlocked`. */
	position?: number;
	/** With `waiting`: number of users. */
	waiting?: number;
	/** With `guests`. */
	allowed?: boolean;
}

export interface Seat {
	/** Position as the upstream numbers it. */
	position: number;
	/** Name of the seat, such as 主持; "" if it has none. */
	title: string;
	/** Whether the microphone is off; left out otherwise. */
	muted?: true;
	/** Whether the user is heard but not seen; left out otherwise. */
	voiceOnly?: true;
	user?: LiveUser;
}

/** Points of users who are linked to the broadcast, outside of battles. */
export interface LinkScoreEvent extends EventBase {
	type: "link_score";
	/** Id shared by the messages of one link; "0" if not given. */
	channelId: string;
	scores: LinkScore[];
}

export interface LinkScore {
	/** User id. */
	id: string;
	/** "" if not given. */
	name: string;
	/** Points so far. */
	score?: number;
	/** The score as shown; "" if none is shown. */
	display: string;
	/** Points that the event's `user` has added, most likely: no source rules out that it is the total. */
	added?: number;
}
