import type { GiftKind } from "../charts.ts";
import type { Db } from "./open-database.ts";

type Described = Pick<GiftKind, "name" | "image" | "diamondCount">;

/** What is kept of a broadcast's gifts. */
export function storedKinds(db: Db, broadcastNo: number): GiftKind[] {
	return db
		.prepare<[number], { giftId: string; count: number; diamonds: number; gift: string }>(
			"SELECT gift_id AS giftId, count, diamonds, gift FROM broadcast_gifts WHERE broadcast_no = ?",
		)
		.all(broadcastNo)
		.map(({ gift, ...sums }) => ({ ...sums, ...(JSON.parse(gift) as Described) }));
}

/** Those of them that brought most; among gifts that cost nothing, those that were given most often. */
export function bestKinds(kinds: readonly GiftKind[], most = 10): GiftKind[] {
	const byId = (a: GiftKind, b: GiftKind) => (a.giftId < b.giftId ? -1 : 1);
	return kinds.toSorted((a, b) => b.diamonds - a.diamonds || b.count - a.count || byId(a, b)).slice(0, most);
}
