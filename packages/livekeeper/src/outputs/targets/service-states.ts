import type { RoomState, Told } from "@livekeeper/client/filter";
import type { Text } from "../../text/index.ts";

/** States that are in no room's log: they are of the service. */
export const serviceStates = ["login_ending", "storage", "node_lost"] as const;
export type ServiceState = (typeof serviceStates)[number];

/** What a target can be notified of. */
export type NotifiedState = RoomState | ServiceState;

/** In place of a live id, which never has a colon: where a target is in the states of the service. */
export const noRoom = ":service";

/** Something that can go wrong, as it is at the moment. What is not known at the moment has none. */
export interface Reading {
	state: ServiceState;
	/** The identity's or the node's name; "" for the service's own cookie, and for storage. */
	subject: string;
	/** `ending` and `ended`: a login; `failing`: storage; `lost`: a node. */
	condition: "fine" | "ending" | "ended" | "failing" | "lost";
	text: Text;
}

/** A reading with the time since when its condition holds, ms since the epoch. */
export interface Notice extends Reading {
	at: number;
}

/** By state and subject. */
export type Observed = ReadonlyMap<string, Notice>;

/** How the place of a delivery is called outside: notices of the service are of no room. */
export function shownAs(liveId: string): string {
	return liveId === noRoom ? "" : liveId;
}

export function isServiceState(state: string): state is ServiceState {
	return (serviceStates as readonly string[]).includes(state);
}

/** What is observed once these readings are taken: a condition that was there before keeps its time. */
export function observe(before: Observed, readings: Iterable<Reading>, now: number): Observed {
	const observed = new Map<string, Notice>();
	for (const reading of readings) {
		const key = `${reading.state} ${reading.subject}`;
		const known = before.get(key);
		observed.set(key, { ...reading, at: known?.condition === reading.condition ? known.at : now });
	}
	return observed;
}

/** What of a target decides which changes it is told. */
interface Telling {
	states: readonly string[];
	holdMs: number;
	/** Of one delivery. */
	maxNotices: number;
	now: number;
	/** When a notice is due that holds since this time, where that is later. */
	heldUntil: (at: number, now: number) => number | undefined;
}

interface Changes {
	due: Notice[];
	/** What was told once these are delivered. */
	told: Told;
	/** When the next one is due, where it is later. */
	dueAt: number | undefined;
	/** No other one is due now. */
	isAll: boolean;
}

/**
 * The changes that a target is to be told: what differs from what it was told last, and has held for long enough. What
 * is not observed at the moment stays as it was told.
 */
export function changesOf(observed: Observed, told: Told, telling: Telling): Changes {
	const changed = [...observed].filter(
		([key, { state, condition }]) => telling.states.includes(state) && condition !== (told[key] ?? "fine"),
	);
	const times = changed.map(([, notice]) => dueAtOf(notice, telling));
	const due = changed.filter((_, n) => times[n] === undefined);
	const later = times.filter((at) => at !== undefined);
	const now = due.slice(0, telling.maxNotices);
	return {
		due: now.map(([, notice]) => notice),
		told: now.length > 0 ? toldOf(told, now) : told,
		dueAt: later.length > 0 ? Math.min(...later) : undefined,
		isAll: now.length === due.length,
	};
}

/** `undefined`: now. */
function dueAtOf({ at }: Notice, { holdMs, now, heldUntil }: Telling): number | undefined {
	const until = at + holdMs;
	// A clock that has been set back since is not waited for.
	return until > now && until - now <= holdMs ? until : heldUntil(at, now);
}

/** What is fine needs no remembering. */
function toldOf(told: Told, changed: readonly (readonly [string, Notice])[]): Told {
	const next = { ...told, ...Object.fromEntries(changed.map(([key, { condition }]) => [key, condition])) };
	return Object.fromEntries(Object.entries(next).filter(([, condition]) => condition !== "fine"));
}
