import type { EventBase } from "./event-base.ts";

/** An anchor in a battle (PK), or a team in a match. Holds only the fields that the message had. */
export interface PkSide {
	/** The anchor's user id, or the team's; uint64, decimal. */
	id: string;
	/** Name of the anchor or the team; "" if not given. */
	name: string;
	score?: number;
	/** The score as shown: it may be blurred or relative. */
	display?: string;
	/** The place within the battle, from 1. */
	rank?: number;
	/** Id of the team, if several anchors form one. */
	teamId?: string;
	teamScore?: number;
	/** Top contributors of this side, best first: the first few. */
	contributors?: PkContributor[];
}

export interface PkContributor {
	/** uint64, decimal. */
	id: string;
	nickname: string;
	/** Points given in this battle, or to this guest. */
	score: number;
}

/** Points that a person linked to the broadcast, such as a guest, has received so far. */
export interface GuestScoreEvent extends EventBase {
	type: "guest_score";
	/** The guest's user id. */
	guestId: string;
	score: number;
	/** The score as shown, e.g. `2.1万`. */
	display: string;
	/** Top contributors, as the upstream sends them; may be empty. */
	contributors: PkContributor[];
}

/**
 * A battle has begun. The upstream has several kinds for this (`LinkMicBattle`, `BattleStatusMessage`), and a room may
 * get more than one of them for a battle: compare `battleId`.
 */
export interface PkStartedEvent extends EventBase {
	type: "pk_started";
	battleId: string;
	/** ms since the epoch; 0 if not given. */
	startedAt: number;
	/** Planned length, ms; 0 if not given. */
	durationMs: number;
	/** Empty if only the time was given. */
	sides: PkSide[];
}

/**
 * The scores of a battle (`LinkMicMethod`, `MatchAgainstScoreMessage`), or each side's top contributors
 * (`LinkMicArmies`).
 */
export interface PkScoreEvent extends EventBase {
	type: "pk_score";
	/** "" if the message names none, as those with contributors: it then belongs to the current battle. */
	battleId: string;
	sides: PkSide[];
}

/** A task within a battle: points of a side that has completed it are multiplied for a while. */
export interface PkTaskEvent extends EventBase {
	type: "pk_task";
	/** "" if not given. */
	battleId: string;
	/** The upstream's number for the sort of task; 0 if not given. No source lists them. */
	code: number;
	sides: PkTaskSide[];
}

export interface PkTaskSide {
	/** The anchor's user id; uint64, decimal. */
	id: string;
	/** Number of people who have done their part. */
	progress: number;
	/** Number of people needed. */
	target: number;
	/** The upstream's number for the outcome; 0 while it is under way, most likely. */
	result: number;
	/** Factor by which points are multiplied as the reward; 0 if not given. */
	multiple: number;
	/** The progress as shown; "" if none is shown. */
	display: string;
}

/**
 * A battle is over (`LinkMicBattleFinish`, `BattleStatusMessage`). It may come more than once for a battle: compare
 * `battleId`.
 */
export interface PkEndedEvent extends EventBase {
	type: "pk_ended";
	battleId: string;
	/** The upstream's number for the reason; 0 if none was given. No source lists them. */
	reason: number;
	/** Length of the punishment (惩罚) that follows, ms; 0 if there is none, or it is over. */
	punishMs: number;
	/** Empty if no scores were given. */
	sides: PkSide[];
}
