import type { Bench, Figure, Rounds } from "./bench.ts";
import type { Machine } from "./machine.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** A measured figure. */
export interface Result {
	name: string;
	value: Spread;
	/** The two sides by themselves; `other` if there is one. */
	own: Spread;
	other?: Spread;
	rounds: number;
}

/** Content of a run's result file. */
export interface Run {
	machine: Machine;
	/** ISO 8601. */
	at: string;
	/** 1 in a real run. */
	scale: number;
	results: Result[];
}

export function resultsOf(bench: Bench, rounds: Rounds): Result[] {
	return bench.figures.map((figure) => resultOf(figure, rounds));
}

function resultOf(figure: Figure, rounds: Rounds): Result {
	const { name, of, dividedBy, above } = figure;
	const own = measuresOf(figure, of, rounds);
	const otherSide = dividedBy ?? above;
	if (otherSide === undefined) return { name, value: spreadOf(own), own: spreadOf(own), rounds: own.length };
	const other = measuresOf(figure, otherSide, rounds);
	const values = own.map((value, round) => {
		const against = other[round] ?? Number.NaN;
		return dividedBy === undefined ? value - against : value / against;
	});
	return { name, value: spreadOf(values), own: spreadOf(own), other: spreadOf(other), rounds: own.length };
}

function measuresOf({ name, measure }: Figure, side: string, rounds: Rounds): number[] {
	return (rounds[side] ?? []).map((took) => {
		const value = took[measure];
		if (value === undefined || !Number.isFinite(value)) throw new Error(`${name}: ${side} did not measure ${measure}.`);
		return value;
	});
}

/**
 * Returns the ratio of the best rounds of both sides: a loaded machine slows down only some rounds, and nothing makes a
 * round cheaper than its work.
 */
export function bestOf({ dividedBy, better }: Figure, { value, own, other }: Result): number {
	if (dividedBy === undefined || !other) return better === "lower" ? value.least : value.most;
	return own.least / other.least;
}

/** Factor by which a figure may be worse than the committed one: a quarter. */
const margin = 1.25;

/** Returns the factor by which it is worse than another measurement: 1 is the same, 1.25 a quarter worse. */
export function worseBy({ better }: Figure, now: number, before: number): number {
	return better === "lower" ? now / before : before / now;
}

export function isWorse(figure: Figure, now: number, before: number): boolean {
	return worseBy(figure, now, before) > margin;
}

/** @returns `undefined` if there is no goal */
export function isReached({ better, goal }: Figure, { median }: Spread): boolean | undefined {
	if (goal === undefined) return undefined;
	return better === "lower" ? median <= goal : median >= goal;
}
