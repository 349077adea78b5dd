import type { DouyinError, DouyinUpstream, FailureReason, LoginStatus } from "@livekeeper/douyin";

/** One of the connections behind a room's session. */
export interface LegStatus {
	kind: "socket" | "polling";
	/** `waiting`: its last attempt failed, the next is due at `nextAttemptAt`. `idle`: it has not been needed yet. */
	state: "idle" | "waiting" | "connecting" | "connected";
	/** Whether it has been found in what the room has said: from there on it could go on alone. */
	aligned: boolean;
	/** The host it is connected to. */
	host?: string;
	identity: LoginStatus;
	/** Why it is not connected. */
	reason?: { code: FailureReason; message: string };
	/** ms since the epoch. */
	nextAttemptAt?: number;
	/** How often it was lost or could not be made. */
	failures: number;
	/** Messages that it brought. */
	messages: number;
	/** Messages that others brought and it did not; those that are on their way may be among them. */
	missed: number;
}

/** A way into the upstream made for one room: it may stand on several connections. */
export interface RoomUpstream extends DouyinUpstream {
	/** Told how each session of the room has failed. `proven`: it brought a frame after it was opened. */
	sessionEnded?(failure: DouyinError, proven: boolean): void;
	/** The connections of the room, where they are more than one socket. */
	legs?(): LegStatus[];
}
