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
