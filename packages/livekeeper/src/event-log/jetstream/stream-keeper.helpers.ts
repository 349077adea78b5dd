import { systemClock } from "@livekeeper/douyin";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { CurrentBucket } from "./current-bucket.ts";
import { bucketConfig, StateBucket } from "./state-bucket.ts";
import { StreamKeeper } from "./stream-keeper.ts";

/** Keeps streams until the test is over. */
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

/** A bucket of one server, which is made where it is not there. */
export async function openBucket(nc: NatsConnection, name: string): Promise<StateBucket> {
	return (await openKeptBucket(nc, name)).bucket;
}

/** The same, with what keeps its stream. @param doubtMs for this long it has to look lost before it counts as that, ms */
export async function openKeptBucket(nc: NatsConnection, name: string, doubtMs?: number) {
	const keeper = await keeperOf(nc, doubtMs);
	await keeper.ensure(bucketConfig(name, { replicas: 1 }));
	return { keeper, bucket: new StateBucket(await CurrentBucket.open(jetstream(nc), keeper, name)) };
}
