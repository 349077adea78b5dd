import type { Anchor, FailureReason, RetryRecord, RoomLookup } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Errand, Wait } from "./gate.ts";
import type { LookWait, Urgency } from "./looks.ts";
import type { Failure } from "./room-failure.ts";
import type { RoomSettings } from "./room-settings.ts";
import type { ReasonCode, RoomPhase } from "./room-status.ts";

/*
 * A room's life.
 *
 *   idle ──> resolving ──> live? ──> (queued) ──> connecting ──> connected      (idle ──> reconnecting: while what
 *                │                      ^             │              │           is stored of it can't be read)
 *                │ offline, no room     │             │ fails        │ fails, falls silent
 *                ├──> waiting ──────────┤             v              v
 *                │      (polled)        ├───── reconnecting(n, nextAttemptAt)
 *                │ refused              │
 *                ├──> blocked ──────────┤       broadcast ended ──> waiting
 *                │ unknown upstream     │
 *                ├──> not_found ────────┘
 *                │ no answer
 *                └──> reconnecting                    stop in any phase ──> stopped
 *
 * `waiting`, `blocked`, `not_found` and `reconnecting` wait for `nextAttemptAt`. While it is absent the attempt itself
 * is under way: the room stays in its phase until there is an answer, so that a poll that finds nothing new changes
 * nothing. `queued` is left out when the room may connect at once; a connected room goes back to it when another needs its
 * connection, and leaves it for `waiting` when its broadcast ends meanwhile. `stopped` is the end: a room that is started
 * again gets a new state.
 */
