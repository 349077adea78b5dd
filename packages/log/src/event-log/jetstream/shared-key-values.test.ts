import { systemClock } from "@livekeeper/douyin";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ChangeFollower, type KeyValues } from "../../storage/index.ts";
import { describeKeyValues } from "../../storage/key-values-conformance.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";

let prefixes = 0;

/** @param timeoutMs after which a call fails while there is no server */
async function open(nats: NatsServers, prefix = `k${++prefixes}`, timeoutMs = 120_000): Promise<KeyValues> {
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: 1, partitions: 1, prefix, timeoutMs },
	});
	onTestFinished(() => log.close());
	return log.targets;
}

const text = (value: string) => Buffer.from(value);

describe.skipIf(!hasNats)("key-value store shared by nodes", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	describeKeyValues("keys and values in NATS", () => open(nats));

	test("notifies a watcher of matches from any node until ended", async () => {
		const prefix = `k${++prefixes}`;
		const [one, other] = [await open(nats, prefix), await open(nats, prefix)];
		await one.put("a.0", text("before"));
		const changed: (string | undefined)[] = [];
		const end = await one.watch("a.*", (key) => changed.push(key));
		await other.put("a.1", text("x"));
		await other.put("b.1", text("x"));
		await one.put("a.2", text("x"));
		await other.remove("a.1");
		await vi.waitFor(() => expect(changed).toEqual(["a.1", "a.2", "a.1"]));
		end();
		await one.put("a.3", text("x"));
		const after = await other.watch("a.*", (key) => changed.push(`other ${key}`));
		onTestFinished(after);
		await one.put("a.4", text("x"));
		await vi.waitFor(() => expect(changed.at(-1)).toBe("other a.4"));
		expect(changed).toHaveLength(4);
	});

	test("notifies a watcher of possible misses after a reconnect", async () => {
		const mine = await startNatsServers(1);
		onTestFinished(() => mine.stop());
		const kv = await open(mine, "k", 1_000);
		const changed: (string | undefined)[] = [];
		onTestFinished(await kv.watch("a.*", (key) => changed.push(key)));
		await mine.servers[0]?.kill("SIGKILL");
		await expect(kv.get("a.1")).rejects.toMatchObject({ code: "storage_failing" });
		await mine.servers[0]?.restart();
		await vi.waitFor(() => expect(changed).toContain(undefined));
		await vi.waitFor(() => kv.put("a.1", text("x")));
		await vi.waitFor(() => expect(changed.at(-1)).toBe("a.1"));
	});

	test("updates a follower after the server was lost", async () => {
		const mine = await startNatsServers(1);
		onTestFinished(() => mine.stop());
		const prefix = `k${++prefixes}`;
		const [kv, other] = [await open(mine, prefix), await open(mine, prefix)];
		const follower = new ChangeFollower({ clock: systemClock, retryMs: 100, onError: () => undefined });
		onTestFinished(() => follower.stop());
		let known: string[][] = [];
		const read = async () => {
			known = (await kv.list("a.*")).map(({ key, value }) => [key, Buffer.from(value).toString()]);
		};
		follower.until(await kv.watch("a.*", () => follower.due("all", read)));
		await other.put("a.1", text("x"));
		await other.put("a.2", text("x"));
		const before = [
			["a.1", "x"],
			["a.2", "x"],
		];
		await vi.waitFor(() => expect(known).toEqual(before));
		await mine.servers[0]?.kill("SIGKILL");
		await mine.servers[0]?.restart();
		await vi.waitFor(() => other.remove("a.1"));
		await vi.waitFor(() => other.put("a.2", text("y")));
		await vi.waitFor(() => expect(known).toEqual([["a.2", "y"]]));
	});
});
