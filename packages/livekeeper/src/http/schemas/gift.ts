import { z } from "zod";

/** A gift as the service has learned it. */
export const gift = z
	.object({
		gift_id: z.string(),
		name: z.string().describe('"" where no message has named it'),
		image: z.string().describe('URL of the picture, or ""'),
		diamond_count: z.number().describe("worth of a single one, as last reported; 0 where none was"),
		first_seen_at: z.number().describe("ms since the epoch"),
		last_seen_at: z.number().describe("ms since the epoch"),
	})
	.meta({ id: "KnownGift" });
