/** Number of people seen in a broadcast and in none of the broadcasts before it. */
export interface Newcomers {
	/** Different people who were seen in the broadcast. */
	people: number;
	/** Number of them seen in none of the broadcasts that they are compared with. */
	newcomers: number;
	/** Number of earlier broadcasts in the comparison: the newest ones whose people are still known. */
	comparedWith: number;
	/** When the oldest of these began, ms since the epoch; absent if there is none. */
	since?: number;
}

/** Maximum number of earlier broadcasts, because each of a broadcast's people is looked up in each of them. */
export const maxCompared = 10;
