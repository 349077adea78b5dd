import type { Text } from "@livekeeper/base/text";
import type { Cursor, LiveEvent, LiveEventType } from "@livekeeper/douyin";
import type { KeyValues, Registries } from "../storage/index.ts";
import type { BroadcastSummary } from "./broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "./charts.ts";
import type { ClockDoubt } from "./clock-trust.ts";
import type { KnownGift } from "./known-gifts.ts";
import type { SearchPage, SearchQuery } from "./search.ts";

/** An event as the log returns it: numbered, and already in the form in which it leaves the process. */
export interface StoredEvent {
	/**
	 * 1, 2, 3 … per room. If the end of the log was in doubt, it jumps to about the current time in units of 10 µs since
	 * the epoch; readers see `truncated` and a `gap`. No number is ever assigned twice.
	 */
	seq: number;
	type: LiveEventType;
	/** Upstream time, ms since the epoch. */
	at: number;
	/** The whole event as JSON in wire form (snake_case, with `seq`): forward it as it is. */
	json: string;
	/** The upstream's payload, base64, if stored. Pages have it only if the query asked for it. */
	raw?: string;
}

/** Content of one frame: events in upstream order, and the cursor behind them. */
export interface EventBatch {
	liveId: string;
	events: readonly LiveEvent[];
	/** Stored in the same transaction as the events. If absent, the stored cursor stays. */
	cursor?: Cursor | undefined;
}

/** Events of one room that have just become durable, in order. */
export interface CommittedBatch {
	liveId: string;
	/** At least one; `seq` continues from the room's previous batch. */
	events: readonly StoredEvent[];
}

export interface ReadQuery {
	/** Return events with a greater `seq`; default 0, the beginning. */
	after?: number | undefined;
	/** Maximum number of events; default 500, at most 5,000. A page also ends at about 1 MiB of JSON. */
	limit?: number | undefined;
	/** A page also ends with the event that reaches this many characters of JSON; default and maximum 1 Mi. */
	maxChars?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly LiveEventType[] | undefined;
	/** Only events with `at` >= this, ms since the epoch. */
	from?: number | undefined;
	/** Only events with `at` < this, ms since the epoch. */
	to?: number | undefined;
	/** Whether to return stored upstream payloads as well; default false. */
	raw?: boolean | undefined;
}

/** Requested events that no longer exist, by `seq`, both ends included. */
export interface Truncation {
	from: number;
	to: number;
	/**
	 * `retention`: deleted by age or size. `reset`: the log has lost events that it had published, or may have lost some
	 * (a power cut, a restored backup, a database that was set aside). How many of these numbers ever had an event is
	 * unknown.
	 */
	reason: "retention" | "reset";
}

export interface ReadPage {
	events: StoredEvent[];
	/** Pass as `after` to read the next page. It advances even if a filter left `events` empty. */
	nextAfter: number;
	/** Whether nothing more matches at this moment. */
	caughtUp: boolean;
	/** Set if events between `after` and the first returned one are gone. */
	truncated?: Truncation;
	/** The oldest `seq` still stored; `lastSeq + 1` if there is none. */
	oldestSeq: number;
	/** The newest `seq` ever assigned in this room; 0 for a room without events. */
	lastSeq: number;
}

/** Why the log can't write at the moment. Public: it appears in the status and in logs. */
export type StorageFault =
	| "disk_full"
	| "read_only"
	| "locked"
	| "lost"
	| "corrupt"
	| "io"
	| "unreachable"
	/** The store neither accepts nor refuses: the oldest event has waited for more than 5 s. */
	| "stalled"
	| "internal";

/** Damaged parts of a log. */
export interface LogDamage {
	/**
	 * Number of damaged events. Readers get a `gap` with the reason `corrupt` in their place, until retention deletes it.
	 */
	events: number;
	/** Live ids of their rooms, and of rooms whose aggregates could not be read or computed. */
	rooms: readonly string[];
}

