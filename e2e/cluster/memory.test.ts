import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { NatsAdmin } from "../../packages/log/src/event-log/jetstream/nats-admin.helpers.ts";
import { until } from "../kit/until.ts";
import type { ClusterNode, NodeOptions } from "./nodes.ts";
import { hasNats, startNodes } from "./start-nodes.ts";

const skipped = hasNats ? "" : " (skipped: no nats-server)";

interface Page {
	events: { seq: number; reason?: string; from?: number; to?: number }[];
	truncated?: { from: number; to: number; reason: string };
	last_seq: number;
}

/** Starts two nodes on one NATS server, with rooms of the simulator. */
async function start(rooms: number) {
	const simulator = await startSimulator({ rooms, rate: 5, seed: 1, port: 0 });
	onTestFinished(() => simulator.close());
	const started = await startNodes(simulator, { a: 1, b: 1 });
	onTestFinished(() => started.close());
	const { nats } = started;
	const create = async (node: string, config: NodeOptions["config"] = {}) => {
		const added = await started.create(node, config);
		onTestFinished(() => added.close());
		return added;
	};
	const [a, b] = started.nodes;
	if (!a || !b) throw new Error("Two nodes were to start");
	const liveIds = simulator.rooms.map(({ liveId }) => liveId);
	for (const liveId of liveIds) await a.service.startRoom(liveId);
	const pageOf = async (node: ClusterNode, liveId: string, query: string) =>
		(await node.service.request("GET", `/api/v1/rooms/${liveId}/events?${query}`)).body as Page;
	const areConnected = async (node: ClusterNode) => {
		const rooms = await node.rooms();
		return rooms.length === liveIds.length && rooms.every(({ state }) => state === "connected");
	};
	const ready = (node: ClusterNode) => node.service.request("GET", "/health/ready");
	const metric = async (node: ClusterNode, name: string) => {
		const text = await (await fetch(`${node.service.url}/metrics`)).text();
		return Number(
			text
				.split("\n")
				.find((line) => line.startsWith(`${name} `))
				?.split(" ")
				.at(-1),
		);
	};
	return { nats, nodes: [a, b] as const, liveIds, create, pageOf, areConnected, ready, metric };
}

test.skipIf(!hasNats)(
	`keeps running after all streams are deleted, with gap events${skipped}`,

	async () => {
		const { nats, nodes, liveIds, pageOf, areConnected, ready } = await start(6);
		const [a, b] = nodes;
		const lastSeqs = async () =>
			Promise.all(liveIds.map(async (liveId) => (await pageOf(a, liveId, "limit=1")).last_seq));
		await until("all rooms have messages", async () => (await lastSeqs()).every((seq) => seq >= 10));
		const before = await lastSeqs();
		const targets = async (node: ClusterNode) => {
			const { body } = await node.service.request("GET", "/api/v1/targets");
			return (body as { targets: { id: string }[] }).targets.map(({ id }) => id);
		};
		const made = await a.service.request("POST", "/api/v1/targets", {
			settings: { url: "https://hooks.example.com/" },
			live_ids: ["none"],
		});
		expect(made.status, JSON.stringify(made.body)).toBe(201);
		const { id } = (made.body as { target: { id: string } }).target;
		await until("both nodes have the target", async () => (await targets(b)).includes(id));
		const admin = new NatsAdmin(nats.urls);
		const streams = [
			"lk-ev-0",
			"lk-ev-1",
			"lk-ev-2",
			"lk-ev-3",
			"KV_lk-state",
			"KV_lk-nodes",
			"KV_lk-summaries",
			"KV_lk-targets",
		];
		for (const stream of streams) await admin.deleteStream(stream);
		const gaps = (liveId: string) => pageOf(b, liveId, "types=gap&after=900000");
		const hasGap = async (liveId: string) =>
			(await gaps(liveId)).events?.some(({ reason }) => reason === "memory_lost") === true;
		await until("each room reports its gap", async () => (await Promise.all(liveIds.map(hasGap))).every(Boolean), {
			describe: () => [...a.service.lines, ...b.service.lines].filter(({ level }) => level === "error").slice(-20),
		});
		for (const [index, liveId] of liveIds.entries()) {
			const { events } = await gaps(liveId);
			expect(events.filter(({ reason }) => reason === "memory_lost")).toHaveLength(1);
			for (const after of [0, before[index] ?? 0, 900_000]) {
				const page = await pageOf(a, liveId, `after=${after}`);
				expect(page.truncated).toMatchObject({ from: after + 1, reason: "reset" });
				expect(page.events[0]?.seq).toBe((page.truncated?.to ?? 0) + 1);
			}
		}
		await until("all rooms are connected again", async () => (await areConnected(a)) && (await areConnected(b)));
		for (const node of nodes) {
			await until("the node is ready", async () => (await ready(node)).status === 200);
			expect(await targets(node)).toEqual([id]);
			const { status, body } = await ready(node);
			expect([status, (body as { warnings: string[] }).warnings.join()]).toEqual([
				200,
				expect.stringContaining("lk-ev-0"),
			]);
			const lost = node.service.lines.filter(({ event }) => event === "stream_lost").map(({ stream }) => stream);
			expect(lost).toEqual(expect.arrayContaining(streams));
		}
	},
);

test.skipIf(!hasNats)(
	`reports a hung NATS everywhere, and recovers with it${skipped}`,

	async () => {
		const { nats, nodes, liveIds, areConnected, ready, metric } = await start(1);
		const [a, b] = nodes;
		await until("both nodes see the room connected", async () => (await areConnected(a)) && (await areConnected(b)));
		for (const node of nodes) expect((await ready(node)).status).toBe(200);
		await nats.servers[0]?.freeze();
		const isDown = async (node: ClusterNode) =>
			(await ready(node)).status === 503 &&
			(await metric(node, "livekeeper_storage_failing")) === 1 &&
			(await metric(node, "livekeeper_cluster_nodes")) === 0;
		await until("no node is ready", async () => (await isDown(a)) && (await isDown(b)));
		for (const node of nodes) {
			const { status, body } = await node.service.request("POST", "/api/live/start", { live_id: "another" });
			expect([status, body]).toMatchObject([503, { error: { code: "storage_failing" } }]);
			const { body: list } = await node.service.request("GET", "/api/v1/rooms");
			expect(list).toMatchObject({ rooms: [{ live_id: liveIds[0], health: "degraded" }] });
		}
		nats.servers[0]?.thaw();
		await until("all nodes are ready", async () => (await ready(a)).status === 200 && (await ready(b)).status === 200);
	},
);

test.skipIf(!hasNats)(
	`degrades rooms of a dead node, rejects a foreign secret${skipped}`,

	async () => {
		const { nodes, create } = await start(4);
		const [a, b] = nodes;
		const fine = async () =>
			((await a.service.request("GET", "/api/v1/rooms")).body as { rooms: { node: string; health: string }[] }).rooms;
		await until("all rooms are fine, some of them at b", async () => {
			const rooms = await fine();
			return (
				rooms.every(({ health }) => health === "fine" || health === "quiet") && rooms.some(({ node }) => node === "b")
			);
		});
		const c = await create("c", { secret: "not the secret of all nodes" });
		c.service.spawn();
		const { code, errors } = await c.service.untilExit();
		expect([code, errors]).toEqual([1, expect.stringContaining("LIVEKEEPER_SECRET")]);
		await b.service.stop("SIGKILL");
		await until("rooms that b still owns are reported as unknown", async () => {
			const rooms = (await fine()).filter(({ node }) => node === "b");
			return rooms.length > 0 && rooms.every(({ health }) => health === "degraded");
		});
	},
);
