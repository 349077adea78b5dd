import { liveIdInput } from "@livekeeper/base/live-id";
import { checkTexts, listed } from "@livekeeper/base/text";
import { type LiveEventType, liveEventTypes, parseLiveId } from "@livekeeper/douyin";
import { z } from "zod";
import { noSuchKind, timeFormats } from "../../text/index.ts";
import { parseTimeInput, type TimeEdge } from "../../time-input.ts";

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

const isEventType = (text: string): text is LiveEventType => (liveEventTypes as readonly string[]).includes(text);

/** One event type, as named in filters. */
export const eventType = z.enum(liveEventTypes);

/** `?after=`: the `seq` of the last event seen. Empty counts as absent. */
export const seqParam = z
	.string()
	.optional()
	.transform((text, context): number | undefined => {
		if (text === undefined || text === "") return undefined;
		if (/^\d{1,15}$/.test(text)) return Number(text);
		context.addIssue({ code: "custom", message: checkTexts.seq.en });
		return z.NEVER;
	})
	.describe("only events after this seq")
	.meta({ type: "integer", minimum: 0, examples: [0] });

/** `?types=chat,gift`: only these kinds of events. Empty counts as absent. */
export const typesParam = z
	.string()
	.max(1000)
	.optional()
	.transform((text, context): LiveEventType[] | undefined => {
		const names = text?.split(",").map((name) => name.trim()) ?? [];
		const types = names.filter((name) => name !== "");
		const unknown = types.filter((name) => !isEventType(name));
		if (unknown.length > 0) {
			const text = noSuchKind(unknown.join(", ").slice(0, 100), listed(liveEventTypes));
			context.addIssue({ code: "custom", message: text.en, params: { text } });
			return z.NEVER;
		}
		return types.length > 0 ? types.filter(isEventType) : undefined;
	})
	.describe("only these kinds, separated by commas");

/** `?raw=1`: includes the upstream's payloads. Empty counts as absent. */
export const rawParam = z
	.enum(["", "0", "1", "false", "true"], { error: checkTexts.flag.en })
	.optional()
	.transform((text) => text === "1" || text === "true")
	.describe("1: each event includes Douyin's raw data as `raw` (base64), if it is stored");

/**
 * One end of a time span, as people write it, in ms since the epoch.
 * @param now the reference for "2 hours ago", ms since the epoch
 */
export function timeParam(edge: TimeEdge, now: () => number) {
	return z
		.string()
		.max(100)
		.optional()
		.transform((text, context): number | undefined => {
			if (text === undefined || text.trim() === "") return undefined;
			const parsed = parseTimeInput(text, edge, now());
			if (parsed.ok) return parsed.ms;
			context.addIssue({ code: "custom", message: parsed.text.en, params: { text: parsed.text } });
			return z.NEVER;
		})
		.describe(`${edge === "from" ? "at or after" : "before"} this time: ${timeFormats.en}`);
}
