import { roomStates, type Told } from "@livekeeper/client/filter";
import { identityTexts, messageTexts, readyTexts, type Text } from "../../text/index.ts";
import type { BroadcastReport } from "../../wire/index.ts";

/** States that are in no room's log: they are of the service. */
const serviceStates = ["login_ending", "storage", "node_lost"] as const;
export type ServiceState = (typeof serviceStates)[number];

/** What a target can be notified of. `report`: as `ended`, with the broadcast's report. */
export const notifiedStates = [...roomStates, "report", ...serviceStates] as const;
export type NotifiedState = (typeof notifiedStates)[number];

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
export interface StateNotice extends Reading {
	at: number;
}

/** A broadcast's report, sent with the event of its end. */
export interface ReportNotice {
	state: "report";
	/** The broadcast's room id. */
	subject: string;
	/** In some lines. */
	text: Text;
	/** When the broadcast ended, ms since the epoch. */
	at: number;
	report: BroadcastReport;
	/** The page that shows it, where the service knows how people reach it. */
	url?: string | undefined;
}

/** What a delivery says besides events: no log has it, so it is stored with the delivery. */
export type Notice = StateNotice | ReportNotice;

/** By state and subject. */
export type Observed = ReadonlyMap<string, StateNotice>;

/** How the place of a delivery is called outside: notices of the service are of no room. */
export function shownAs(liveId: string): string {
	return liveId === noRoom ? "" : liveId;
}

export function isServiceState(state: string): state is ServiceState {
	return (serviceStates as readonly string[]).includes(state);
}

/** What is observed once these readings are taken: a condition that was there before keeps its time. */
export function observe(before: Observed, readings: Iterable<Reading>, now: number): Observed {
	const observed = new Map<string, StateNotice>();
	for (const reading of readings) {
		const key = `${reading.state} ${reading.subject}`;
		const known = before.get(key);
		observed.set(key, { ...reading, at: known?.condition === reading.condition ? known.at : now });
	}
	return observed;
}

/** Trouble as targets would be notified of it. */
export function sampleNotices(states: readonly string[], at: number): StateNotice[] {
	const { storageFailing, nodeLost } = messageTexts.notices;
	const [ending, full] = [identityTexts.loginEnds("main", 48 * 3_600_000), readyTexts.storage("disk_full", undefined)];
	const samples: Reading[] = [
		{ state: "login_ending", subject: "main", condition: "ending", text: ending },
		{ state: "storage", subject: "", condition: "failing", text: storageFailing(full) },
		{ state: "node_lost", subject: "node-2", condition: "lost", text: nodeLost("node-2") },
	];
	return samples.filter(({ state }) => states.includes(state)).map((reading) => ({ ...reading, at }));
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
	due: StateNotice[];
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
function dueAtOf({ at }: StateNotice, { holdMs, now, heldUntil }: Telling): number | undefined {
	const until = at + holdMs;
	// A clock that has been set back since is not waited for.
	return until > now && until - now <= holdMs ? until : heldUntil(at, now);
}

/** What is fine needs no remembering. */
function toldOf(told: Told, changed: readonly (readonly [string, StateNotice])[]): Told {
	const next = { ...told, ...Object.fromEntries(changed.map(([key, { condition }]) => [key, condition])) };
	return Object.fromEntries(Object.entries(next).filter(([, condition]) => condition !== "fine"));
}
