import { systemClock } from "@livekeeper/douyin";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Conflict, type KeyValues } from "../key-values.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

let prefixes = 0;

async function open(nats: NatsServers, prefix = `k${++prefixes}`): Promise<KeyValues> {
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: 1, partitions: 1, prefix, timeoutMs: 1_000 },
	});
	onTestFinished(() => log.close());
	return log.webhooks;
}

const text = (value: string) => Buffer.from(value);

describe.skipIf(!hasNats)("keys and values that nodes share", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	const keysOf = async (kv: KeyValues, filter: string) => (await kv.list(filter)).map(({ key }) => key);

	test("a key that another has written, removed or cleared is no more changed by its old revision", async () => {
		const kv = await open(nats);
		const first = await kv.create("a.b", text("1"));
		await expect(kv.create("a.b", text("2"))).rejects.toThrow(Conflict);
		const second = await kv.update("a.b", text("2"), first);
		await expect(kv.update("a.b", text("3"), first)).rejects.toThrow(Conflict);
		expect(await kv.clear("a.*")).toBe(1);
		await expect(kv.update("a.b", text("3"), second)).rejects.toThrow(Conflict);
		const third = await kv.create("a.b", text("4"));
		expect(await kv.remove("a.b")).toBe(true);
		await expect(kv.update("a.b", text("5"), third)).rejects.toThrow(Conflict);
		expect(await kv.get("a.b")).toBeUndefined();
	});

	test("what was written last stays where only the rest is cleared, and nothing else is touched", async () => {
		const kv = await open(nats);
		for (const key of ["a.x.1", "a.y.2", "b.x.1", "a.x.3", "a.y.4"]) await kv.put(key, text(key));
		await kv.put("a.x.1", text("again"));
		expect((await kv.keys("a.>")).toSorted()).toEqual(["a.x.1", "a.x.3", "a.y.2", "a.y.4"]);
		expect(await kv.first("a.>")).toMatchObject({ key: "a.y.2", value: new Uint8Array(text("a.y.2")) });
		expect(await kv.first("c.*.*")).toBeUndefined();
		expect(await kv.clear("a.>", 3)).toBe(1);
		expect(await kv.clear("a.>", 3)).toBe(0);
		expect(await keysOf(kv, "a.>")).toEqual(["a.x.3", "a.y.4", "a.x.1"]);
		expect(await kv.clear("a.x.*")).toBe(2);
		expect(await keysOf(kv, ">")).toEqual(["b.x.1", "a.y.4"]);
		expect(await kv.keys("c.>")).toEqual([]);
	});

	test("who watches is told of what matches, by whomever it was written, until that is ended", async () => {
		const prefix = `k${++prefixes}`;
		const [one, other] = [await open(nats, prefix), await open(nats, prefix)];
		await one.put("a.0", text("before"));
		const told: (string | undefined)[] = [];
		const end = await one.watch("a.*", (key) => told.push(key));
		await other.put("a.1", text("x"));
		await other.put("b.1", text("x"));
		await one.put("a.2", text("x"));
		await other.remove("a.1");
		await vi.waitFor(() => expect(told).toEqual(["a.1", "a.2", "a.1"]), 10_000);
		end();
		await one.put("a.3", text("x"));
		const after = await other.watch("a.*", (key) => told.push(`other ${key}`));
		onTestFinished(after);
		await one.put("a.4", text("x"));
		await vi.waitFor(() => expect(told.at(-1)).toBe("other a.4"), 10_000);
		expect(told).toHaveLength(4);
	});

	test("after a lost connection who watches hears that something may have been missed, and of all that follows", async () => {
		const mine = await startNatsServers(1);
		onTestFinished(() => mine.stop());
		const kv = await open(mine);
		const told: (string | undefined)[] = [];
		onTestFinished(await kv.watch("a.*", (key) => told.push(key)));
		await mine.servers[0]?.kill("SIGKILL");
		await expect(kv.get("a.1")).rejects.toMatchObject({ code: "storage_failing" });
		await mine.servers[0]?.restart();
		await vi.waitFor(() => expect(told).toContain(undefined), 20_000);
		await vi.waitFor(() => kv.put("a.1", text("x")), 10_000);
		await vi.waitFor(() => expect(told.at(-1)).toBe("a.1"), 10_000);
	}, 60_000);
});
