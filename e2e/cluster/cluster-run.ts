import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "@livekeeper/douyin/testing";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import {
	type NatsServers,
	startNatsServers,
} from "../../packages/livekeeper/src/event-log/jetstream/nats-servers.helpers.ts";
import { CuttableProxy } from "../kit/cuttable-proxy.ts";
import { ClientFollower } from "../kit/followers/client-follower.ts";
import type { Follower } from "../kit/followers/follower.ts";
import { SocketIoFollower } from "../kit/followers/socket-io-follower.ts";
import { SseFollower } from "../kit/followers/sse-follower.ts";
import { WebhookFollower } from "../kit/followers/webhook-follower.ts";
import { WebsocketFollower } from "../kit/followers/websocket-follower.ts";
import { until } from "../kit/until.ts";
import { compareLogs, compareReaders, lateMessages } from "./aftermath.ts";
import { ClusterNode } from "./nodes.ts";
import { type ClusterRunReport, type DisturbanceName, emptyReport } from "./report.ts";
import { Said } from "./said.ts";

export interface ClusterRunOptions {
	rooms: number;
	/** Messages a second in each room. */
	rate: number;
	seed: number;
	/** In the order in which they are done. */
	plan: readonly DisturbanceName[];
	/** For how long a node is held up, or cut off, ms. */
	awayMs?: number;
	say?: (line: string) => void;
}

const nodeNames = ["a", "b", "c"];

/** Three nodes and three NATS servers keep rooms while one thing after the other happens to them; then the logs are compared. */
export async function clusterRun(options: ClusterRunOptions): Promise<ClusterRunReport> {
	const world = await World.start(options);
	try {
		const stopped = await world.disturbAll();
		return { ...(await world.end()), stopped };
	} finally {
		await world.close();
	}
}

/** What was done, and how it is undone. */
interface Done {
	/** When: from then on rooms can recover. */
	at: number;
	undo?: () => Promise<unknown>;
}

class World {
	readonly #options: ClusterRunOptions;
	readonly #simulator: Simulator;
	readonly #nats: NatsServers;
	readonly #nodes: ClusterNode[] = [];
	/** Stands before all nodes, as a load balancer does: readers come through it. */
	readonly #front: CuttableProxy;
	readonly #followers: Follower[] = [];
	readonly #said: Said;
	readonly #random: () => number;
	readonly #report = emptyReport();

	static async start(options: ClusterRunOptions): Promise<World> {
		const { rooms, rate, seed } = options;
		const simulator = await startSimulator({ rooms, rate, seed, strict: true, port: 0, historySize: 100_000 });
		// What other servers there are is not told, or nodes would go around their proxies.
		const nats = await startNatsServers(3, ["--no_advertise"]);
		const world = new World(options, simulator, nats, await CuttableProxy.listen(0));
		try {
			await world.#begin();
		} catch (error) {
			await world.close();
			throw error;
		}
		return world;
	}

	private constructor(options: ClusterRunOptions, simulator: Simulator, nats: NatsServers, front: CuttableProxy) {
		this.#options = options;
		this.#simulator = simulator;
		this.#nats = nats;
		this.#front = front;
		this.#random = seeded(options.seed);
		this.#said = new Said(simulator.rooms, () => this.#there()[0].service);
	}

	async #begin(): Promise<void> {
		for (const name of nodeNames) await this.#addNode(name);
		const [first] = this.#nodes;
		if (!first) throw new Error("there is no node");
		for (const { liveId } of this.#simulator.rooms) await first.service.startRoom(liveId);
		// Before its second frame a room has no cursor from which a known message comes again, so a kill then makes a gap.
		for (const frame of ["first", "second"]) await this.#untilRecovered(`the beginning (${frame} frame)`);
		this.#hop();
		const liveId = this.#simulator.rooms[0]?.liveId ?? "";
		const { port } = this.#front;
		this.#followers.push(
			await SocketIoFollower.open(port, liveId, true),
			await SseFollower.open(port, liveId),
			await WebsocketFollower.open(port, liveId, true),
			await ClientFollower.open(port, liveId),
			await WebhookFollower.open(first.service, liveId),
		);
		await until("every reader gets events", () => this.#followers.every(({ seen }) => seen.length > 0));
	}

	async #addNode(node: string): Promise<ClusterNode> {
		const nats = this.#nats.servers.map(({ url }) => Number(new URL(url).port));
		const upstream = Number(new URL(this.#simulator.url).port);
		const added = await ClusterNode.create({
			node,
			nats,
			upstream,
			config: { cluster_hold_ms: 15_000, webhook_allow_private: true },
		});
		this.#nodes.push(added);
		await added.service.start();
		return added;
	}

	/** Those that are not being disturbed. */
	#there(): [ClusterNode, ...ClusterNode[]] {
		const [first, ...others] = this.#nodes.filter(({ away }) => !away);
		if (!first) throw new Error("there is no node");
		return [first, ...others];
	}

