/** Number of people seen in a broadcast and in none of the broadcasts before it. */
export interface Newcomers {
	/** Different people who were seen in the broadcast. */
	people: number;
	/** How many of them were seen in none of those that they are compared with. */
	newcomers: number;
	/** How many earlier broadcasts they are compared with: the newest of those whose people are still known. */
	comparedWith: number;
	/** When the oldest of these began, ms since the epoch; absent where there is none. */
	since?: number;
}

/** Maximum number of earlier broadcasts: each of a broadcast's people is looked up in each of them. */
export const mostCompared = 10;
