import { systemClock } from "@livekeeper/douyin";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { onTestFinished } from "vitest";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { CurrentBucket } from "./current-bucket.ts";
import { bucketConfig, StateBucket } from "./state-bucket.ts";
import { StreamKeeper } from "./stream-keeper.ts";

/** Keeps streams until the test is over. */
export async function keeperOf(nc: NatsConnection): Promise<StreamKeeper> {
	const keeper = new StreamKeeper({
		jsm: await jetstreamManager(nc),
		clock: systemClock,
		logger: quietLogger,
		doubtMs: 10_000,
	});
	onTestFinished(() => keeper.close());
	return keeper;
}

/** A bucket of one server, which is made where it is not there. */
export async function openBucket(nc: NatsConnection, name: string): Promise<StateBucket> {
	const keeper = await keeperOf(nc);
	await keeper.ensure(bucketConfig(name, { replicas: 1 }));
	return new StateBucket(await CurrentBucket.open(jetstream(nc), keeper, name));
}