export interface EventLogStatus {
	/** `failing`: appended batches wait in memory and are retried; reading continues as far as the store allows. */
	state: "ok" | "failing";
	/** Set while failing. */
	fault?: StorageFault;
	/** For people; set while failing. */
	message?: Text;
	/** When the log entered this state, ms since the epoch. */
	since: number;
	/** While failing, whether the failure affects this room; absent: it affects all rooms. */
	affects?: (liveId: string) => boolean;
	/** Accepted and not yet durable. */
	pendingEvents: number;
	pendingBytes: number;
	/** Bytes that events and their indexes occupy in the store, as of the last upkeep. */
	storedBytes: number;
	/** Number of events dropped since the log was opened because the room's log already had their id. */
	repeats: number;
	/** Set while the clock is in doubt after a jump. Nothing is deleted by age until it is trusted again. */
	clock?: ClockDoubt;
	/** Set if stored data is damaged. The damaged parts are left out; everything else continues to work. */
	damage?: LogDamage;
	/** Databases that were found damaged or missing since the log was opened, and how each was handled; for people. */
	findings: readonly Text[];
	/** NATS streams that have lost their content, with the known details. */
	losses?: readonly { stream: string; loss: StreamLoss }[];
}

/** The latest loss of a NATS stream. */
export interface StreamLoss {
	/**
	 * `missing`: the stream was gone. `younger`: another stream was in its place. `shorter`: it was shorter than before.
	 */
	found: "missing" | "younger" | "shorter";
	/** When it was last found intact, ms since the epoch; absent if unknown. */
	since?: number | undefined;
	/** When the loss was found, ms since the epoch. */
	at: number;
}

/** Progress of a backup copy, bytes. */
export interface BackupProgress {
	copied: number;
	total: number;
}

/** A room that a log that was set aside knew, or may have known. */
export interface LostRoom {
	/** When the newest lost event was stored, ms since the epoch; `undefined` if unknown. */
	since: number | undefined;
}

export interface Retention {
	/** Maximum age of events, ms; older ones are deleted, but not while the clock is in doubt. Default 7 days. */
	maxAgeMs: number;
	/** Maximum size of the store, bytes; while it is larger, the oldest events are deleted. Default 2 GiB. */
	maxBytes: number;
}

export type Unsubscribe = () => void;

/**
 * The durable event log of the service: every room's events, once and in order.
 *
 * `append` only queues. Batches of all rooms become durable together (group commit), each with its cursor in the same
 * transaction. Only then do they get a `seq`, and only then does any reader see them. An event with the same id and
 * time as one of the room's newest events (2,000 by default) is dropped before it gets a `seq`, also after a restart.
 * An older event is stored again.
 *
 * Times, ids and cursors come from the caller; ids of the service's own events must be unique across restarts too.
 */
export interface EventLog extends Registries {
	/** Targets, with their positions in this log. */
	readonly targets: KeyValues;
	/**
	 * Queues a batch. Batches of one room become durable in the order in which they were appended.
	 * @returns false if the queue has reached its bound. The batch was accepted; append no more until `onWritable`
	 * @throws LivekeeperError `storage_closed` after `close`, TypeError for an event that can't become JSON
	 */
	append(batch: EventBatch): boolean;
	/** Whether the queue of all rooms together is below its bound. */
	readonly writable: boolean;
	/** Called when the queue is below its bound again. */
	onWritable(listener: () => void): Unsubscribe;
	/** Called after each commit, per room in order. An error thrown by a listener is logged and does not propagate. */
	onCommitted(listener: (batch: CommittedBatch) => void): Unsubscribe;
	/** Resolves when everything appended before this call is durable, however long that takes. */
	flush(): Promise<void>;

