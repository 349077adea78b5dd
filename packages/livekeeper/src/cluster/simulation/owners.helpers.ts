import { type Member, Placement } from "../placement.ts";
import type { View } from "./presence.helpers.ts";

/** Owners of all rooms by one set of members. */
export interface Owners {
	key: string;
	/** Number of each room's node (`OwnersByView.numberOf`); 0 for none. */
	of: Uint16Array;
}

/** Cost of one computation for a node. */
export interface Computation {
	/** `all`: nothing was known before. */
	from: "all" | "before";
	/** Number of rooms with another node than before. */
	moved: number;
	/** CPU time, ms. */
	cpuMs: number;
}

const kept = 40;

/**
 * Computes the owners by view. Every node computes them for itself, and nodes with the same members get the same
 * answer; here they are computed once, by the same code, at the cost that each node would have.
 */
export class OwnersByView {
	readonly computations: Computation[] = [];
	readonly #liveIds: readonly string[];
	readonly #numbers = new Map<string, number>();
	readonly #names: (string | undefined)[] = [undefined];
	readonly #known = new Map<string, Owners>();
	readonly #gains = new Map<string, Map<number, number[]>>();
	#newest: { placement: Placement; owners: Owners } | undefined;

	constructor(liveIds: readonly string[]) {
		this.#liveIds = liveIds;
	}

	numberOf(node: string): number {
		const known = this.#numbers.get(node);
		if (known !== undefined) return known;
		this.#numbers.set(node, this.#names.length);
		return this.#names.push(node) - 1;
	}

	of({ key, members }: Pick<View, "key" | "members">): Owners {
		const known = this.#known.get(key) ?? this.#compute(key, members);
		this.#known.delete(key);
		this.#known.set(key, known);
		const [oldest] = this.#known.keys();
		if (this.#known.size > kept && oldest !== undefined) this.#known.delete(oldest);
		return known;
	}

	/** Returns the rooms that a node has by one view and had not by the one before (`undefined`: it had none). */
	gained(node: string, before: Owners | undefined, after: Owners): readonly number[] {
		if (before === after) return [];
		const step = `${before?.key} > ${after.key}`;
		const gains = this.#gains.get(step) ?? gainsBetween(before, after);
		this.#gains.set(step, gains);
		const [oldest] = this.#gains.keys();
		if (this.#gains.size > kept && oldest !== undefined) this.#gains.delete(oldest);
		return gains.get(this.numberOf(node)) ?? [];
	}

	#compute(key: string, members: readonly Member[]): Owners {
		const { user, system } = process.cpuUsage();
		const placement = new Placement(members);
		const ownerOf = this.#newest && placement.since(this.#newest.placement);
		const before = this.#newest?.owners.of;
		const of = new Uint16Array(this.#liveIds.length);
		let moved = 0;
		this.#liveIds.forEach((liveId, room) => {
			const ownerBefore = before?.[room] ?? 0;
			const owner = ownerOf ? ownerOf(liveId, this.#names[ownerBefore]) : placement.ownerOf(liveId);
			const number = owner === undefined ? 0 : this.numberOf(owner);
			of[room] = number;
			if (number !== ownerBefore) moved++;
		});
		const used = process.cpuUsage({ user, system });
		const cpuMs = (used.user + used.system) / 1000;
		this.computations.push({ from: ownerOf ? "before" : "all", moved, cpuMs });
		const owners = { key, of };
		this.#newest = { placement, owners };
		return owners;
	}
}

function gainsBetween(before: Owners | undefined, after: Owners): Map<number, number[]> {
	const gains = new Map<number, number[]>();
	after.of.forEach((owner, room) => {
		if (owner === 0 || owner === before?.of[room]) return;
		const rooms = gains.get(owner);
		if (rooms) rooms.push(room);
		else gains.set(owner, [room]);
	});
	return gains;
}
