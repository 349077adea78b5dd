/** Draws random numbers and choices. */
export class Dice {
	readonly random: () => number;

	constructor(random: () => number) {
		this.random = random;
	}

	/** Draws a whole number in [from, to]. */
	whole(from: number, to: number): number {
		return from + Math.floor(this.random() * (to - from + 1));
	}

	of<T>(choices: readonly T[]): T {
		return choices[Math.floor(this.random() * choices.length)] as T;
	}

	chance(share: number): boolean {
		return this.random() < share;
	}

	/** Draws a time, mostly short, occasionally long, ms. */
	time(minMs: number, maxMs: number): number {
		return Math.round(minMs * (maxMs / minMs) ** this.random());
	}
}
