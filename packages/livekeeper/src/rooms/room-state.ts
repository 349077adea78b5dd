import { roomTexts } from "../text/index.ts";
import type { RoomState, StatusReason } from "./room-status.ts";

/** In these the broadcast runs, as far as is known, so the room ought to be connected. */
export const wantedStates: readonly RoomState[] = ["queued", "connecting", "connected", "reconnecting", "blocked"];
/** Coming here from a connection means that it was lost. */
export const lostStates: readonly RoomState[] = ["reconnecting", "blocked"];

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
 *                └──> reconnecting                    stop() in any state ──> stopped
 *
 * `waiting`, `blocked`, `not_found` and `reconnecting` wait for `nextAttemptAt`. While it is absent the attempt itself
 * is under way: the room stays in its state until there is an answer, so that a poll that finds nothing new changes
 * nothing. `queued` is left out when the room may connect at once; a connected
 * room goes back to it when another needs its connection, and leaves it for `waiting` when its broadcast ends meanwhile. `stopped` is the end: a room that is started again gets a new
 * monitor.
 */
export const allowedTransitions = {
	idle: ["resolving", "reconnecting", "stopped"],
	resolving: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	waiting: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	queued: ["queued", "waiting", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	connecting: ["connected", "queued", "waiting", "reconnecting", "blocked", "not_found", "stopped"],
	connected: ["queued", "waiting", "reconnecting", "blocked", "not_found", "stopped"],
	reconnecting: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	blocked: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	not_found: ["waiting", "queued", "connecting", "reconnecting", "blocked", "not_found", "stopped"],
	stopped: [],
} as const satisfies Record<RoomState, readonly RoomState[]>;

/** One entry into a state. */
export interface Transition {
	readonly from: RoomState;
	readonly to: RoomState;
	readonly reason: StatusReason;
}

/** Holds the state of one room; {@link enter} is the only setter. */
export class RoomStateMachine {
	#state: RoomState = "idle";
	#reason: StatusReason = { code: "new", message: roomTexts.added };
	#since: number;
	#nextAttemptAt: number | undefined;
	readonly #onTransition: (transition: Transition) => void;

	constructor(now: number, onTransition: (transition: Transition) => void) {
		this.#since = now;
		this.#onTransition = onTransition;
	}

	get state(): RoomState {
		return this.#state;
	}

	get reason(): StatusReason {
		return this.#reason;
	}

	/** When the room entered this state, ms since the epoch; entering it again keeps the time. */
	get since(): number {
		return this.#since;
	}

	/** When the next attempt is due, by `Clock.elapsed`; `undefined` while one is under way, or where none is needed. */
	get nextAttemptAt(): number | undefined {
		return this.#nextAttemptAt;
	}

	/** @throws Error when the table does not allow it: that is a bug of the caller */
	enter(to: RoomState, reason: StatusReason, now: number, nextAttemptAt?: number): void {
		const from = this.#state;
		const allowed: readonly RoomState[] = allowedTransitions[from];
		if (!allowed.includes(to)) throw new Error(`A room can't go from ${from} to ${to} (${reason.code}).`);
		if (from !== to) this.#since = now;
		this.#state = to;
		this.#reason = reason;
		this.#nextAttemptAt = nextAttemptAt;
		this.#onTransition({ from, to, reason });
	}

	/** The attempt that was due has begun. */
	attempt(): void {
		this.#nextAttemptAt = undefined;
	}
}
