/** A straight line through measurements. */
export interface Trend {
	/** Change for each unit of `x`. */
	slope: number;
	/** Of the slope, with neighbours that resemble each other counted as less than two. */
	standardError: number;
	mean: number;
	points: number;
}

/** Two standard errors to each side: 95 of 100 times the true slope is in it. */
export const interval = ({ slope, standardError }: Trend): [low: number, high: number] => [
	slope - 2 * standardError,
	slope + 2 * standardError,
];

/**
 * Least squares. Memory wanders: what is left of one measurement resembles the next, and a plain standard error would be
 * far too small. The number of points is therefore taken as n(1 − r)/(1 + r), r being the correlation of neighbours.
 *
 * @throws RangeError with fewer than 3 points
 */
export function trendOf(points: readonly (readonly [x: number, y: number])[]): Trend {
	const n = points.length;
	if (n < 3) throw new RangeError(`a trend needs 3 points or more, not ${n}`);
	const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
	const meanX = meanOf(points.map(([x]) => x));
	const mean = meanOf(points.map(([, y]) => y));
	const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
	const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0) / spread;
	const left = points.map(([x, y]) => y - mean - slope * (x - meanX));
	const squares = left.reduce((sum, rest) => sum + rest ** 2, 0);
	const products = left.reduce((sum, rest, i) => sum + rest * (left[i + 1] ?? 0), 0);
	const r = squares === 0 ? 0 : Math.min(0.95, Math.max(0, products / squares));
	const effective = Math.max(3, n * ((1 - r) / (1 + r)));
	const variance = squares / Math.max(1, effective - 2) / (spread * (effective / n));
	return { slope, standardError: Math.sqrt(variance), mean, points: n };
}
