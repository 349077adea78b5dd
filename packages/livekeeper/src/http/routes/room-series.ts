import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import { minuteMs } from "../../event-log/index.ts";
import { seriesTexts, type Text } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { timeParam } from "../schemas/event-query.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { broadcastId } from "./broadcast-gifts.ts";

const defaultSpanMs = 12 * 60 * minuteMs;
const maxSpanMs = 31 * 24 * 60 * minuteMs;
const maxPoints = 3_000;

const aggregates = {
	messages: z.record(z.string(), z.number()).describe("Douyin's messages by type"),
	viewers: z.number().nullable().describe("viewers as last reported in the span; null if not reported"),
	peak_viewers: z.number().nullable(),
	likes: z.number().describe("as counted by the messages of the span"),
	diamonds: z.number(),
};

const point = z
	.object({ at: z.number().describe("start of the span, ms since the epoch"), ...aggregates })
	.meta({ id: "SeriesPoint" });

const answer = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		from: z.number().describe("ms since the epoch, a whole minute"),
		to: z.number(),
		step: z.number().describe("minutes"),
		points: z.array(point),
		last_seq: z.number().describe("the room's newest event: all up to it are counted"),
	})
	.meta({
		id: "Series",
		examples: [
			{
				success: true,
				live_id: "1001",
				from: 1_767_270_000_000,
				to: 1_767_270_120_000,
				step: 1,
				points: [
					{
						at: 1_767_270_000_000,
						messages: { chat: 12, gift: 2, like: 5, viewers: 4 },
						viewers: 1_129,
						peak_viewers: 1_140,
						likes: 61,
						diamonds: 92,
					},
				],
				last_seq: 4_711,
			},
		],
	});

/** `GET /api/v1/rooms/{live_id}/series`: totals of a room's events over time. */
export function roomSeriesRoute(app: App, { live, log, clock }: RouteDeps): void {
	const now = () => clock.now();
	app.get(
		"/api/v1/rooms/:live_id/series",
		{
			schema: {
				operationId: "getSeries",
				summary: "A room's messages over time, added up",
				description:
					`By upstream time. Spans in which nothing happened are left out. Without from: the 12 hours before to; ` +
					`without to: until now. At most 31 days, and ${maxPoints} points.`,
				tags: ["events"],
				params: liveIdParams,
				querystring: z.object({
					from: timeParam("from", now),
					to: timeParam("to", now),
					step: z.coerce
						.number()
						.int()
						.min(1)
						.max(1440)
						.default(1)
						.describe("minutes in one point")
						.meta({ examples: [1] }),
					broadcast: broadcastId.optional().describe("only the messages of this broadcast: its room_id"),
				}),
				response: { 200: answer, ...errorReplies(400, 401, 404, 429, 503) },
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { step, broadcast: roomId } = request.query;
			const to = request.query.to ?? clock.now() + 1;
			const from = Math.floor((request.query.from ?? to - defaultSpanMs) / minuteMs) * minuteMs;
			requireSpan(from, to, step);
			const { points, lastSeq } = await log.series(liveId, { from, to, step, roomId });
			return {
				success: true as const,
				live_id: liveId,
				from,
				to,
				step,
				points: points.map(({ peakViewers, ...rest }) => ({ ...rest, peak_viewers: peakViewers })),
				last_seq: lastSeq,
			};
		},
	);
}

function requireSpan(from: number, to: number, step: number): void {
	if (to <= from) throw refused(seriesTexts.order, seriesTexts.orderHint);
	if (to - from > maxSpanMs) throw refused(seriesTexts.span, seriesTexts.spanHint);
	const points = Math.ceil((to - from) / (step * minuteMs));
	if (points <= maxPoints) return;
	const min = Math.ceil((to - from) / (maxPoints * minuteMs));
	throw refused(seriesTexts.points(step, points, maxPoints), seriesTexts.pointsHint(min));
}

function refused(text: Text, hint: Text): LivekeeperError {
	return new LivekeeperError("invalid_request", text, { hint });
}
