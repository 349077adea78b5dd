import type { LiveEventType } from "@livekeeper/douyin";
import type { EventLog } from "../../event-log/index.ts";
import type { Truncation } from "./target.ts";

/** An event as the log gives it. */
export interface LoggedEvent {
	seq: number;
	/** The whole event as JSON in wire form: forwarded as it is. */
	json: string;
}

export interface LogPage {
	events: readonly LoggedEvent[];
	/** Ask for the next page with this as `after`. It moves on even where a filter left `events` empty. */
	nextAfter: number;
	/** Nothing more matches at this moment. */
	caughtUp: boolean;
	/** Set where events between `after` and the first one given are gone. */
	truncated?: Truncation;
	/** The oldest `seq` that is still there; `lastSeq + 1` when none is. */
	oldestSeq: number;
	/** The newest `seq` ever given in this room; 0 for a room without events. */
	lastSeq: number;
}

/** What targets need of the event log. */
export interface TargetLog {
	read(
		liveId: string,
		query: { after: number; limit: number; types?: readonly LiveEventType[] | undefined; from?: number },
	): Promise<LogPage>;
	/** The newest durable `seq`; 0 for a room without events. */
	lastSeq(liveId: string): Promise<number>;
	/** Every room that the log holds or held events of. A room without any is heard of by its first commit. */
	liveIds(): Promise<readonly string[]>;
	/** Called after each commit, per room in order. @returns a function that ends it */
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
