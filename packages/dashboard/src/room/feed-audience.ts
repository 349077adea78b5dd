import type { FeedRow } from "./feed-row.ts";

/** Groups of senders that the feed can be limited to. */
export const audiences = ["all", "club", "level10", "level30"] as const;
export type Audience = (typeof audiences)[number];

/** Whether a line's sender belongs to the audience. Lines of the service itself always do. */
export function isOf(audience: Audience, { kind, user }: FeedRow): boolean {
	if (audience === "all" || kind === "service") return true;
	if (audience === "club") return user?.club !== undefined;
	return (user?.level ?? 0) >= (audience === "level10" ? 10 : 30);
}
