import type { GiftEvent, LiveEvent } from "@livekeeper/douyin";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { HeldKeyValues, type KeyValues, KeyValueTable, keyValueSchema } from "../storage/index.ts";
import { callOf } from "../storage/key-values-conformance.helpers.ts";
import { chat, gift, startMs } from "./events.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./jetstream/nats-servers.helpers.ts";
import { openBucket } from "./jetstream/stream-keeper.helpers.ts";
import { KnownGifts } from "./known-gifts.ts";

type Values = Omit<KeyValues, "watch">;

async function openTable(): Promise<Values> {
	const db = new Database(":memory:");
	onTestFinished(() => void db.close());
	db.exec(keyValueSchema);
	return new HeldKeyValues(callOf(new KeyValueTable(db)));
}

let nats: NatsServers;
let nc: NatsConnection;
beforeAll(async () => {
	if (!hasNats) return;
	nats = await startNatsServers(1);
	nc = await connect({ servers: [...nats.urls] });
});
afterAll(async () => {
	await nc?.close();
	await nats?.stop();
});
let buckets = 0;

const rose = { giftId: "7", giftName: "玫瑰", giftImage: "https://p3.douyinpic.com/r", diamondCount: 5 };
const seen = (giftId: string, more: Partial<GiftEvent>) => [gift(1, 1, { ...rose, giftImage: "", giftId, ...more })];
const lightGift = (n: number, more: object): LiveEvent => ({ ...gift(n, 0), ...more, type: "light_gift" }) as never;
const idsOf = async (gifts: KnownGifts) => (await gifts.list()).map(({ giftId }) => giftId);

const stores: [string, boolean, () => Promise<Values>][] = [
	["in SQLite", true, openTable],
	["in NATS", hasNats, () => openBucket(nc, `gifts-${++buckets}`)],
];

describe.each(stores)("known gifts %s", (_, isThere, open) => {
	test.skipIf(!isThere)("merges later details of a gift", async () => {
		const values = await open();
		const gifts = new KnownGifts(values);
		const learn = async (...events: LiveEvent[]) => {
			gifts.learn(events);
			await gifts.save();
		};
		await learn(
			gift(1, 5, { ...rose, at: startMs + 10 }),
			gift(2, 9, { giftId: "8", giftName: "船", diamondCount: 9 }),
		);
		await learn(gift(3, 6, { ...rose, diamondCount: 6, giftImage: "", at: startMs + 20 }));
		await learn(lightGift(4, { giftId: "7", giftName: "", giftImage: "", diamondCount: 0, at: startMs + 30 }));
		await learn(gift(5, 1, { ...rose, giftName: "旧名", diamondCount: 1, at: startMs }));
		expect(await gifts.list()).toEqual([
			{ giftId: "8", name: "船", image: "", diamondCount: 9, firstAt: startMs + 2, lastAt: startMs + 2 },
			{
				...{ giftId: "7", name: "玫瑰", image: rose.giftImage, diamondCount: 6 },
				...{ firstAt: startMs, lastAt: startMs + 30 },
			},
		]);
		expect((await new KnownGifts(values).list()).map(({ name }) => name)).toEqual(["船", "玫瑰"]);
	});

	test.skipIf(!isThere)("limits text and requires an id", async () => {
		const gifts = new KnownGifts(await open());
		gifts.learn([
			gift(1, 1, { giftId: "1", giftName: "名".repeat(500), giftImage: "x".repeat(5_000), at: 1e300 }),
			gift(2, 1, { giftId: "0" }),
			gift(3, 1, { giftId: "-1" }),
			chat(4),
		]);
		expect(await gifts.list()).toMatchObject([{ giftId: "1", name: "名".repeat(100), image: "", lastAt: startMs + 1 }]);
	});

	test.skipIf(!isThere)("leaves out a damaged gift until it is seen", async () => {
		const values = await open();
		await values.put("gift.7", Buffer.from("{"));
		const gifts = new KnownGifts(values);
		expect(await gifts.list()).toEqual([]);
		gifts.learn(seen("7", { at: startMs }));
		await gifts.save();
		expect(await idsOf(new KnownGifts(values))).toEqual(["7"]);
	});

	test.skipIf(!isThere)("keeps and lists only the gifts seen last", async () => {
		const values = await open();
		const [a, b] = [new KnownGifts(values, 3), new KnownGifts(values, 3)];
		for (const n of [4, 1, 3, 2]) a.learn(seen(String(n), { at: startMs + n, diamondCount: n }));
		expect(await idsOf(a)).toEqual(["4", "3", "2"]);
		await a.save();
		expect(await values.list(">")).toHaveLength(3);
		b.learn(seen("5", { at: startMs + 5, diamondCount: 5 }));
		await b.save();
		expect(await idsOf(new KnownGifts(values, 3))).toEqual(["5", "4", "3"]);
		for (let n = 6; n < 40; n++) b.learn(seen(String(n), { at: startMs + n, diamondCount: n }));
		await b.save();
		expect(await values.list(">")).toHaveLength(3);
		expect(await idsOf(b)).toEqual(["39", "38", "37"]);
	});

	test.skipIf(!isThere)("writes a frequent gift for news, or every ten minutes", async () => {
		const values = await open();
		const gifts = new KnownGifts(values);
		const writes = async (more: Partial<GiftEvent>) => {
			const before = (await values.get("gift.7"))?.revision;
			gifts.learn(seen("7", { diamondCount: 1, ...more }));
			await gifts.save();
			return (await values.get("gift.7"))?.revision !== before;
		};
		expect(await writes({ at: startMs })).toBe(true);
		expect(await writes({ at: startMs + 599_999 })).toBe(false);
		expect((await gifts.list())[0]?.lastAt).toBe(startMs + 599_999);
		expect(await writes({ at: startMs + 600_000 })).toBe(true);
		expect(await writes({ at: startMs + 600_001, giftImage: "https://p3.example/r" })).toBe(true);
		expect(await writes({ at: startMs + 600_002, giftImage: "https://p9.example/r" })).toBe(false);
		expect(await writes({ at: startMs + 600_003, diamondCount: 2 })).toBe(true);
		expect(await writes({ at: startMs + 600_004, diamondCount: 2, giftName: "新名" })).toBe(true);
	});

	test.skipIf(!isThere)("merges concurrent writes of one gift by several nodes", async () => {
		const values = await open();
		const nodes = [1, 2, 3, 4].map((n) => {
			const gifts = new KnownGifts(values);
			gifts.learn(seen("7", { at: startMs + n, giftName: n === 2 ? "船" : "", diamondCount: n === 3 ? 9 : 0 }));
			return gifts;
		});
		await Promise.all(nodes.map((gifts) => gifts.save()));
		expect(await new KnownGifts(values).list()).toMatchObject([
			{ giftId: "7", name: "船", diamondCount: 9, firstAt: startMs + 1 },
		]);
	});

	test.skipIf(!isThere)("writes again what could not be written", async () => {
		const values = await open();
		let fails = true;
		const gifts = new KnownGifts({
			list: (filter) => values.list(filter),
			clear: (filter, keep) => values.clear(filter, keep),
			change: (key, change) => (fails ? Promise.reject(new Error("disk full")) : values.change(key, change)),
		});
		gifts.learn(seen("7", { at: startMs }));
		await expect(gifts.save()).rejects.toThrow("disk full");
		fails = false;
		await gifts.save();
		expect(await idsOf(new KnownGifts(values))).toEqual(["7"]);
	});
});
