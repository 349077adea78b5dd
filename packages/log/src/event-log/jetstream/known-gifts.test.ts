import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gift, startMs } from "../events.helpers.ts";
import { KnownGifts } from "./known-gifts.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import * as streams from "./stream-keeper.helpers.ts";

describe.skipIf(!hasNats)("known gifts in NATS", () => {
	let nats: NatsServers;
	let nc: NatsConnection;
	beforeAll(async () => {
		nats = await startNatsServers(1);
		nc = await connect({ servers: [...nats.urls] });
	});
	afterAll(async () => {
		await nc.close();
		await nats.stop();
	});
	const openBucket = (name: string) => streams.openBucket(nc, name);
	const seen = (giftId: string, more: { at: number; giftName?: string; giftImage?: string; diamondCount?: number }) => {
		const { giftName = "玫瑰", giftImage = "", diamondCount = 1, at } = more;
		const [name, image, count] = [giftName, giftImage, diamondCount];
		const wire = { ...gift(1, 1), gift_id: giftId, gift_name: name, gift_image: image, diamond_count: count, at };
		return [{ seq: 1, type: "gift" as const, at, json: JSON.stringify(wire) }];
	};
	const idsOf = async (gifts: KnownGifts) => (await gifts.list()).map(({ giftId }) => giftId);

	test("keeps and lists only the gifts seen last", async () => {
		const bucket = await openBucket("bounded");
		const [a, b] = [new KnownGifts(bucket, 3), new KnownGifts(bucket, 3)];
		for (const n of [4, 1, 3, 2]) a.learn(seen(String(n), { at: startMs + n, diamondCount: n }));
		expect(await idsOf(a)).toEqual(["4", "3", "2"]);
		await a.save();
		expect(await bucket.list(">")).toHaveLength(3);
		b.learn(seen("5", { at: startMs + 5, diamondCount: 5 }));
		await b.save();
		expect(await idsOf(new KnownGifts(bucket, 3))).toEqual(["5", "4", "3"]);
		for (let n = 6; n < 40; n++) b.learn(seen(String(n), { at: startMs + n, diamondCount: n }));
		await b.save();
		expect(await bucket.list(">")).toHaveLength(3);
		expect(await idsOf(b)).toEqual(["39", "38", "37"]);
	});

	test("writes a frequent gift for news, or every ten minutes", async () => {
		const bucket = await openBucket("seldom");
		const gifts = new KnownGifts(bucket);
		const writes = async (more: Parameters<typeof seen>[1]) => {
			const before = (await bucket.get("gift.7"))?.revision;
			gifts.learn(seen("7", more));
			await gifts.save();
			return (await bucket.get("gift.7"))?.revision !== before;
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

	test("merges concurrent writes of one gift by several nodes", async () => {
		const bucket = await openBucket("at-once");
		const nodes = [1, 2, 3, 4].map((n) => {
			const gifts = new KnownGifts(bucket);
			gifts.learn(seen("7", { at: startMs + n, giftName: n === 2 ? "船" : "", diamondCount: n === 3 ? 9 : 0 }));
			return gifts;
		});
		await Promise.all(nodes.map((gifts) => gifts.save()));
		expect(await new KnownGifts(bucket).list()).toMatchObject([
			{ giftId: "7", name: "船", diamondCount: 9, firstAt: startMs + 1 },
		]);
	});
});
