import type { EventBase, LiveUser } from "./event-base.ts";

/**
 * Seats of a voice room or beside the anchor, with the people on them (麦位). Seats are listed where the message lists them; most list
 * all that are taken.
 */
export interface SeatsEvent extends EventBase {
	type: "seats";
	/**
	 * `list` the seats as they are; `entered`, `left`, `removed`: of `targetId`; `updated` of a seat; `locked`, `unlocked`:
	 * the seat at `position`; `waiting`: how many would like one; `muted`, `unmuted`: of `targetId`, by `operatorId`;
	 * `guests`: whether guests may stay, by `allowed`.
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
	/** Joins the messages of one link; "0" if not given. */
	linkerId: string;
	seats: Seat[];
	/** Id of who did it; "0" if not given. */
	operatorId: string;
	/** Id of whom it is about; "0" if not given. */
	targetId: string;
	/** With `locked` and `unlocked`. */
	position?: number;
	/** With `waiting`: how many people. */
	waiting?: number;
	/** With `guests`. */
	allowed?: boolean;
}

export interface Seat {
	/** As the upstream numbers them. */
	position: number;
	/** What the seat is called, such as 主持; "" if it has no name. */
	title: string;
	/** The microphone is off; left out otherwise. */
	muted?: true;
	/** Heard and not seen; left out otherwise. */
	voiceOnly?: true;
	user?: LiveUser;
}

/** Points of those who are linked to the broadcast, outside of battles. */
export interface LinkScoreEvent extends EventBase {
	type: "link_score";
	/** Joins the messages of one link; "0" if not given. */
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
	/** The score as shown; "" where none is shown. */
	display: string;
	/** Points that the event's `user` has added, most likely: no source says that it is not the sum. */
	added?: number;
}
