/** absent: no entry right now · lost: no entry for so long that the node is considered dead */
export type MemberState = "present" | "absent" | "lost";

/** By the node's name. */
export type MemberStates = ReadonlyMap<string, MemberState>;

/**
 * Number of looks after which a node is lost. After a NATS outage all entries have expired, and each comes back with
 * its node's next renewal.
 */
const lostAfterLooks = 8;

/**
 * Tracks the nodes that were seen and have not left: a node that leaves removes its entry, and the entry of a lost one
 * expires.
 */
export class Members {
	/** Number of consecutive looks that did not find the node's entry. */
	readonly #missed = new Map<string, number>();

	get states(): MemberStates {
		const stateOf = (missed: number) => (missed === 0 ? "present" : missed < lostAfterLooks ? "absent" : "lost");
		return new Map(Array.from(this.#missed, ([node, missed]) => [node, stateOf(missed)]));
	}

	/** Applies a look. @param left nodes that have removed their entries lately */
	see(present: Iterable<string>, left: Iterable<string>): void {
		for (const node of left) this.#missed.delete(node);
		for (const [node, missed] of this.#missed) this.#missed.set(node, missed + 1);
		for (const node of present) this.#missed.set(node, 0);
	}
}
