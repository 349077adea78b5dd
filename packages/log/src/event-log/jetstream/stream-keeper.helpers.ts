import { systemClock } from "@livekeeper/douyin";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { CurrentBucket } from "./current-bucket.ts";
import { bucketConfig, StateBucket } from "./state-bucket.ts";
import { StreamKeeper } from "./stream-keeper.ts";

/** Returns a keeper of streams that is closed after the test. */
export async function keeperOf(nc: NatsConnection, doubtMs = 10_000): Promise<StreamKeeper> {
	const keeper = new StreamKeeper({
		jsm: await jetstreamManager(nc),
		clock: systemClock,
		logger: quietLogger,
		doubtMs,
	});
	onTestFinished(() => keeper.close());
	return keeper;
}

/** Opens a bucket on one server, and creates it if it is missing. */
export async function openBucket(nc: NatsConnection, name: string): Promise<StateBucket> {
	return (await openKeptBucket(nc, name)).bucket;
}

/** As {@link openBucket}, with the keeper of its stream. @param doubtMs time for which it must look lost, ms */
export async function openKeptBucket(nc: NatsConnection, name: string, doubtMs?: number) {
	const keeper = await keeperOf(nc, doubtMs);
	await keeper.ensure(bucketConfig(name, { replicas: 1 }));
	return { keeper, bucket: new StateBucket(await CurrentBucket.open(jetstream(nc), keeper, name)) };
}
