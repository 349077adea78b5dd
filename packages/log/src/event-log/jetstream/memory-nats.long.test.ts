import { afterAll, beforeAll } from "vitest";
import { describeEventLog } from "../conformance.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { serveMemoryNats } from "./memory-nats-server.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

let memory: Awaited<ReturnType<typeof serveMemoryNats>>;
let stores = 0;

beforeAll(async () => {
	memory = await serveMemoryNats();
});
afterAll(() => memory.stop());

describeEventLog("the event log on NATS in memory", async () => {
	const prefix = `m${++stores}`;
	return {
		open: (settings) =>
			openJetStreamEventLog({
				...{ servers: [memory.url], node: "a", secret: "a test", prefix, replicas: 1, logger: quietLogger },
				...{ groupCommitMs: 2, ...settings },
			}),
		dispose: async () => undefined,
	};
});
