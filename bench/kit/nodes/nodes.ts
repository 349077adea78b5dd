import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Simulator } from "@livekeeper/simulator";
import { ServiceProcess } from "../../../e2e/kit/service-process.ts";
import {
	type NatsServers,
	startNatsServers,
} from "../../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";

/** One node on SQLite, or three over three NATS servers, each a process of its own. */
export interface Nodes {
	services: ServiceProcess[];
	nats: NatsServers | undefined;
	close(): Promise<void>;
}

/** Sides of the comparison: one node on SQLite; three over NATS as installed; three over NATS that syncs each write. */
export const sides = ["sqlite", "nats", "nats-synced"] as const;
export type Side = (typeof sides)[number];

export async function startNodes(side: Side, simulator: Simulator): Promise<Nodes> {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
	const synced = join(folder, "nats.conf");
	writeFileSync(synced, "jetstream { sync_interval: always }");
	const nats = side === "sqlite" ? undefined : await startNatsServers(3, side === "nats" ? [] : ["-c", synced]);
	const count = nats ? 3 : 1;
	const services: ServiceProcess[] = [];
	const close = async () => {
		await Promise.all(services.map((service) => service.close()));
		await nats?.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		for (const node of ["a", "b", "c"].slice(0, count)) {
			const cluster = nats && { cluster: nats.urls.join(","), node, secret: "the secret of all nodes" };
			const config = { ...cluster, cluster_drain_ms: 300_000, max_rooms: 100_000 };
			services.push(await ServiceProcess.start({ upstreamUrl: simulator.url, config }));
		}
	} catch (error) {
		await close();
		throw error;
	}
	return { services, nats, close };
}

/** Makes the nodes keep all of the simulator's rooms; each is asked for an equal part of them. */
export async function startRooms({ services }: Nodes, simulator: Simulator): Promise<void> {
	const left = simulator.rooms.map(({ liveId }) => liveId);
	const lane = async (n: number) => {
		for (let liveId = left.pop(); liveId; liveId = left.pop()) await services[n % services.length]?.startRoom(liveId);
	};
	await Promise.all(Array.from({ length: 6 }, (_, n) => lane(n)));
}

export interface KeptRoom {
	live_id: string;
	state: string;
	node?: string;
}

/** Returns all rooms, as a node reports them. */
export async function roomsOf(service: ServiceProcess): Promise<KeptRoom[]> {
	const { status, body } = await service.request("GET", "/api/v1/rooms");
	if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
	return (body as { rooms: KeptRoom[] }).rooms;
}
