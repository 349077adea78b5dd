import type { Compared, ComparedAll } from "../connections/index.ts";

/** What one connection brings of the running broadcast beside the others. Shares are 0 to 1, `null` where not known. */
export interface WireCompared {
	messages: number;
	only_messages: number;
	message_gain: number | null;
	message_coverage: number | null;
	diamonds: number;
	only_diamonds: number;
	diamond_gain: number | null;
	diamond_coverage: number | null;
	gifts: number;
	gifts_per_hour: number | null;
}

/** The same of all connections of a room together. */
export interface WireComparedAll {
	since: number;
	messages: number;
	message_coverage: number | null;
	diamonds: number;
	diamond_coverage: number | null;
	/** By what the coverage of gifts is known: the room's own totals, or what the connections have in common. */
	diamonds_by: "totals" | "overlap" | null;
	gifts: number;
	gifts_per_hour: number | null;
}

const hourMs = 3_600_000;

/**
 * @param all what all connections of the room brought together
 * @param ofGifts share of the gifts' worth that came by all of them together, by the room's totals; `null`: not known
 */
export function toWireCompared(
	{ messages, diamonds, gifts, stoodMs }: Compared,
	all: ComparedAll,
	ofGifts: number | null,
): WireCompared {
	const ofAll = all.diamonds.total > 0 ? diamonds.brought / all.diamonds.total : undefined;
	const coverage = ofGifts !== null && ofAll !== undefined ? ofAll * ofGifts : diamonds.coverage;
	return {
		messages: messages.brought,
		only_messages: messages.only,
		message_gain: share(messages.gain),
		message_coverage: share(messages.coverage),
		diamonds: diamonds.brought,
		only_diamonds: diamonds.only,
		diamond_gain: share(diamonds.gain),
		diamond_coverage: share(coverage),
		gifts,
		gifts_per_hour: perHour(gifts, stoodMs),
	};
}

/** @param ofGifts as for {@link toWireCompared} */
export function toWireComparedAll(all: ComparedAll, ofGifts: number | null): WireComparedAll {
	const { since, forMs, messages, diamonds, gifts } = all;
	const coverage = ofGifts ?? diamonds.coverage;
	return {
		since,
		messages: messages.total,
		message_coverage: share(messages.coverage),
		diamonds: diamonds.total,
		diamond_coverage: share(coverage),
		diamonds_by: ofGifts !== null ? "totals" : coverage === undefined ? null : "overlap",
		gifts,
		gifts_per_hour: perHour(gifts, forMs),
	};
}

/** From a quarter of an hour on; before it says little. */
export function perHour(gifts: number, overMs: number): number | null {
	return overMs < hourMs / 4 ? null : Math.round((gifts * hourMs * 10) / overMs) / 10;
}

export function share(value: number | undefined): number | null {
	return value === undefined ? null : Math.round(value * 10_000) / 10_000;
}
