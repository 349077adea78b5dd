import { seeded } from "@livekeeper/douyin/testing";

/** A 32-bit hash of some words: where everything that only has to look random comes from. Equal words, equal hash. */
export function hash32(...words: readonly (string | number)[]): number {
	let h = 0x811c9dc5;
	for (const word of words) {
		const text = `${word}\u0000`;
		for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	}
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return (h ^ (h >>> 16)) >>> 0;
}

/** An id of 19 decimal digits, as the site's are, from the same words always the same. */
export function id19(...words: readonly (string | number)[]): string {
	const low = (BigInt(hash32("low", ...words)) << 32n) | BigInt(hash32("high", ...words));
	return (7_000_000_000_000_000_000n + (low % 400_000_000_000_000_000n)).toString();
}

/** A seeded stream of numbers, the same on every machine. */
export class Random {
	/** A number in [0, 1). */
	readonly next: () => number;

	constructor(seed: number) {
		this.next = seeded(seed);
	}

	/** A whole number in [0, n). */
	int(n: number): number {
		return Math.floor(this.next() * n);
	}

	/** A whole number in [from, to]. */
	between(from: number, to: number): number {
		return from + this.int(to - from + 1);
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	pick<T>(items: readonly [T, ...T[]]): T {
		return items[this.int(items.length)] ?? items[0];
	}
}
