import type { Gifter } from "../broadcast-summary.ts";
import type { Db } from "./open-database.ts";

/** The ten that gave most in one broadcast. */
export function topGifters(db: Db, broadcastNo: number): Gifter[] {
	return db
		.prepare<[number], { diamonds: number; gifter: string }>(
			`SELECT diamonds, gifter FROM broadcast_users
			WHERE broadcast_no = ? AND diamonds > 0 ORDER BY diamonds DESC, user_key LIMIT 10`,
		)
		.all(broadcastNo)
		.map(({ diamonds, gifter }) => ({ ...(JSON.parse(gifter) as Omit<Gifter, "diamonds">), diamonds }));
}
