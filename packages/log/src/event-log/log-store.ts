import type { KeyValueStores, SecretBox } from "../storage/index.ts";
import type { CommittedBatch, EventLog, EventLogStatus, ReadPage, ReadQuery, Retention } from "./event-log.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { LogHealth } from "./log-health.ts";
import type { PendingEvents } from "./pending-events.ts";
import type { Projection } from "./projection.ts";
import type { PastReader } from "./search.ts";

/** Questions that a room's projection answers. */
export type Question = "broadcasts" | "series" | "gifts" | "newcomers";

/** Parts of the log's contract that the log passes on to its store as they are. */
type Passed = ("lastSeq" | "knows" | "afterNewest" | "cursor" | "lost") | ("backup" | "backupProgress");

/**
 * Where a log's events are kept: the part of an event log in which SQLite and NATS JetStream differ. `StoredEventLog` is
 * the log over it.
 *
 * - **Answered.** Events that the store has published are durable, together with their cursor, and under the same
 *   numbers for every reader from then on. Reads see whole commits, each either entirely or not at all.
 * - **Not answered.** A batch whose commit failed, or whose answer was lost, may be stored or not. It comes again
 *   unchanged and in the same place, and is stored once.
 * - **Restart.** A store that is opened again continues behind the last event that it published. Where it can't be shown
 *   that this is its end, each room continues above every number that can have been assigned, behind a jump; readers see
 *   `truncated`. No number is assigned twice, and nothing that is doubted is deleted.
 * - **Damage.** An event that can't be read is returned as a `gap` under its number.
 *
 * Each method rejects with a LivekeeperError: `storage_closed` after `close`, `storage_failing` if the store can't answer.
 */
export interface LogStore extends PastReader, Pick<EventLog, Passed> {
	/** Small state beside the events. */
	readonly stores: KeyValueStores;
	/** Seals cookies and proxies. */
	readonly box: SecretBox;
	/** Batches that wait for their commit. */
	readonly queue: Pick<GroupCommit, "append" | "flush" | "oldest" | "repeats">;

	/** Parts of the log's status that only the store knows: its findings, and damage, losses and affected rooms if any. */
	status(): Pick<EventLogStatus, "affects" | "damage" | "findings" | "losses">;
	read(liveId: string, query: ReadQuery): Promise<ReadPage>;
	/** Returns the answer of a room's projection, up to date with the log; that of an empty one for an unknown room. */
	ask<Q extends Question>(
		liveId: string,
		question: Q,
		...args: Parameters<Projection[Q]>
	): Promise<ReturnType<Projection[Q]>>;
	/** Called each second. */
	onTick?(): void;
	/**
	 * Performs a round of upkeep: deletes what is beyond retention, and whatever else the store needs.
	 * @param saveClock stores what is known of the clock; called once the store is known to be intact
	 */
	upkeep(now: number, retention: Retention, saveClock: () => Promise<void>): Promise<StoreUpkeep>;
	/** Reports a round of upkeep that failed. @param isFirst whether the round before it succeeded */
	upkeepFailed(error: unknown, isFirst: boolean): void;

	/**
	 * Stores what waits, and releases everything.
	 * @param stopUpkeep ends upkeep; called before anything that a round needs is released
	 * @returns the number of events that could not be stored
	 */
	close(stopUpkeep: () => Promise<void>): Promise<number>;
}

export interface StoreUpkeep {
	/** Whether the round was not enough. */
	more: boolean;
	/** Bytes that events and their indexes occupy. */
	storedBytes: number;
}

/** The log above a store, as the store sees it. */
export interface LogHost {
	/** Counts what waits in all queues of the store together. */
	readonly pending: PendingEvents;
	readonly health: LogHealth;
	/** Must be called with events that have become durable, in the order of their numbers. */
	publish(batch: CommittedBatch): void;
	/** Must be called when the status has changed, though not its `state` or `fault`. */
	statusChanged(): void;
}
