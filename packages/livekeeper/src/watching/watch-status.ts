import type { LookupWay } from "@livekeeper/douyin";

/** Ways of finding out whether rooms are live: one room at a time, several people at once, or all that a login follows. */
export type WatchWay = LookupWay | "batch" | "followed";

/** How the site refuses a way. `layout`: it answers, and the answer cannot be read. */
export type RefusalSign = "captcha" | "empty" | "refused" | "layout" | "slow_down" | "login";

/** One way of asking from one exit. */
export interface WayStatus {
	readonly way: WatchWay;
	/** `untried`: nothing is known. `rests`: it was refused, and one request tries it again at `until`. */
	readonly state: "untried" | "works" | "rests";
	/** Since when, ms since the epoch; `undefined` while untried. */
	readonly since: number | undefined;
	readonly until: number | undefined;
	readonly sign: RefusalSign | undefined;
	/** Requests that may be made at once, and how many are added each minute. */
	readonly left: number;
	readonly perMinute: number;
	/** Requests of the last 24 hours. */
	readonly asked: number;
}

/** An address as the site sees it: this machine's own, or a proxy's. */
export interface ExitStatus {
	/** `direct`, or the proxy's host and port, without its password. */
	readonly name: string;
	/** Rooms that are looked up from here. */
	readonly rooms: number;
	readonly ways: readonly WayStatus[];
	/** No way works: all rest. */
	readonly closed: boolean;
}

/** What is looked up, from where, and how far it is. */
export interface WatchStatus {
	readonly exits: readonly ExitStatus[];
	/** Rooms that are kept here, connected ones too, and how many of them the site has said anything about. */
	readonly rooms: number;
	readonly known: number;
	/** Time until all are known, ms, as planned; 0 where they are. */
	readonly knownInMs: number;
}

/** One room, as it is looked up. Times are ms since the epoch. */
export interface RoomWatch {
	readonly lastAt: number | undefined;
	readonly lastWay: WatchWay | undefined;
	/** When it is asked about next, by which way, as planned now; `undefined` while it is, or need not be. */
	readonly nextAt: number | undefined;
	readonly nextWay: WatchWay | undefined;
}
