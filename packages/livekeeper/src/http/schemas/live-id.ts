import { LivekeeperError } from "@livekeeper/base/errors";
import { checkTexts, liveIdHint, liveIdTexts } from "@livekeeper/base/text";
import { parseLiveId } from "@livekeeper/douyin";
import { z } from "zod";

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

/** Path parameters of routes about one room. */
export const liveIdParams = z.object({ live_id: liveIdInput });

/** A broadcast's room_id. */
export const broadcastId = z
	.string()
	.regex(/^[\w-]{1,64}$/, { error: "expected a broadcast's room_id, as /broadcasts gives it" })
	.meta({ examples: ["7400000000000001001"] });

/** Maximum number of rooms in a {@link roomList}. */
export const maxRooms = 100;

/** `?rooms=1001,1002`; `undefined` if it is empty. */
export const roomList = z
	.string()
	.max(10_000)
	.transform((text, context): string[] | undefined => {
		const names = text.split(",").filter((name) => name.trim() !== "");
		const liveIds = names.flatMap((name) => {
			const parsed = parseLiveId(name.trim());
			return parsed.ok ? [parsed.liveId] : [];
		});
		if (liveIds.length === names.length && names.length <= maxRooms) return names.length > 0 ? liveIds : undefined;
		context.addIssue({ code: "custom", message: checkTexts.roomList.en });
		return z.NEVER;
	});
