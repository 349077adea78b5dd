/** absent: no entry at the moment · lost: none for so long that the node is taken for dead */
export type MemberState = "present" | "absent" | "lost";

/** By the node's name. */
export type MemberStates = ReadonlyMap<string, MemberState>;

/** Where NATS was away all entries have expired, and each comes back with its node's next renewal. */
const lostAfterLooks = 8;

/** The nodes that were seen and have not left: a node that leaves removes its entry, and the entry of a lost one expires. */
export class Members {
	/** Looks in a row that did not find the node's entry. */
	readonly #missed = new Map<string, number>();

	get states(): MemberStates {
		const stateOf = (missed: number) => (missed === 0 ? "present" : missed < lostAfterLooks ? "absent" : "lost");
		return new Map(Array.from(this.#missed, ([node, missed]) => [node, stateOf(missed)]));
	}

	/** Takes a look. @param left nodes that have removed their entries lately */
	see(present: Iterable<string>, left: Iterable<string>): void {
		for (const node of left) this.#missed.delete(node);
		for (const [node, missed] of this.#missed) this.#missed.set(node, missed + 1);
		for (const node of present) this.#missed.set(node, 0);
	}
}
