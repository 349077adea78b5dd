import { parseLiveId } from "@livekeeper/douyin";
import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";

const request = z.object({ live_id: z.unknown().optional(), batch: z.boolean().optional() });

/** What a client asks for with `join` or `leave`. */
export interface RoomRequest {
	liveId: string;
	/** Wants `messages` (arrays) instead of `message`. */
	batch: boolean;
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
export function parseRoomRequest(input: unknown): RoomRequest {
	const parsed = request.safeParse(input);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join(".") || "request";
		throw new LivekeeperError("invalid_request", `${where}: ${issue?.message ?? "not valid"}`, {
			hint: 'Emit "join" or "leave" with {"live_id": "261378947940"}.',
		});
	}
	const id = parseLiveId(parsed.data.live_id);
	if (!id.ok) throw new LivekeeperError("invalid_live_id", id.message, { hint: id.hint });
	return { liveId: id.liveId, batch: parsed.data.batch ?? false };
}
