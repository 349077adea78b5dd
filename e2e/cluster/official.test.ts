import { setTimeout as pause } from "node:timers/promises";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { hasNats, startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { CuttableProxy } from "../kit/cuttable-proxy.ts";
import { RoomLog } from "../kit/room-log.ts";
import { until } from "../kit/until.ts";
import { ClusterNode } from "./nodes.ts";

const app = { app_id: "tt1", secret: "made-up" };

interface Official {
	refused: number;
	broadcasts: { counts: boolean; tasks: { state: string; since: number }[] }[];
}

async function officialOf(node: ClusterNode, liveId: string): Promise<Official | undefined> {
	const { body } = await node.service.request("GET", `/api/v1/official/${liveId}`);
	return (body as { official?: Official }).official;
}

/** Starts two nodes behind one proxy, because the rooms share one app and therefore one address. */
async function twoNodes(simulator: Simulator) {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const front = await CuttableProxy.listen(0);
	onTestFinished(() => front.close());
	const platform = { official_url: simulator.url, official_token_url: `${simulator.url}/api/apps/v2/token` };
	const ports = nats.urls.map((url) => Number(new URL(url).port));
	const upstream = Number(new URL(simulator.url).port);
	const nodes: ClusterNode[] = [];
	for (const node of ["a", "b"]) {
		const added = await ClusterNode.create({ node, nats: ports, upstream, config: platform });
		onTestFinished(() => added.close());
		await added.service.start();
		nodes.push(added);
	}
	simulator.platform.setApp(app.app_id, { ...app, callbackUrl: `${front.url}/api/v1/official/1001`, batch: 2 });
	return { nodes, front };
}

/** Returns the platform's ids of a room's stored gifts. */
async function stored(node: ClusterNode, liveId: string): Promise<string[]> {
	const log = new RoomLog(node.service, liveId);
	await log.readOn();
	return log.ids.flatMap((id) =>
		id.startsWith("official:live_gift:") ? [id.slice("official:live_gift:".length)] : [],
	);
}

test.skipIf(!hasNats)(
	`stores pushed gifts once, even if a node is killed${hasNats ? "" : " (skipped: no nats-server)"}`,
	async () => {
		const simulator = await startSimulator({ rooms: 6, rate: 2, seed: 1, strict: true, port: 0 });
		onTestFinished(() => simulator.close());
		const { nodes, front } = await twoNodes(simulator);
		const [first] = nodes;
		if (!first) throw new Error("there is no node");
		front.target = first.service.port;
		const liveIds = simulator.rooms.map(({ liveId }) => liveId);
		for (const liveId of liveIds) await first.service.request("PUT", `/api/v1/rooms/${liveId}`, { official: app });
		let seen: unknown;
		const allCount = async (node: ClusterNode) => {
			const all = await Promise.all(liveIds.map((liveId) => officialOf(node, liveId)));
			seen = all;
			return all.every((one) => one?.broadcasts[0]?.counts && one.broadcasts[0].tasks[0]?.state === "running");
		};
		const describe = () => seen;
		await until("every room is pushed", () => allCount(first), { describe });

		const rooms = await first.rooms();
		expect(new Set(rooms.map(({ node }) => node))).toEqual(new Set(["a", "b"]));
		const victim = nodes.find(({ name }) => name === rooms.find((room) => room.live_id === "1001")?.node);
		const left = nodes.find((node) => node !== victim);
		if (!victim || !left) throw new Error("a node is missing");

		let over = false;
		const giving = (async () => {
			for (let i = 0; !over; i++) {
				const gift = { giver: `g${i % 7}`, giftId: "f1", count: 1, diamonds: 1 + (i % 5) };
				for (const { roomId } of simulator.rooms) simulator.platform.give(app.app_id, roomId, [gift]);
				await pause(200);
			}
		})();
		const delivered = () => simulator.platform.truth(app.app_id).map((task) => task.delivered.length);
		const allDelivered = () => delivered().filter((count) => count > 10).length === liveIds.length;
		await until("gifts of every room are delivered at the one address", allDelivered, { describe: delivered });
		const sinces = () => {
			return Promise.all(liveIds.map(async (id) => (await officialOf(left, id))?.broadcasts[0]?.tasks[0]?.since));
		};
		const since = await sinces();
		await victim.service.stop("SIGKILL");
		front.target = left.service.port;
		front.cut();
		await until("every room is pushed to the remaining node", () => allCount(left), { describe });
		expect(await sinces()).toEqual(since);
		const before = Math.max(...delivered());
		await until("callbacks reach it", () => Math.min(...delivered()) > before);
		over = true;
		await giving;
		for (const room of simulator.rooms) room.change({ rate: 0 });

		for (const { liveId, roomId } of simulator.rooms) {
			const tasks = simulator.platform.truth(app.app_id).filter((task) => task.roomId === roomId);
			expect(tasks).toHaveLength(1);
			const happened = new Set(tasks[0]?.happened);
			let ids: string[] = [];
			const whole = async () => {
				ids = await stored(left, liveId);
				return new Set(ids).size >= happened.size;
			};
			await until(`${liveId} is complete`, whole, { describe: () => [happened.size, ids.length] });
			expect(ids.toSorted()).toEqual([...happened].toSorted());
			expect((await officialOf(left, liveId))?.refused).toBe(0);
		}
		const failed = simulator.platform.truth(app.app_id).reduce((sum, task) => sum + task.failed.length, 0);
		expect(failed).toBeGreaterThan(0);
	},
);
