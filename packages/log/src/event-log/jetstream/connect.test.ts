import { systemClock } from "@livekeeper/douyin";
import { expect, onTestFinished, test, vi } from "vitest";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { MemoryNats } from "./memory-nats.helpers.ts";
import { type Carrier, connectorTo } from "./memory-nats-socket.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

test("reconnects at once after the wall clock was set back", async () => {
	const nats = new MemoryNats(systemClock);
	const carry: Carrier = (_, deliver) => void setImmediate(deliver);
	let cut = () => undefined as unknown;
	const link = {
		...{ up: carry, down: carry, closed: (notify: () => void) => void setImmediate(notify) },
		opened: (end: () => void) => {
			cut = end;
		},
	};
	const log = await openJetStreamEventLog({
		...{ servers: ["nats://127.0.0.1:1"], node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: 1, partitions: 1, nats: { connect: connectorTo(nats, () => link) } },
	});
	onTestFinished(async () => {
		await log.close();
		nats.close();
	});
	const now = Date.now;
	const hourBack = vi.spyOn(Date, "now").mockImplementation(() => now() - 3_600_000);
	onTestFinished(() => hourBack.mockRestore());
	cut();
	await log.targets.put("key", Buffer.from("value"));
	expect(Buffer.from((await log.targets.get("key"))?.value ?? []).toString()).toBe("value");
});
