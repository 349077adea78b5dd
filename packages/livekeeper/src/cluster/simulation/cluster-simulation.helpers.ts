import type { Head } from "../../event-log/jetstream/message.ts";
import { type Member, Placement } from "../placement.ts";
import { LogServers } from "./log-servers.helpers.ts";
import { OwnersByView } from "./owners.helpers.ts";
import { Presence } from "./presence.helpers.ts";
import { Recovery } from "./recovery.helpers.ts";
import { type NodeRules, SimulatedNode, type World } from "./simulated-node.helpers.ts";
import { VirtualTime } from "./virtual-time.helpers.ts";
import { Writers } from "./writers.helpers.ts";

export interface SimulationOptions extends NodeRules {
	rooms: number;
	/** Numbers in [0, 1). */
	random: () => number;
	partitions: number;
	/** Life of a key that is not renewed. */
	ttlMs: number;
	/** The share of rooms that have a broadcast. */
	liveShare: number;
	/** Of all partitions together. */
	appendsPerSecond: number;
	readsPerSecond: number;
	/** Mean interval at which each owner of a live room appends. */
	appendEveryMs: number;
	/** Whether appends are refused behind another message than they expect. */
	fenced: boolean;
}

/** By the design of the cluster, where it says so; what the log serves, as measured with three servers on two cores. */
export const simulationDefaults = {
	renewMs: 2_000,
	ttlMs: 8_000,
	pollMs: 2_000,
	claimsPerSecond: 200,
	claimsTogether: 32,
	startsPerSecond: 20,
	handshakeMs: 200,
	wayMs: 0.3,
	timeoutMs: 5_000,
	windowMessages: 1_000,
	lostAnswers: 0.001,
	heardClaims: 0.95,
	clockSkewMs: 2_000,
	partitions: 32,
	liveShare: 0.1,
	appendsPerSecond: 11_000,
	readsPerSecond: 5_000,
	appendEveryMs: 60_000,
	fenced: true,
} as const satisfies Omit<SimulationOptions, "rooms" | "random">;

const appendRoundMs = 100;

/** A cluster in virtual time: the real placement and the real rule of claims, between nodes and servers that are made up. */
export class ClusterSimulation {
	readonly time = new VirtualTime();
	readonly liveIds: readonly string[];
	readonly owners: OwnersByView;
	readonly servers: LogServers;
	readonly nodes: SimulatedNode[] = [];
	/** May be changed on the way. */
	readonly rules: NodeRules;
	readonly #options: SimulationOptions;
	readonly #world: World;
	readonly #presence: Presence;
	readonly #liveRooms: readonly number[];
	#recovery: Recovery | undefined;

