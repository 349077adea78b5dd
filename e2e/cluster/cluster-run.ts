import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "@livekeeper/douyin/testing";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { NatsAdmin } from "../../packages/log/src/event-log/jetstream/nats-admin.helpers.ts";
import { type NatsServers, startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { StreamDeletes } from "../../packages/log/src/event-log/jetstream/stream-deletes.helpers.ts";
import { CuttableProxy } from "../kit/cuttable-proxy.ts";
import { ClientFollower } from "../kit/followers/client-follower.ts";
import type { Follower } from "../kit/followers/follower.ts";
import { SocketIoFollower } from "../kit/followers/socket-io-follower.ts";
import { SseFollower } from "../kit/followers/sse-follower.ts";
import { TargetFollower } from "../kit/followers/target-follower.ts";
import { WebsocketFollower } from "../kit/followers/websocket-follower.ts";
import { until } from "../kit/until.ts";
import { compareHistories, compareLogs, compareReaders, lateMessages } from "./aftermath.ts";
import { busyMachine } from "./busy-machine.ts";
import { type DisturbedWorld, whatIsDone } from "./disturbances.ts";
import { ClusterNode, untilAcquainted } from "./nodes.ts";
import { type ClusterRunReport, type DisturbanceName, emptyReport, losing } from "./report.ts";
import { Said } from "./said.ts";

export interface ClusterRunOptions {
	rooms: number;
	/** Messages per second in each room. */
	rate: number;
	seed: number;
	/** Disturbances in order. */
	plan: readonly DisturbanceName[];
	/** Time that a node or server is frozen or cut off, ms. */
	awayMs?: number;
	/** Whether all nodes start at once. Default: one after the other. */
	atOnce?: boolean;
	/** Number of busy processes on the machine during the disturbances. Default: none. */
	load?: number;
	say?: (line: string) => void;
}

const nodeNames = ["a", "b", "c"];
/** Maximum wait for a recovery, ms; only guards against hanging. A busy machine takes longer for everything. */
const limitMs = 600_000;
/** Number of rooms whose pages are requested from each node; more than there are streams. */
const pagesRead = 12;

/**
 * Runs three nodes and three NATS servers through a series of disturbances, then compares the logs. The report's
 * `stopped` says why a run ended early.
 */
export async function clusterRun(options: ClusterRunOptions): Promise<ClusterRunReport> {
	const { say = () => undefined } = options;
	const report = emptyReport();
	let world: World | undefined;
	try {
		world = await World.start(options, report);
		const calm = await busyMachine(options.load ?? 0);
		await world
			.disturbAll()
			.catch((error: unknown) => {
				report.stopped = String(error);
				say(report.stopped);
				for (const { name, warnings } of world?.warnings ?? []) say(`${name}: ${warnings.join("\n   ")}`);
			})
			.finally(calm);
		// The logs so far are still compared.
		await world.compare();
	} catch (error) {
		report.stopped = [report.stopped, String(error)].join("\n");
		say(report.stopped);
	} finally {
		await world?.close();
	}
	return report;
}

/** Three nodes, three NATS servers, rooms and readers. */
class World implements DisturbedWorld {
	readonly #options: ClusterRunOptions;
	readonly #simulator: Simulator;
	readonly nats: NatsServers;
	readonly admin: NatsAdmin;
	readonly report: ClusterRunReport;
	readonly #nodes: ClusterNode[] = [];
	/** Proxy in front of all nodes, like a load balancer, through which readers connect. */
	readonly #front: CuttableProxy;
	readonly #followers: Follower[] = [];
	readonly #deletes: StreamDeletes;
	readonly #said: Said;
	readonly #random: () => number;

	static async start(options: ClusterRunOptions, report: ClusterRunReport): Promise<World> {
		const { rooms, seed } = options;
		// Silent until each room has a cursor.
		const simulator = await startSimulator({ rooms, rate: 0, seed, strict: true, port: 0, historySize: 100_000 });
		// The servers do not advertise each other, because nodes would bypass their proxies.
		const nats = await startNatsServers(3, ["--no_advertise"], { isComplete: !options.atOnce });
		const world = new World({
			...{ options, report, simulator, nats, front: await CuttableProxy.listen(0) },
			deletes: await StreamDeletes.watch(nats.urls),
		});
		try {
			await world.#begin();
		} catch (error) {
			await world.close();
			throw error;
		}
		return world;
	}

	private constructor({
		options,
		report,
		simulator,
		nats,
		front,
		deletes,
	}: {
		options: ClusterRunOptions;
		report: ClusterRunReport;
		simulator: Simulator;
		nats: NatsServers;
		front: CuttableProxy;
		deletes: StreamDeletes;
	}) {
		this.#options = options;
		this.report = report;
		this.#simulator = simulator;
		this.nats = nats;
		this.admin = new NatsAdmin(nats.urls);
		this.#front = front;
		this.#deletes = deletes;
		this.#random = seeded(options.seed);
		this.#said = new Said(simulator.rooms, () => this.anyNode().service, limitMs);
	}

	async #begin(): Promise<void> {
		const startedAt = performance.now();
		if (this.#options.atOnce) await Promise.all([this.nats.complete(), ...nodeNames.map((name) => this.addNode(name))]);
		else for (const name of nodeNames) await this.addNode(name);
		const [first] = this.#nodes;
		if (!first) throw new Error("there is no node");
		await untilAcquainted(this.#nodes, limitMs);
		for (const { liveId } of this.#simulator.rooms) await first.service.startRoom(liveId);
		await this.#giveCursors();
		if (this.#options.atOnce) {
			this.report.recoveries.push({ disturbance: "first_start", ms: Math.round(performance.now() - startedAt) });
		}
		this.#hop();
		const liveId = this.#simulator.rooms[0]?.liveId ?? "";
		const { port } = this.#front;
		this.#followers.push(
			await SocketIoFollower.open(port, liveId, true),
			await SseFollower.open(port, liveId),
			await WebsocketFollower.open(port, liveId, true),
			await ClientFollower.open(port, liveId),
			await TargetFollower.open(first.service, liveId),
		);
		await until("every reader gets events", () => this.#followers.every(({ seen }) => seen.length > 0));
	}

	/**
	 * Gives each room a cursor that replays a known message. Before its second frame it has none: whoever continues it
	 * then, or finds messages in its first state, needs a page to prove that nothing is missing, and a machine that takes
	 * longer than the rooms wait for one causes an honest gap. So no room moves before, and none speaks unasked.
	 */
	async #giveCursors(): Promise<void> {
		await this.#untilAllConnected("the beginning");
		for (const frame of ["first", "second"]) await this.untilRecovered(`the beginning (${frame} frame)`);
		for (const room of this.#simulator.rooms) room.change({ rate: this.#options.rate });
	}

	async addNode(node: string): Promise<ClusterNode> {
		const nats = this.nats.servers.map(({ url }) => Number(new URL(url).port));
		const upstream = Number(new URL(this.#simulator.url).port);
		const added = await ClusterNode.create({
			node,
			nats,
			upstream,
			config: { cluster_hold_ms: 15_000, target_allow_private: true },
		});
		this.#nodes.push(added);
		await added.service.start();
		return added;
	}

	async removeNode(node: ClusterNode): Promise<void> {
		this.leaveAlone(node);
		this.report.exitCodes.push((await node.service.stop("SIGTERM")).code);
		this.#nodes.splice(this.#nodes.indexOf(node), 1);
		await node.close();
	}

	get warnings(): { name: string; warnings: string[] }[] {
		return this.#nodes.map((node) => ({ name: node.name, warnings: node.warnings(5) }));
	}

	get rooms(): number {
		return this.#options.rooms;
	}

	anyNode(): ClusterNode {
		return this.#there()[0];
	}

	/** Returns the nodes that are not being disturbed. */
	#there(): [ClusterNode, ...ClusterNode[]] {
		const [first, ...others] = this.#nodes.filter(({ away }) => !away);
		if (!first) throw new Error("there is no node");
		return [first, ...others];
	}

	/** Cuts the hopping readers and moves them to another node. */
	#hop(): void {
		this.#front.target = this.pick(this.#there()).service.port;
		this.#front.cut();
		this.report.hops++;
	}

	pick<T>(from: readonly T[]): T {
		const picked = from[Math.floor(this.#random() * from.length)];
		if (picked === undefined) throw new Error("there is nothing to pick from");
		return picked;
	}

	async disturbAll(): Promise<void> {
		for (const [n, disturbance] of this.#options.plan.entries()) await this.#disturb(disturbance, n);
	}

	async #disturb(disturbance: DisturbanceName, n: number): Promise<void> {
		const { say = () => undefined, plan } = this.#options;
		await pause(this.#random() * 2_000);
		const { at, undo } = await whatIsDone[disturbance](this, this.pick(this.#nodes));
		this.#hop();
		let ms: number;
		try {
			await this.untilRecovered(disturbance);
			ms = Math.round(performance.now() - at);
			this.report.recoveries.push({ disturbance, ms });
		} finally {
			await undo?.();
		}
		say(`${n + 1} of ${plan.length}: ${disturbance}, every room stores again after ${(ms / 1000).toFixed(1)} s`);
		this.#hop();
		await this.#untilAllConnected(`the end of ${disturbance}`);
	}

	async away(at: number): Promise<void> {
		await pause(Math.max(0, at + (this.#options.awayMs ?? 20_000) - performance.now()));
	}

	/** Moves readers elsewhere and expects nothing of the node. @returns the time */
	leaveAlone(node: ClusterNode): number {
		node.away = true;
		this.#hop();
		return performance.now();
	}

	async comeBack(node: ClusterNode): Promise<void> {
		await node.service.start();
		node.away = false;
	}

	/** Waits until every room is connected, and its new messages are stored and readable at every node. */
	async untilRecovered(what: string): Promise<void> {
		const isStored = this.#said.say();
		await this.#untilAllConnected(what);
		await isStored(what);
		const nodes = [...this.#there()];
		const isReadable = async () => {
			const readable = await Promise.all(nodes.map((node) => this.#isReadable(node)));
			nodes.splice(0, Infinity, ...nodes.filter((_, at) => !readable[at]));
			return nodes.length === 0;
		};
		const describe = () => nodes.map(({ name }) => name);
		await until(`every node answers pages after ${what}`, isReadable, { limitMs, describe });
	}

	async #isReadable(node: ClusterNode): Promise<boolean> {
		for (const { liveId } of this.#simulator.rooms.slice(0, pagesRead)) {
			const path = `/api/v1/rooms/${liveId}/events?limit=1`;
			const answer = await node.service.request("GET", path).catch(() => undefined);
			if (answer?.status !== 200) return false;
		}
		return true;
	}

	/** Checks it at every available node. */
	async #untilAllConnected(what: string): Promise<void> {
		let seen: unknown;
		const isConnected = async () => {
			const there = this.#there();
			const owners = new Set(there.map(({ name }) => name));
			for (const node of there) {
				const rooms = await node.rooms().catch(() => []);
				const wrong = rooms.filter((room) => room.state !== "connected" || !owners.has(room.node));
				const short = wrong.map(
					({ live_id: room, state, node, reason }) => `${room} ${state} ${node}: ${reason.message}`,
				);
				seen = { node: node.name, rooms: rooms.length, wrong: short };
				if (rooms.length < this.#options.rooms || wrong.length > 0) return false;
			}
			return true;
		};
		await until(`every room is connected after ${what}`, isConnected, { limitMs, describe: () => seen });
	}

	/** Silences the rooms and compares the logs with what was sent. */
	async compare(): Promise<void> {
		const { rooms } = this.#simulator;
		for (const room of rooms) room.change({ rate: 0 });
		const losses = this.#options.plan.filter((name) => losing.has(name)).length;
		await compareLogs(rooms, this.#nodes, this.report, losses);
		await compareHistories(rooms, (liveId) => this.#said.logOf(liveId), this.report);
		await compareReaders(this.#followers, this.anyNode().service, rooms[0]?.liveId ?? "", this.report);
		this.report.deletedStreams = this.#deletes.streams;
		this.report.late = await lateMessages(this.nats.urls, rooms);
	}

	async close(): Promise<void> {
		for (const follower of this.#followers) await follower.close();
		await this.#front.close();
		await this.#deletes.close();
		await Promise.all(this.#nodes.map((node) => node.close()));
		await this.#simulator.close();
		await this.nats.stop();
	}
}
