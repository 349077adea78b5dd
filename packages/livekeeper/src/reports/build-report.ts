import type { BroadcastSummary, EventLog, SeriesPoint } from "@livekeeper/log";
import { type BroadcastReport, type ReportFigures, toWireBroadcast, toWireGifts } from "../wire/index.ts";
import { minutesOf, wireHighlights } from "./highlights.ts";

type ReportLog = Pick<EventLog, "broadcasts" | "series" | "gifts" | "newcomers" | "search">;

const listed = 20;
const maxPrevious = 5;
const bestOfEach = 3;
const maxGaps = 100;
/** Maximum time spent on finding gaps, ms. */
const gapsBudgetMs = 500;

/**
 * Summarises a broadcast for people, from the log's aggregates and bounded reads of its events.
 * @param roomId room id of the broadcast, or `latest`
 * @returns `undefined` if the log does not know the broadcast
 */
export async function buildReport(
	log: ReportLog,
	liveId: string,
	roomId: string,
	signal?: AbortSignal,
): Promise<BroadcastReport | undefined> {
	const all = await log.broadcasts(liveId);
	const at = roomId === "latest" ? all.length - 1 : all.findIndex((one) => one.roomId === roomId);
	const summary = all[at];
	if (!summary) return undefined;
	const [gifts, points, newcomers, gaps] = await Promise.all([
		log.gifts(liveId, summary.roomId, listed + 1),
		minutesOf(log, liveId, summary),
		log.newcomers(liveId, summary.roomId),
		gapsIn(log, liveId, summary, signal),
	]);
	const previous = all.slice(Math.max(0, at - maxPrevious), at).reverse();
	return {
		success: true,
		live_id: liveId,
		broadcast: toWireBroadcast(summary),
		figures: figuresOf(summary),
		gifts: toWireGifts(gifts ?? { diamonds: 0, byKind: [], byGiver: [] }, 0, listed),
		best_minutes: points.length === 0 ? null : bestMinutes(points),
		highlights: wireHighlights(points),
		newcomers: newcomers
			? {
					people: newcomers.people,
					first_time: newcomers.newcomers,
					compared_with: newcomers.comparedWith,
					since: newcomers.since ?? null,
				}
			: null,
		previous: previous.map((one) => ({
			room_id: one.roomId,
			title: one.title,
			started_at: one.startedAt,
			figures: figuresOf(one),
		})),
		usual: previous.length < 2 ? null : mediansOf(previous.map(figuresOf)),
		...gaps,
	};
}

const endOf = ({ startedAt, durationMs }: BroadcastSummary) => startedAt + durationMs;

function figuresOf({ messages, ...summary }: BroadcastSummary): ReportFigures {
	return {
		duration_ms: summary.durationMs,
		peak_viewers: summary.peakViewers,
		people: summary.users,
		messages: Object.values(messages).reduce((sum, count) => sum + count, 0),
		// As in the log: emoji and banner chats are kinds of their own in summaries, charts and exports too.
		chats: messages["chat"] ?? 0,
		new_followers: messages["follow"] ?? 0,
		likes: summary.likes,
		diamonds: summary.diamonds,
	};
}

/** Returns the medians, so a single unusual broadcast does not change the usual values. */
function mediansOf(all: readonly ReportFigures[]): ReportFigures {
	const medianOf = (name: keyof ReportFigures) => {
		const values = all.map((one) => one[name]).sort((a, b) => a - b);
		const middle = values.length / 2;
		const [low = 0, high = 0] = [values[Math.ceil(middle) - 1], values[Math.floor(middle)]];
		return Math.round((low + high) / 2);
	};
	return {
		duration_ms: medianOf("duration_ms"),
		peak_viewers: medianOf("peak_viewers"),
		people: medianOf("people"),
		messages: medianOf("messages"),
		chats: medianOf("chats"),
		new_followers: medianOf("new_followers"),
		likes: medianOf("likes"),
		diamonds: medianOf("diamonds"),
	};
}

function bestMinutes(points: readonly SeriesPoint[]): NonNullable<BroadcastReport["best_minutes"]> {
	const best = (figureOf: (point: SeriesPoint) => number) =>
		points
			.map((point) => ({ at: point.at, value: figureOf(point) }))
			.filter(({ value }) => value > 0)
			.sort((a, b) => b.value - a.value || a.at - b.at)
			.slice(0, bestOfEach);
	return {
		messages: best(({ messages }) => Object.values(messages).reduce((sum, count) => sum + count, 0)),
		diamonds: best(({ diamonds }) => diamonds),
		viewers: best(({ peakViewers }) => peakViewers ?? 0),
	};
}

async function gapsIn(
	log: ReportLog,
	liveId: string,
	summary: BroadcastSummary,
	signal: AbortSignal | undefined,
): Promise<Pick<BroadcastReport, "gaps" | "gaps_complete">> {
	if (summary.gapMs === 0) return { gaps: [], gaps_complete: true };
	const { events, cursor } = await log.search(
		{
			...{ liveIds: [liveId], types: ["gap"], from: summary.startedAt, limit: maxGaps, budgetMs: gapsBudgetMs },
			to: endOf(summary) + 1,
		},
		signal,
	);
	const gaps = events
		.map(({ json }) => JSON.parse(json) as { room_id: string; from: number; to: number; reason: string })
		.filter((gap) => gap.room_id === summary.roomId)
		.map(({ from, to, reason }) => ({ from, to, reason }));
	const gapMs = gaps.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
	return { gaps, gaps_complete: cursor === undefined && gapMs >= summary.gapMs };
}
