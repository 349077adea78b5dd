import type { LiveEvent } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { chat, gift, startMs } from "../events.helpers.ts";
import { maxGifts } from "../gift-catalogue.ts";
import { sqliteDefaults } from "./options.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

/** Time between two rounds of upkeep, ms. */
const upkeepMs = 120_000;

function open(dataDir = temporaryFolder()) {
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	const reader = new SqliteReader(dataDir);
	let now = startMs;
	return {
		dataDir,
		store(events: LiveEvent[], liveId = "a") {
			commit(writer, now, { liveId, events });
			now += upkeepMs;
			while (writer.upkeep(now, sqliteDefaults.retention, 1_000).more);
		},
		gifts: () => reader.knownGifts(),
		close() {
			reader.close();
			writer.close();
		},
	};
}

const rose = { giftId: "7", giftName: "玫瑰", giftImage: "https://p3.douyinpic.com/r", diamondCount: 5 };
const lightGift = (n: number, more: object): LiveEvent => ({ ...gift(n, 0), ...more, type: "light_gift" }) as never;

test("merges later details of a gift from any room", () => {
	const log = open();
	log.store([gift(1, 5, { ...rose, at: startMs + 10 }), gift(2, 9, { giftId: "8", giftName: "船", diamondCount: 9 })]);
	log.store([gift(3, 6, { ...rose, diamondCount: 6, giftImage: "", at: startMs + 20 })], "b");
	log.store([lightGift(4, { giftId: "7", giftName: "", giftImage: "", diamondCount: 0, at: startMs + 30 })]);
	log.store([gift(5, 1, { ...rose, giftName: "旧名", diamondCount: 1, at: startMs })], "b");
	expect(log.gifts()).toEqual([
		{ giftId: "8", name: "船", image: "", diamondCount: 9, firstAt: startMs + 2, lastAt: startMs + 2 },
		{
			giftId: "7",
			name: "玫瑰",
			image: rose.giftImage,
			diamondCount: 6,
			firstAt: startMs,
			lastAt: startMs + 30,
		},
	]);
	log.close();
	const again = open(log.dataDir);
	expect(again.gifts().map(({ name }) => name)).toEqual(["船", "玫瑰"]);
	again.close();
});

test("limits text and number of gifts, requiring an id", () => {
	const log = open();
	log.store([
		gift(1, 1, { giftId: "1", giftName: "名".repeat(500), giftImage: "x".repeat(5_000) }),
		gift(2, 1, { giftId: "0" }),
		gift(3, 1, { giftId: "-1" }),
		chat(4),
	]);
	expect(log.gifts()).toMatchObject([{ giftId: "1", name: "名".repeat(100), image: "" }]);
	const many = Array.from({ length: maxGifts }, (_, n) => gift(10 + n, 1, { giftId: String(100 + n) }));
	log.store(many);
	const ids = new Set(log.gifts().map(({ giftId }) => giftId));
	expect([ids.size, ids.has("1"), ids.has("100")]).toEqual([maxGifts, false, true]);
	log.close();
});
