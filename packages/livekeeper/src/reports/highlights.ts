import type { Text } from "@livekeeper/base/text";
import { type BroadcastSummary, type EventLog, minuteMs, type SeriesPoint } from "@livekeeper/log";
import { highlightTexts } from "../text/index.ts";
import type { WireHighlight } from "../wire/index.ts";
import type { BroadcastWords, NewWord } from "./words.ts";

/** Figure by which a moment stands out. */
type HighlightFigure = "messages" | "diamonds" | "likes";

interface HighlightReason {
	figure: HighlightFigure;
	/** Diamonds: sum of the moment. Messages and likes: its strongest minute. */
	value: number;
	/** Usual value of a minute at that time of the broadcast. */
	usual: number;
	/** Strongest minute as a multiple of the usual one, one decimal; `undefined` if nothing is usual. */
	times: number | undefined;
}

/** Neighbouring minutes that stand out of the rhythm of their broadcast. Times are ms since the epoch. */
interface Highlight {
	from: number;
	to: number;
	/** For comparing the moments of one broadcast; greater is stronger. */
	strength: number;
	/** Strongest first. */
	reasons: HighlightReason[];
	/** Words that were new in it, most used first. */
	words: NewWord[];
}

/** Below this number of minutes a broadcast has no rhythm to stand out of. */
export const minMinutes = 15;
const defaultMax = 12;
/** Minutes on each side of a minute that it is compared with, besides the whole broadcast. */
const aroundMinutes = 30;
/** Minutes that stand out at most this far apart are one moment. */
const joinedMinutes = 2;
/** Number of spreads above the usual value from which a minute stands out, and from which it is named as well. */
const standsOut = 7;
const isNamed = 3;
/** Standard deviations in a median absolute deviation of normally distributed values. */
const deviations = 1.4826;

interface FigureRule {
	/** Total of a minute, and the number of messages it came in. */
	of(point: SeriesPoint): { value: number; count: number };
	/** A minute below this never stands out. */
	min: number;
	/** Minimum spread as a part of the usual value: rooms are livelier than chance alone. */
	loose: number;
	/** Whether a median of 0 is replaced by that of the minutes that have any. */
	sparse: boolean;
}

const rules: Readonly<Record<HighlightFigure, FigureRule>> = {
	messages: {
		of: ({ messages }) => {
			const value = Object.values(messages).reduce((sum, count) => sum + count, 0);
			return { value, count: value };
		},
		min: 15,
		loose: 0.15,
		sparse: false,
	},
	diamonds: {
		of: ({ diamonds, messages }) => ({ value: diamonds, count: messages["gift"] ?? 0 }),
		min: 100,
		loose: 0.5,
		sparse: true,
	},
	likes: {
		of: ({ likes, messages }) => ({ value: likes, count: messages["like"] ?? 0 }),
		min: 100,
		loose: 0.3,
		sparse: false,
	},
};
const figures = Object.keys(rules) as HighlightFigure[];

/** A minute's value compared with the usual one. */
interface Compared {
	value: number;
	usual: number;
	/** How many spreads the value lies above the usual one. */
	spreads: number;
}

interface Outstanding {
	at: number;
	strength: number;
	compared: Record<HighlightFigure, Compared>;
	words: readonly NewWord[];
}

/**
 * Returns the moments of a broadcast that stand out, in order of time. A minute stands out if one of its figures lies
 * far above both the broadcast's median and that of the hour around it, by their median absolute deviation. Minutes
 * without any message are unknown, not quiet: the site reports viewers several times a minute.
 * @param points the broadcast's minutes, oldest first
 * @param options.newWords new words by minute, as {@link WordTally} found them
 * @param options.max maximum number of moments, the strongest; default 12
 */
export function highlightsOf(
	points: readonly SeriesPoint[],
	{ newWords = new Map(), max = defaultMax }: { newWords?: ReadonlyMap<number, readonly NewWord[]>; max?: number } = {},
): Highlight[] {
	const heard = points.filter(({ messages }) => Object.keys(messages).length > 0);
	if (heard.length < minMinutes) return [];
	const compared = Object.fromEntries(figures.map((figure) => [figure, compare(heard, rules[figure])])) as Record<
		HighlightFigure,
		Compared[]
	>;
	const outstanding: Outstanding[] = [];
	for (const [i, { at }] of heard.entries()) {
		const of = (figure: HighlightFigure) => compared[figure][i] ?? { value: 0, usual: 0, spreads: 0 };
		const all = { messages: of("messages"), diamonds: of("diamonds"), likes: of("likes") };
		const words = newWords.get(at) ?? [];
		const strengths = figures.map((figure) => all[figure].spreads / standsOut).filter((ratio) => ratio >= 1);
		if (words.length > 0) strengths.push(1);
		// Logarithms, so that a minute with several reasons is stronger than one with a huge gift.
		const strength = strengths.reduce((sum, ratio) => sum + Math.log2(1 + ratio), 0);
		if (strength > 0) outstanding.push({ at, strength, compared: all, words });
	}
	return joined(outstanding)
		.map(highlightOf)
		.sort((a, b) => b.strength - a.strength || a.from - b.from)
		.slice(0, max)
		.sort((a, b) => a.from - b.from);
}

