import { afterAll, beforeAll, describe } from "vitest";
import { describeEventLog } from "../conformance.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

let nats: NatsServers;
let stores = 0;

describe.skipIf(!hasNats)("one NATS server", () => {
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	describeEventLog("the event log on JetStream", async () => {
		const prefix = `t${++stores}`;
		return {
			open: (settings) =>
				openJetStreamEventLog({
					...{ servers: nats.urls, node: "a", secret: "a test", prefix, replicas: 1, logger: quietLogger },
					// A slow machine takes longer than a service may.
					...{ groupCommitMs: 2, timeoutMs: 120_000, ...settings },
				}),
			dispose: async () => undefined,
		};
	});
});
