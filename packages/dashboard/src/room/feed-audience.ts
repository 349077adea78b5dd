import type { FeedRow } from "./feed-row.ts";

/** Whose lines the feed shows. */
export const audiences = ["all", "club", "level10", "level30"] as const;
export type Audience = (typeof audiences)[number];

/** Whether a line is of somebody among them. What the service itself says is for everybody. */
export function isOf(audience: Audience, { kind, user }: FeedRow): boolean {
	if (audience === "all" || kind === "service") return true;
	if (audience === "club") return user?.club !== undefined;
	return (user?.level ?? 0) >= (audience === "level10" ? 10 : 30);
}
