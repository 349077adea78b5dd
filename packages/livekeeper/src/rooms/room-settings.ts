import type { Clock, Cursor, DouyinError, LiveEvent } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { PingAnswers } from "../health/index.ts";
import type { RoomGate } from "./gate.ts";
import type { RoomLooks } from "./looks.ts";
import type { RoomRoute } from "./room-route.ts";

/** How a room is kept; times in ms. */
export interface RoomSettings {
	/** How long to leave the upstream alone at least after it refused us. */
	blockedDelayMs: number;
	/** Without a message for this long a room is idle: it is the first to be preempted. */
	idleMs: number;
	/** Whether silence is judged by the room's own rhythm, or by `silenceMs` alone. */
	health: "rhythm" | "fixed";
	/** How often health is checked. */
	healthCheckMs: number;
	/** How often heartbeats and pings are sent. */
	heartbeatMs: number;
	/** How often a room is looked up at most while its long silence is its own; each look-up may take as long. */
	quietLookMs: number;
	/** Without a message for this long a connected room is called quiet. */
	quietMs: number;
	/** Without a message for this long a room's connection is looked into. */
	silenceMs: number;
	/** For how long a decode error or a drop makes a room `degraded`. */
	degradedMs: number;
	/** How long first state and handshake may take together. */
	connectLimitMs: number;
	/** How long a look-up that decides about a silent connection may take. */
	silenceLookupLimitMs: number;
	/** How long a session may take to end once it was stopped. */
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

/** How a session of a connection went that has failed. */
export interface SessionEnd {
	readonly liveId: string;
	/** Key of its cookie and proxy: a secret, not to be shown. */
	readonly identity: string;
	readonly loggedIn: boolean;
	/** The upstream had opened it. */
	readonly opened: boolean;
	/** It brought a message. */
	readonly heard: boolean;
	/** Other connections of the room were brought messages while it was brought none. */
	readonly othersHeard: boolean;
	readonly failure: DouyinError;
}

/** Takes what a room says. It is bounded: who pushes asks first, and stops listening while it takes no more. */
export interface MessageQueue {
	/** Whether there is room; a frame that is pushed while there is is taken whole. */
	readonly writable: boolean;
	/** @param cursor what to resume from once `events`, and all before them, are stored */
	push(events: readonly LiveEvent[], cursor?: Cursor): void;
	/** Calls `callback` when there is room again after there was none. One pusher at a time: a new one replaces the old. */
	onWritable(callback: () => void): void;
}

/** What a room needs from outside. */
export interface RoomDeps {
	route: RoomRoute;
	/** Where the room's events go, with the cursor behind them. */
	queue: MessageQueue;
	clock: Clock;
	logger: Logger;
	/** Says when its connections may be tried. */
	gate: RoomGate;
	/** Looks it up. */
	looks: RoomLooks;
	/** Whether the upstream answers pings: rooms share what they find. Default: each finds out by itself. */
	pings?: PingAnswers;
	/** Called with each session that has failed. */
	sessionEnded?: (end: SessionEnd) => void;
	/** Rooms share them. Default {@link defaultRoomSettings}. */
	settings?: RoomSettings;
}
