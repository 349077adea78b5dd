import type { WireEvent } from "@livekeeper/douyin";

/** One event of a room, as the service's log holds it. */
export type RoomEvent = WireEvent & {
	/** 1, 2, 3 … per room, without holes. Give it as `after` to go on behind this event. */
	seq: number;
};

export type RoomEventType = RoomEvent["type"];

/** Events that were asked for are not there any more. What follows is the oldest that is. */
export interface TruncatedNotice {
	type: "truncated";
	/** The first and the last `seq` that are missing. */
	from: number;
	to: number;
	/** `retention`: deleted by age or size. `reset`: the log may have lost messages; numbers continue behind `to`. */
	reason: "retention" | "reset";
}

/** What following a room yields. */
export type RoomItem = RoomEvent | TruncatedNotice;

/** One page of a room's past. */
export interface HistoryPage {
	events: RoomEvent[];
	/** Give it as `after` to get the next page. */
	nextAfter: number;
	/** There are no more events at this moment. */
	caughtUp: boolean;
	/** Set where events between `after` and the first one given are gone. */
	truncated?: TruncatedNotice;
	oldestSeq: number;
	lastSeq: number;
}

/** What is given to the service: `undefined` is as good as left out, and lists are only read. */
export type Given<T> = {
	[K in keyof T]: T extends Record<K, T[K]> ? ReadonlyList<T[K]> : ReadonlyList<T[K]> | undefined;
};
type ReadonlyList<T> = T extends (infer Item)[] ? readonly Given<Item>[] : T;
