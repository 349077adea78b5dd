import type { Giver } from "../best.ts";
import { whole } from "../bounded.ts";
import type { Gifter } from "../broadcast-summary.ts";
import { fromJson } from "./add-up.ts";
import type { Db } from "./open-database.ts";

/** The top givers of one broadcast. */
export function topGivers(db: Db, broadcastNo: number, most = 10): Giver[] {
	return db
		.prepare<[number, number], { key: string; diamonds: number; gifter: string }>(
			`SELECT user_key AS key, diamonds, gifter FROM broadcast_users
			WHERE broadcast_no = ? AND diamonds > 0 ORDER BY diamonds DESC, user_key LIMIT ?`,
		)
		.all(broadcastNo, most)
		.flatMap(({ key, diamonds, gifter }) => {
			const who = fromJson<Omit<Gifter, "diamonds">>(gifter);
			return who ? [{ key, gifter: { ...who, diamonds: whole(diamonds) } }] : [];
		});
}
