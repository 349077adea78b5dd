import { ManualClock } from "@livekeeper/douyin/testing";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { NodeBucket } from "@livekeeper/log/src/event-log/jetstream/node-bucket.ts";
import { keeperOf } from "@livekeeper/log/src/event-log/jetstream/stream-keeper.helpers.ts";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { Presence } from "./presence.ts";

let prefixes = 0;

describe.skipIf(!hasNats)("who is there", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	/** Joins a process of a node, on its own clock that the test advances. */
	async function join(node: string, prefix: string, { ttlMs = 60_000, servers = nats } = {}) {
		const nc = await connect({ servers: [...servers.urls], maxReconnectAttempts: -1, reconnectTimeWait: 100 });
		onTestFinished(() => nc.close());
		const bucket = await NodeBucket.open({ patient: nc, keeper: await keeperOf(nc), replicas: 1 }, prefix, ttlMs);
		const clock = new ManualClock();
		const { logger, lines } = recordingLogger();
		const said = { rooms: 0, draining: false };
		const onReplaced = vi.fn();
		const presence = await Presence.join({
			...{ bucket, clock, logger, onReplaced },
			self: () => ({ node, weight: 1, url: "", version: "1", startedAt: 0, ...said }),
		});
		onTestFinished(() => presence.leave());
		const names = () => presence.view.nodes.map((entry) => entry.node);
		/** Advances its clock until the assertion holds, because NATS answers in real time. */
		const until = (assertion: () => void) =>
			vi.waitFor(
				async () => {
					await clock.advance(1_000);
					assertion();
				},
				{ interval: 20 },
			);
		return { nc, presence, bucket, clock, lines, said, onReplaced, names, until };
	}

	/** Returns the servers' list of watchers. */
	async function watchersOf(nc: NatsConnection, prefix: string) {
		const jsm = await jetstreamManager(nc);
		const stream = `KV_${prefix}-nodes`;
		const list = () => jsm.consumers.list(stream).next();
		const forget = async () => {
			for (const { name } of await list()) await jsm.consumers.delete(stream, name);
		};
		return { list, forget };
	}

	test("shows nodes to each other, with changes at once", async () => {
		const prefix = `p${++prefixes}`;
		const a = await join("a", prefix);
		expect(a.names()).toEqual(["a"]);
		const before = a.presence.view.number;
		const b = await join("b", prefix);
		expect(b.names()).toEqual(["a", "b"]);
		await a.until(() => expect(a.names()).toEqual(["a", "b"]));
		expect(a.presence.view.number).toBeGreaterThan(before);
		b.said.draining = true;
		await b.presence.changed();
		await a.until(() => expect(a.presence.view.nodes.map(({ draining }) => draining)).toEqual([false, true]));
	});

	test("renews an entry exactly every second", async () => {
		const a = await join("a", `p${++prefixes}`);
		a.said.rooms = 7;
		await a.clock.advance(999);
		// Setting the machine's clock makes no entry older, nor a node that is cut off younger.
		for (const ms of [3_600_000, -7_200_000]) {
			a.clock.set(ms);
			expect([a.presence.unrenewedMs, a.presence.unheardMs("a")]).toEqual([999, 999]);
		}
		await a.clock.advance(1);
		await vi.waitFor(() => expect(a.presence.unrenewedMs).toBe(0));
		await a.until(() => expect(a.presence.view.nodes[0]?.rooms).toBe(7));
	});

	test("loses a node that stops renewing and keeps the others", async () => {
		const prefix = `p${++prefixes}`;
		const a = await join("a", prefix, { ttlMs: 1_000 });
		const b = await join("b", prefix, { ttlMs: 1_000 });
		await a.until(() => expect(a.names()).toEqual(["a", "b"]));
		await a.until(() => expect(a.names()).toEqual(["a"]));
		expect(a.presence.members.get("b")).not.toBe("present");
		await a.until(() => expect(a.presence.members.get("b")).toBe("lost"));
		expect(a.onReplaced).not.toHaveBeenCalled();
		await b.presence.changed();
		await a.until(() => expect([...a.presence.members.values()]).toEqual(["present", "present"]));
	});

	test("restores a node's missing entry with the next renewal", async () => {
		const a = await join("a", `p${++prefixes}`);
		await a.bucket.remove("a");
		await a.until(() => expect(a.names()).toEqual(["a"]));
		expect(a.onReplaced).not.toHaveBeenCalled();
	});

	test("makes the earlier of two same-named processes give up", async () => {
		const prefix = `p${++prefixes}`;
		const earlier = await join("a", prefix);
		const later = await join("a", prefix);
		const run = later.presence.view.nodes[0]?.run;
		await earlier.until(() => expect(earlier.onReplaced).toHaveBeenCalledTimes(1));
		expect(earlier.lines.map(({ event }) => event)).toContain("node_replaced");
		await earlier.clock.advance(10_000);
		await earlier.presence.leave();
		expect(earlier.onReplaced).toHaveBeenCalledTimes(1);
		later.said.rooms = 3;
		await later.presence.changed();
		await later.until(() => expect(later.presence.view.nodes).toMatchObject([{ node: "a", run, rooms: 3 }]));
		expect(later.onReplaced).not.toHaveBeenCalled();
	});

	test("hears other nodes after the servers have forgotten its watch", async () => {
		const prefix = `p${++prefixes}`;
		const [a, b] = [await join("a", prefix), await join("b", prefix)];
		const says = async (rooms: number) => {
			b.said.rooms = rooms;
			await b.presence.changed();
			await a.until(() => expect(a.presence.view.nodes[1]?.rooms).toBe(rooms));
		};
		await says(3);
		const watchers = await watchersOf(a.nc, prefix);
		expect(await watchers.list()).toHaveLength(2);
		await watchers.forget();
		await says(4);
	});

	test("watches the others again after a lost connection", async () => {
		const servers = await startNatsServers(1);
		onTestFinished(() => servers.stop());
		const prefix = `p${++prefixes}`;
		const { nc } = await join("a", prefix, { servers });
		const watchers = await watchersOf(nc, prefix);
		await watchers.forget();
		expect(await watchers.list()).toEqual([]);
		await servers.servers[0]?.kill("SIGKILL");
		await servers.servers[0]?.restart();
		await vi.waitFor(async () => expect(await watchers.list()).toHaveLength(1));
	});

	test("removes a leaving node at once", async () => {
		const prefix = `p${++prefixes}`;
		const [a, b] = [await join("a", prefix), await join("b", prefix)];
		await a.until(() => expect(a.names()).toEqual(["a", "b"]));
		await b.presence.leave();
		await a.until(() => expect(a.names()).toEqual(["a"]));
		expect([...a.presence.members]).toEqual([["a", "present"]]);
	});

	const foreign = (node: string) => Buffer.from(JSON.stringify({ node, run: "r", version: "0.0.9", renewal: 1 }));

	test("does not start next to a node of another version", async () => {
		const prefix = `p${++prefixes}`;
		const first = await join("a", prefix);
		await first.bucket.write("old", foreign("old"), undefined);
		const refused = join("b", prefix);
		await expect(refused).rejects.toMatchObject({ code: "cluster_other_version", text: { en: /Node old .* 0\.0\.9/ } });
		await first.bucket.remove("old");
		// Its own entry from before its upgrade blocks no node.
		await first.bucket.write("c", foreign("c"), undefined);
		const { until, names } = await join("c", prefix);
		await until(() => expect(names()).toEqual(["a", "c"]));
	});

	test("leaves out nodes of another version or with damaged entries", async () => {
		const prefix = `p${++prefixes}`;
		const a = await join("a", prefix);
		const b = await join("b", prefix);
		await a.bucket.write("old", foreign("old"), undefined);
		await a.bucket.write("damaged", Buffer.from("{"), undefined);
		await b.until(() => {
			const said = b.lines.filter(({ event }) => event === "node_of_other_version");
			expect(said.map(({ node, version }) => [node, version])).toEqual([
				["damaged", "?"],
				["old", "0.0.9"],
			]);
		});
		await b.clock.advance(3_000);
		await a.until(() => expect(a.names()).toEqual(["a", "b"]));
		expect(b.names()).toEqual(["a", "b"]);
		expect(b.lines.filter(({ event }) => event === "node_of_other_version")).toHaveLength(2);
	});
});
