import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { mapAll } from "@livekeeper/base/map-all";
import type { Text } from "@livekeeper/base/text";
import { type BroadcastGifts, type BroadcastSummary, minuteMs } from "@livekeeper/log";
import { z } from "zod";
import { usualStartOf } from "../../live/index.ts";
import { seriesTexts } from "../../text/index.ts";
import { broadcast, giftKind, giver, toWireBroadcast, toWireGifts } from "../../wire/index.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { broadcastId, liveIdParams, timeParam } from "../schemas/parameters.ts";

/** Routes of totals. */
export const statisticsRoutes: readonly Route[] = [roomSeriesRoute, giftsRoute, todayRoute];

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

const seriesAnswer = z
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
function roomSeriesRoute(app: App, { live, log, clock }: RouteDeps): void {
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
				response: { 200: seriesAnswer, ...errorReplies(404, 503) },
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

const dayMs = 86_400_000;
/** Number of gifts and givers compared per broadcast. One beyond it is hardly among the best of all. */
const maxOfEach = 50;
/** Number of gifts and givers listed. */
const maxListed = 10;

const usualStart = z
	.object({
		at: z.number().describe("most likely time of the next broadcast, ms since the epoch"),
		every_ms: z.number().describe("how often it repeats: a day or a week"),
	})
	.meta({ id: "UsualStart" });

const todayAnswer = z
	.object({
		success: z.literal(true),
		from: z.number().describe("ms since the epoch"),
		rooms: z.array(
			z.object({
				live_id: z.string(),
				usual_start: usualStart.nullable().describe("from its own habit; null: no habit found"),
				broadcasts: z.array(broadcast).describe("broadcasts that ran at or after `from`, in full, oldest first"),
			}),
		),
		best_gifts: z.array(giftKind).describe("of these broadcasts, most valuable first"),
		best_givers: z.array(giver).describe("of these broadcasts, most generous first"),
	})
	.meta({ id: "Today" });

type Gift = BroadcastGifts["byKind"][number];
type Giver = BroadcastGifts["byGiver"][number];

/** `GET /api/v1/today`: totals of all rooms since a time, and when each usually goes live. */
function todayRoute(app: App, { live, log, clock }: RouteDeps): void {
	app.get(
		"/api/v1/today",
		{
			schema: {
				operationId: "getToday",
				summary: "Totals of all rooms since a time, and when each room usually goes live",
				description: "Only started rooms. Gifts and gifters are added up over the top 50 of each broadcast.",
				tags: ["events"],
				querystring: z.object({
					from: z.coerce
						.number()
						.int()
						.min(0)
						.optional()
						.describe("ms since the epoch, at most 31 days ago; default the last 24 hours")
						.meta({ examples: [0] }),
					live_id: z
						.string()
						.optional()
						.describe("only this room; default all")
						.meta({ examples: ["1001"] }),
				}),
				response: { 200: todayAnswer, ...errorReplies(503) },
			},
		},
		async (request) => {
			const now = clock.now();
			const from = Math.max(request.query.from ?? now - dayMs, now - 31 * dayMs);
			const only = request.query.live_id;
			const best = { gifts: new Map<string, Gift>(), givers: new Map<string, Giver>() };
			const liveIds = live.getStatus().rooms.map(({ liveId }) => liveId);
			const asked = liveIds.filter((liveId) => only === undefined || liveId === only);
			const rooms = await mapAll(asked, async (liveId) => {
				const all = await log.broadcasts(liveId);
				const broadcasts = all.filter((one) => lastAtOf(one) >= from);
				const gifts = await Promise.all(broadcasts.map(({ roomId }) => log.gifts(liveId, roomId, maxOfEach)));
				const starts = all.map(({ startedAt }) => startedAt);
				return { liveId, broadcasts, gifts, usual: usualStartOf(starts, now) };
			});
			for (const { gifts } of rooms) for (const one of gifts) if (one) add(best, one);
			const listed = { byKind: bestOf(best.gifts), byGiver: bestOf(best.givers) };
			const { by_kind: gifts, by_giver: givers } = toWireGifts(listed as BroadcastGifts, 0, maxListed);
			return {
				success: true as const,
				from,
				rooms: rooms.map(({ liveId, broadcasts, usual }) => ({
					live_id: liveId,
					usual_start: usual ? { at: Math.round(usual.at), every_ms: usual.everyMs } : null,
					broadcasts: broadcasts.map(toWireBroadcast),
				})),
				best_gifts: gifts,
				best_givers: givers,
			};
		},
	);
}

function lastAtOf({ startedAt, durationMs, endedAt }: BroadcastSummary): number {
	return endedAt ?? startedAt + durationMs;
}

function add(
	best: { gifts: Map<string, Gift>; givers: Map<string, Giver> },
	{ byKind, byGiver }: BroadcastGifts,
): void {
	for (const gift of byKind) {
		const before = best.gifts.get(gift.giftId);
		const [count, diamonds] = [(before?.count ?? 0) + gift.count, (before?.diamonds ?? 0) + gift.diamonds];
		best.gifts.set(gift.giftId, { ...gift, count, diamonds });
	}
	for (const giver of byGiver) {
		const id = `${giver.secUid} ${giver.id} ${giver.nickname}`;
		best.givers.set(id, { ...giver, diamonds: (best.givers.get(id)?.diamonds ?? 0) + giver.diamonds });
	}
}

function bestOf<One extends { diamonds: number }>(all: ReadonlyMap<string, One>): One[] {
	return [...all.values()].sort((a, b) => b.diamonds - a.diamonds).slice(0, maxListed);
}

/** A gift as learned by the service. */
const gift = z
	.object({
		gift_id: z.string(),
		name: z.string().describe('"" if no message has named it'),
		image: z.string().describe('URL of the picture, or ""'),
		diamond_count: z.number().describe("value of a single one, as last reported; 0 if not reported"),
		first_seen_at: z.number().describe("ms since the epoch"),
		last_seen_at: z.number().describe("ms since the epoch"),
	})
	.meta({ id: "KnownGift" });

const giftsAnswer = z
	.object({ success: z.literal(true), count: z.number(), gifts: z.array(gift).describe("most valuable first") })
	.meta({
		examples: [
			{
				success: true,
				count: 1,
				gifts: [
					{
						gift_id: "3001",
						name: "小心心",
						image: "",
						diamond_count: 1,
						first_seen_at: 1_767_225_600_000,
						last_seen_at: 1_767_225_660_000,
					},
				],
			},
		],
	});

/** `GET /api/v1/gifts`: names, prices and pictures of gifts, learned from those seen so far. */
function giftsRoute(app: App, { log }: RouteDeps): void {
	app.get(
		"/api/v1/gifts",
		{
			schema: {
				operationId: "listGifts",
				summary: "The gifts seen in all rooms",
				description:
					"A new gift is listed about ten seconds after it was sent. Gifts stay listed after their events are deleted.",
				tags: ["events"],
				response: { 200: giftsAnswer, ...errorReplies(403, 503) },
			},
		},
		async () => {
			const gifts = await log.knownGifts();
			return {
				success: true as const,
				count: gifts.length,
				gifts: gifts.map(({ giftId, name, image, diamondCount, firstAt, lastAt }) => ({
					gift_id: giftId,
					name,
					image,
					diamond_count: diamondCount,
					first_seen_at: firstAt,
					last_seen_at: lastAt,
				})),
			};
		},
	);
}
