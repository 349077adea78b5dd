import type { CallbackProblem, OfficialType } from "@livekeeper/douyin";
import type { MatchFigures } from "./gift-match.ts";

/** What is remembered of a broadcast across restarts. */
export interface BroadcastNote {
	liveId: string;
	roomId: string;
	types: OfficialType[];
	/** Whether its gifts count, and not those of the web. */
	counts: boolean;
	/** Since when each kind is pushed without a break, ms since the epoch. */
	since?: Partial<Record<OfficialType, number>>;
	/** ms since the epoch; `undefined` while it is on. */
	endedAt?: number | undefined;
	/** The page of failed deliveries that is looked at next. */
	pages: Partial<Record<OfficialType, number>>;
	/** Events of deliveries on that page, by id: they are stored. */
	stored?: Partial<Record<OfficialType, string[]>>;
	/** Look-ups that are done since it ended. */
	lastLooks: number;
}

export type TaskState = "starting" | "running" | "refused" | "stopped";

/** What the platform did not do, in its own words. */
export interface PushProblem {
	/** The platform's number; `undefined` where it gave no answer. */
	errNo: number | undefined;
	message: string;
}

/** One kind of data of a broadcast. Counts are since the service was started. */
export interface TaskStatus {
	type: OfficialType;
	state: TaskState;
	/** Why it does not run, or why nobody knows whether it does. */
	error: PushProblem | undefined;
	/** Since when it is pushed without a break, also over restarts of the service, ms since the epoch. */
	since: number | undefined;
	/** Callbacks that were stored. */
	callbacks: number;
	/** ms since the epoch. */
	lastCallbackAt: number | undefined;
	/** Deliveries that the platform reported as failed, and deliveries that are not stored yet. */
	failedDeliveries: number;
	missing: number;
	/** Entries that can't be read: what they hold is missing for good. */
	unreadable: number;
}

/** The status of a broadcast that the platform pushes. Counts are since the service was started. */
export interface PushedStatus {
	roomId: string;
	endedAt: number | undefined;
	tasks: TaskStatus[];
	/** Whether its gifts count, and not those of the web. */
	counts: boolean;
	callbacks: number;
	/** Entries of callbacks, and of failed deliveries that were looked up; what came twice counts twice. */
	entries: number;
	lookedUp: number;
	/** Entries that the platform's test tool made, and those that can't be read: they are not stored. */
	tests: number;
	unreadable: number;
	/** Failed deliveries that the platform reported. */
	failedDeliveries: number;
	/** When failed deliveries were last looked up to their end, ms since the epoch. */
	lookedUpAt: number | undefined;
	/** Why the last look-up came to no end. */
	lookUpError: PushProblem | undefined;
	acknowledged: number;
	/** Gifts of both sources that may be the same. */
	match: MatchFigures;
}

/** The state of an app's token. Times are ms since the epoch. */
export interface TokenStatus {
	/** Until when the one that is held holds; `undefined`: none is held. */
	endsAt: number | undefined;
	/** Why the last one could not be had; `undefined` once one was. */
	error: (PushProblem & { at: number }) | undefined;
}

/**
 * `unknown`: of a broadcast that nobody asked for. `not_asked`: of a kind that nobody asked for. `repeated`: it was taken
 * before. `too_large`, `unreadable`: it is the platform's, and can't be taken.
 */
export interface RefusedCallback {
	/** ms since the epoch. */
	at: number;
	problem: CallbackProblem | "unknown" | "not_asked" | "repeated" | "too_large" | "unreadable";
}

/** A room's official source, newest broadcast first. Nothing in it is secret. */
export interface OfficialStatus {
	liveId: string;
	appId: string;
	/** Kinds that are pushed. */
	types: OfficialType[];
	token: TokenStatus;
	/** Callbacks that were refused since the service was started. */
	refused: number;
	lastRefused: RefusedCallback | undefined;
	broadcasts: PushedStatus[];
}
