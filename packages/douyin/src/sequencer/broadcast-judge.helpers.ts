import type { UpstreamEvent } from "../events/live-event.ts";
import type { Emitted } from "./index.ts";
import type { Numbered } from "./numbering.helpers.ts";

/** A message of a broadcast, by its position in the order in which they were said. */
export interface Said {
	readonly index: number;
	readonly event: UpstreamEvent;
	/** Pages may hold it. */
	readonly paged: boolean;
	/** For each source. */
	readonly shownTo: readonly boolean[];
}

export interface Outcome {
	said: number;
	emitted: number;
	doubled: number;
	/** Missing, and no gap reports it. */
	untold: number;
	/** Missing, and a gap reports it. */
	told: number;
	gaps: number;
	/** Gaps, but for those after a page, where nothing is missing. */
	falseGaps: number;
	/** Gaps of which the upstream is said not to have gone on from its cursor. */
	accusing: number;
	/** How many messages were emitted before the last gap. */
	beforeLastGap: number;
	/** Messages that came behind later ones. */
	disordered: number;
	/** Messages that came behind one that their connection had brought after them. */
	swapped: number;
	/** How often messages waited for nothing. */
	stuck: number;
}

interface ToldGap {
	readonly paged: boolean;
	/** Positions of the messages on both sides. */
	readonly from: number;
	readonly to: number;
}

/**
 * What became of a broadcast's messages.
 * @param runs positions of the messages that each connection brought, except those that had already been emitted
 */
export function judge(
	said: readonly Said[],
	out: readonly Emitted[],
	runs: readonly number[][],
	numbered: Numbered,
): Omit<Outcome, "stuck"> {
	const order = out.flatMap(({ gap, events }) => [
		...(gap ? [gap.reason] : []),
		...events.map((event) => numbered.indexOf(event)),
	]);
	const numbers = order.filter((one) => typeof one === "number");
	const emitted = new Set(numbers);
	const missing = missingOf(said, emitted, numbers[0] ?? 0);
	const gaps = gapsOf(order);
	const hides = ({ from, to }: ToldGap, n: number) => n > from && n < to;
	const told = missing.filter((n) => gaps.some((gap) => hides(gap, n))).length;
	return {
		said: said.length,
		emitted: numbers.length,
		doubled: numbers.length - emitted.size,
		untold: missing.length - told,
		told,
		gaps: gaps.length,
		falseGaps: gaps.filter((gap) => !gap.paged && !missing.some((n) => hides(gap, n))).length,
		accusing: order.filter((one) => one === "cursor_not_honoured").length,
		beforeLastGap: Math.max(0, order.findLastIndex((one) => typeof one === "string") + 1 - gaps.length),
		disordered: disorderedIn(numbers),
		swapped: swappedIn(numbers, runs),
	};
}

/** Positions between the first that was emitted and the last. */
function missingOf(said: readonly Said[], emitted: ReadonlySet<number>, first: number): number[] {
	const last = Math.max(...emitted);
	return said.map(({ index }) => index).filter((n) => n > first && n < last && !emitted.has(n));
}

function gapsOf(order: readonly (number | string)[]): ToldGap[] {
	const gaps: ToldGap[] = [];
	let highest = -1;
	for (const [i, one] of order.entries()) {
		if (typeof one === "number") highest = Math.max(highest, one);
		else gaps.push({ paged: one === "backfilled", from: highest, to: nextOf(order, i, highest) });
	}
	return gaps;
}

/** The first message behind an output that is later than what was emitted before it. */
function nextOf(order: readonly (number | string)[], index: number, highest: number): number {
	for (let i = index + 1; i < order.length; i++) {
		const one = order[i];
		if (typeof one === "number" && one > highest) return one;
	}
	return highest;
}

function disorderedIn(numbers: readonly number[]): number {
	let highest = -1;
	let count = 0;
	for (const n of numbers) {
		if (n < highest) count++;
		highest = Math.max(highest, n);
	}
	return count;
}

function swappedIn(numbers: readonly number[], runs: readonly number[][]): number {
	const positions = new Map(numbers.map((n, i) => [n, i]));
	return runs.reduce((sum, run) => sum + disorderedIn(run.flatMap((n) => positions.get(n) ?? [])), 0);
}
