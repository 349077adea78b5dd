import type { FeedUser } from "./feed-row.ts";

/** By what a name is coloured: who moderates, else the decade of the level, as the site does; levels are shown beside it. */
export type NameRank = "admin" | "0" | "10" | "20" | "30" | "40";

export function rankOf({ admin, level }: Pick<FeedUser, "admin" | "level">): NameRank {
	if (admin) return "admin";
	if (level >= 40) return "40";
	if (level >= 30) return "30";
	if (level >= 20) return "20";
	return level >= 10 ? "10" : "0";
}
