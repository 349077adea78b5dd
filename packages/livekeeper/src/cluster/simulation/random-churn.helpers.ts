import type { ClusterSimulation } from "./cluster-simulation.helpers.ts";
import type { SimulatedNode } from "./simulated-node.helpers.ts";

/** Kinds of disturbances. */
const disturbances = ["join", "drain", "kill", "restart", "pause", "blind"] as const;
type Disturbance = (typeof disturbances)[number];

/** Disturbs a cluster at random: nodes join, drain, die, freeze, and learn of each other late. */
export class RandomChurn {
	/** Log of disturbances with their times. */
	readonly disturbances: string[] = [];
	readonly #cluster: ClusterSimulation;
	readonly #random: () => number;
	readonly #min: number;
	readonly #max: number;
	#names = 0;

	/** @param min minimum number of nodes that are up. @param max maximum number of nodes */
	constructor(cluster: ClusterSimulation, random: () => number, min: number, max: number) {
		this.#cluster = cluster;
		this.#random = random;
		this.#min = min;
		this.#max = max;
	}

	step(): void {
		const what = disturbances[Math.floor(this.#random() * disturbances.length)] ?? "pause";
		const { running } = this.#cluster;
		if (what === "join") {
			if (running.length < this.#max) this.#join();
			return;
		}
		const up = running.filter(({ state, member }) => state === "up" && member.weight > 0);
		const node = up[Math.floor(this.#random() * up.length)];
		if (!node || up.length <= this.#min) return;
		this.#disturb(what, node);
	}

	#join(): void {
		const member = { node: `late-${++this.#names}`, weight: 1 + Math.floor(this.#random() * 3) };
		this.#cluster.join(member);
		this.#record("join", member.node, 0);
	}

	#disturb(what: Exclude<Disturbance, "join">, node: SimulatedNode): void {
		const { time } = this.#cluster;
		const forMs = Math.round(200 + this.#random() ** 2 * 30_000);
		this.#record(what, node.owner, forMs);
		if (what === "kill" || what === "restart") node.die();
		if (what === "restart") time.after(forMs, () => this.#cluster.join(node.member));
		if (what === "blind") node.blindUntil = time.now + forMs;
		if (what === "pause") {
			node.pause();
			time.after(forMs, () => node.resume());
		}
		if (what === "drain") {
			node.drain();
			time.after(forMs, () => node.state === "up" && node.leave());
		}
	}

	#record(what: Disturbance, node: string, forMs: number): void {
		this.disturbances.push(`${(this.#cluster.time.now / 1000).toFixed(1)} s: ${what} ${node} (${forMs} ms)`);
	}
}
