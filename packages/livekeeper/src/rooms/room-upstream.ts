import type {
	DouyinError,
	DouyinUpstream,
	FailureReason,
	LoginStatus,
	Sequencer,
	SessionItem,
	SessionRequest,
} from "@livekeeper/douyin";
import type { Text } from "../text/index.ts";

/** Why a connection does not stand: a failure, its own or one that others met, or that the limits leave no capacity for it. */
export interface LegReason {
	code: FailureReason | "no_free_slot" | "preempted";
	message: Text;
}

/** One of the connections behind a room's session. */
export interface LegStatus {
	kind: "socket" | "polling";
	/**
	 * `waiting`: the next attempt is due at `nextAttemptAt`. `queued`: the limits leave no capacity for it.
	 * `idle`: it has not been needed yet.
	 */
	state: "idle" | "queued" | "waiting" | "connecting" | "connected";
	/** Whether it has been found in what the room has said: from there on it could go on alone. */
	aligned: boolean;
	/** The host it is connected to. */
	host?: string;
	identity: LoginStatus;
	/** Why it is not connected. */
	reason?: LegReason;
	/** ms since the epoch. */
	nextAttemptAt?: number;
	/** How often it was lost or could not be made. */
	failures: number;
	/** Messages that it brought. */
	messages: number;
	/** Messages that others brought and it did not; those that are on their way may be among them. */
	missed: number;
}

/** What a room asks for. Where several connections serve it, each is a source of its own in the sequencer. */
export interface RoomSessionRequest extends SessionRequest {
	sequencer: Sequencer;
}

/** What a room's session yields: items of the connection `source` (default 0), or that it was lost. */
export type RoomSessionItem = (SessionItem & { source?: number }) | { type: "lost"; source: number };

/** A way into the upstream made for one room: it may stand on several connections. */
export interface RoomUpstream extends Omit<DouyinUpstream, "session" | "poll"> {
	session(request: RoomSessionRequest): AsyncIterable<RoomSessionItem>;
	/** Told how each session of the room has failed. `provenAt`: when it brought its first frame after it was opened, ms. */
	sessionEnded?(failure: DouyinError, provenAt: number | undefined): void;
	/** Whether the room is read by asking again and again, because its push socket is refused. */
	readonly polling?: boolean;
	/** The connections of the room, where they are more than one socket. */
	legs?(): LegStatus[];
}
