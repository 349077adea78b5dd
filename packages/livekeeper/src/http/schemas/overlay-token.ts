import { liveIdInput } from "@livekeeper/base/live-id";
import { z } from "zod";

/** A name of the user's own: one line of up to 100 characters. */
export const oneLineName = z
	.string()
	.trim()
	.min(1)
	.max(100)
	.regex(/^\P{Cc}+$/u, "must be one line");
const name = oneLineName.describe("what it is for, in the user's own words").meta({ examples: ["OBS"] });
const settings = z
	.string()
	.max(50_000)
	.regex(/^[\x21-\x7e]*$/, "must be written as in an address")
	.describe("what its overlay shows: the parameters after the # of an overlay's address")
	.meta({ examples: ["theme=bubbles&size=28"] });

/** Input for creating an overlay token. */
export const overlayTokenInput = z
	.strictObject({
		name,
		live_id: liveIdInput.nullish().describe("the one room it may read; left out or null: all, including later ones"),
		settings: settings.optional(),
	})
	.meta({ id: "NewOverlayToken" });

/** Changes to an overlay token. */
export const overlayTokenChange = z
	.strictObject({
		name: name.optional(),
		live_id: liveIdInput.nullish().describe("the one room it may read from now on; null: all"),
		settings: settings.optional(),
	})
	.describe("fields left out stay unchanged")
	.meta({ id: "OverlayTokenChange" });

/** Event that an overlay shows as a test. */
export const overlayTestKind = z
	.enum(["gift", "chat", "pk"])
	.describe("a large gift, a message, or a battle of ten seconds")
	.meta({ examples: ["gift"] });

/** An overlay token, without its secret. */
export const overlayToken = z
	.object({
		id: z.string().meta({ examples: ["5f3a9c0d41e7b286"] }),
		name: z.string().meta({ examples: ["OBS"] }),
		live_id: z
			.string()
			.nullable()
			.describe("the one room it may read; null: all")
			.meta({ examples: ["1001"] }),
		settings,
		test: z
			.object({ id: z.string().describe("different each time"), kind: overlayTestKind })
			.nullable()
			.describe("the test that its overlay should show; null: none yet")
			.meta({ examples: [{ id: "c2a4e6081b3d5f79", kind: "gift" }] }),
		created_at: z
			.number()
			.describe("ms since the epoch")
			.meta({ examples: [1_767_225_600_000] }),
		last_used_at: z
			.number()
			.nullable()
			.describe(
				"ms since the epoch; now, while a connection is open; null: never. After a restart, accurate to about 10 min",
			)
			.meta({ examples: [1_767_229_200_000] }),
	})
	.meta({ id: "OverlayToken" });

export type WireOverlayToken = z.output<typeof overlayToken>;
