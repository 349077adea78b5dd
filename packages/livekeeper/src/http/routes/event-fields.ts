import { readFields } from "@livekeeper/douyin";
import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import type { StoredEvent } from "../../event-log/index.ts";
import { requestTexts } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

const field = z
	.object({
		field: z.int().describe("its number"),
		kind: z
			.enum(["number", "fixed64", "fixed32", "text", "message", "bytes"])
			.describe("its wire type; for a field with a length, what the content looks like"),
		get value() {
			return z
				.union([z.string(), z.array(field)])
				.describe("numbers in decimal, bytes as base64, a message's fields as a list");
		},
		more: z.int().optional().describe("number of bytes that are not shown"),
	})
	.meta({ id: "RawField" });

/** `GET /api/v1/rooms/{live_id}/events/{seq}/fields`: the content of an event's payload, read without a schema. */
export function eventFieldsRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/events/:seq/fields",
		{
			schema: {
				operationId: "getEventFields",
				summary: "The fields of an event's raw data, by number",
				description:
					"For events without a type, and for all events of a room that stores raw data. At most 2,000 fields, 8 levels deep.",
				tags: ["events"],
				params: liveIdParams.extend({ seq: z.coerce.number().int().min(1).describe("the event's seq") }),
				response: {
					200: z.object({
						success: z.literal(true),
						seq: z.int(),
						method: z.string().describe("Douyin's name of the kind"),
						fields: z.array(field),
						unread: z.int().describe("bytes at the end that were not read"),
					}),
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
		},
		async (request) => {
			const { seq } = request.params;
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { events } = await log.read(liveId, { after: seq - 1, limit: 1, raw: true });
			const event = events.find((one) => one.seq === seq);
			const { method = "", payload } = event ? kept(event) : {};
			if (payload === undefined) {
				throw new LivekeeperError("not_found", requestTexts.noPayload(seq), { hint: requestTexts.noPayloadHint });
			}
			return { success: true as const, seq, method, ...readFields(Buffer.from(payload, "base64")) };
		},
	);
}

/** Returns an event's payload. Untyped events have it as a field, others beside them, if their room stores it. */
function kept({ json, raw }: StoredEvent): { method: string; payload: string | undefined } {
	const { method, payload } = JSON.parse(json) as { method: string; payload?: string };
	return { method, payload: raw ?? payload };
}
