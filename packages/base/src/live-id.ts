import { parseLiveId } from "@livekeeper/douyin";
import { z } from "zod";
import { LivekeeperError } from "./errors.ts";
import { checkTexts, liveIdHint, liveIdTexts } from "./text/index.ts";

const maxLength = 2048;

/** A live id as people write it: digits (in JSON also as a number), a short name, or the room's URL. */
export const liveIdInput = z
	.union([z.string().max(maxLength, checkTexts.liveIdLength.en), z.number()], {
		error: checkTexts.string.en,
	})
	.superRefine((value, context) => {
		const parsed = parseLiveId(value);
		if (parsed.ok) return;
		const text = liveIdTexts[parsed.code];
		context.addIssue({ code: "custom", message: text.en, params: { text, hint: liveIdHint } });
	})
	.describe("the last part of https://live.douyin.com/261378947940, or that URL")
	// A room of the demo, so the value that the documentation's page fills in works there.
	.meta({ examples: ["1001"] });

/** Returns the plain live id of a value that {@link liveIdInput} has accepted. */
export function plainLiveId(input: string | number): string {
	const parsed = parseLiveId(input);
	if (parsed.ok) return parsed.liveId;
	throw new LivekeeperError("invalid_live_id", liveIdTexts[parsed.code], { hint: liveIdHint });
}
