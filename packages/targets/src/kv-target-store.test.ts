import { systemClock } from "@livekeeper/douyin";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { openJetStreamEventLog } from "@livekeeper/log/src/event-log/jetstream/open.ts";
import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { afterAll, beforeAll, describe } from "vitest";
import { KvTargetStore } from "./index.ts";
import { describeTargetStore } from "./store-conformance.helpers.ts";

let stores = 0;

describe.skipIf(!hasNats)("with one NATS server", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	describeTargetStore("targets in JetStream", async () => {
		const prefix = `w${++stores}`;
		const log = await openJetStreamEventLog({
			...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
			...{ replicas: 1, partitions: 1, prefix },
		});
		return { open: async (options) => new KvTargetStore(log.targets, options), dispose: () => log.close() };
	});
});
