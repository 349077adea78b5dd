import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { gift } from "../schemas/gift.ts";

const answer = z
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
export function giftsRoute(app: App, { log }: RouteDeps): void {
	app.get(
		"/api/v1/gifts",
		{
			schema: {
				operationId: "listGifts",
				summary: "The gifts seen in all rooms",
				description:
					"A new gift is listed about ten seconds after it was sent. Gifts stay listed after their events are deleted.",
				tags: ["events"],
				response: { 200: answer, ...errorReplies(401, 403, 429, 503) },
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