	/**
	 * Reads a page of a room's events; empty for a room that the log doesn't know. A damaged event is returned as a `gap`
	 * with its `seq` and the reason `corrupt`.
	 */
	read(liveId: string, query?: ReadQuery): Promise<ReadPage>;
	/**
	 * Returns a page of matches in one room, several or all, newest first. Reads in small slices, which delay writes and
	 * other readers by a few ms at most. Damaged events are left out.
	 * @param signal aborts the search when the page is no longer needed
	 * @throws the signal's reason
	 */
	search(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage>;
	/**
	 * Returns the newest durable `seq`. For a room without events: the number after which its first one will come, 0 if
	 * the log never lost any.
	 */
	lastSeq(liveId: string): Promise<number>;
	/** Returns whether the log has, or had, events of the room. */
	knows(liveId: string): Promise<boolean>;
	/**
	 * Returns the `after` of a page that begins `count` events before the end. Not `lastSeq - count`, because numbers can
	 * jump.
	 * @param count number of events
	 */
	afterNewest(liveId: string, count: number): Promise<number>;
	/** Returns every room that the log holds or held events of, kept or not, in the order of their first batch. */
	liveIds(): Promise<string[]>;
	/** Returns the cursor to resume from, behind the room's last durable batch. */
	cursor(liveId: string): Promise<Cursor | undefined>;
	/**
	 * Resolves with a value if this log replaces one that was set aside and nothing of the room has been stored in it
	 * yet.
	 */
	lost(liveId: string): Promise<LostRoom | undefined>;
	/**
	 * Returns the room's broadcasts, oldest first, up to date with the log. Kept longer than the events. Writes nothing.
	 */
	broadcasts(liveId: string): Promise<BroadcastSummary[]>;
	/**
	 * Returns the room's aggregates by the minute of its events' `at`, up to date with the log. A minute is kept, whole,
	 * while at least one of its events is. Writes nothing.
	 */
	series(liveId: string, query: SeriesQuery): Promise<Series>;
	/**
	 * Returns the gifts of a broadcast and their givers. Writes nothing.
	 * @param max maximum number of entries in each list
	 * @returns `undefined` for a broadcast that the log doesn't know
	 */
	gifts(liveId: string, roomId: string, max: number): Promise<BroadcastGifts | undefined>;

	/**
	 * Returns the number of people seen in a broadcast and in none before it, as far as the log still knows their people.
	 * Writes nothing.
	 * @returns `undefined` for a broadcast that the log doesn't know, or whose people are gone with its events
	 */
	newcomers(liveId: string, roomId: string): Promise<Newcomers | undefined>;

	/**
	 * Returns the gifts seen in all rooms, most expensive first, including those whose events are gone. In a cluster,
	 * those of other nodes' rooms appear some seconds after they were stored.
	 */
	knownGifts(): Promise<KnownGift[]>;

	status(): EventLogStatus;
	/** Called when `state` or `fault` changes. */
	onStatus(listener: (status: EventLogStatus) => void): Unsubscribe;
	/** Changes retention; takes effect at the next upkeep. */
	setRetention(retention: Partial<Retention>): void;
	/**
	 * Makes a backup while the log continues to be written: a copy of it, with the registry and the targets. Placed where
	 * the log belongs in an empty folder, the copy is picked up.
	 * @returns the path of a new file, which the caller removes
	 * @throws LivekeeperError `backup_failed`, `storage_failing`
	 */
	backup(): Promise<string>;
	/** Returns the progress of the running backup; `undefined` if there is none. */
	backupProgress(): Promise<BackupProgress | undefined>;
	/**
	 * Stores pending events and releases the store.
	 * @throws LivekeeperError `storage_failing` if pending events could not be stored; everything is released even then
	 */
	close(): Promise<void>;
}

/** Number of people seen in a broadcast and in none of the broadcasts before it. */
export interface Newcomers {
	/** Different people who were seen in the broadcast. */
	people: number;
	/** Number of them seen in none of the broadcasts that they are compared with. */
	newcomers: number;
	/** Number of earlier broadcasts in the comparison: the newest ones whose people are still known. */
	comparedWith: number;
	/** When the oldest of these began, ms since the epoch; absent if there is none. */
	since?: number;
}

/** Maximum number of earlier broadcasts, because each of a broadcast's people is looked up in each of them. */
export const maxCompared = 10;
