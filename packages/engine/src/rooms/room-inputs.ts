import type { LiveEvent, ServiceEvent } from "@livekeeper/douyin";
import type { Said } from "../text/index.ts";
import type { Advice, Wait } from "./gate.ts";
import type { Failure } from "./room-failure.ts";
import type { LookWait, Urgency } from "./room-route.ts";
import type { Answer, Link, Reason, RoomPermit, RoomState, Target } from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";

/** Fields particular to a service event; the others are common to all. */
export type ServiceEventBody = ServiceEvent extends infer E
	? E extends ServiceEvent
		? Omit<E, "id" | "liveId" | "roomId" | "method" | "at" | "receivedAt">
		: never
	: never;

/**
 * Creates one of the service's own events.
 * @param count increases with each event of the room's monitor
 * @param run distinguishes the monitor's runs: with time and count it makes the id unique across restarts
 * @param roomId "" while no broadcast is known
 */
export function serviceEvent(
	body: ServiceEventBody,
	where: { liveId: string; roomId: string; now: number; count: number; run: string },
): LiveEvent {
	const { liveId, roomId, now, count, run } = where;
	return {
		...body,
		id: `lk:${roomId}:${now}-${run}-${count}`,
		liveId,
		roomId,
		method: "livekeeper",
		at: now,
		receivedAt: now,
	};
}

/** A link as the room's options describe it. */
export type LinkSpec = Pick<Link, "transport" | "source" | "identity" | "on">;

/** Stored state of the room: its last known broadcast. */
export interface Recalled {
	broadcast?: { roomId: string; title: string; ended: boolean } | undefined;
}

/** Inputs of a room. Inputs about permits, look-ups or sessions that it no longer has are ignored. */
export type Input =
	| { readonly type: "start" }
	/** The time of {@link dueAt} has come. `writable`: whether the room's events can be stored. */
	| { readonly type: "due"; readonly writable: boolean }
	/** The room's stored state was read. `ours`: the room is this process's own now. */
	| ({ readonly type: "taken"; readonly ours: boolean } & Recalled)
	| { readonly type: "take_failed"; readonly failure: Failure }
	| { readonly type: "waits"; readonly permit: number; readonly wait: Wait }
	| { readonly type: "permitted"; readonly permit: number }
	| { readonly type: "preempted"; readonly permit: number; readonly why: Said }
	| { readonly type: "looked_up"; readonly look: number; readonly answer: Answer }
	| { readonly type: "look_failed"; readonly look: number; readonly failure: Failure }
	/** The look-up has not begun: its turn comes later, or every lookup method is refused. */
	| { readonly type: "look_waits"; readonly look: number; readonly wait: LookWait }
	| { readonly type: "opened"; readonly session: number; readonly host: string; readonly resumed: boolean }
	/** A new connection has brought its first frame. */
	| { readonly type: "proven"; readonly session: number }
	/** A socket is proven to be up to date, so polling is not needed. */
	| { readonly type: "synced"; readonly session: number }
	/** A broadcast that seemed to have ended has a new message, so it continues. */
	| { readonly type: "revived"; readonly session: number }
	/** The socket is closed. */
	| { readonly type: "closed"; readonly session: number }
	/** A session has failed. Its socket may still be open. `looked`: whether the page was just looked up. */
	| {
			readonly type: "failed";
			readonly session: number;
			readonly failure: Failure;
			readonly advice: Advice;
			readonly looked?: boolean;
	  }
	/** A silent room's page says something other than that the broadcast continues. */
	| { readonly type: "contradicted"; readonly answer: Answer }
	/** The room's events can be stored again. */
	| { readonly type: "writable" }
	/** An identity starts its cooldown. */
	| { readonly type: "cooldown"; readonly identity: string }
	/** The room uses other links from now on. */
	| { readonly type: "options"; readonly links: readonly LinkSpec[] }
	| { readonly type: "stop" };

/** Effects to perform for a room, in this order. */
export type Effect =
	/** Read the room's stored state, or take it over from another process, which reads it too. */
	| { readonly do: "take"; readonly how: "recall" | "claim" }
	| { readonly do: "acquire"; readonly permit: RoomPermit }
	| { readonly do: "release"; readonly permit: number }
	| { readonly do: "look_up"; readonly look: number; readonly urgency: Urgency }
	| { readonly do: "drop"; readonly look: number }
	| { readonly do: "open"; readonly session: number; readonly source: number; readonly target: Target }
	/** `failure`: why it ends, if something failed. */
	| { readonly do: "close"; readonly session: number; readonly failure?: Failure | undefined }
	/** Emits everything that the sequencer still holds of the broadcast. */
	| { readonly do: "finish"; readonly roomId: string }
	| { readonly do: "emit"; readonly body: ServiceEventBody; readonly roomId: string }
	/** The page has a definite answer: there is nothing to connect to. */
	| { readonly do: "left" }
	/** `reported`: also reported in the room's events. */
	| {
			readonly do: "entered";
			readonly from: RoomPhase;
			readonly to: RoomPhase;
			readonly reason: Reason;
			readonly reported: boolean;
	  }
	| { readonly do: "log"; readonly line: LogLine };

/** Reason why there is nothing to connect to. */
export type WaitingCode = "offline" | "no_room" | "hidden" | "not_found" | "closed" | "broadcast_ended";

/** Log entries about a room; `room-log.ts` has their text. */
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

/** An input of a room without what it names: people, titles and hosts. */
export interface RecentInput {
	/** Time of the step, by `Clock.elapsed`, ms. */
	at: number;
	type: Input["type"];
	/** Number of the session, look-up or permit that it is about. */
	of: number | undefined;
	/** Class of the failure, status of the answer, or what is waited for. */
	code: string | undefined;
	/** Phase of the room after the step. */
	phase: RoomPhase;
}

const maxInputs = 100;

/** Keeps the newest inputs of a room. */
export class RecentInputs {
	readonly #inputs: RecentInput[] = [];

	add(input: Input, at: number, phase: RoomPhase): void {
		this.#inputs.push({ at, type: input.type, of: numberOf(input), code: codeOf(input), phase });
		if (this.#inputs.length > maxInputs) this.#inputs.shift();
	}

	/** Oldest first. */
	all(): readonly RecentInput[] {
		return this.#inputs;
	}
}

function numberOf(input: Input): number | undefined {
	if ("session" in input) return input.session;
	if ("look" in input) return input.look;
	return "permit" in input ? input.permit : undefined;
}

function codeOf(input: Input): string | undefined {
	if ("failure" in input) return input.failure?.reason;
	if ("answer" in input) return input.answer.status;
	if (input.type === "waits") return input.wait.for;
	return input.type === "look_waits" ? input.wait.refused : undefined;
}
