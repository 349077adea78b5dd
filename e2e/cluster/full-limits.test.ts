import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { hasNats, startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { until } from "../kit/until.ts";
import { ClusterNode } from "./nodes.ts";

/** One of them waits. */
const [rooms, max] = [11, 10];

test.skipIf(!hasNats).each([
	["limit of one login", { max_connections_per_login: max }],
	["total limit", { max_connections: max }],
])(
	`hands over rooms despite a failure at a full %s${hasNats ? "" : " (skipped: no nats-server)"}`,

	async (_, config) => {
		const simulator = await startSimulator({ rooms, rate: 1, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const ports = nats.urls.map((url) => Number(new URL(url).port));
		const upstream = Number(new URL(simulator.url).port);
		const join = async (node: string) => {
			const added = await ClusterNode.create({ node, nats: ports, upstream, config });
			onTestFinished(() => added.close());
			await added.service.start();
			return added;
		};
		let seen: unknown;
		const become = (what: string, node: ClusterNode, owners: readonly string[]) => {
			const isSo = async () => {
				const list = await node.rooms();
				const there = list.filter((room) => owners.includes(room.node));
				const inState = (state: string) => there.filter((room) => room.state === state).length;
				seen = [simulator.connections().length, list.map(({ live_id, state, node: on }) => [live_id, state, on])];
				return inState("connected") === max && inState("queued") === 1 && simulator.connections().length === max;
			};
			return until(what, isSo, { describe: () => seen });
		};
		const a = await join("a");
		for (const { liveId } of simulator.rooms) await a.service.startRoom(liveId);
		await become("all rooms but one are connected", a, ["a"]);

		const b = await join("b");
		const owners = async () => new Set((await b.rooms()).map(({ node }) => node));
		await until("each node has some of the rooms", async () => (await owners()).size === 2);
		await become("they are connected at both nodes", b, ["a", "b"]);
		const unblock = b.upstream.block();
		const stopped = a.service.stop("SIGTERM");
		const hasTried = async () => (await b.rooms()).filter(({ state }) => state === "reconnecting").length > max / 2;
		await until("the next node has tried without success", hasTried);
		unblock();
		expect((await stopped).code).toBe(0);
		expect(a.service.lines.filter(({ event }) => event === "not_drained")).toEqual([]);
		await become("they are connected at the node that is left", b, ["b"]);
	},
);
