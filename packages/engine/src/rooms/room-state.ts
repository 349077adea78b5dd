import type { Anchor, FailureReason, RetryRecord, RoomLookup } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { RequestKind, Wait } from "./gate.ts";
import type { Failure } from "./room-failure.ts";
import type { LookWait, Urgency } from "./room-route.ts";
import type { RoomSettings } from "./room-settings.ts";
import type { ReasonCode, RoomPhase } from "./room-status.ts";

/*
 * Terms of a reconnect, in the order in which a room meets them. `connections/reconnect-strategy.ts` has those of a
 * strategy that learns from all rooms.
 *
 * - step: one input, which turns the room's state into the next and the effects to perform
 * - phase and reason: the room's place in the diagram below, and why
 * - ownership: whether the room may begin; its stored state is read, or taken over from another process
 * - storage: whether the room's events can be stored; while they can't, it asks nothing of the upstream
 * - look-up: a question to the site about the room; it may wait, and ends with an answer or a failure
 * - broadcast: the one that was last seen, and whether it runs, has ended, is doubted to have ended, or is over
 * - link: one connection of the room, its own or an additional one; it has one attempt or session at a time
 * - transport: a socket, or polling on the same permit while sockets are refused
 * - identity: alias of the cookie and proxy of a link; the site may refuse it
 * - gate: grants permits to all rooms, within limits and one handshake after the other
 * - permit: the right to one connection or handshake, requested from the gate, held, or preempted by another room
 * - hold: a time before which a link must not connect, although the limits allow it: the room keeps those of its own
 *   refusals, by identity; the gate keeps requests to slow down, cooldowns, and what a strategy holds
 * - cooldown: the hold on an identity whose sessions the site shows nothing, in all rooms
 * - session: the life of a link's socket, proven by its first frame
 * - silence: a connected room's lack of messages, which its page explains or which ends its sessions
 * - failure: why an attempt or a session ended; its class decides what follows
 * - schedule: the wait after the n-th failure, longer for unstable connections
 * - advice: the gate's delay for a failed attempt in place of the schedule's, and its reason
 */

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
 * is under way: the room stays in its phase until there is an answer, so a poll that finds nothing new changes nothing.
 * `queued` is skipped if the room may connect at once; a connected room returns to it when another needs its
 * connection, and leaves it for `waiting` if its broadcast ends meanwhile. `stopped` is final: a room that is started
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

/** Phases in which the broadcast runs as far as known, so the room should be connected. */
export const duePhases: readonly RoomPhase[] = ["queued", "connecting", "connected", "reconnecting", "blocked"];
/** Phases that wait for `nextAttemptAt`. */
export const waitingPhases: readonly RoomPhase[] = ["waiting", "not_found", "blocked", "reconnecting"];
/** Phases that mean a loss when entered from a connection. */
export const lostPhases: readonly RoomPhase[] = ["reconnecting", "blocked"];

/** Ids that a session of a broadcast is opened with. */
export interface Target {
	readonly roomId: string;
	/** "" while unknown. */
	readonly userUniqueId: string;
}

/** The broadcast that was last seen. */
export interface Broadcast extends Target {
	/**
	 * `running`: it runs, as far as known. `ended`: the upstream itself reported its end, so a page that still calls it
	 * live lags behind. `doubted`: too many pages do, so the room connects to see. `over`: a look-up has said so.
	 */
	readonly state: "running" | "ended" | "doubted" | "over";
	/** Number of pages that have called it live since it `ended`. */
	readonly pages?: number;
}

/** The site's answer about a room. */
export type Answer = Exclude<RoomLookup, { status: "unknown" }>;

/** Reason for a room's phase. */
export interface Reason {
	code: ReasonCode;
	said: Said;
	/** Decision about the next attempt, and its reason, as a clause. */
	decision?: Said;
}

/**
 * `idle`: it is not needed. `waiting`: the next attempt is due at `until`. `looking`: a look-up is running or queued.
 * `queued`: the gate was asked for a permit. `taking`: the link waits until the room's {@link Ownership} is known. In the
 * other phases there is a session.
 */
export type LinkPhase = "idle" | "waiting" | "looking" | "queued" | "taking" | "connecting" | "connected";