/** Groups minutes that are close to each other. */
function joined(minutes: readonly Outstanding[]): Outstanding[][] {
	const moments: Outstanding[][] = [];
	for (const minute of minutes) {
		const moment = moments.at(-1);
		const last = moment?.at(-1);
		if (moment && last && minute.at - last.at <= joinedMinutes * minuteMs) moment.push(minute);
		else moments.push([minute]);
	}
	return moments;
}

function highlightOf(minutes: readonly Outstanding[]): Highlight {
	const reasons = figures
		.map((figure) => {
			const all = minutes.map(({ compared }) => compared[figure]);
			const { spreads, value, usual } = all.reduce((best, one) => (one.spreads > best.spreads ? one : best));
			const times = usual > 0 ? Math.round((value / usual) * 10) / 10 : undefined;
			const sum = all.reduce((total, one) => total + one.value, 0);
			return { spreads, figure, value: figure === "diamonds" ? sum : value, usual: Math.round(usual), times };
		})
		.filter(({ spreads, value, figure }) => spreads >= isNamed && value >= rules[figure].min / 2)
		.sort((a, b) => b.spreads - a.spreads)
		.map(({ spreads: _, ...reason }) => reason);
	const words = new Map<string, NewWord>();
	for (const one of minutes.flatMap((minute) => minute.words)) if (!words.has(one.word)) words.set(one.word, one);
	return {
		from: minutes[0]?.at ?? 0,
		to: (minutes.at(-1)?.at ?? 0) + minuteMs,
		strength: Math.max(...minutes.map(({ strength }) => strength)),
		reasons,
		words: [...words.values()].sort((a, b) => b.people - a.people).slice(0, 3),
	};
}

/** Compares each minute with the whole broadcast and with the hour around it; the greater of both is usual. */
function compare(points: readonly SeriesPoint[], rule: FigureRule): Compared[] {
	const all = points.map((point) => ({ at: point.at, ...rule.of(point) }));
	const whole = rhythmOf(all, rule.sparse);
	// Typical worth of one message: chance alone varies in steps of it.
	const unit = median(all.filter(({ count }) => count > 0).map(({ value, count }) => value / count));
	let first = 0;
	let end = 0;
	return all.map(({ at, value }) => {
		while ((all[first]?.at ?? at) < at - aroundMinutes * minuteMs) first++;
		while (end < all.length && (all[end]?.at ?? 0) <= at + aroundMinutes * minuteMs) end++;
		if (value < rule.min / 2) return { value, usual: whole.usual, spreads: 0 };
		const around = rhythmOf(all.slice(first, end), rule.sparse);
		const usual = Math.max(whole.usual, around.usual);
		const chance = usual === 0 && rule.sparse ? 0 : Math.sqrt((usual + unit) * unit);
		const spread = Math.max(deviations * Math.max(whole.deviation, around.deviation), chance, rule.loose * usual);
		const spreads = Math.min(1_000, (value - usual) / Math.max(spread, rule.min / standsOut));
		// Named, but never a reason by itself.
		return { value, usual, spreads: value < rule.min ? Math.min(spreads, standsOut - 1) : spreads };
	});
}

/** Minimum number of minutes with a value for them to be a rhythm, where most minutes have none. */
const minSparse = 4;

function rhythmOf(all: readonly { value: number }[], sparse: boolean): { usual: number; deviation: number } {
	let values = all.map(({ value }) => value);
	let usual = median(values);
	if (usual === 0 && sparse) {
		values = values.filter((value) => value > 0);
		if (values.length < minSparse) return { usual: 0, deviation: 0 };
		usual = median(values);
	}
	return { usual, deviation: median(values.map((value) => Math.abs(value - usual))) };
}

/** @returns 0 for no values */
function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
	return (low + high) / 2;
}

/** Maximum span of a broadcast whose minutes are read; for a longer one, the last part is read, ms. */
const maxSpanMs = 31 * 24 * 60 * minuteMs;

/** Reads the minutes of a broadcast, oldest first. */
export async function minutesOf(
	log: Pick<EventLog, "series">,
	liveId: string,
	{ startedAt, durationMs, roomId }: BroadcastSummary,
): Promise<SeriesPoint[]> {
	const end = startedAt + durationMs;
	const span = { from: Math.max(startedAt, end - maxSpanMs), to: end + 1 };
	return (await log.series(liveId, { ...span, step: 1, roomId })).points;
}

/** Returns the moments of a broadcast that stand out, with the reasons in words. */
export function wireHighlights(
	points: readonly SeriesPoint[],
	options: { newWords?: BroadcastWords["newWords"]; max?: number } = {},
): WireHighlight[] {
	return highlightsOf(points, options).map((highlight) => ({
		from: highlight.from,
		to: highlight.to,
		strength: Math.round(highlight.strength * 100) / 100,
		why: whyOf(highlight),
		reasons: highlight.reasons.map(({ times, ...reason }) => ({ ...reason, times: times ?? null })),
		new_words: highlight.words.map(({ word, people }) => ({ word, people })),
	}));
}

/** Returns for example "4.2 × the usual number of messages; gifts worth 88 diamonds; new word: 国王". */
function whyOf({ reasons, words }: Pick<Highlight, "reasons" | "words">): Text {
	const parts = reasons.map(({ figure, value, times }) => highlightTexts.reason(figure, value, times));
	if (words.length > 0) parts.push(highlightTexts.words(words.map(({ word }) => word)));
	return { en: parts.map(({ en }) => en).join("; "), zh: parts.map(({ zh }) => zh).join("；") };
}