export const allowedTransitions = {
	idle: ["resolving", "reconnecting", "stopped"],
	resolving: ["resolving", "waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	waiting: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	queued: ["queued", "waiting", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	connecting: ["connected", "queued", "waiting", "reconnecting", "blocked", "not_found", "stopped"],
	connected: ["queued", "waiting", "reconnecting", "blocked", "not_found", "stopped"],
	reconnecting: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	blocked: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	not_found: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	stopped: [],
} as const satisfies Record<RoomPhase, readonly RoomPhase[]>;

/** Phases in which the broadcast runs, as far as is known, so the room ought to be connected. */
export const wantedPhases: readonly RoomPhase[] = ["queued", "connecting", "connected", "reconnecting", "blocked"];
/** Phases that wait for `nextAttemptAt`. */
export const waitingPhases: readonly RoomPhase[] = ["waiting", "not_found", "blocked", "reconnecting"];
/** Coming here from a connection means that it was lost. */
export const lostPhases: readonly RoomPhase[] = ["reconnecting", "blocked"];

/** The broadcast to connect to. */
export interface Target {
	roomId: string;
	userUniqueId: string;
}

/** What the site says of a room. */
export type Answer = Exclude<RoomLookup, { status: "unknown" }>;

/** Why a room is in its phase. */
export interface Reason {
	code: ReasonCode;
	said: Said;
	/** What was decided about the next attempt, and why: a clause. */
	decision?: Said;
}

/**
 * `idle`: it is not needed. `waiting`: the next attempt is due at `until`. `reading`: what is stored of the room is being
 * read. `looking`: the room is looked up, now or when its turn comes. `queued`: the gate is asked for a permit. `claiming`: the room is being taken over from another process. Then there is a session.
 */
export type LinkPhase = "idle" | "waiting" | "reading" | "looking" | "queued" | "claiming" | "connecting" | "connected";

/** A session, from its beginning until its socket is gone. */
export interface Session {
	readonly id: number;
	/** The permit that it holds. */
	readonly permit: number;
	/** The turn that it took on that, where the permit was held already. */
	readonly turn?: number | undefined;
	/** It was asked to end. */
	ending: boolean;
	/** It has brought a frame since it was opened. */
	proven: boolean;
	readonly since: number;
}

/** One connection of a room: over its socket, or by polling on the same permit while sockets are refused. */
export interface Link {
	readonly transport: "socket" | "poll";
	/** Its source number in the sequencer; the room's own socket is 0. */
	readonly source: number;
	/** A name for its cookie and proxy, which are secrets. */
	readonly identity: string;
	/** Which of the room's permits it goes on: that of the socket with this source. */
	readonly on: number;
	phase: LinkPhase;
	next: "look" | "connect";
	/** When the next attempt is due; also what a link that is idle still waits for when it is begun. */
	until: number;
	/** The upstream was promised that it is left alone until then, whatever calls the link. */
	notBefore: number;
	/** Failed attempts since the last frame. */
	attempt: number;
	/** How often it was lost or could not be made. */
	failures: number;
	retry: RetryRecord;
	session?: Session | undefined;
	host?: string | undefined;
	/** The permit and the turn that it was given, until they are its session's. */
	permit?: number | undefined;
	turn?: number | undefined;
	/** What its request waits for in the gate. */
	wait?: Wait | undefined;
	/** Since when others hold it back. */
	heldSince?: number | undefined;
	/** The look-up that was asked for. */
	look?: number | undefined;
	/** Why that has not begun. */
	lookWait?: LookWait | undefined;
	/** What the site said, until the room was taken over. */
	answer?: Answer | undefined;
	/** Why it is not connected. */
	failure?: Failure | undefined;
	/** Another room needed its permit. */
	preempted?: Said | undefined;
}

/** A place in the gate's queue: for one of the room's permits, or for a turn of a link on one that is held. */
export interface Ticket {
	readonly id: number;
	readonly errand: Errand;
	/** The permit that is asked for; else `link` is set. */
	readonly permit?: number | undefined;
	readonly link?: number | undefined;
	readonly identity: string;
}

/** A permit that the room holds. */
export interface HeldPermit {
	readonly id: number;
	/** For links that go on this one; `undefined`: a turn, or one of links that the room has no more. */
	on?: number | undefined;
	/** Another needs it: it is released once its sessions are gone. */
	leaving: boolean;
}

/** Everything that is decided by, of one room: plain, without a secret. Times are of `Clock.elapsed`, ms. */
export interface RoomState {
	readonly settings: Pick<RoomSettings, "blockedDelayMs">;
	phase: RoomPhase;
	reason: Reason;
	/** Entering a phase again keeps the time. */
	since: number;
	/** Absent while an attempt is under way, or where none is needed. */
	nextAttemptAt?: number | undefined;
	started: boolean;
	links: Link[];
	permits: HeldPermit[];
	tickets: Ticket[];
	/** Sessions of links that the room has no more. */
	leaving: Session[];
	/** The number of the last session, permit, look-up or ticket. */
	count: number;
	/** What is stored of the room: nothing is done without it. */
	memory: "unread" | "reading" | "known";
	/** Whether another process has the room: nothing is stored before it is taken over. */
	claim: "other" | "claiming" | "ours";
	/** The broadcast to connect to, as far as is known. */
	target?: Target | undefined;
	/** The broadcast that was last seen, running or not; "" before the first. */
	roomId: string;
	/** The broadcast that is running, as far as is known. */
	running?: string | undefined;
	/** The one that has ended by the upstream's own word, and how many pages have called it live since. */
	ended?: { roomId: string; pages: number } | undefined;
	title?: string | undefined;
	/** URL of the broadcast's picture. */
	cover?: string | undefined;
	anchor?: Anchor | undefined;
	/** A room without a picture; `undefined`: with one, as far as is known. */
	kind?: "voice" | undefined;
	/** Until when an identity is left alone that the upstream has refused to the room. */
	refusedUntil: Record<string, number>;
	/** First sockets that were refused in a row, and why the last of them was. */
	refused: number;
	refusal?: Failure | undefined;
	/** Failed attempts since the last frame; 0 while all is well. */
	reconnectCount: number;
	/** Reconnects by cause. */
	reconnects: Partial<Record<FailureReason, number>>;
}

export function newRoomState(now: number, settings: RoomState["settings"], stored: Partial<RoomState> = {}): RoomState {
	return {
		settings,
		phase: "idle",
		reason: { code: "new", said: ["added"] },
		since: now,
		started: false,
		links: [],
		permits: [],
		tickets: [],
		leaving: [],
		count: 0,
		memory: "known",
		claim: "ours",
		roomId: "",
		refusedUntil: {},
		refused: 0,
		reconnectCount: 0,
		reconnects: {},
		...stored,
	};
}

/** A copy that can be changed without changing what it was made of. */
export function draftOf(state: RoomState): RoomState {
	return {
		...state,
		links: state.links.map((link) => ({ ...link, ...(link.session && { session: { ...link.session } }) })),
		permits: state.permits.map((permit) => ({ ...permit })),
		tickets: [...state.tickets],
		leaving: [...state.leaving],
		refusedUntil: { ...state.refusedUntil },
		reconnects: { ...state.reconnects },
	};
}

/** Whether a link is connected. @param beside another than this one */
export function isConnected({ links }: RoomState, beside?: Link): boolean {
	return links.some((link) => link !== beside && link.phase === "connected");
}

/** Whether a socket is connected. @param beside another than the one with this source */
export function hasSocket({ links }: RoomState, beside?: number): boolean {
	return links.some(({ phase, transport, source }) => {
		return source !== beside && transport === "socket" && phase === "connected";
	});
}

/** Whether a link of the room is connected by polling. */
export function isPolled({ links }: RoomState): boolean {
	return links.some(({ phase, transport }) => transport === "poll" && phase === "connected");
}

/** There is more than one link that may bring anything. */
export function areSeveral({ links }: RoomState): boolean {
	let busy = 0;
	for (const { phase } of links) if (phase !== "idle") busy++;
	return busy > 1;
}

/** What it costs the room to wait for a look-up. */
export function urgencyOf({ phase, target, running }: RoomState): Urgency {
	if (phase === "waiting" || phase === "not_found") return "waiting";
	return target || running !== undefined ? "losing" : "first";
}

/** Before then a link opens nothing: the upstream was promised so, or has refused its identity. */
export function mayConnectAt({ refusedUntil }: RoomState, { notBefore, identity }: Link): number {
	return Math.max(notBefore, refusedUntil[identity] ?? 0);
}

/** When the next link is due; `undefined`: nothing is waited for but answers. */
export function dueAt(state: RoomState): number | undefined {
	const { phase, started, links, leaving } = state;
	if (phase === "stopped" || !started || leaving.length > 0) return undefined;
	let first: number | undefined;
	for (const link of links) {
		if (isReady(link) && (first === undefined || link.until < first)) first = link.until;
	}
	return first;
}

/** It waits, and its last session is gone. */
export function isReady({ phase, session }: Link): boolean {
	return phase === "waiting" && !session;
}
