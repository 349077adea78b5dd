import { whole } from "../bounded.ts";
import type { GiftKind } from "../charts.ts";
import { fromJson } from "./add-up.ts";
import type { Db } from "./open-database.ts";

type Described = Pick<GiftKind, "name" | "image" | "diamondCount">;

/** What is kept of a broadcast's gifts. */
export function storedKinds(db: Db, broadcastNo: number): GiftKind[] {
	return db
		.prepare<[number], { giftId: string; count: number; diamonds: number; gift: string }>(
			"SELECT gift_id AS giftId, count, diamonds, gift FROM broadcast_gifts WHERE broadcast_no = ?",
		)
		.all(broadcastNo)
		.flatMap(({ gift, giftId, count, diamonds }) => {
			const described = fromJson<Described>(gift);
			return described ? [{ giftId, count: whole(count), diamonds: whole(diamonds), ...described }] : [];
		});
}
