import { parseLiveId } from "@livekeeper/douyin";
import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";

const maxLength = 2048;

/** A live id as people give it: digits (in JSON also as a number), a short name, or the room's URL. */
export const liveIdInput = z
	.union([z.string().max(maxLength, `too long: at most ${maxLength} characters`), z.number()], {
		error: "expected a string",
	})
	.superRefine((value, context) => {
		const parsed = parseLiveId(value);
		if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.message, params: { hint: parsed.hint } });
	})
	.describe("the last part of https://live.douyin.com/261378947940, or that URL")
	// A room of the demo: what the documentation's page fills in works there.
	.meta({ examples: ["1001"] });

/** The plain live id of a value that {@link liveIdInput} has accepted. */
export function plainLiveId(input: string | number): string {
	const parsed = parseLiveId(input);
	if (parsed.ok) return parsed.liveId;
	throw new LivekeeperError("invalid_live_id", parsed.message, { hint: parsed.hint });
}

/** Path parameters of routes about one room. */
export const liveIdParams = z.object({ live_id: liveIdInput });
