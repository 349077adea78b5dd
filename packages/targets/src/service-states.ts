import { identityTexts, type Text } from "@livekeeper/base/text";
import type { BroadcastReport } from "@livekeeper/client";
import { type LastNotified, roomStates } from "@livekeeper/client/filter";
import { changedText } from "./text/drift.ts";
import { messageTexts, readyTexts } from "./text/index.ts";

/** States of the service, which are in no room's log. */
const serviceStates = ["login_ending", "storage", "node_lost", "site_changed"] as const;
export type ServiceState = (typeof serviceStates)[number];

/** States that a target can be notified of. `report`: as `ended`, with the broadcast's report. */
export const notifiedStates = [...roomStates, "report", ...serviceStates] as const;
export type NotifiedState = (typeof notifiedStates)[number];

/** Key of a target's progress in the service's states, in place of a live id, which never contains a colon. */
export const noRoom = ":service";

/** Present condition of something that can fail. A condition that is unknown at present has no reading. */
export interface Reading {
	state: ServiceState;
	/** Name of the identity, the node or the kind of change; "" for the service's own cookie, and for storage. */
	subject: string;
	/** `ending` and `ended`: a login; `failing`: storage; `lost`: a node; `changed`: the site. */
	condition: "fine" | "ending" | "ended" | "failing" | "lost" | "changed";
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
	/** The report as a few lines of text. */
	text: Text;
	/** Time of the broadcast's end, ms since the epoch. */
	at: number;
	report: BroadcastReport;
	/** Address of the page that shows it, if the service knows its public address. */
	url?: string | undefined;
}

/** Content of a delivery besides events. It is in no log, so it is stored with the delivery. */
export type Notice = StateNotice | ReportNotice;

/** Notices by state and subject. */
export type Observed = ReadonlyMap<string, StateNotice>;

/** Returns the live id to show for a delivery: "" for notices of the service, which belong to no room. */
export function shownAs(liveId: string): string {
	return liveId === noRoom ? "" : liveId;
}

export function isServiceState(state: string): state is ServiceState {
	return (serviceStates as readonly string[]).includes(state);
}

/** Merges readings into the observed states. A condition that held before keeps its time. */
export function observe(before: Observed, readings: Iterable<Reading>, now: number): Observed {
	const observed = new Map<string, StateNotice>();
	for (const reading of readings) {
		const key = `${reading.state} ${reading.subject}`;
		const known = before.get(key);
		observed.set(key, { ...reading, at: known?.condition === reading.condition ? known.at : now });
	}
	return observed;
}

/** Returns sample notices of trouble, as targets would get them. */
export function sampleNotices(states: readonly string[], at: number): StateNotice[] {
	const { storageFailing, nodeLost, siteChanged } = messageTexts.notices;
	const changed = changedText({ since: at, entries: [{ kind: "method", name: "WebcastExampleMessage" }] });
	const [ending, full] = [identityTexts.loginEnds("main", 48 * 3_600_000), readyTexts.storage("disk_full", undefined)];
	const samples: Reading[] = [
		{ state: "login_ending", subject: "main", condition: "ending", text: ending },
		{ state: "storage", subject: "", condition: "failing", text: storageFailing(full) },
		{ state: "node_lost", subject: "node-2", condition: "lost", text: nodeLost("node-2") },
		{ state: "site_changed", subject: "method", condition: "changed", text: siteChanged(changed) },
	];
	return samples.filter(({ state }) => states.includes(state)).map((reading) => ({ ...reading, at }));
}

/** Inputs that decide which changes a target is notified of. */
interface NotificationRule {
	states: readonly string[];
	holdMs: number;
	/** Maximum number of notices in one delivery. */
	maxNotices: number;
	now: number;
	/** Returns the time when a notice that holds since `at` is due, if that is later. */
	heldUntil: (at: number, now: number) => number | undefined;
}

interface Changes {
	due: StateNotice[];
	/** Notified states once these notices are delivered. */
	lastNotified: LastNotified;
	/** Time when the next notice is due, if that is later. */
	dueAt: number | undefined;
	/** Whether no other notice is due now. */
	isAll: boolean;
}

/**
 * Returns the changes to notify a target of: those that differ from its last notified states and have held long enough.
 * States that are not observed at present stay as they are.
 */
export function changesOf(observed: Observed, lastNotified: LastNotified, rule: NotificationRule): Changes {
	const changed = [...observed].filter(
		([key, { state, condition }]) => rule.states.includes(state) && condition !== (lastNotified[key] ?? "fine"),
	);
	const times = changed.map(([, notice]) => dueAtOf(notice, rule));
	const due = changed.filter((_, n) => times[n] === undefined);
	const later = times.filter((at) => at !== undefined);
	const now = due.slice(0, rule.maxNotices);
	return {
		due: now.map(([, notice]) => notice),
		lastNotified: now.length > 0 ? notifiedWith(lastNotified, now) : lastNotified,
		dueAt: later.length > 0 ? Math.min(...later) : undefined,
		isAll: now.length === due.length,
	};
}

/** Returns the time when a notice is due; `undefined`: now. */
function dueAtOf({ at }: StateNotice, { holdMs, now, heldUntil }: NotificationRule): number | undefined {
	const until = at + holdMs;
	// Does not wait if the clock has been set back since.
	return until > now && until - now <= holdMs ? until : heldUntil(at, now);
}

/** Merges changes into the notified states. A state that is fine needs no entry. */
function notifiedWith(lastNotified: LastNotified, changed: readonly (readonly [string, StateNotice])[]): LastNotified {
	const next = { ...lastNotified, ...Object.fromEntries(changed.map(([key, { condition }]) => [key, condition])) };
	return Object.fromEntries(Object.entries(next).filter(([, condition]) => condition !== "fine"));
}
