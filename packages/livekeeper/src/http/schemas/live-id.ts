import { liveIdInput } from "@livekeeper/base/live-id";
import { checkTexts } from "@livekeeper/base/text";
import { parseLiveId } from "@livekeeper/douyin";
import { z } from "zod";

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