	/** Readers that hop are cut, and come to another node. */
	#hop(): void {
		this.#front.target = this.#pick(this.#there()).service.port;
		this.#front.cut();
		this.#report.hops++;
	}

	#pick<T>(from: readonly T[]): T {
		const picked = from[Math.floor(this.#random() * from.length)];
		if (picked === undefined) throw new Error("there is nothing to pick from");
		return picked;
	}

	/** @returns why not all of them were done: what there is then is compared all the same */
	async disturbAll(): Promise<string | undefined> {
		const { say = () => undefined, plan } = this.#options;
		try {
			for (const [n, disturbance] of plan.entries()) await this.#disturb(disturbance, n);
			return undefined;
		} catch (error) {
			say(String(error));
			return String(error);
		}
	}

	async #disturb(disturbance: DisturbanceName, n: number): Promise<void> {
		const { say = () => undefined, plan } = this.#options;
		await pause(this.#random() * 2_000);
		const { at, undo } = await this[disturbance](this.#pick(this.#nodes));
		this.#hop();
		let ms: number;
		try {
			await this.#untilRecovered(disturbance);
			ms = Math.round(performance.now() - at);
			this.#report.recoveries.push({ disturbance, ms });
		} finally {
			await undo?.();
		}
		say(`${n + 1} of ${plan.length}: ${disturbance}, every room stores again after ${(ms / 1000).toFixed(1)} s`);
		this.#hop();
		await this.#untilAllConnected(`the end of ${disturbance}`);
	}

	protected async kill(node: ClusterNode): Promise<Done> {
		const at = this.#leaveAlone(node);
		await node.service.stop("SIGKILL");
		return { at, undo: () => this.#comeBack(node) };
	}

	protected async term(node: ClusterNode): Promise<Done> {
		const at = this.#leaveAlone(node);
		this.#report.exitCodes.push((await node.service.stop("SIGTERM")).code);
		return { at, undo: () => this.#comeBack(node) };
	}

	protected async freeze(node: ClusterNode): Promise<Done> {
		return this.#awayFor(node, node.freeze());
	}

	protected async cut_nats(node: ClusterNode): Promise<Done> {
		const unblock = node.nats.map((proxy) => proxy.block());
		return this.#awayFor(node, () => {
			for (const free of unblock) free();
		});
	}

	protected async cut_upstream(node: ClusterNode): Promise<Done> {
		const unblock = node.upstream.block();
		await pause(5_000);
		unblock();
		return { at: performance.now() };
	}

	/** Whichever server it is, it leads some of the streams. */
	protected async leader(): Promise<Done> {
		const server = this.#pick(this.#nats.servers);
		const at = performance.now();
		await server.kill("SIGKILL");
		return { at, undo: () => server.restart() };
	}

	protected async add(): Promise<Done> {
		const added = await this.#addNode(`d${this.#report.recoveries.length}`);
		const undo = async () => {
			this.#leaveAlone(added);
			this.#report.exitCodes.push((await added.service.stop("SIGTERM")).code);
			this.#nodes.splice(this.#nodes.indexOf(added), 1);
			await added.close();
		};
		return { at: performance.now(), undo };
	}

	/** All servers are restarted, one after the other: the last one's is measured. */
	protected async rolling(): Promise<Done> {
		let at = performance.now();
		for (const server of this.#nats.servers) {
			await this.#untilRecovered("the restart of a NATS server");
			at = performance.now();
			await server.kill("SIGTERM");
			await server.restart();
		}
		return { at };
	}

	/** The others go on without it for a while; then it is back, as it was. */
	#awayFor(node: ClusterNode, back: () => void): Done {
		const at = this.#leaveAlone(node);
		const undo = async () => {
			await pause(Math.max(0, at + (this.#options.awayMs ?? 20_000) - performance.now()));
			back();
			node.away = false;
		};
		return { at, undo };
	}

	/** Readers go elsewhere, and nothing is expected of it. @returns when that was */
	#leaveAlone(node: ClusterNode): number {
		node.away = true;
		this.#hop();
		return performance.now();
	}

	async #comeBack(node: ClusterNode): Promise<void> {
		await node.service.start();
		node.away = false;
	}

	/** Every room is connected, and what it says now is stored. */
	async #untilRecovered(what: string): Promise<void> {
		const isStored = this.#said.say();
		await this.#untilAllConnected(what);
		await isStored(what);
	}

	/** By every node that is there. */
	async #untilAllConnected(what: string): Promise<void> {
		let seen: unknown;
		const isConnected = async () => {
			const there = this.#there();
			const owners = new Set(there.map(({ name }) => name));
			for (const node of there) {
				const rooms = await node.rooms().catch(() => []);
				const wrong = rooms.filter((room) => room.state !== "connected" || !owners.has(room.node));
				const short = wrong.map((room) => `${room.live_id} ${room.state} ${room.node}`);
				seen = { node: node.name, rooms: rooms.length, wrong: short };
				if (rooms.length < this.#options.rooms || wrong.length > 0) return false;
			}
			return true;
		};
		await until(`every room is connected after ${what}`, isConnected, { limitMs: 120_000, describe: () => seen });
	}

	/** The talk stops, and what there is is compared with what was said. */
	async end(): Promise<ClusterRunReport> {
		const { rooms } = this.#simulator;
		for (const room of rooms) room.change({ rate: 0 });
		await compareLogs(rooms, this.#nodes, this.#report);
		await compareReaders(this.#followers, this.#there()[0].service, rooms[0]?.liveId ?? "", this.#report);
		this.#report.late = await lateMessages(this.#nats.urls, rooms);
		return this.#report;
	}

	async close(): Promise<void> {
		for (const follower of this.#followers) await follower.close();
		await this.#front.close();
		await Promise.all(this.#nodes.map((node) => node.close()));
		await this.#simulator.close();
		await this.#nats.stop();
	}
}
