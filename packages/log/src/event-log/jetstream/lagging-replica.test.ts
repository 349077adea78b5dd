import { connect, type Msg, type NatsConnection } from "@nats-io/transport-node";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { faultOf } from "./faults.ts";
import { lagging } from "./lagging-replica.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { NodeBucket } from "./node-bucket.ts";
import { keeperOf, openBucket } from "./stream-keeper.helpers.ts";

describe.skipIf(!hasNats)("a replica that lags behind its leader", () => {
	let nats: NatsServers;
	let nc: NatsConnection;
	let prefixes = 0;
	beforeAll(async () => {
		nats = await startNatsServers(1);
		nc = await connect({ servers: [...nats.urls] });
	});
	afterAll(async () => {
		await nc.close();
		await nats.stop();
	});

	async function openNodes(connection: NatsConnection, prefix: string) {
		const keeper = await keeperOf(nc);
		const bucket = await NodeBucket.open({ patient: connection, keeper, replicas: 1 }, prefix, 60_000);
		onTestFinished(() => bucket.close());
		return bucket;
	}

	test("keeps all nodes on the list", async () => {
		const prefix = `lag${++prefixes}`;
		const bucket = await openNodes(nc, prefix);
		const behind = await openNodes(lagging(nc), prefix);
		await bucket.create("a", Uint8Array.of(1));
		await bucket.create("b", Uint8Array.of(2));
		const { nodes } = await behind.list();
		expect([...nodes]).toEqual([
			["a", Uint8Array.of(1)],
			["b", Uint8Array.of(2)],
		]);
	});

	test("does not hide what another process wrote under a name", async () => {
		const prefix = `lag${++prefixes}`;
		const bucket = await openNodes(nc, prefix);
		const behind = await openNodes(lagging(nc), prefix);
		const revision = await bucket.create("a", Uint8Array.of(1));
		expect(await behind.get("a")).toMatchObject({ value: Uint8Array.of(1), revision });
	});

	test("answers no list by itself", async () => {
		const name = `lag${++prefixes}`;
		const bucket = await openBucket(nc, name);
		const behind = await openBucket(lagging(nc), name);
		expect(await behind.list("wanted.>")).toEqual([]);
		await bucket.create("wanted.1", Uint8Array.of(1));
		const list = behind.list("wanted.>");
		await expect(list).rejects.toThrow("behind its leader");
		expect(faultOf(await list.catch((error: unknown) => error))).toBe("unreachable");
	});

	test("lists exactly the matching keys, whatever was written last", async () => {
		const name = fc.constantFrom("a", "b", "c");
		const key = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("."));
		const filters = ["a", "a.*", "a.>", "*.b", ">", "*", "b.*.c"];
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ key, removed: fc.boolean() }), { maxLength: 8 }),
				fc.constantFrom(...filters),
				async (writes, filter) => {
					const bucket = await openBucket(nc, `lag${++prefixes}`);
					const there = new Set<string>();
					for (const { key, removed } of writes) {
						if (removed) await bucket.remove(key);
						else await bucket.put(key, Uint8Array.of(1));
						there.delete(key);
						if (!removed) there.add(key);
					}
					const matching = new RegExp(`^${filter.replaceAll(".", "\\.").replaceAll("*", "[^.]+").replace(">", ".+")}$`);
					const listed = (await bucket.list(filter)).map((entry) => entry.key);
					expect(listed).toEqual([...there].filter((one) => matching.test(one)));
				},
			),
			{ numRuns: 25 },
		);
	});

	test("does not override a newer answer of the previous leader", async () => {
		const prefix = `lag${++prefixes}`;
		let isOld = false;
		let earlier: Msg | undefined;
		const request: NatsConnection["request"] = async (subject, data = "", options) => {
			if (!subject.startsWith("$JS.API.STREAM.INFO.")) return nc.request(subject, data, options);
			const given = (isOld && earlier) || (await nc.request(subject, data, options));
			if (Buffer.from(data).toString().includes("subjects_filter")) earlier ??= given;
			return given;
		};
		const bucket = await openNodes(Object.assign(Object.create(nc) as NatsConnection, { request }), prefix);
		await bucket.create("a", Uint8Array.of(1));
		await bucket.list();
		await bucket.create("b", Uint8Array.of(2));
		expect((await bucket.list()).nodes.size).toBe(2);
		isOld = true;
		await expect(bucket.list()).rejects.toThrow("behind its leader");
	});
});
