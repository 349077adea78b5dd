import type { LiveEventType } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import type { Truncation } from "./target.ts";

/** An event from the log. */
export interface LoggedEvent {
	seq: number;
	/** The whole event as JSON in wire form, forwarded unchanged. */
	json: string;
}

export interface LogPage {
	events: readonly LoggedEvent[];
	/** Value of `after` for the next page. It advances even if a filter left `events` empty. */
	nextAfter: number;
	/** Whether nothing more matches at present. */
	caughtUp: boolean;
	/** Set if events between `after` and the first one returned are gone. */
	truncated?: Truncation;
	/** Sequence of the oldest event still stored; `lastSeq + 1` if there is none. */
	oldestSeq: number;
	/** Newest `seq` ever assigned in this room; 0 for a room without events. */
	lastSeq: number;
}

/** The part of the event log that targets use. */
export interface TargetLog {
	read(
		liveId: string,
		query: { after: number; limit: number; types?: readonly LiveEventType[] | undefined; from?: number },
	): Promise<LogPage>;
	/** Newest durable `seq`; 0 for a room without events. */
	lastSeq(liveId: string): Promise<number>;
	/** Returns every room that the log has or had events of. A room without events is announced by its first commit. */
	liveIds(): Promise<readonly string[]>;
	/** Calls `listener` after each commit, per room in order. @returns a function that removes the listener */
	onCommitted(listener: (batch: { liveId: string; events: readonly { seq: number }[] }) => void): () => void;
}

export function targetLogOf(log: Pick<EventLog, "read" | "lastSeq" | "onCommitted" | "liveIds">): TargetLog {
	return {
		read: (liveId, query) => log.read(liveId, query),
		lastSeq: (liveId) => log.lastSeq(liveId),
		liveIds: () => log.liveIds(),
		onCommitted: (listener) => log.onCommitted(listener),
	};
}