	constructor(options: SimulationOptions) {
		const { rooms, random, ttlMs, liveShare } = options;
		const { time } = this;
		this.#options = options;
		this.rules = { ...options };
		this.liveIds = Array.from({ length: rooms }, (_, room) => String(70_000_000_000 + room * 7_919));
		this.owners = new OwnersByView(this.liveIds);
		const onClaim = (room: number, head: Head) => this.#onClaim(room, head);
		this.servers = new LogServers({ ...options, time, liveIds: this.liveIds, onClaim });
		this.#presence = new Presence(time, ttlMs);
		const live = Uint8Array.from(this.liveIds, () => (random() < liveShare ? 1 : 0));
		this.#liveRooms = [...live.keys()].filter((room) => live[room] === 1);
		this.#world = {
			...{
				time,
				random,
				rules: this.rules,
				live,
				servers: this.servers,
				presence: this.#presence,
				owners: this.owners,
			},
			...{ writers: new Writers(rooms), runs: 0 },
			onReady: (room) => this.#recovery?.note("ready", room, time.now),
			onConnected: (room) => this.#recovery?.note("connected", room, time.now),
		};
		this.#appendRound();
	}

	get members(): readonly Member[] {
		return this.#presence.view().members;
	}

	/** Nodes that are started, paused ones among them. */
	get running(): SimulatedNode[] {
		return this.nodes.filter(({ state }) => state !== "gone");
	}

	join(member: Member, spread?: number): SimulatedNode {
		const node = new SimulatedNode(this.#world, member);
		this.nodes.push(node);
		node.start(spread);
		return node;
	}

	/** Lets time pass. */
	run(ms: number): void {
		this.time.run(this.time.now + ms);
	}

	/** Lets time pass until it is so, or `mostMs` have passed. @returns whether it is so */
	runUntil(isSo: () => boolean, mostMs: number, stepMs = 500): boolean {
		const end = this.time.now + mostMs;
		while (!isSo() && this.time.now < end) this.run(stepMs);
		return isSo();
	}

	/** Appends to every room as fast as the log takes it: each node that thinks the room its own finds out whether it is. */
	appendAll(): void {
		const atOnce = Math.ceil((this.#options.appendsPerSecond / 2) * (appendRoundMs / 1000));
		for (let first = 0; first < this.liveIds.length; first += atOnce) {
			for (let room = first; room < first + atOnce; room++) {
				for (const writer of this.#world.writers.of(room)) writer.append();
			}
			this.run(appendRoundMs);
		}
		this.settle();
	}

	/** Rooms that two nodes or none think their own. */
	disputed(): number[] {
		return [...this.liveIds.keys()].filter((room) => this.#world.writers.of(room).length !== 1);
	}

	/** Lets time pass until nobody has a room to claim or to connect, with a view that all have had time to read. */
	settle(mostMs = 3_600_000): boolean {
		const { ttlMs, pollMs } = this.#options;
		this.run(ttlMs + 2 * pollMs);
		return this.runUntil(() => this.running.every(({ isBusy }) => !isBusy), mostMs);
	}

	/** The rooms whose newest message is of this run of a node. */
	roomsOf(node: SimulatedNode): number[] {
		return [...this.liveIds.keys()].filter((room) => this.servers.newest(room)?.head.owner === node.owner);
	}

	/** Watches these rooms from now on. */
	watch(rooms: readonly number[]): Recovery {
		const live = rooms.filter((room) => this.#world.live[room] === 1);
		this.#recovery = new Recovery(this.time.now, rooms, live);
		return this.#recovery;
	}

	/** How many rooms each node has by the log. */
	counts(): Map<string, number> {
		const counts = new Map(this.running.map(({ owner }) => [owner, 0]));
		for (const room of this.liveIds.keys()) {
			const owner = this.servers.newest(room)?.head.owner ?? "nobody";
			counts.set(owner, (counts.get(owner) ?? 0) + 1);
		}
		return counts;
	}

	/** Rooms whose owner by the log is another than who has them by who is there. */
	astray(): number[] {
		const placement = new Placement(this.members);
		const runs = new Map(this.running.map(({ member, owner }) => [member.node, owner]));
		return [...this.liveIds.keys()].filter((room) => {
			const node = placement.ownerOf(this.liveIds[room] ?? "");
			return node === undefined || this.servers.newest(room)?.head.owner !== runs.get(node);
		});
	}

	/** Has every node that thinks a live room its own append to it. */
	#appendRound(): void {
		const { random, appendEveryMs } = this.#options;
		const due = (this.#liveRooms.length * appendRoundMs) / appendEveryMs;
		for (let count = Math.floor(due + random()); count > 0; count--) {
			const room = this.#liveRooms[Math.floor(random() * this.#liveRooms.length)] ?? 0;
			for (const writer of this.#world.writers.of(room)) writer.append();
		}
		this.time.after(appendRoundMs, () => this.#appendRound());
	}

	/** Who had the room before hears of it, as the servers tell each message that they store. */
	#onClaim(room: number, { owner, epoch }: Head): void {
		const { writers, random, rules } = this.#world;
		this.#recovery?.note("claimed", room, this.time.now);
		for (const writer of writers.of(room)) {
			if (writer.owner === owner || random() >= rules.heardClaims) continue;
			this.time.after(rules.wayMs, () => writer.hears(epoch));
		}
	}
}
