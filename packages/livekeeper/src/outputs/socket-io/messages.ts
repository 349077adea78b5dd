import type { ErrorReply } from "@livekeeper/base/errors";
import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import type { WireStatus } from "../../wire/index.ts";

/** One event as sent: snake_case, with its sequence in the room. */
export type WireMessage = WireEvent & { seq: number };

export type JoinReply = { success: true; live_id: string; status: WireStatus | null } | ErrorReply;
export type LeaveReply = { success: true; live_id: string } | ErrorReply;

/** Events that a client may emit. Acknowledgements are optional: without one an error is sent as `error`. */
export interface ClientEvents {
	join: (
		request: { live_id: string; after?: number; types?: readonly LiveEventType[]; batch?: boolean; raw?: boolean },
		ack?: (reply: JoinReply) => void,
	) => void;
	leave: (request: { live_id: string }, ack?: (reply: LeaveReply) => void) => void;
}

/** Events that a client may receive. */
export interface ServerEvents {
	/** One event of a joined room. */
	message: (event: WireMessage) => void;
	/** Events that arrived together, for clients that joined with `batch: true`. */
	messages: (events: WireMessage[]) => void;
	/** Requested events were deleted by retention, or the log was reset; the events after `to` follow. */
	truncated: (notice: { live_id: string; from: number; to: number; reason: "retention" | "reset" }) => void;
	/** The state or health of a joined room changed. */
	status: (status: WireStatus) => void;
	/** A `join` or `leave` without acknowledgement was refused. */
	error: (reply: ErrorReply) => void;
}
