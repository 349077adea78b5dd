import type { WireEvent } from "@livekeeper/douyin";

/** One event of a room, as the service's log holds it. */
export type RoomEvent = WireEvent & {
	/** 1, 2, 3 … per room, without gaps. Pass it as `after` to continue after this event. */
	seq: number;
};

export type RoomEventType = RoomEvent["type"];

/** Requested events do not exist any more. The next event is the oldest that does. */
export interface TruncatedNotice {
	type: "truncated";
	/** The first and the last `seq` that are missing. */
	from: number;
	to: number;
	/** `retention`: deleted by age or size. `reset`: the log may have lost messages; numbers continue after `to`. */
	reason: "retention" | "reset";
}

/** Items yielded when following a room. */
export type RoomItem = RoomEvent | TruncatedNotice;

/** One page of a room's history. */
export interface HistoryPage {
	events: RoomEvent[];
	/** Pass it as `after` to get the next page. */
	nextAfter: number;
	/** Whether there are no more events at this moment. */
	caughtUp: boolean;
	/** Set if events between `after` and the first returned one were deleted. */
	truncated?: TruncatedNotice;
	oldestSeq: number;
	lastSeq: number;
}

/** Input to the service: `undefined` counts as left out, and lists are only read. */
export type Given<T> = {
	[K in keyof T]: T extends Record<K, T[K]> ? ReadonlyList<T[K]> : ReadonlyList<T[K]> | undefined;
};
type ReadonlyList<T> = T extends (infer Item)[] ? readonly Given<Item>[] : T;
