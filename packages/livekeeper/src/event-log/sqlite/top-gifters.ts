import type { Gifter } from "../broadcast-summary.ts";
import type { Db } from "./open-database.ts";

/** Somebody who gave something in a broadcast, with the key that tells people apart there. */
export interface Giver {
	key: string;
	gifter: Gifter;
}

/** The ten that gave most in one broadcast. */
export function topGivers(db: Db, broadcastNo: number): Giver[] {
	return db
		.prepare<[number], { key: string; diamonds: number; gifter: string }>(
			`SELECT user_key AS key, diamonds, gifter FROM broadcast_users
			WHERE broadcast_no = ? AND diamonds > 0 ORDER BY diamonds DESC, user_key LIMIT 10`,
		)
		.all(broadcastNo)
		.map(({ key, diamonds, gifter }) => ({
			key,
			gifter: { ...(JSON.parse(gifter) as Omit<Gifter, "diamonds">), diamonds },
		}));
}

/** The ten of them that gave most, in the store's own order. */
export function tenBest(givers: readonly Giver[]): Gifter[] {
	return givers
		.toSorted((a, b) => b.gifter.diamonds - a.gifter.diamonds || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
		.slice(0, 10)
		.map(({ gifter }) => gifter);
}
