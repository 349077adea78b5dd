import type { Upstream } from "@livekeeper/client";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { hasNats, startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { until } from "../kit/until.ts";
import { ClusterNode } from "./nodes.ts";

test.skipIf(!hasNats)(
	`enforces a connection limit across two nodes${hasNats ? "" : " (skipped: no nats-server)"}`,

	async () => {
		const simulator = await startSimulator({ rooms: 8, rate: 1, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const ports = nats.urls.map((url) => Number(new URL(url).port));
		const upstream = Number(new URL(simulator.url).port);
		const join = async (node: string) => {
			const added = await ClusterNode.create({ node, nats: ports, upstream, config: { max_connections: 3 } });
			onTestFinished(() => added.close());
			await added.service.start();
			return added;
		};
		const [a, b] = [await join("a"), await join("b")];
		const open = () => simulator.connections().length;
		const states = async (node: ClusterNode) => (await node.rooms()).map(({ live_id, state }) => ({ live_id, state }));
		const inState = async (node: ClusterNode, expected: string) =>
			(await states(node)).flatMap(({ live_id, state }) => (state === expected ? live_id : []));
		const become = (connected: number, node: ClusterNode) =>
			until(
				`${connected} of 8 rooms are connected, the others wait`,
				async () =>
					open() === connected &&
					(await inState(node, "connected")).length === connected &&
					(await inState(node, "queued")).length === 8 - connected,
				{ describe: async () => [open(), await states(node)] },
			);

		for (const { liveId } of simulator.rooms) await a.service.startRoom(liveId);
		await become(3, a);

		const waiting = (await inState(a, "queued"))[0];
		await b.service.request("POST", "/api/live/start", { live_id: waiting, pinned: true });
		await until("the pinned room is connected", async () => (await inState(a, "connected")).includes(waiting ?? ""));
		await become(3, a);

		await b.service.request("PATCH", "/api/v1/connections", { max_connections: 5 });
		await become(5, a);
		const counts = async (node: ClusterNode) => {
			const { body } = await node.service.request("GET", "/api/v1/connections");
			return body as { limits: { max_connections: number }; held: number; held_elsewhere: number };
		};
		await until("each node knows the other's number of connections", async () => {
			const [here, there] = [await counts(a), await counts(b)];
			return here.held === there.held_elsewhere && there.held === here.held_elsewhere;
		});
		expect((await counts(a)).limits.max_connections).toBe(5);

		await a.service.stop("SIGKILL");
		// The simulator may still count the node's sockets, and the other node its rooms.
		const areAll = async () => (await b.rooms()).every(({ node }) => node === "b");
		await until("the other node keeps all rooms", areAll, { describe: () => states(b) });
		await become(5, b);
	},
);

test.skipIf(!hasNats)(
	"splits the lookup budget among nodes behind one address",

	async () => {
		const simulator = await startSimulator({ rooms: 8, rate: 1, seed: 1, port: 0, site: "real" });
		onTestFinished(() => simulator.close());
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const ports = nats.urls.map((url) => Number(new URL(url).port));
		const join = async (node: string, own_address: boolean) => {
			const config = { lookups_per_minute: 60, own_address };
			const added = await ClusterNode.create({ node, nats: ports, upstream: simulator.port, config });
			onTestFinished(() => added.close());
			await added.service.start();
			return added;
		};
		/** Returns the lookups per minute that a node allows itself; empty before it has a room. */
		const perMinute = async ({ service }: ClusterNode) => {
			const { body } = await service.request("GET", "/api/v1/upstream");
			const ways = (body as { upstream: Upstream }).upstream.exits[0]?.ways ?? [];
			return Object.fromEntries(ways.map(({ way, per_minute }) => [way, per_minute]));
		};
		const become = (what: string, node: ClusterNode, page: number) =>
			until(
				`${node.name} ${what}`,
				async () => {
					const now = await perMinute(node);
					return now["page"] === page && now["enter"] === 4 * page;
				},
				{ describe: () => perMinute(node) },
			);
		const [a, b, own] = [await join("a", false), await join("b", false), await join("own", true)];
		for (const { liveId } of simulator.rooms) await a.service.startRoom(liveId);
		await become("has a third", a, 4);
		await become("has a third", b, 4);
		await become("has all", own, 12);

		await b.service.stop("SIGKILL");
		await become("has a half", a, 6);
		expect(await perMinute(own)).toMatchObject({ page: 12, enter: 48 });
	},
);
