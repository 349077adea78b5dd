import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import type { ErrorReply } from "../../errors.ts";
import type { WireStatus } from "../../wire/index.ts";

/** One event as it leaves: snake_case, with its number in the room. */
export type WireMessage = WireEvent & { seq: number };

export type JoinReply = { success: true; live_id: string; status: WireStatus | null } | ErrorReply;
export type LeaveReply = { success: true; live_id: string } | ErrorReply;

/** What a client may emit. Acknowledgements may be left out: an error then comes as `error`. */
export interface ClientEvents {
	join: (
		request: { live_id: string; after?: number; types?: readonly LiveEventType[]; batch?: boolean; raw?: boolean },
		ack?: (reply: JoinReply) => void,
	) => void;
	leave: (request: { live_id: string }, ack?: (reply: LeaveReply) => void) => void;
}

/** What a client may hear. */
export interface ServerEvents {
	/** One event of a joined room. */
	message: (event: WireMessage) => void;
	/** For those who joined with `batch: true`: events that came together. */
	messages: (events: WireMessage[]) => void;
	/** Requested events were deleted by retention, or the log was started over; those after `to` follow. */
	truncated: (notice: { live_id: string; from: number; to: number; reason: "retention" | "reset" }) => void;
	/** A joined room's state or health changed. */
	status: (status: WireStatus) => void;
	/** A `join` or `leave` without acknowledgement was refused. */
	error: (reply: ErrorReply) => void;
}
