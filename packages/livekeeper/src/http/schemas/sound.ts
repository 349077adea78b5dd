import { z } from "zod";
import { oneLineName } from "./overlay-token.ts";

/** Name of a sound, as its uploader gives it. */
export const soundName = oneLineName
	.describe("what it is called, in the user's own words")
	.meta({ examples: ["Ta-da"] });

/** A sound file of the user. */
export const sound = z
	.object({
		id: z
			.string()
			.describe("made of the content: the same file has the same id; an overlay's `sound_of`")
			.meta({ examples: ["9f86d081884c7d65"] }),
		name: soundName,
		type: z
			.string()
			.describe("media type, by its content")
			.meta({ examples: ["audio/mpeg"] }),
		bytes: z
			.number()
			.describe("size of the file")
			.meta({ examples: [48_213] }),
		added_at: z
			.number()
			.describe("ms since the epoch")
			.meta({ examples: [1_767_225_600_000] }),
	})
	.meta({ id: "Sound" });
