const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Broadcasts that are older say nothing of today's habits, ms. */
const historyMs = 60 * day;
/** With fewer starts there is no habit to speak of. */
const minStarts = 4;
const maxStarts = 80;
/** A habit comes again after `everyMs`, earlier or later by about `widthMs`. */
const habits = [
	{ everyMs: day, widthMs: 8 * minute },
	{ everyMs: day, widthMs: 25 * minute },
	{ everyMs: 7 * day, widthMs: 15 * minute },
] as const;
/** Starts that are imagined at random hours, before any is seen: habits have to prove themselves. */
const doubt: number = 2;
/** A habit foretells so much of the starts that one may speak of it. */
const minShare = 0.5;
/** And so much more likely is a start then than at any hour. */
const minLikelihood = 4;
const rounds = 12;

/** When a room usually goes live. */
export interface UsualStart {
	/** The next time, ms since the epoch. */
	at: number;
	/** A day or a week: how often it comes again, ms. */
	everyMs: number;
}

/** @param starts of its broadcasts, ms since the epoch. @returns `undefined` for a room without a habit to speak of */
export function usualStartOf(starts: readonly number[], now: number): UsualStart | undefined {
	return new Expectation(starts, now).next(now);
}

/**
 * How likely a room goes live at a time of the day and of the week, by when its broadcasts began. The share of each habit,
 * and of none, is the one by which each start is best foretold from all others: who broadcasts at random has no habit.
 */
export class Expectation {
	readonly #starts: readonly number[];
	/** Of each habit. */
	readonly #shares: readonly number[];
	/** Of no habit. */
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
		// Of each start, how well each habit foretells it from the others.
		const foretold = this.#starts.map((at, own) => {
			const others = this.#starts.filter((_, index) => index !== own);
			return habits.map((habit) => density(others, habit, at));
		});
		let shares = [...habits.map(() => 0.5 / habits.length), 0.5];
		for (let round = 0; round < rounds; round++) shares = improved(shares, foretold);
		this.#random = shares.at(-1) ?? 1;
		this.#shares = shares.slice(0, -1);
	}

	/**
	 * When the room is most likely to go live next, by its strongest habit. `undefined`: it has none to speak of.
	 * @param now ms since the epoch
	 */
	next(now: number): UsualStart | undefined {
		if (1 - this.#random < minShare) return undefined;
		const shareOf = (every: number) =>
			habits.reduce((sum, { everyMs }, i) => sum + (everyMs === every ? (this.#shares[i] ?? 0) : 0), 0);
		const everyMs = shareOf(7 * day) > shareOf(day) ? 7 * day : day;
		let best: number | undefined;
		let most = minLikelihood;
		for (const start of this.#starts) {
			const at = now + ((((start - now) % everyMs) + everyMs) % everyMs);
			const likelihood = this.at(at);
			if (likelihood <= most) continue;
			most = likelihood;
			best = at;
		}
		return best === undefined ? undefined : { at: best, everyMs };
	}

	/** The likelihood at a time, ms since the epoch, as a multiple of that of a room without habits. */
	at(time: number): number {
		return this.#shares.reduce((sum, share, index) => {
			const habit = habits[index];
			return habit && share > 0 ? sum + share * density(this.#starts, habit, time) : sum;
		}, this.#random);
	}
}

/** The density of starts at a time, where starts at random have 1. */
function density(starts: readonly number[], { everyMs, widthMs }: (typeof habits)[number], time: number): number {
	let sum = 0;
	for (const start of starts) {
		const offMs = (((time - start) % everyMs) + everyMs) % everyMs;
		const off = Math.min(offMs, everyMs - offMs) / widthMs;
		if (off < 4) sum += Math.exp((-off * off) / 2);
	}
	return (sum * everyMs) / (starts.length * widthMs * Math.sqrt(2 * Math.PI));
}

/** One round of expectation maximization over the shares of a mixture, the last of which is the even one. */
function improved(shares: readonly number[], foretold: readonly (readonly number[])[]): number[] {
	const random = shares.length - 1;
	const sums = shares.map((_, index) => (index === random ? doubt : 0));
	for (const densities of foretold) {
		const parts = shares.map((share, index) => share * (index === random ? 1 : (densities[index] ?? 0)));
		const total = parts.reduce((sum, part) => sum + part, 0);
		for (const [index, part] of parts.entries()) sums[index] = (sums[index] ?? 0) + part / total;
	}
	return sums.map((sum) => sum / (foretold.length + doubt));
}
