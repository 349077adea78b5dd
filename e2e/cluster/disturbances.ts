import { setTimeout as pause } from "node:timers/promises";
import type { NatsAdmin } from "../../packages/log/src/event-log/jetstream/nats-admin.helpers.ts";
import type { NatsServer, NatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import type { ClusterNode } from "./nodes.ts";
import type { ClusterRunReport, DisturbanceName } from "./report.ts";

/** A disturbance in progress, and how to undo it. */
export interface Done {
	/** Time from which the rooms can recover. */
	at: number;
	undo?: () => Promise<unknown>;
}

/** The parts of a run that a disturbance can reach. */
export interface DisturbedWorld {
	readonly nats: NatsServers;
	readonly admin: NatsAdmin;
	readonly report: ClusterRunReport;
	/** Number of rooms. */
	readonly rooms: number;
	pick<T>(from: readonly T[]): T;
	/** Returns a node that is not being disturbed. */
	anyNode(): ClusterNode;
	addNode(name: string): Promise<ClusterNode>;
	removeNode(node: ClusterNode): Promise<void>;
	/** Expects nothing of the node from now on. @returns the time */
	leaveAlone(node: ClusterNode): number;
	comeBack(node: ClusterNode): Promise<void>;
	/** Waits until a disturbance that began at `at` has lasted long enough. */
	away(at: number): Promise<void>;
	/** Waits until every room is connected, and its new messages are stored and readable at every node. */
	untilRecovered(what: string): Promise<void>;
}

type Disturbance = (world: DisturbedWorld, node: ClusterNode) => Promise<Done>;

const kill: Disturbance = async (world, node) => {
	const at = world.leaveAlone(node);
	await node.service.stop("SIGKILL");
	return { at, undo: () => world.comeBack(node) };
};

const term: Disturbance = async (world, node) => {
	const at = world.leaveAlone(node);
	world.report.exitCodes.push((await node.service.stop("SIGTERM")).code);
	return { at, undo: () => world.comeBack(node) };
};

/** The others continue without the node for a while; then it is back as before. */
function awayFor(world: DisturbedWorld, node: ClusterNode, back: () => void): Done {
	const at = world.leaveAlone(node);
	const undo = async () => {
		await world.away(at);
		back();
		node.away = false;
	};
	return { at, undo };
}

const freeze: Disturbance = async (world, node) => awayFor(world, node, node.freeze());

const cutNats: Disturbance = async (world, node) => {
	const unblock = node.nats.map((proxy) => proxy.block());
	return awayFor(world, node, () => {
		for (const free of unblock) free();
	});
};

const cutUpstream: Disturbance = async (_, node) => {
	const unblock = node.upstream.block();
	await pause(5_000);
	unblock();
	return { at: performance.now() };
};

const add: Disturbance = async (world) => {
	const added = await world.addNode(`d${world.report.recoveries.length}`);
	return { at: performance.now(), undo: () => world.removeNode(added) };
};

/** Applies a disturbance while every connection limit is reached. */
function full(disturbance: Disturbance): Disturbance {
	return async (world, node) => {
		const limit = (total: number | null, perLogin: number) =>
			change(world.anyNode(), { max_connections: total, max_connections_per_login: perLogin });
		await limit(world.rooms, world.rooms);
		await world.untilRecovered("limits that are reached");
		const { at, undo } = await disturbance(world, node);
		return {
			at,
			undo: async () => {
				await undo?.();
				await limit(null, 100_000);
			},
		};
	};
}

async function change(node: ClusterNode, limits: Record<string, number | null>): Promise<void> {
	const { status, body } = await node.service.request("PATCH", "/api/v1/connections", limits);
	if (status !== 200) throw new Error(`limits: ${status} ${JSON.stringify(body)}`);
}

/** Kills any server, because each leads some of the streams. */
const leader: Disturbance = async (world) => {
	const server = world.pick(world.nats.servers);
	const at = performance.now();
	await server.kill("SIGKILL");
	return { at, undo: () => server.restart() };
};

/** Restarts all servers one after the other and measures the recovery from the last one. */
const rolling: Disturbance = async (world) => {
	let at = performance.now();
	for (const server of world.nats.servers) {
		await world.untilRecovered("the restart of a NATS server");
		at = performance.now();
		await server.kill("SIGTERM");
		await server.restart();
	}
	return { at };
};

/** Freezes a server silently, like a machine that has lost power or whose disk hangs. */
async function hang(world: DisturbedWorld, server: NatsServer): Promise<Done> {
	const at = performance.now();
	await server.freeze();
	const undo = async () => {
		await world.away(at);
		server.thaw();
		await world.admin.untilReplicated();
	};
	return { at, undo };
}

/** Sorts the servers by the number of room streams they lead, the lowest first. */
async function byStreams({ nats, admin }: DisturbedWorld): Promise<NatsServer[]> {
	const leaders = await admin.leaders();
	const streams = ({ name }: NatsServer) => leaders.get(name)?.filter((stream) => stream.includes("-ev-")).length ?? 0;
	return nats.servers.toSorted((a, b) => streams(a) - streams(b));
}

const hungServer: Disturbance = async (world) => {
	const [idlest] = await byStreams(world);
	return hang(world, idlest ?? world.pick(world.nats.servers));
};

const hungLeader: Disturbance = async (world) => {
	const busiest = (await byStreams(world)).at(-1);
	return hang(world, busiest ?? world.pick(world.nats.servers));
};

/**
 * Without two of three data folders, everything stored is gone, because NATS follows the majority. The third server's
 * data then blocks the streams, so it is wiped as well, as the runbook says.
 */
const twoWiped: Disturbance = async (world) => {
	const survivor = world.pick(world.nats.servers);
	const wiped = world.nats.servers.filter((server) => server !== survivor);
	await Promise.all(world.nats.servers.map((server) => server.kill("SIGKILL")));
	for (const server of wiped) server.wipe();
	await Promise.all(wiped.map((server) => server.restart()));
	survivor.wipe();
	const at = performance.now();
	await survivor.restart();
	await world.nats.complete();
	return { at, undo: () => world.admin.untilReplicated() };
};

const streamDeleted: Disturbance = async (world, node) => {
	await world.admin.deleteStream(`lk-ev-${world.pick([0, 1, 2, 3])}`);
	// The next node to start creates what is missing.
	world.leaveAlone(node);
	await node.service.stop("SIGKILL");
	const at = performance.now();
	await world.comeBack(node);
	return { at };
};

const bucketDeleted =
	(bucket: string): Disturbance =>
	async (world) => {
		await world.admin.deleteStream(`KV_${bucket}`);
		const undo = async () => {
			await world.admin.untilMade(`KV_${bucket}`);
			await world.admin.untilReplicated();
		};
		return { at: performance.now(), undo };
	};

export const whatIsDone: Readonly<Record<DisturbanceName, Disturbance>> = {
	kill,
	term,
	leader,
	freeze,
	cut_nats: cutNats,
	cut_upstream: cutUpstream,
	add,
	rolling,
	hung_server: hungServer,
	hung_leader: hungLeader,
	two_wiped: twoWiped,
	stream_deleted: streamDeleted,
	state_deleted: bucketDeleted("lk-state"),
	nodes_deleted: bucketDeleted("lk-nodes"),
	full_term: full(term),
	full_kill: full(kill),
};
