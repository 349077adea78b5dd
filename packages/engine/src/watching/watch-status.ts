import type { LookupWay } from "@livekeeper/douyin";

/** Ways of finding out whether rooms are live: one room at a time, several at once, or all that a login follows. */
export type WatchWay = LookupWay | "batch" | "followed";

/** How the site refuses a way. `layout`: it answers, and the answer can't be read. */
export type RefusalSign = "captcha" | "empty" | "refused" | "layout" | "slow_down" | "login";

/** One way of asking from one exit. */
export interface WayStatus {
	readonly way: WatchWay;
	/**
	 * `untried`: nothing is known. `rests`: it was refused and cools down until one request tries it again at `until`.
	 */
	readonly state: "untried" | "works" | "rests";
	/** Start of the state, ms since the epoch; `undefined` while untried. */
	readonly since: number | undefined;
	readonly until: number | undefined;
	readonly sign: RefusalSign | undefined;
	/** Number of requests that may be made at once, and the number added per minute. */
	readonly left: number;
	readonly perMinute: number;
	/** Number of requests in the last 24 hours. */
	readonly asked: number;
}

/** An address as the site sees it: this machine's own, or a proxy's. */
export interface ExitStatus {
	/** `direct`, or the proxy's host and port, without its password. */
	readonly name: string;
	/** Number of rooms that are looked up from here. */
	readonly rooms: number;
	readonly ways: readonly WayStatus[];
	/** Whether all ways are in cooldown. */
	readonly closed: boolean;
}

/** Overall state and progress of look-ups. */
export interface WatchStatus {
	readonly exits: readonly ExitStatus[];
	/** Number of rooms kept here, including connected ones, and number of those with any answer from the site. */
	readonly rooms: number;
	readonly known: number;
	/** Planned time until all are known, ms; 0 if they are. */
	readonly knownInMs: number;
}

/** State of one room's look-ups. Times are ms since the epoch. */
export interface RoomWatch {
	readonly lastAt: number | undefined;
	readonly lastWay: WatchWay | undefined;
	/** Planned time and way of the next look-up; `undefined` while one is running or none is needed. */
	readonly nextAt: number | undefined;
	readonly nextWay: WatchWay | undefined;
}
