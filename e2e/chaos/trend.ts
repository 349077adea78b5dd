/** A straight line fitted to measurements. */
export interface Trend {
	/** Change per unit of `x`. */
	slope: number;
	/** Standard error of the slope, with correlated neighbours counted as less than two. */
	standardError: number;
	mean: number;
	points: number;
}

/** Two standard errors to each side: contains the true slope in 95 of 100 cases. */
export const interval = ({ slope, standardError }: Trend): [low: number, high: number] => [
	slope - 2 * standardError,
	slope + 2 * standardError,
];

/**
 * Fits a line by least squares. Memory wanders: consecutive residuals resemble each other, so a plain standard error
 * would be far too small. The number of points is therefore taken as n(1 − r)/(1 + r), with r the correlation of
 * neighbours.
 *
 * @throws RangeError for fewer than 3 points
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
