import type { CallbackProblem, OfficialType } from "@livekeeper/douyin";
import type { MatchFigures } from "./gift-match.ts";

/** State of a broadcast that survives restarts. */
export interface BroadcastNote {
	liveId: string;
	roomId: string;
	types: OfficialType[];
	/** Whether its gifts count, instead of those of the web. */
	counts: boolean;
	/** Start of the uninterrupted push of each kind, ms since the epoch. */
	since?: Partial<Record<OfficialType, number>>;
	/** ms since the epoch; `undefined` while the broadcast is on. */
	endedAt?: number | undefined;
	/** Next page of failed deliveries to look up. */
	pages: Partial<Record<OfficialType, number>>;
	/** Ids of events of deliveries on that page that are stored. */
	stored?: Partial<Record<OfficialType, string[]>>;
	/** Number of lookups done since it ended. */
	lastLooks: number;
}

export type TaskState = "starting" | "running" | "refused" | "stopped";

/** A failure of the platform, in its own words. */
export interface PushProblem {
	/** The platform's number; `undefined` if it gave no answer. */
	errNo: number | undefined;
	message: string;
}

/** One kind of data of a broadcast. Counts are since the service was started. */
export interface TaskStatus {
	type: OfficialType;
	state: TaskState;
	/** Reason why it does not run, or why its state is unknown. */
	error: PushProblem | undefined;
	/** Start of the uninterrupted push, across restarts of the service, ms since the epoch. */
	since: number | undefined;
	/** Stored callbacks. */
	callbacks: number;
	/** ms since the epoch. */
	lastCallbackAt: number | undefined;
	/** Failed deliveries reported by the platform; `missing`: deliveries not stored yet. */
	failedDeliveries: number;
	missing: number;
	/** Unreadable entries, whose content is lost for good. */
	unreadable: number;
}

/** Status of a broadcast that the platform pushes. Counts are since the service was started. */
export interface PushedStatus {
	roomId: string;
	endedAt: number | undefined;
	tasks: TaskStatus[];
	/** Whether its gifts count, instead of those of the web. */
	counts: boolean;
	callbacks: number;
	/** Entries of callbacks and of failed deliveries that were looked up; duplicates count twice. */
	entries: number;
	lookedUp: number;
	/** Entries made by the platform's test tool; `unreadable`: those that cannot be read. Neither are stored. */
	tests: number;
	unreadable: number;
	/** Failed deliveries reported by the platform. */
	failedDeliveries: number;
	/** Time of the last complete lookup of failed deliveries, ms since the epoch. */
	lookedUpAt: number | undefined;
	/** Reason why the last lookup was not completed. */
	lookUpError: PushProblem | undefined;
	acknowledged: number;
	/** Gifts of both sources that may be the same. */
	match: MatchFigures;
}

/** State of an app's token. Times are ms since the epoch. */
export interface TokenStatus {
	/** Expiry of the current token; `undefined` if there is none. */
	endsAt: number | undefined;
	/** Error of the last request for a token; `undefined` after a success. */
	error: (PushProblem & { at: number }) | undefined;
}

/**
 * A refused callback. `unknown`: for an unrequested broadcast. `not_asked`: of an unrequested kind. `repeated`:
 * accepted before. `too_large`, `unreadable`: from the platform, but unacceptable.
 */
export interface RefusedCallback {
	/** ms since the epoch. */
	at: number;
	problem: CallbackProblem | "unknown" | "not_asked" | "repeated" | "too_large" | "unreadable";
}

/** A room's official source, newest broadcast first, without secrets. */
export interface OfficialStatus {
	liveId: string;
	appId: string;
	/** Kinds that are pushed. */
	types: OfficialType[];
	token: TokenStatus;
	/** Callbacks refused since the service was started. */
	refused: number;
	lastRefused: RefusedCallback | undefined;
	broadcasts: PushedStatus[];
}
