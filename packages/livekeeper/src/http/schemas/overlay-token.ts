import { z } from "zod";
import { liveIdInput } from "./live-id.ts";

/** What an overlay token is made from. */
export const overlayTokenInput = z
	.strictObject({
		name: z
			.string()
			.trim()
			.min(1)
			.max(100)
			.regex(/^\P{Cc}+$/u, "must be one line")
			.describe("what it is for, in the user's own words")
			.meta({ examples: ["OBS"] }),
		live_id: liveIdInput.nullish().describe("the one room that it opens; left out or null: all, also later ones"),
	})
	.meta({ id: "NewOverlayToken" });

/** An overlay token, without its secret. */
export const overlayToken = z
	.object({
		id: z.string().meta({ examples: ["5f3a9c0d41e7b286"] }),
		name: z.string().meta({ examples: ["OBS"] }),
		live_id: z
			.string()
			.nullable()
			.describe("the one room that it opens; null: all")
			.meta({ examples: ["1001"] }),
		created_at: z
			.number()
			.describe("ms since the epoch")
			.meta({ examples: [1_767_225_600_000] }),
		last_used_at: z
			.number()
			.nullable()
			.describe(
				"ms since the epoch, now while it holds a connection open; null: never. After a restart to about 10 min",
			)
			.meta({ examples: [1_767_229_200_000] }),
	})
	.meta({ id: "OverlayToken" });

export type WireOverlayToken = z.output<typeof overlayToken>;
