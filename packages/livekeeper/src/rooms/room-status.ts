import type { Anchor, FailureReason, LoginStatus } from "@livekeeper/douyin";
import type { ComparedAll } from "../comparison/index.ts";
import type { HourTone, Latency, RoomHealth, RoomQuality } from "../health/index.ts";
import type { Text } from "../text/index.ts";
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

/** What rooms say can't be stored at the moment; it waits in memory. */
export interface StorageTrouble {
	/** ms since the epoch. */
	since: number;
	/** For people: a sentence. */
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

/** Why a room is in its state: a stable code, and words for people. */
export interface StatusReason {
	code: ReasonCode;
	message: Text;
	/** What was decided about the next attempt, and why; for people. */
	decision?: Text;
}

/** Everything the service tells about one room. Times are ms since the epoch. */
export interface RoomStatus {
	liveId: string;
	/** `voice`: the anchor is heard and not seen. `video` also while the site has not said which it is. */
	kind: "video" | "voice";
	state: RoomPhase;
	/** Only while connected. */
	health?: RoomHealth;
	/** What the health is judged by, in words for people; empty while not connected. */
	evidence: Text[];
	/** Types of events that alone have fallen silent. */
	quietKinds: string[];
	/** Over 5 minutes, an hour and a day. */
	quality: RoomQuality;
	/** How each 2 minutes of the last hour went, oldest first. */
	lastHour: HourTone[];
	latency: Latency;
	reason: StatusReason;
	/** When the room entered this state. */
	since: number;
	/** Since when what the room says can't be stored; absent while it can. */
	unstoredSince?: number;
	/** Failed attempts since the last frame; 0 while all is well. */
	reconnectCount: number;
	/** When the next attempt is due, in every state that waits for one. */
	nextAttemptAt?: number;
	lastMessageAt?: number;
	/** The last sign of life of any kind: a frame, a heartbeat's answer, a ping. */
	lastSignAt?: number;
	connectedAt?: number;
	roomId?: string;
	/** When it was and will be looked up, where it is. */
	watch?: RoomWatch | undefined;
	title?: string;
	/** URL of the broadcast's picture. */
	cover?: string;
	anchor?: Anchor;
	/** Which logins its connections go by: {@link RoomRoute.loginId}. */
	loginId?: string;
	/** Its connections, where they are more than one socket. */
	connections?: readonly RoomConnectionStatus[];
	/** What they bring together of the running broadcast. */
	compared?: ComparedAll;
	/** The push socket is refused, and the room is read by asking again and again. */
	polling?: boolean;
	/** The push host of the connection. */
	host?: string;
	/** `expired`: its cookie is of a login that has ended. */
	identity: LoginStatus;
	/** When the login ends or has ended, where that is known. */
	loginExpiresAt?: number;
	/** Under which rooms share the identity. */
	identityName?: string;
	/** For people: the login has ended, or will soon. */
	loginWarning?: Text;
	/** Counters since the room was started. */
	frames: number;
	messages: number;
	/** Messages that would not decode. */
	decodeErrors: number;
	/** Messages that held more than any real one does, and were brought within bounds: their events say of what. */
	boundedMessages: number;
	/** Repeats by message id that were left out. */
	duplicates: number;
	/** Reconnects by what caused them. */
	reconnects: Partial<Record<FailureReason, number>>;
	/** Gaps in the log: messages are missing there, or nothing proves that none are. */
	gaps: number;
	/** Upstream time that they cover, ms. */
	gapMs: number;
}

/** Counters of a room that nothing has come from. */
export const noTraffic = {
	frames: 0,
	messages: 0,
	decodeErrors: 0,
	boundedMessages: 0,
	duplicates: 0,
	gaps: 0,
	gapMs: 0,
} satisfies Partial<RoomStatus>;

/** Counters of a room that has not begun. */
export const noCounts = { ...noTraffic, reconnectCount: 0, reconnects: {} } satisfies Partial<RoomStatus>;
