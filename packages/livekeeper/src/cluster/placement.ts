import { hash53, hash53Of } from "../hash.ts";

/** A node of a view. */
export interface Member {
	/** Its name: what it owns follows from it, also after a restart. */
	node: string;
	/** How much of the rooms it takes, in proportion to the others; 0: none, as while it drains. */
	weight: number;
}

/** Says who owns a room by a view, given who owned it by the view before (`undefined`: nobody). */
export type OwnerSince = (liveId: string, ownerBefore: string | undefined) => string | undefined;

interface Candidate extends Member {
	/** Hash of its name: 32 bits, and those above. */
	low: number;
	high: number;
	/** Which of the weights is its own: they are numbered from 0. */
	rank: number;
}

const range = 2 ** 53;

/**
 * Who owns which room, computed from who is there (weighted rendezvous hashing): every node that knows the same members
 * comes to the same answer, in whatever order it knows them. A member that comes takes rooms from all others and moves
 * none between them; of one that goes, its own rooms move alone.
 */
export class Placement {
	readonly #candidates: readonly Candidate[];
	/** For each weight the greatest number drawn so far, of the room that is being looked at. */
	readonly #greatest: Float64Array;

	constructor(members: readonly Member[]) {
		const some = members.filter(({ weight }) => weight > 0);
		const weights = [...new Set(some.map(({ weight }) => weight))];
		this.#greatest = new Float64Array(weights.length);
		this.#candidates = some
			.map(({ node, weight }) => ({ node, weight, ...halves(hash53(node)), rank: weights.indexOf(weight) }))
			.toSorted((a, b) => (a.node < b.node ? -1 : 1));
	}

	/** @returns the owner's name; `undefined` where no member takes rooms */
	ownerOf(liveId: string): string | undefined {
		return this.#best(liveId, this.#candidates)?.node;
	}

	/**
	 * Who owns each room now, where it is known who did by the view before: the same answers as `ownerOf` gives, at a cost
	 * that follows from what has changed. With members that have come, or have more weight than before, the owner alone is
	 * compared; among all members only those rooms are placed whose owner has gone or has less weight.
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

	/** The one that the room falls to, of these and of `owner`. */
	#best(liveId: string, some: readonly Candidate[], owner?: Candidate): Candidate | undefined {
		const { low, high } = halves(hash53(liveId));
		const greatest = this.#greatest.fill(-1);
		let best = owner;
		let bestScore = owner ? scoreOf(owner, hash53Of(low, high, owner.low, owner.high)) : Number.NEGATIVE_INFINITY;
		for (const candidate of some) {
			const drawn = hash53Of(low, high, candidate.low, candidate.high);
			// Of two of the same weight the one that has drawn more has the higher score: no logarithm says so.
			if (drawn <= (greatest[candidate.rank] ?? 0)) continue;
			greatest[candidate.rank] = drawn;
			const score = scoreOf(candidate, drawn);
			// Of two with the same score the first by name has the room.
			if (score < bestScore || (score === bestScore && best && best.node <= candidate.node)) continue;
			best = candidate;
			bestScore = score;
		}
		return best;
	}
}

/** Of variables with -weight / ln(u), each is the greatest with a probability in proportion to its weight. */
function scoreOf({ weight }: Candidate, drawn: number): number {
	return -weight / Math.log((drawn + 0.5) / range);
}

function halves(hash: number): { low: number; high: number } {
	return { low: hash | 0, high: (hash / 2 ** 32) | 0 };
}
