import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openKeptBucket } from "./stream-keeper.helpers.ts";

const value = Buffer.from("kept");
const waiting = { interval: 20 };

describe.skipIf(!hasNats)("a lost bucket", () => {
	let nats: NatsServers;
	let nc: NatsConnection;
	beforeAll(async () => {
		nats = await startNatsServers(1);
		nc = await connect({ servers: [...nats.urls] });
		return async () => nc.close();
	});
	afterAll(() => nats.stop());

	/** Makes NATS lose it, and another node create it again, empty. */
	async function lose(stream: string): Promise<void> {
		const jsm = await jetstreamManager(nc);
		const { config } = await jsm.streams.info(stream);
		await jsm.streams.delete(stream);
		await jsm.streams.add(config);
	}

	test.each([
		["lists", "list"],
		["gets", "get"],
	] as const)("%s entries that are written back during the read", async (_, read) => {
		const { bucket, keeper } = await openKeptBucket(nc, `lost-${read}`, 0);
		await bucket.create("room.a", value);
		await keeper.fresh(bucket.stream);
		keeper.onRestore(bucket.stream, async () => void (await bucket.create("room.a", value)));
		await lose(bucket.stream);
		const found = read === "list" ? (await bucket.list("room.>"))[0] : await bucket.get("room.a");
		expect(found?.key).toBe("room.a");
	});

	test("is written back again if that failed", async () => {
		const { bucket, keeper } = await openKeptBucket(nc, "lost-twice", 0);
		await bucket.create("room.a", value);
		await keeper.fresh(bucket.stream);
		let attempts = 0;
		keeper.onRestore(bucket.stream, async () => {
			if (++attempts === 1) throw new Error("timeout");
			await bucket.create("room.a", value);
		});
		await lose(bucket.stream);
		await expect(bucket.list("room.>")).rejects.toThrow("timeout");
		await vi.waitFor(async () => expect(await bucket.list("room.>")).toMatchObject([{ key: "room.a" }]), waiting);
		expect(keeper.losses).toHaveLength(1);
	});
});
