import { z } from "zod";
import type { BroadcastGifts, BroadcastSummary } from "../../event-log/index.ts";
import { usualStartOf } from "../../live/index.ts";
import { mapAll } from "../../map-all.ts";
import { broadcast, giftKind, giver, toWireBroadcast, toWireGifts } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

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

const answer = z
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
export function todayRoute(app: App, { live, log, clock }: RouteDeps): void {
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
				response: { 200: answer, ...errorReplies(400, 401, 429, 503) },
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
