import { seeded } from "@livekeeper/douyin/testing";

/**
 * Returns a 32-bit hash of some words, the source of everything that only has to look random. Equal words, equal hash.
 */
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

/** Returns an id of 19 decimal digits, like the site's, always the same for the same words. */
export function id19(...words: readonly (string | number)[]): string {
	const low = (BigInt(hash32("low", ...words)) << 32n) | BigInt(hash32("high", ...words));
	return (7_000_000_000_000_000_000n + (low % 400_000_000_000_000_000n)).toString();
}

/** A seeded stream of numbers, the same on every machine. */
export class Random {
	/** Returns a number in [0, 1). */
	readonly next: () => number;

	constructor(seed: number) {
		this.next = seeded(seed);
	}

	/** Returns a whole number in [0, n). */
	int(n: number): number {
		return Math.floor(this.next() * n);
	}

	/** Returns a whole number in [from, to]. */
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
