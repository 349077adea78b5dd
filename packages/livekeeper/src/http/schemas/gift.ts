import { z } from "zod";

/** A gift as learned by the service. */
export const gift = z
	.object({
		gift_id: z.string(),
		name: z.string().describe('"" if no message has named it'),
		image: z.string().describe('URL of the picture, or ""'),
		diamond_count: z.number().describe("value of a single one, as last reported; 0 if not reported"),
		first_seen_at: z.number().describe("ms since the epoch"),
		last_seen_at: z.number().describe("ms since the epoch"),
	})
	.meta({ id: "KnownGift" });
