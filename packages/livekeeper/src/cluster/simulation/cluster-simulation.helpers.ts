import type { Head } from "@livekeeper/log/src/event-log/jetstream/message.ts";
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
	/** Returns random numbers in [0, 1). */
	random: () => number;
	partitions: number;
	/** Lifetime of a key that is not renewed. */
	ttlMs: number;
	/** Share of rooms that have a broadcast. */
	liveShare: number;
	/** Over all partitions together. */
	appendsPerSecond: number;
	readsPerSecond: number;
	/** Mean interval at which each owner of a live room appends. */
	appendEveryMs: number;
	/** Whether an append is refused if another message than the expected one is the newest. */
	fenced: boolean;
}

/**
 * Defaults from the cluster's design where it states them; the log's capacity as measured with three servers on two
 * cores.
 */
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

/** A cluster in virtual time: the real placement and the real rule of claims between simulated nodes and servers. */
export class ClusterSimulation {
	readonly time = new VirtualTime();
	readonly liveIds: readonly string[];
	readonly owners: OwnersByView;
	readonly servers: LogServers;
	readonly nodes: SimulatedNode[] = [];
	/** May be changed during the run. */
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

	/** Started nodes, including paused ones. */
	get running(): SimulatedNode[] {
		return this.nodes.filter(({ state }) => state !== "gone");
	}

	join(member: Member, spread?: number): SimulatedNode {
		const node = new SimulatedNode(this.#world, member);
		this.nodes.push(node);
		node.start(spread);
		return node;
	}

	/** Advances time. */
	run(ms: number): void {
		this.time.run(this.time.now + ms);
	}

	/** Advances time until the condition holds or `maxMs` have passed. @returns whether it holds */
	runUntil(isSo: () => boolean, maxMs: number, stepMs = 500): boolean {
		const end = this.time.now + maxMs;
		while (!isSo() && this.time.now < end) this.run(stepMs);
		return isSo();
	}

	/**
	 * Appends to every room as fast as the log accepts it: each node that believes it owns the room finds out whether it
	 * does.
	 */
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

	/** Rooms that two nodes, or none, believe they own. */
	disputed(): number[] {
		return [...this.liveIds.keys()].filter((room) => this.#world.writers.of(room).length !== 1);
	}

	/** Advances time until no node has a room to claim or to connect, with a view that all have had time to read. */
	settle(maxMs = 3_600_000): boolean {
		const { ttlMs, pollMs } = this.#options;
		this.run(ttlMs + 2 * pollMs);
		return this.runUntil(() => this.running.every(({ isBusy }) => !isBusy), maxMs);
	}

	/** Returns the rooms whose newest message is of this run of a node. */
	roomsOf(node: SimulatedNode): number[] {
		return [...this.liveIds.keys()].filter((room) => this.servers.newest(room)?.head.owner === node.owner);
	}

	/** Watches these rooms from now on. */
	watch(rooms: readonly number[]): Recovery {
		const live = rooms.filter((room) => this.#world.live[room] === 1);
		this.#recovery = new Recovery(this.time.now, rooms, live);
		return this.#recovery;
	}

	/** Number of rooms of each node according to the log. */
	counts(): Map<string, number> {
		const counts = new Map(this.running.map(({ owner }) => [owner, 0]));
		for (const room of this.liveIds.keys()) {
			const owner = this.servers.newest(room)?.head.owner ?? "nobody";
			counts.set(owner, (counts.get(owner) ?? 0) + 1);
		}
		return counts;
	}

	/** Rooms whose owner according to the log differs from the owner by the present nodes. */
	astray(): number[] {
		const placement = new Placement(this.members);
		const runs = new Map(this.running.map(({ member, owner }) => [member.node, owner]));
		return [...this.liveIds.keys()].filter((room) => {
			const node = placement.ownerOf(this.liveIds[room] ?? "");
			return node === undefined || this.servers.newest(room)?.head.owner !== runs.get(node);
		});
	}

	/** Makes every node that believes it owns a live room append to it. */
	#appendRound(): void {
		const { random, appendEveryMs } = this.#options;
		const due = (this.#liveRooms.length * appendRoundMs) / appendEveryMs;
		for (let count = Math.floor(due + random()); count > 0; count--) {
			const room = this.#liveRooms[Math.floor(random() * this.#liveRooms.length)] ?? 0;
			for (const writer of this.#world.writers.of(room)) writer.append();
		}
		this.time.after(appendRoundMs, () => this.#appendRound());
	}

	/** Notifies the former owner of a claim, as the servers announce each message that they store. */
	#onClaim(room: number, { owner, epoch }: Head): void {
		const { writers, random, rules } = this.#world;
		this.#recovery?.note("claimed", room, this.time.now);
		for (const writer of writers.of(room)) {
			if (writer.owner === owner || random() >= rules.heardClaims) continue;
			this.time.after(rules.wayMs, () => writer.hears(epoch));
		}
	}
}
