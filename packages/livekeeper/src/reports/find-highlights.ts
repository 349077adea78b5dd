import { highlightTexts, type Text } from "@livekeeper/base/text";
import { type BroadcastSummary, type EventLog, minuteMs, type SeriesPoint } from "@livekeeper/log";
import type { WireHighlight } from "../wire/index.ts";
import { type Highlight, highlightsOf } from "./highlights.ts";
import type { BroadcastWords } from "./words.ts";

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
