import type { Said } from "../text/index.ts";
import type { Advice, Wait } from "./gate.ts";
import type { LookWait, Urgency } from "./looks.ts";
import type { Failure } from "./room-failure.ts";
import type { Answer, Link, Reason, RoomState, Target, Ticket } from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";
import type { ServiceEventBody } from "./service-events.ts";

/** A link of a room as its options name it. */
export type LinkSpec = Pick<Link, "transport" | "source" | "identity" | "on">;

/** What was read of the room: which broadcast it knows. */
export interface Recalled {
	broadcast?: { roomId: string; title: string; ended: boolean } | undefined;
}

/** What happens to a room. Of links, tickets, look-ups and sessions that it has no more nothing is heard. */
export type Input =
	| { readonly type: "start" }
	/** The time of {@link dueAt} has come. `writable`: what the room says can be stored. */
	| { readonly type: "due"; readonly writable: boolean }
	| ({ readonly type: "recalled" } & Recalled)
	| { readonly type: "recall_failed"; readonly failure: Failure }
	| ({ readonly type: "claimed" } & Recalled)
	| { readonly type: "claim_failed"; readonly failure: Failure }
	| { readonly type: "waits"; readonly ticket: number; readonly wait: Wait }
	| { readonly type: "permitted"; readonly ticket: number }
	| { readonly type: "preempted"; readonly permit: number; readonly why: Said }
	| { readonly type: "looked_up"; readonly look: number; readonly answer: Answer }
	| { readonly type: "look_failed"; readonly look: number; readonly failure: Failure }
	/** It has not begun: its turn comes later, or every way of asking is refused. */
	| { readonly type: "look_waits"; readonly look: number; readonly wait: LookWait }
	| { readonly type: "opened"; readonly session: number; readonly host: string; readonly resumed: boolean }
	/** The first frame over a new connection. */
	| { readonly type: "proven"; readonly session: number }
	/** A socket is proven to follow what the room has said, so that polling is not needed. */
	| { readonly type: "synced"; readonly session: number }
	/** A broadcast that was thought to have ended talks: it goes on. */
	| { readonly type: "revived" }
	/** The socket is gone. `failure`: why, unless it was asked to end. */
	| { readonly type: "closed"; readonly session: number; readonly failure?: Failure; readonly advice?: Advice }
	/** A session is to be ended as if it had failed: it hangs, or is mute. `target`: the page says to go on as this. */
	| {
			readonly type: "failing";
			readonly session: number;
			readonly failure: Failure;
			readonly advice: Advice;
			readonly target?: Target | undefined;
	  }
	/** A silent room's page says something else than that the broadcast goes on. */
	| { readonly type: "contradicted"; readonly answer: Answer }
	/** A broadcast that was thought to have ended brings nothing: it has. */
	| { readonly type: "over" }
	/** What the room says can be stored again. */
	| { readonly type: "writable" }
	/** An identity rests from now on. */
	| { readonly type: "rests"; readonly identity: string }
	/** The room uses other links from now on. */
	| { readonly type: "options"; readonly links: readonly LinkSpec[] }
	| { readonly type: "stop" };

/** What is to be done for a room, in this order. */
export type Effect =
	| { readonly do: "recall" }
	| { readonly do: "claim" }
	| { readonly do: "acquire"; readonly ticket: Ticket }
	| { readonly do: "abandon"; readonly ticket: number }
	| { readonly do: "release"; readonly permit: number }
	| { readonly do: "look_up"; readonly look: number; readonly urgency: Urgency }
	| { readonly do: "drop"; readonly look: number }
	| { readonly do: "open"; readonly session: number; readonly source: number; readonly target: Target }
	/** `failure`: why it ends, where something failed. */
	| { readonly do: "close"; readonly session: number; readonly failure?: Failure | undefined }
	/** All that the sequencer still holds of the broadcast is emitted. */
	| { readonly do: "finish"; readonly roomId: string }
	| { readonly do: "emit"; readonly body: ServiceEventBody; readonly roomId: string }
	/** The page has a definite answer: there is nothing to connect to. */
	| { readonly do: "left" }
	/** `told`: in the room's events as well. */
	| {
			readonly do: "entered";
			readonly from: RoomPhase;
			readonly to: RoomPhase;
			readonly reason: Reason;
			readonly told: boolean;
	  }
	| { readonly do: "log"; readonly line: LogLine };

/** Why there is nothing to connect to. */
export type WaitingCode = "offline" | "no_room" | "hidden" | "not_found" | "closed" | "broadcast_ended";

/** Log entries about a room; their words are in `room-log.ts`. */
export type LogLine =
	| { readonly event: "attempt_due"; readonly source: number; readonly plan: Link["next"] }
	| { readonly event: "room_looked_up"; readonly source: number; readonly answer: Answer["status"]; roomId?: string }
	| { readonly event: "attempt_held" | "permit_awaited"; readonly source: number; readonly wait: Wait }
	| { readonly event: "look_held"; readonly source: number; readonly wait: LookWait }
	| { readonly event: "polling_began"; readonly refused: number }
	| { readonly event: "polling_ended" }
	| { readonly event: "room_recovered"; readonly attempts: number }
	| { readonly event: "room_preempted"; readonly why: Said }
	| { readonly event: "room_waiting"; readonly code: WaitingCode }
	| {
			readonly event: "connection_lost" | "room_blocked" | "room_reconnecting";
			readonly source: number;
			readonly failure: Failure;
			readonly attempt: number;
			readonly delayMs: number;
			readonly decision: Said;
	  };

export interface Stepped {
	readonly state: RoomState;
	readonly effects: readonly Effect[];
}
