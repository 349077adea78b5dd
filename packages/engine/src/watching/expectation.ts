const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Maximum age of broadcasts that count as a habit, ms. */
const historyMs = 60 * day;
/** Minimum number of starts for a habit. */
const minStarts = 4;
const maxStarts = 80;
/** Habits: each recurs after `everyMs`, earlier or later by about `widthMs`. */
const habits = [
	{ everyMs: day, widthMs: 8 * minute },
	{ everyMs: day, widthMs: 25 * minute },
	{ everyMs: 7 * day, widthMs: 15 * minute },
] as const;
/** Number of imagined random starts before any is seen, so habits have to prove themselves. */
const doubt: number = 2;
/** Minimum share of the starts that a habit must predict to be reported. */
const minShare = 0.5;
/** Minimum factor by which a start must be likelier then than at any hour. */
const minLikelihood = 4;
const rounds = 12;

/** Time at which a room usually goes live. */
export interface UsualStart {
	/** Next time, ms since the epoch. */
	at: number;
	/** Interval of the habit, a day or a week, ms. */
	everyMs: number;
}

/** @param starts of its broadcasts, ms since the epoch. @returns `undefined` for a room without a clear habit */
export function usualStartOf(starts: readonly number[], now: number): UsualStart | undefined {
	return new Expectation(starts, now).next(now);
}

/**
 * Predicts how likely a room goes live at a time of the day and of the week, from the starts of its broadcasts. The
 * shares of the habits, and of no habit, are those that best predict each start from all others, so a room with random
 * starts has no habit.
 */
export class Expectation {
	readonly #starts: readonly number[];
	/** Share of each habit. */
	readonly #shares: readonly number[];
	/** Share of no habit. */
	readonly #random: number;

	/** @param starts ms since the epoch, in any order */
	constructor(starts: readonly number[], now: number) {
		const recent = starts.filter((at) => at > now - historyMs && at <= now).sort((a, b) => b - a);
		this.#starts = recent.slice(0, maxStarts);
		if (this.#starts.length < minStarts) {
			this.#shares = habits.map(() => 0);
			this.#random = 1;
			return;
		}
		// For each start, how well each habit predicts it from the others.
		const predicted = this.#starts.map((at, own) => {
			const others = this.#starts.filter((_, index) => index !== own);
			return habits.map((habit) => density(others, habit, at));
		});
		let shares = [...habits.map(() => 0.5 / habits.length), 0.5];
		for (let round = 0; round < rounds; round++) shares = improved(shares, predicted);
		this.#random = shares.at(-1) ?? 1;
		this.#shares = shares.slice(0, -1);
	}

	/**
	 * Returns when the room is most likely to go live next, by its strongest habit; `undefined` without a clear one.
	 * @param now ms since the epoch
	 */
	next(now: number): UsualStart | undefined {
		if (1 - this.#random < minShare) return undefined;
		const shareOf = (every: number) =>
			habits.reduce((sum, { everyMs }, i) => sum + (everyMs === every ? (this.#shares[i] ?? 0) : 0), 0);
		const everyMs = shareOf(7 * day) > shareOf(day) ? 7 * day : day;
		let best: number | undefined;
		let max = minLikelihood;
		for (const start of this.#starts) {
			const at = now + ((((start - now) % everyMs) + everyMs) % everyMs);
			const likelihood = this.at(at);
			if (likelihood <= max) continue;
			max = likelihood;
			best = at;
		}
		return best === undefined ? undefined : { at: best, everyMs };
	}

	/** Returns the likelihood at a time, ms since the epoch, as a multiple of that of a room without habits. */
	at(time: number): number {
		return this.#shares.reduce((sum, share, index) => {
			const habit = habits[index];
			return habit && share > 0 ? sum + share * density(this.#starts, habit, time) : sum;
		}, this.#random);
	}
}

/** Returns the density of starts at a time, relative to 1 for random starts. */
function density(starts: readonly number[], { everyMs, widthMs }: (typeof habits)[number], time: number): number {
	let sum = 0;
	for (const start of starts) {
		const offMs = (((time - start) % everyMs) + everyMs) % everyMs;
		const off = Math.min(offMs, everyMs - offMs) / widthMs;
		if (off < 4) sum += Math.exp((-off * off) / 2);
	}
	return (sum * everyMs) / (starts.length * widthMs * Math.sqrt(2 * Math.PI));
}

/** Runs one round of expectation maximization over the shares of a mixture whose last component is the even one. */
function improved(shares: readonly number[], predicted: readonly (readonly number[])[]): number[] {
	const random = shares.length - 1;
	const totals = shares.map((_, index) => (index === random ? doubt : 0));
	for (const densities of predicted) {
		const parts = shares.map((share, index) => share * (index === random ? 1 : (densities[index] ?? 0)));
		const total = parts.reduce((sum, part) => sum + part, 0);
		for (const [index, part] of parts.entries()) totals[index] = (totals[index] ?? 0) + part / total;
	}
	return totals.map((sum) => sum / (predicted.length + doubt));
}
