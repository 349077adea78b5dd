/** Whether a source's totals lag behind gifts, as far as observed. Plain data. */
export interface LagVotes {
	/** Number of totals that included a gift of the last second. */
	held: number;
	/** Number of totals that grew by less than the gifts seen since the previous total. */
	lagged: number;
}

/** Growth between two consecutive totals, in diamonds. */
export interface Growth {
	/** Minimum and maximum, if totals are rounded. */
	min: number;
	max: number;
	/** Diamonds seen between the two, without earlier steps that steps of streaks report. */
	seen: number;
	/** The part of `seen` that arrived in the last second. */
	justSeen: number;
}

/** Number of gifts included at once, with none delayed, that is no coincidence. */
const enough = 5;

export function newLagVotes(): LagVotes {
	return { held: 0, lagged: 0 };
}

export function noteLag(votes: LagVotes, { min, max, seen, justSeen }: Growth): void {
	if (max < seen) votes.lagged++;
	else if (justSeen > 0 && min >= seen) votes.held++;
}

/** Whether totals may lag: yes, until a room has shown that they don't. */
export function mayLag({ held, lagged }: LagVotes): boolean {
	return lagged > 0 || held < enough;
}
