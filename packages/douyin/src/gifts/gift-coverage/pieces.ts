import type { GrowthRange, Held } from "./series.ts";

/**
 * Joins two consecutive ranges: gifts of the first that steps of streaks in the second report are counted once, and so
 * are gifts that the first total may not include yet.
 */
export function join(one: GrowthRange, other: GrowthRange): GrowthRange {
	const first = { ...one, ...one.toEnd };
	const upTo = ({ growth, credit, earlier = 0 }: Pick<GrowthRange, "growth" | "credit" | "earlier">) => {
		return { growth: first.growth + growth, credit: first.credit + credit, earlier };
	};
	return {
		...upTo(other),
		toEnd: other.toEnd && upTo(other.toEnd),
		slack: one.slack ?? 0,
		seen: one.seen + other.seen,
		gap: other.gap,
		...(other.continues && { continues: true }),
		held: joinHeld(one.held, other.held),
	};
}

/** Ranges joined into one. */
export interface Piece {
	range: GrowthRange;
	/** Whether a gap is among them, and the part of the missing diamonds that it has lost. */
	gap: boolean;
	lost: number;
}

/**
 * Joins consecutive ranges if together they show more missing than separately.
 *
 * @param lags whether totals may lag: if so, anything that a gap and its neighbours only show together was lost in it
 */
export function joined(all: readonly GrowthRange[], missing: (range: GrowthRange) => number, lags: boolean): Piece[] {
	const pieces: Piece[] = [];
	for (const range of all) {
		const { gap } = range;
		const own: Piece = { range, gap, lost: gap ? missing(range) : 0 };
		const last = pieces.at(-1);
		const both = last?.range.continues ? join(last.range, range) : undefined;
		const more = last && both ? missing(both) - missing(last.range) - missing(range) : -1;
		if (!last || !both || more < 0) pieces.push(own);
		else {
			const withGap = last.gap || gap;
			const lost = last.lost + own.lost + (withGap && lags ? more : 0);
			pieces[pieces.length - 1] = { range: both, gap: withGap, lost };
		}
	}
	return pieces;
}

function joinHeld(one: Held | undefined, other: Held | undefined): Held | undefined {
	if (!one || !other) return undefined;
	return {
		seen: one.seen + other.seen,
		justSeen: (one.justSeen ?? 0) + (other.justSeen ?? 0),
		earlier: one.earlier + other.earlier,
		growth: one.growth + other.growth,
	};
}
