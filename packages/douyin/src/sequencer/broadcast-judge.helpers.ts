import type { UpstreamEvent } from "../events/live-event.ts";
import type { Emitted } from "./index.ts";
import type { Numbered } from "./numbering.helpers.ts";

/** A message of a broadcast, identified by its position in the original order. */
export interface Said {
	readonly index: number;
	readonly event: UpstreamEvent;
	/** Whether pages may hold it. */
	readonly paged: boolean;
	/** Per source, whether it receives the message. */
	readonly shownTo: readonly boolean[];
}

export interface Outcome {
	said: number;
	emitted: number;
	doubled: number;
	/** Number of missing messages that no gap reports. */
	unreported: number;
	/** Number of missing messages that a gap reports. */
	reported: number;
	gaps: number;
	/** Number of gaps without missing messages, except those after a page. */
	falseGaps: number;
	/** Number of gaps that claim that the upstream did not honour its cursor. */
	accusing: number;
	/** Number of messages emitted before the last gap. */
	beforeLastGap: number;
	/** Number of messages emitted after later ones. */
	disordered: number;
	/** Number of messages emitted after one that their connection had delivered after them. */
	swapped: number;
	/** Number of times that messages waited for nothing. */
	stuck: number;
}

interface ReportedGap {
	readonly paged: boolean;
	/** Positions of the messages on both sides. */
	readonly from: number;
	readonly to: number;
}

/**
 * Compares the output with the broadcast's messages.
 * @param runs positions of the messages that each connection delivered, except those already emitted
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
	const hides = ({ from, to }: ReportedGap, n: number) => n > from && n < to;
	const reported = missing.filter((n) => gaps.some((gap) => hides(gap, n))).length;
	return {
		said: said.length,
		emitted: numbers.length,
		doubled: numbers.length - emitted.size,
		unreported: missing.length - reported,
		reported,
		gaps: gaps.length,
		falseGaps: gaps.filter((gap) => !gap.paged && !missing.some((n) => hides(gap, n))).length,
		accusing: order.filter((one) => one === "cursor_not_honoured").length,
		beforeLastGap: Math.max(0, order.findLastIndex((one) => typeof one === "string") + 1 - gaps.length),
		disordered: disorderedIn(numbers),
		swapped: swappedIn(numbers, runs),
	};
}

/** Counts the positions missing between the first emitted message and the last. */
function missingOf(said: readonly Said[], emitted: ReadonlySet<number>, first: number): number[] {
	const last = Math.max(...emitted);
	return said.map(({ index }) => index).filter((n) => n > first && n < last && !emitted.has(n));
}

function gapsOf(order: readonly (number | string)[]): ReportedGap[] {
	const gaps: ReportedGap[] = [];
	let highest = -1;
	for (const [i, one] of order.entries()) {
		if (typeof one === "number") highest = Math.max(highest, one);
		else gaps.push({ paged: one === "backfilled", from: highest, to: nextOf(order, i, highest) });
	}
	return gaps;
}

/** Returns the first message after an output position that is later than everything emitted before it. */
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
