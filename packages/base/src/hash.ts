/**
 * Returns an evenly spread number from 0 to 2^53 - 1 for a text; no protection against those who choose the text. It is
 * the same in every version, because stored data and the owner of a room depend on it.
 * @param seed another seed gives another, independent number
 */
export function hash53(text: string, seed = 0): number {
	let low = 0x9e3779b9 ^ seed;
	let high = 0x85ebca6b ^ Math.imul(seed, 0x27d4eb2f);
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		low = Math.imul(low ^ unit, 0x5bd1e995);
		high = Math.imul(high ^ unit, 0x1b873593);
		low ^= low >>> 15;
		high ^= high >>> 13;
	}
	low = mixed(low ^ high);
	high = mixed(high ^ low ^ text.length);
	return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/**
 * Returns a number from 0 to 2^53 - 1 for two numbers, as `hash53` does for a text, at a fraction of the cost if many
 * numbers are needed for one text. It is also the same in every version.
 * @param low lower 32 bits of a `hash53`
 * @param high its upper bits
 * @param seedLow lower 32 bits of a seed, likewise a `hash53`
 * @param seedHigh its upper bits
 */
export function hash53Of(low: number, high: number, seedLow: number, seedHigh: number): number {
	const first = mixed(low ^ seedLow);
	const second = mixed(high ^ seedHigh ^ Math.imul(first, 0x27d4eb2f));
	return (second >>> 11) * 2 ** 32 + (mixed(first ^ second) >>> 0);
}

/** Makes every bit depend on every other. */
function mixed(bits: number): number {
	let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return hash ^ (hash >>> 16);
}
