import { setTimeout as pause } from "node:timers/promises";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../kit/until.ts";
import type { ClusterNode } from "./nodes.ts";
import { Said } from "./said.ts";
import { hasNats, startNodes } from "./start-nodes.ts";

/** Returns each room's state and node, according to this node. */
async function roomsBy(node: ClusterNode): Promise<Record<string, string>> {
	return Object.fromEntries((await node.rooms()).map((room) => [room.live_id, `${room.state} on ${room.node}`]));
}

/** Returns the number of rooms it has taken over since its start. */
async function takenOverBy({ service }: ClusterNode): Promise<string | undefined> {
	const metrics = await (await fetch(`${service.url}/metrics`)).text();
	return /^livekeeper_rooms_taken_over_total .*$/m.exec(metrics)?.[0];
}

test.skipIf(!hasNats)(
	`keeps and stores a node's rooms through 6 s offline${hasNats ? "" : " (skipped: no nats-server)"}`,

	async () => {
		const simulator = await startSimulator({ rooms: 6, rate: 0, seed: 3, port: 0 });
		onTestFinished(() => simulator.close());
		const { nodes, close } = await startNodes(simulator, { a: 1, b: 1 });
		onTestFinished(close);
		const [a, b] = nodes as [ClusterNode, ClusterNode];
		for (const { liveId } of simulator.rooms) await a.service.startRoom(liveId);
		let before: Record<string, string> = {};
		const areConnected = async () => {
			before = await roomsBy(b);
			return simulator.rooms.every(({ liveId }) => before[liveId]?.startsWith("connected"));
		};
		await until("every room is connected", areConnected, { describe: () => before });
		const taken = await takenOverBy(b);
		expect(taken).toBeDefined();
		expect(Object.values(before)).toContain("connected on a");

		const free = a.nats.map((proxy) => proxy.block());
		const areStored = new Said(simulator.rooms, () => b.service).say();
		await pause(6_000);
		for (const end of free) end();
		await areStored("a cut of 6 s");
		// Longer than the others wait before they take over rooms.
		await pause(4_000);
		expect(await roomsBy(b)).toEqual(before);
		expect(await takenOverBy(b)).toBe(taken);
		const lines = nodes.flatMap(({ service }) => service.lines);
		expect(lines.filter(({ event }) => event === "room_fenced" || event === "events_lost")).toEqual([]);
	},
);
