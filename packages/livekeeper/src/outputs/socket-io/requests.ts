import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import { requestTexts } from "../../text/index.ts";
import { issueText } from "../../text/issues.ts";
import { parseReadRequest, type ReadFrom } from "../readers/index.ts";

const join = z.object({
	live_id: z.unknown(),
	after: z.unknown(),
	types: z.unknown(),
	raw: z.unknown(),
	batch: z.boolean().optional(),
});

/** Parsed request of a `join`. */
export interface JoinRequest extends ReadFrom {
	/** Whether to send `messages` (arrays) instead of `message`. */
	batch: boolean;
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
export function parseJoin(input: unknown): JoinRequest {
	const parsed = join.partial().safeParse(input);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join(".") || "request";
		const { code = "custom", message = "not valid", ...details } = issue ?? {};
		const text = requestTexts.field(where, issueText({ code, message, details }));
		throw new LivekeeperError("invalid_request", text, { hint: requestTexts.socketEventHint });
	}
	return { ...parseReadRequest(parsed.data), batch: parsed.data.batch ?? false };
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
export function parseLeave(input: unknown): string {
	return parseJoin(input).liveId;
}