/**
 * Whether the room may begin, in this order. `unread`: its stored state has to be read first. `reading`: that is under
 * way. `read`: another process has the room, so it may look itself up, but neither connect nor store anything.
 * `claiming`: it is being taken over. `ours`: it may begin.
 */
export type Ownership = "unread" | "reading" | "read" | "claiming" | "ours";

/** A session from its start until its socket is closed. */
export interface Session {
	readonly id: number;
	/** The permits it holds: its connection's, and another for its handshake if that one was already held. */
	readonly permits: readonly number[];
	/** Whether it was asked to end. */
	ending: boolean;
	/** Whether it has brought a frame since it was opened. */
	proven: boolean;
	readonly since: number;
}

/** One connection of a room: over a socket, or by polling on the same permit while sockets are refused. */
export interface Link {
	readonly transport: "socket" | "poll";
	/** Source number in the sequencer; the room's own socket is 0. */
	readonly source: number;
	/** Alias of its cookie and proxy, which are secrets. */
	readonly identity: string;
	/** Source of the socket whose permit this link uses. */
	readonly on: number;
	phase: LinkPhase;
	next: "look" | "connect";
	/** Time of the next attempt. An idle link keeps it until it is started again. */
	until: number;
	/** Number of failed attempts since the last frame. */
	attempt: number;
	/** Number of lost connections and failed attempts. */
	failures: number;
	retry: RetryRecord;
	session?: Session | undefined;
	host?: string | undefined;
	/** Granted permits, until a session takes them. */
	permits?: readonly number[] | undefined;
	/** Reason why its request waits in the gate. */
	wait?: Wait | undefined;
	/** Time since which other rooms' failures hold it back. */
	heldSince?: number | undefined;
	/** Requested look-up. */
	look?: number | undefined;
	/** Reason why that look-up has not begun. */
	lookWait?: LookWait | undefined;
	/** The site's answer, kept until the room is taken over. */
	answer?: Answer | undefined;
	/** Reason why it is not connected. */
	failure?: Failure | undefined;
	/** Set if another room needed its permit. */
	preempted?: Said | undefined;
}

/** A permit of the room, from its request until it is released. */
export interface RoomPermit {
	readonly id: number;
	readonly kind: RequestKind;
	readonly identity: string;
	/** Source whose links use it; `undefined` for a handshake's, or if the room no longer has those links. */
	on?: number | undefined;
	/** Link that needs another handshake on a permit that the room already holds. */
	readonly link?: number | undefined;
	/**
	 * `requested`: it has a place in the gate's queue. `leaving`: another room needs it, so it is released once its
	 * sessions are closed.
	 */
	state: "requested" | "held" | "leaving";
}

/** Complete decision state of one room: plain data without secrets. Times are of `Clock.elapsed`, ms. */
export interface RoomState {
	readonly settings: Pick<RoomSettings, "blockedDelayMs">;
	phase: RoomPhase;
	reason: Reason;
	/** Start of the phase. Entering the phase again keeps it. */
	since: number;
	/** Absent while an attempt is under way or none is needed. */
	nextAttemptAt?: number | undefined;
	started: boolean;
	links: Link[];
	permits: RoomPermit[];
	/** Sessions of links that the room no longer has. */
	leaving: Session[];
	/** Last number given to a session, permit or look-up. */
	count: number;
	ownership: Ownership;
	/** Absent before the first. */
	broadcast?: Broadcast | undefined;
	title?: string | undefined;
	/** URL of the broadcast's cover picture. */
	cover?: string | undefined;
	anchor?: Anchor | undefined;
	/** `voice`: the room has no picture. `undefined`: it has one, as far as known. */
	kind?: "voice" | undefined;
	/** Time before which each identity must not connect, because the upstream refused it or asked it to wait. */
	holds: Record<string, number>;
	/** Number of refused first sockets in a row, and the reason of the last refusal. */
	refused: number;
	refusal?: Failure | undefined;
	/** Number of failed attempts since the last frame; 0 while all is well. */
	reconnectCount: number;
	/** Number of reconnects by cause. */
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
		leaving: [],
		count: 0,
		ownership: "ours",
		holds: {},
		refused: 0,
		reconnectCount: 0,
		reconnects: {},
		...stored,
	};
}

