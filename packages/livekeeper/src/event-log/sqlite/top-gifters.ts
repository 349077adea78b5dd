import type { Gifter } from "../broadcast-summary.ts";
import type { Db } from "./open-database.ts";

/** Somebody who gave something in a broadcast, with the key that tells people apart there. */
export interface Giver {
	key: string;
	gifter: Gifter;
}

/** Those that gave most in one broadcast. */
export function topGivers(db: Db, broadcastNo: number, most = 10): Giver[] {
	return db
		.prepare<[number, number], { key: string; diamonds: number; gifter: string }>(
			`SELECT user_key AS key, diamonds, gifter FROM broadcast_users
			WHERE broadcast_no = ? AND diamonds > 0 ORDER BY diamonds DESC, user_key LIMIT ?`,
		)
		.all(broadcastNo, most)
		.map(({ key, diamonds, gifter }) => ({
			key,
			gifter: { ...(JSON.parse(gifter) as Omit<Gifter, "diamonds">), diamonds },
		}));
}

/** Those of them that gave most, in the store's own order. */
export function bestOf(givers: readonly Giver[], most = 10): Gifter[] {
	return givers
		.toSorted((a, b) => b.gifter.diamonds - a.gifter.diamonds || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
		.slice(0, most)
		.map(({ gifter }) => gifter);
}
