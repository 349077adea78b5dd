import Database from "better-sqlite3";
import { expect, inject, test } from "vitest";
import { createSchema } from "../../database/index.ts";
import { checksumOf, defineChecksum } from "./checksum.ts";
import { logDatabase } from "./schema.ts";
import { type BroadcastRow, SoundSums } from "./sound-sums.ts";
import { topGivers } from "./top-gifters.ts";

const pageBytes = 4_096;
const broadcasts = [1, 2, 3, 4];

/** Givers of four broadcasts, whose index has two pages below its root. */
function filled(): { bytes: Buffer; pages: number[] } {
	const db = new Database(":memory:");
	createSchema(db, logDatabase);
	const insert = db.prepare("INSERT INTO broadcast_users VALUES (?, ?, ?, ?, ?)");
	for (const broadcastNo of broadcasts) {
		for (let n = 0; n < 60; n++) {
			const diamonds = n % 4 === 0 ? 0 : (n * 37) % 101;
			const row = [broadcastNo, `u${n}`, diamonds, diamonds === 0 ? null : JSON.stringify({ id: String(n) })];
			insert.run(...row, checksumOf(...row));
		}
	}
	const pages = db.prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'broadcast_gifters'").pluck().all();
	const bytes = db.serialize();
	db.close();
	return { bytes, pages };
}

test("believes an index of givers only where it gives those that their rows say", () => {
	const { bytes, pages } = filled();
	const whole = new Database(bytes);
	const truth = broadcasts.map((broadcastNo) => topGivers(whole, broadcastNo, 100));
	whole.close();
	const wrong: string[] = [];
	let believed = 0;
	for (const page of pages) {
		for (let bit = 0; bit < pageBytes * 8; bit += inject("rounds") > 1 ? 3 : 23) {
			const at = (page - 1) * pageBytes + (bit >> 3);
			const flipped = Buffer.from(bytes);
			flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
			const db = new Database(flipped);
			defineChecksum(db);
			const sound = new SoundSums(db);
			for (const [index, broadcastNo] of broadcasts.entries()) {
				try {
					if (!sound.isIndexed({ broadcastNo } as BroadcastRow)) continue;
					believed++;
					const isSame = JSON.stringify(topGivers(db, broadcastNo, 100)) === JSON.stringify(truth[index]);
					if (!isSame) wrong.push(`${page} ${bit >> 3}.${bit & 7} of ${broadcastNo}`);
				} catch {
					// Reading that fails is reported.
				}
			}
			db.close();
		}
	}
	expect(believed).toBeGreaterThan(1_000);
	expect(wrong).toEqual([]);
});
