import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import { parseReadRequest, type ReadFrom } from "../readers/index.ts";

const join = z.object({
	live_id: z.unknown(),
	after: z.unknown(),
	types: z.unknown(),
	raw: z.unknown(),
	batch: z.boolean().optional(),
});

/** What a client asks for with `join`. */
export interface JoinRequest extends ReadFrom {
	/** Wants `messages` (arrays) instead of `message`. */
	batch: boolean;
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
export function parseJoin(input: unknown): JoinRequest {
	const parsed = join.partial().safeParse(input);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join(".") || "request";
		throw new LivekeeperError("invalid_request", `${where}: ${issue?.message ?? "not valid"}`, {
			hint: 'Emit "join" or "leave" with {"live_id": "261378947940"}.',
		});
	}
	return { ...parseReadRequest(parsed.data), batch: parsed.data.batch ?? false };
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
export function parseLeave(input: unknown): string {
	return parseJoin(input).liveId;
}
