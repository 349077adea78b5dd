import type { Member } from "../placement.ts";
import type { VirtualTime } from "./virtual-time.helpers.ts";

/** Present nodes, according to one read of the bucket. */
export interface View {
	/** Newest revision of the bucket. */
	number: number;
	members: readonly Member[];
	/** Equal for the same members. */
	key: string;
}

interface Key extends Member {
	revision: number;
	renewedAt: number;
}

/**
 * The bucket with one key per node, as NATS keeps it: a key that is not renewed in time disappears silently, and the
 * newest revision stays as it was.
 */
export class Presence {
	readonly #time: VirtualTime;
	readonly #ttlMs: number;
	readonly #keys = new Map<string, Key>();
	#revision = 0;
	/** Present nodes at the last look. */
	#known: Omit<View, "number"> = { members: [], key: "" };
	#weights = new Map<string, number>();

	constructor(time: VirtualTime, ttlMs: number) {
		this.#time = time;
		this.#ttlMs = ttlMs;
	}

	/**
	 * @param expected the revision that the node knows its key by.
	 * @returns the new one; `undefined` if it has changed
	 */
	renew(member: Member, expected: number): number | undefined {
		if ((this.#alive(member.node)?.revision ?? 0) !== expected) return undefined;
		const revision = ++this.#revision;
		this.#keys.set(member.node, { ...member, revision, renewedAt: this.#time.now });
		return revision;
	}

	/** Takes the key from any former holder, as a starting node does. @returns its revision */
	take(member: Member): number {
		this.#keys.delete(member.node);
		return this.renew(member, 0) ?? 0;
	}

	remove(node: string): void {
		this.#keys.delete(node);
		this.#revision++;
	}

	view(): View {
		const alive = [...this.#keys.keys()].flatMap((node) => this.#alive(node) ?? []);
		const isKnown =
			alive.length === this.#known.members.length &&
			alive.every(({ node, weight }) => this.#weights.get(node) === weight);
		if (!isKnown) this.#learn(alive);
		return { number: this.#revision, ...this.#known };
	}

	#learn(alive: readonly Key[]): void {
		const members = alive
			.map(({ node, weight }): Member => ({ node, weight }))
			.sort((a, b) => (a.node < b.node ? -1 : 1));
		this.#known = { members, key: members.map(({ node, weight }) => `${node}=${weight}`).join() };
		this.#weights = new Map(members.map(({ node, weight }) => [node, weight]));
	}

	#alive(node: string): Key | undefined {
		const key = this.#keys.get(node);
		if (key && this.#time.now - key.renewedAt < this.#ttlMs) return key;
		this.#keys.delete(node);
		return undefined;
	}
}