/** Returns what is known of a room's ownership if reading or taking it over has failed. */
export function withoutEffort(ownership: Ownership): Ownership {
	if (ownership === "reading") return "unread";
	return ownership === "claiming" ? "read" : ownership;
}

/** Returns a copy that can be changed without changing the original. */
export function draftOf(state: RoomState): RoomState {
	return {
		...state,
		links: state.links.map((link) => ({ ...link, ...(link.session && { session: { ...link.session } }) })),
		permits: state.permits.map((permit) => ({ ...permit })),
		leaving: [...state.leaving],
		holds: { ...state.holds },
		reconnects: { ...state.reconnects },
	};
}

/**
 * Returns the state of a room whose links begin again at `until`, because a step threw and what had been asked for may
 * never be answered. Promises to the upstream hold.
 * @param isOpen whether a session's socket may still be open: the links wait until it is closed
 */
export function restarted(
	state: RoomState,
	{ until, isOpen }: { until: number; isOpen: (session: number) => boolean },
): RoomState {
	const sessions = [...state.links.flatMap(({ session }) => session ?? []), ...state.leaving];
	const leaving = sessions.filter(({ id }) => isOpen(id)).map((session) => ({ ...session, ending: true }));
	const inUse = new Set(leaving.flatMap(({ permits }) => permits));
	const links = state.links.map(({ transport, source, identity, on, attempt, failures, retry }): Link => {
		const phase = source === 0 ? "waiting" : "idle";
		const kept = { transport, source, identity, on, attempt, failures, retry };
		return { ...kept, phase, next: "look", until: Math.max(until, heldUntil(state, kept)) };
	});
	return {
		...draftOf(state),
		...{ links, leaving },
		permits: state.permits.filter(({ id }) => inUse.has(id)).map((permit) => ({ ...permit, on: undefined })),
		ownership: withoutEffort(state.ownership),
	};
}

/** Returns whether a link is connected. @param beside link to leave out */
export function isConnected({ links }: RoomState, beside?: Link): boolean {
	return links.some((link) => link !== beside && link.phase === "connected");
}

/** Returns whether a socket is connected. @param beside source to leave out */
export function hasSocket({ links }: RoomState, beside?: number): boolean {
	return links.some(({ phase, transport, source }) => {
		return source !== beside && transport === "socket" && phase === "connected";
	});
}

/** Returns whether a link of the room is connected by polling. */
export function isPolled({ links }: RoomState): boolean {
	return links.some(({ phase, transport }) => transport === "poll" && phase === "connected");
}

/** Returns whether more than one link may bring messages. */
export function areSeveral({ links }: RoomState): boolean {
	let busy = 0;
	for (const { phase } of links) if (phase !== "idle") busy++;
	return busy > 1;
}

/** Returns the broadcast to connect to; `undefined` if there is none, as far as known. */
export function targetOf({ broadcast }: RoomState): Broadcast | undefined {
	return broadcast?.state === "running" || broadcast?.state === "doubted" ? broadcast : undefined;
}

/** Returns the id of the broadcast that was last seen; "" before the first. */
export function roomIdOf({ broadcast }: RoomState): string {
	return broadcast?.roomId ?? "";
}

/** Returns the cost of waiting for the room's look-up. */
export function urgencyOf(room: RoomState): Urgency {
	if (room.phase === "waiting" || room.phase === "not_found") return "waiting";
	return targetOf(room) ? "losing" : "first";
}

/** Returns the time before which an identity must not connect; 0 if it may. */
export function heldUntil({ holds }: RoomState, { identity }: Pick<Link, "identity">): number {
	return holds[identity] ?? 0;
}

/** Returns the time at which the next link is due; `undefined` if only answers are pending. */
export function dueAt(state: RoomState): number | undefined {
	const { phase, started, links, leaving } = state;
	if (phase === "stopped" || !started || leaving.length > 0) return undefined;
	let first: number | undefined;
	for (const link of links) {
		if (isReady(link) && (first === undefined || link.until < first)) first = link.until;
	}
	return first;
}

/** Returns whether the link waits and its last session is closed. */
export function isReady({ phase, session }: Link): boolean {
	return phase === "waiting" && !session;
}
