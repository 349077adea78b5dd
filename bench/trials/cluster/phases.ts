import { Placement } from "../../../packages/livekeeper/src/cluster/placement.ts";
import type {
	ClusterSimulation,
	Operation,
	Recovery,
	SimulatedNode,
} from "../../../packages/livekeeper/src/cluster/simulation/index.helpers.ts";
import { RandomChurn } from "../../../packages/livekeeper/src/cluster/simulation/index.helpers.ts";

/** Result of one phase of the simulation. */
export interface Phase {
	name: string;
	/** Time until everything was done, s of the simulation. */
	seconds: number;
	/** Number of rooms with another node than before, and the minimum possible. */
	moved: number;
	optimum: number | undefined;
	/** Number of the servers' operations, and the maximum within a second. */
	operations: Record<Operation, { count: number; max: number }>;
	/** Load of nodes, relative to the share of their weight. */
	balance: { max: number; min: number };
	recovery: Recovery | undefined;
	/**
	 * Number of rooms whose newest message is from another node than assigned: a quiet room is claimed with its next one.
	 */
	astray: number;
}

const operations = ["renewal", "view read", "append", "claim", "refused", "leader read", "direct read"] as const;

/** Runs one phase after the other on one cluster, each with its result. */
export class Phases {
	readonly done: Phase[] = [];
	readonly #cluster: ClusterSimulation;
	readonly #random: () => number;
	#rooms: Uint16Array | undefined;

	constructor(cluster: ClusterSimulation, random: () => number) {
		this.#cluster = cluster;
		this.#random = random;
	}

	start(members: readonly { node: string; weight: number }[]): Phase {
		return this.#phase("all nodes start", undefined, () => {
			const recovery = this.#cluster.watch([...this.#cluster.liveIds.keys()]);
			for (const member of members) this.#cluster.join(member, 1_000);
			return recovery;
		});
	}

	rest(seconds: number): Phase {
		return this.#phase("at rest", 0, () => {
			this.#cluster.run(seconds * 1000);
			return undefined;
		});
	}

	join(node: string, weight: number): Phase {
		const members = [...this.#cluster.members, { node, weight }];
		const total = members.reduce((sum, member) => sum + member.weight, 0);
		const optimum = (this.#cluster.liveIds.length * weight) / total;
		const placement = new Placement(members);
		const rooms = [...this.#cluster.liveIds.entries()].flatMap(([room, liveId]) =>
			placement.ownerOf(liveId) === node ? [room] : [],
		);
		return this.#phase(`a node of weight ${weight} joins`, optimum, () => {
			const recovery = this.#cluster.watch(rooms);
			this.#cluster.join({ node, weight });
			return recovery;
		});
	}

	drain(node: SimulatedNode): Phase {
		const rooms = this.#cluster.roomsOf(node);
		return this.#phase(`a node of weight ${node.member.weight} drains and leaves`, rooms.length, () => {
			const recovery = this.#cluster.watch(rooms);
			node.drain();
			this.#cluster.settle();
			node.leave();
			return recovery;
		});
	}

	die(node: SimulatedNode): Phase {
		const rooms = this.#cluster.roomsOf(node);
		return this.#phase(`a node of weight ${node.member.weight} dies`, rooms.length, () => {
			const recovery = this.#cluster.watch(rooms);
			node.die();
			return recovery;
		});
	}

	pause(node: SimulatedNode, seconds: number): Phase {
		const rooms = this.#cluster.roomsOf(node);
		return this.#phase(`a node is suspended for ${seconds} s`, 0, () => {
			const recovery = this.#cluster.watch(rooms);
			node.pause();
			this.#cluster.run(seconds * 1000);
			node.resume();
			return recovery;
		});
	}

	/** Lets some nodes miss membership changes while another joins, and one dies. */
	blind(nodes: readonly SimulatedNode[], joins: string, dies: SimulatedNode, seconds: number): Phase {
		const rooms = this.#cluster.roomsOf(dies);
		return this.#phase(
			`${nodes.length} nodes have an old view for ${seconds} s; one joins, one dies`,
			undefined,
			() => {
				const recovery = this.#cluster.watch(rooms);
				for (const node of nodes) node.blindUntil = this.#cluster.time.now + seconds * 1000;
				this.#cluster.join({ node: joins, weight: 1 });
				dies.die();
				this.#cluster.run(seconds * 1000);
				return recovery;
			},
		);
	}

	churn(seconds: number, everyMs: number, min: number, max: number): Phase {
		const churn = new RandomChurn(this.#cluster, this.#random, min, max);
		const phase = this.#phase(`random churn for ${seconds} s`, undefined, () => {
			for (let ms = 0; ms < seconds * 1000; ms += everyMs) {
				churn.step();
				this.#cluster.run(everyMs);
			}
			this.#cluster.run(31_000);
			return undefined;
		});
		console.error(`${churn.disturbances.length} disturbances`);
		return phase;
	}

	/** Produces a message in every room: nodes with stale knowledge find out. */
	end(): Phase {
		return this.#phase("something is said in every room", 0, () => {
			this.#cluster.appendAll();
			return undefined;
		});
	}

	#phase(name: string, optimum: number | undefined, work: () => Recovery | undefined): Phase {
		const { servers, time } = this.#cluster;
		const from = { ms: time.now, counts: new Map(servers.counts), wall: performance.now() };
		const recovery = work();
		this.#cluster.settle();
		if (recovery) this.#cluster.runUntil(() => recovery.isOver, 3_600_000);
		const second = Math.floor(from.ms / 1000);
		const counted = operations.map((operation) => {
			const count = (servers.counts.get(operation) ?? 0) - (from.counts.get(operation) ?? 0);
			const max = Math.max(
				0,
				...Array.from((servers.perSecond.get(operation) ?? []).slice(second), (times) => times ?? 0),
			);
			return [operation, { count, max }];
		});
		const { windowMessages } = this.#cluster.rules;
		const phase: Phase = {
			...{ name: `${name}; window ${windowMessages}`, optimum, recovery },
			seconds: (time.now - from.ms) / 1000,
			moved: this.#moved(),
			operations: Object.fromEntries(counted) as Phase["operations"],
			balance: this.#balance(),
			astray: this.#cluster.astray().length,
		};
		this.done.push(phase);
		console.error(`${name}: ${((performance.now() - from.wall) / 1000).toFixed(0)} s`);
		return phase;
	}

	/** Counts the rooms that membership assigns to another node than in the previous phase. */
	#moved(): number {
		const { members, owners } = this.#cluster;
		const now = owners.of({ members, key: members.map(({ node, weight }) => `${node}=${weight}`).join() }).of;
		const moved = now.filter((owner, room) => owner !== this.#rooms?.[room]).length;
		this.#rooms = now;
		return moved;
	}

	#balance(): Phase["balance"] {
		const { running, liveIds } = this.#cluster;
		const counts = this.#cluster.counts();
		const total = running.reduce((sum, { member }) => sum + member.weight, 0);
		const shares = running
			.filter(({ member }) => member.weight > 0)
			.map(({ owner, member }) => ((counts.get(owner) ?? 0) / liveIds.length / member.weight) * total);
		return { max: Math.max(...shares), min: Math.min(...shares) };
	}
}
