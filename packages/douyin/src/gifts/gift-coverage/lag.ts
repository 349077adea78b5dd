/** Whether a source's totals lag behind gifts, as far as that was seen. Plain data. */
export interface LagVotes {
	/** How often a total held a gift of the second before it. */
	held: number;
	/** How often one had grown by less than the gifts that were seen since the total before it. */
	lagged: number;
}

/** Two totals in a row, in diamonds. */
export interface Growth {
	/** At least and at most, where totals are rounded. */
	least: number;
	most: number;
	/** Seen between the two, without what steps of streaks report of earlier steps. */
	seen: number;
	/** The part of `seen` that came in the last second. */
	justSeen: number;
}

/** Number of gifts that totals held at once, with none that one did not, that is no coincidence. */
const enough = 5;

export function newLagVotes(): LagVotes {
	return { held: 0, lagged: 0 };
}

export function noteLag(votes: LagVotes, { least, most, seen, justSeen }: Growth): void {
	if (most < seen) votes.lagged++;
	else if (justSeen > 0 && least >= seen) votes.held++;
}

/** Until a room has shown that its totals don't lag they may. */
export function mayLag({ held, lagged }: LagVotes): boolean {
	return lagged > 0 || held < enough;
}
