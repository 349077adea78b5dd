import type { FeedUser } from "./feed-row.ts";

/**
 * Colour class of a name: moderators have their own, others go by the decade of their level, as on the site. The level
 * is shown beside the name.
 */
export type NameRank = "admin" | "0" | "10" | "20" | "30" | "40";

export function rankOf({ admin, level }: Pick<FeedUser, "admin" | "level">): NameRank {
	if (admin) return "admin";
	if (level >= 40) return "40";
	if (level >= 30) return "30";
	if (level >= 20) return "20";
	return level >= 10 ? "10" : "0";
}
