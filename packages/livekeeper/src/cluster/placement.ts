import { hash53, hash53Of } from "@livekeeper/base/hash";

/** A node of a view. */
export interface Member {
	/** Its name, which determines its rooms, also after a restart. */
	node: string;
	/** Its share of the rooms, in proportion to the others; 0 for none, as while it drains. */
	weight: number;
}

/** Returns the owner of a room by a view, given its owner by the view before (`undefined` for none). */
export type OwnerSince = (liveId: string, ownerBefore: string | undefined) => string | undefined;

interface Candidate extends Member {
	/** Lower 32 bits of the hash of its name, then the upper bits. */
	low: number;
	high: number;
	/** Index of its weight among the distinct weights, from 0. */
	rank: number;
}

const range = 2 ** 53;

/**
 * Computes the owner of each room from the present members (weighted rendezvous hashing): nodes that know the same
 * members agree, in whatever order they know them. A new member takes rooms from all others and moves none between
 * them; when one leaves, only its own rooms move.
 */
export class Placement {
	readonly #candidates: readonly Candidate[];
	/** Greatest number drawn so far for the current room, by weight. */
	readonly #greatest: Float64Array;

	constructor(members: readonly Member[]) {
		const some = members.filter(({ weight }) => weight > 0);
		const weights = [...new Set(some.map(({ weight }) => weight))];
		this.#greatest = new Float64Array(weights.length);
		this.#candidates = some
			.map(({ node, weight }) => ({ node, weight, ...halves(hash53(node)), rank: weights.indexOf(weight) }))
			.toSorted((a, b) => (a.node < b.node ? -1 : 1));
	}

	/** @returns the owner's name; `undefined` if no member takes rooms */
	ownerOf(liveId: string): string | undefined {
		return this.#best(liveId, this.#candidates)?.node;
	}

	/**
	 * Returns current owners given the owners by the view before: the same answers as `ownerOf`, at a cost that depends
	 * on the change. The former owner is compared only with members that are new or have more weight; only rooms whose
	 * owner has left or has less weight are placed among all members.
	 */
	since(before: Placement): OwnerSince {
		const known = new Map(before.#candidates.map((candidate) => [candidate.node, candidate]));
		const now = new Map(this.#candidates.map((candidate) => [candidate.node, candidate]));
		const risen = this.#candidates.filter(({ node, weight }) => weight > (known.get(node)?.weight ?? 0));
		return (liveId, ownerBefore) => {
			const owner = ownerBefore === undefined ? undefined : now.get(ownerBefore);
			if (!owner || owner.weight < (known.get(owner.node)?.weight ?? 0)) return this.ownerOf(liveId);
			if (risen.length === 0) return owner.node;
			return this.#best(liveId, risen, owner)?.node;
		};
	}

	/** Returns the candidate with the highest score for the room, among these and `owner`. */
	#best(liveId: string, some: readonly Candidate[], owner?: Candidate): Candidate | undefined {
		const { low, high } = halves(hash53(liveId));
		const greatest = this.#greatest.fill(-1);
		let best = owner;
		let bestScore = owner ? scoreOf(owner, hash53Of(low, high, owner.low, owner.high)) : Number.NEGATIVE_INFINITY;
		for (const candidate of some) {
			const drawn = hash53Of(low, high, candidate.low, candidate.high);
			// With equal weights the greater draw has the higher score, without computing a logarithm.
			if (drawn <= (greatest[candidate.rank] ?? 0)) continue;
			greatest[candidate.rank] = drawn;
			const score = scoreOf(candidate, drawn);
			// On equal scores the first by name gets the room.
			if (score < bestScore || (score === bestScore && best && best.node <= candidate.node)) continue;
			best = candidate;
			bestScore = score;
		}
		return best;
	}
}

/**
 * Returns the score. Of variables with -weight / ln(u), each is the greatest with a probability in proportion to its
 * weight.
 */
function scoreOf({ weight }: Candidate, drawn: number): number {
	return -weight / Math.log((drawn + 0.5) / range);
}

function halves(hash: number): { low: number; high: number } {
	return { low: hash | 0, high: (hash / 2 ** 32) | 0 };
}
