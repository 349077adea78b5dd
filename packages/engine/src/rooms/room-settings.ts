import type { Clock, Cursor, DouyinError, LiveEvent } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { PingAnswers } from "../health/index.ts";
import type { RoomGate } from "./gate.ts";
import type { RoomLooks, RoomRoute } from "./room-route.ts";

/** Settings of a room; times in ms. */
export interface RoomSettings {
	/** Minimum wait before contacting the upstream again after a refusal. */
	blockedDelayMs: number;
	/** Time without a message after which a room is idle and is preempted first. */
	idleMs: number;
	/** Whether silence is judged by the room's own rhythm or by `silenceMs` alone. */
	health: "rhythm" | "fixed";
	/** Interval of the health checks. */
	healthCheckMs: number;
	/** Interval of heartbeats and pings. */
	heartbeatMs: number;
	/**
	 * Minimum interval of look-ups during a silence that is long but plausible for the room; also the maximum duration of
	 * each.
	 */
	quietLookMs: number;
	/** Time without a message after which a connected room is quiet. */
	quietMs: number;
	/** Time without a message after which a room's connection is investigated. */
	silenceMs: number;
	/** Time for which a decode error or a drop makes a room `degraded`. */
	degradedMs: number;
	/** Maximum time for first state and handshake together. */
	connectLimitMs: number;
	/** Maximum duration of a look-up that decides about a silent connection. */
	silenceLookupLimitMs: number;
	/** Maximum time for a session to end after it was stopped. */
	sessionEndLimitMs: number;
}

export const defaultRoomSettings = {
	blockedDelayMs: 300_000,
	idleMs: 300_000,
	health: "rhythm",
	healthCheckMs: 5_000,
	heartbeatMs: 10_000,
	quietLookMs: 300_000,
	quietMs: 20_000,
	silenceMs: 60_000,
	degradedMs: 60_000,
	connectLimitMs: 60_000,
	silenceLookupLimitMs: 15_000,
	sessionEndLimitMs: 5_000,
} as const satisfies RoomSettings;

/** Outcome of a failed session of a connection. */
export interface SessionEnd {
	readonly liveId: string;
	/** Key of its cookie and proxy. A secret: never shown. */
	readonly identity: string;
	readonly loggedIn: boolean;
	/** Whether the upstream had opened it. */
	readonly opened: boolean;
	/** Whether it brought a message. */
	readonly heard: boolean;
	/** Whether other connections of the room received messages while this one received none. */
	readonly othersHeard: boolean;
	readonly failure: DouyinError;
}

/**
 * Bounded queue of a room's events. A producer checks `writable` before it pushes, and stops reading while it is false.
 */
export interface MessageQueue {
	/** Whether there is capacity. A frame that is pushed while this is true is accepted whole. */
	readonly writable: boolean;
	/** @param cursor position to resume from once `events` and everything before them are stored */
	push(events: readonly LiveEvent[], cursor?: Cursor): void;
	/**
	 * Calls `callback` when there is capacity again. There is one producer at a time: a new callback replaces the old
	 * one.
	 */
	onWritable(callback: () => void): void;
}

/** Dependencies of a room. */
export interface RoomDeps {
	route: RoomRoute;
	/** Destination of the room's events and of the cursor behind them. */
	queue: MessageQueue;
	clock: Clock;
	logger: Logger;
	/** Returns random numbers in [0, 1). Default `Math.random`. */
	random?: (() => number) | undefined;
	/** Decides when its connections may be tried. */
	gate: RoomGate;
	/** Looks the room up. */
	looks: RoomLooks;
	/** Whether the upstream answers pings; rooms share their findings. Default: each room finds out by itself. */
	pings?: PingAnswers;
	/** Called with each failed session. */
	sessionEnded?: (end: SessionEnd) => void;
	/** Shared between rooms. Default {@link defaultRoomSettings}. */
	settings?: RoomSettings;
}
