import type { Text } from "@livekeeper/base/text";
import type { Anchor, FailureReason, LoginStatus } from "@livekeeper/douyin";
import type { ComparedAll } from "../comparison.ts";
import type { HourTone, Latency, RoomHealth, RoomQuality } from "../health/index.ts";
import type { RoomWatch } from "../watching/index.ts";
import type { RoomConnectionStatus } from "./room-route.ts";

/** A room's states; the table of allowed transitions is in `room-state.ts`. */
export type RoomPhase =
	| "idle"
	| "resolving"
	| "waiting"
	| "queued"
	| "connecting"
	| "connected"
	| "reconnecting"
	| "blocked"
	| "not_found"
	| "stopped";

/** A storage problem: rooms' events can't be stored and wait in memory. */
export interface StorageTrouble {
	/** Start of the problem, ms since the epoch. */
	since: number;
	/** Sentence for people. */
	message: Text;
}

export type ReasonCode =
	| FailureReason
	| "offline"
	| "no_room"
	| "hidden"
	| "not_found"
	| "closed"
	| "no_free_slot"
	| "preempted"
	| "stopped"
	| "new"
	| "ok";

/** Reason for a room's state: a stable code, and words for people. */
export interface StatusReason {
	code: ReasonCode;
	message: Text;
	/** Decision about the next attempt and its reason, for people. */
	decision?: Text;
}

/** Status of one room as the service reports it. Times are ms since the epoch. */
export interface RoomStatus {
	liveId: string;
	/** `voice`: an audio-only room. `video` is also the default while the site has not said which it is. */
	kind: "video" | "voice";
	state: RoomPhase;
	/** Set only while connected. */
	health?: RoomHealth;
	/** Evidence for the health, in words for people; empty while not connected. */
	evidence: Text[];
	/** Event types that have fallen silent while others continue. */
	quietKinds: string[];
	/** Quality over 5 minutes, an hour and a day. */
	quality: RoomQuality;
	/** Summary of each 2 minutes of the last hour, oldest first. */
	lastHour: HourTone[];
	latency: Latency;
	reason: StatusReason;
	/** Time at which the room entered this state. */
	since: number;
	/** Time since which the room's events can't be stored; absent while they can. */
	unstoredSince?: number;
	/** Number of failed attempts since the last frame; 0 while all is well. */
	reconnectCount: number;
	/** Time of the next attempt, in every state that waits for one. */
	nextAttemptAt?: number;
	lastMessageAt?: number;
	/** Time of the last sign of life of any kind: a frame, a heartbeat's answer or a ping. */
	lastSignAt?: number;
	connectedAt?: number;
	roomId?: string;
	/** Times of the last and next look-up, if the room is looked up. */
	watch?: RoomWatch | undefined;
	title?: string;
	/** URL of the broadcast's cover picture. */
	cover?: string;
	anchor?: Anchor;
	/** Logins behind its connections: {@link RoomRoute.loginId}. */
	loginId?: string;
	/** Its connections, if there is more than one socket. */
	connections?: readonly RoomConnectionStatus[];
	/** Combined comparison of its connections over the running broadcast. */
	compared?: ComparedAll;
	/** Whether the push socket is refused and the room is polled. */
	polling?: boolean;
	/** Push host of the connection. */
	host?: string;
	/** `expired`: its cookie belongs to a login that has ended. */
	identity: LoginStatus;
	/** Time at which the login ends or ended, if known. */
	loginExpiresAt?: number;
	/** Name under which rooms share the identity. */
	identityName?: string;
	/** Warning for people that the login has ended or will end soon. */
	loginWarning?: Text;
	/** The following counters cover the time since the room was started. */
	frames: number;
	messages: number;
	/** Number of messages that could not be decoded. */
	decodeErrors: number;
	/** Number of messages that exceeded any real size and were cut to bounds; their events say where. */
	boundedMessages: number;
	/** Number of repeats that were dropped by message id. */
	duplicates: number;
	/** Number of reconnects by cause. */
	reconnects: Partial<Record<FailureReason, number>>;
	/** Number of gaps in the log: messages are missing there, or nothing proves that none are. */
	gaps: number;
	/** Upstream time that the gaps cover, ms. */
	gapMs: number;
}

/** Counters of a room without traffic. */
export const noTraffic = {
	frames: 0,
	messages: 0,
	decodeErrors: 0,
	boundedMessages: 0,
	duplicates: 0,
	gaps: 0,
	gapMs: 0,
} satisfies Partial<RoomStatus>;

/** Counters of a room that has not started. */
export const noCounts = { ...noTraffic, reconnectCount: 0, reconnects: {} } satisfies Partial<RoomStatus>;
