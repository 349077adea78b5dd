import type { Broadcast } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";
import type { GoalKind } from "./parameters.ts";

/** Totals of a broadcast, as counted by the service's log. */
export interface Tally {
	sums: Record<GoalKind, number>;
	/** Top givers, highest first, at most ten. */
	givers: { id: string; name: string; diamonds: number }[];
}

/** @param broadcast the current or last one; `undefined` if there was none */
export function tallyOf(broadcast: Broadcast | undefined): Tally {
	const { diamonds = 0, likes = 0, messages = {}, top_gifters: givers = [] } = broadcast ?? {};
	return {
		sums: { diamonds, likes, follows: messages["follow"] ?? 0, members: messages["member"] ?? 0 },
		givers: givers.map((giver) => ({
			id: giver.id,
			name: safeText(giver.nickname, 24),
			diamonds: giver.diamonds,
		})),
	};
}
