import type { Cursor, LiveEvent, LiveEventType } from "@livekeeper/douyin";
import type { KeyValues, Registries } from "../storage/index.ts";
import type { Text } from "../text/index.ts";
import type { BroadcastSummary } from "./broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "./charts.ts";
import type { ClockDoubt } from "./clock-trust.ts";
import type { KnownGift } from "./gift-catalogue.ts";
import type { Newcomers } from "./newcomers.ts";
import type { SearchPage, SearchQuery } from "./search.ts";

/** An event as the log gives it: numbered, and already in the form in which it leaves the process. */
export interface StoredEvent {
	/**
	 * 1, 2, 3 … per room. Where the log's end was in doubt it jumps, to about the time in ms since the epoch: that is told
	 * as `truncated`, and by a `gap`. No number is ever given twice.
	 */
	seq: number;
	type: LiveEventType;
	/** Upstream time, ms since the epoch. */
	at: number;
	/** The whole event as JSON in wire form (snake_case, with `seq`): forward it as it is. */
	json: string;
	/** The upstream's payload, base64, where it is stored: what is read from the log has it only where it was asked for. */
	raw?: string;
}

/** What one frame brought: events in upstream order, and the cursor behind them. */
export interface EventBatch {
	liveId: string;
	events: readonly LiveEvent[];
	/** Stored in the same transaction as the events; left as it was when absent. */
	cursor?: Cursor | undefined;
}

/** Events of one room that have just become durable, in order. */
export interface CommittedBatch {
	liveId: string;
	/** At least one; `seq` follows on from the room's batch before. */
	events: readonly StoredEvent[];
}

export interface ReadQuery {
	/** Give events with a greater `seq`; default 0, the beginning. */
	after?: number | undefined;
	/** At most this many events; default 500, at most 5,000. A page also ends at about 1 MiB of JSON. */
	limit?: number | undefined;
	/** A page also ends with the event that reaches this many characters of JSON; default and at most 1 Mi. */
	maxChars?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly LiveEventType[] | undefined;
	/** Only events with `at` >= this, ms since the epoch. */
	from?: number | undefined;
	/** Only events with `at` < this, ms since the epoch. */
	to?: number | undefined;
	/** Whether to give the upstream's payloads as well, where they are stored; default false. */
	raw?: boolean | undefined;
}

/** Events that were asked for and are not there any more, by `seq`, both ends included. */
export interface Truncation {
	from: number;
	to: number;
	/**
	 * `retention`: deleted by age or size. `reset`: the log has lost some of what it had given out, or may have (a power
	 * cut, a restored backup, a database that was set aside): how many of these numbers ever had an event is not known.
	 */
	reason: "retention" | "reset";
}

export interface ReadPage {
	events: StoredEvent[];
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

/** Why the log can't write at the moment. Public: it appears in the status and in logs. */
export type StorageFault =
	| "disk_full"
	| "read_only"
	| "locked"
	| "lost"
	| "corrupt"
	| "io"
	| "unreachable"
	/** It neither stores nor refuses: the oldest event has waited for more than 5 s. */
	| "stalled"
	| "internal";

/** What of a log is damaged. */
export interface LogDamage {
	/** Events in whose place readers get a `gap` with the reason `corrupt`, until retention takes that. */
	events: number;
	/** Live ids of their rooms, and of those whose sums could not be read or not be counted. */
	rooms: readonly string[];
}

export interface EventLogStatus {
	/** `failing`: appended batches wait in memory and are tried again; reading goes on where the store allows it. */
	state: "ok" | "failing";
	/** Set while failing. */
	fault?: StorageFault;
	/** For people; set while failing. */
	message?: Text;
	/** When the log entered this state, ms since the epoch. */
	since: number;
	/** While failing, whether it fails for what this room says; absent: for all rooms. */
	affects?: (liveId: string) => boolean;
	/** Accepted and not yet durable. */
	pendingEvents: number;
	pendingBytes: number;
	/** Bytes that events and their indexes take in the store, as of the last upkeep. */
	storedBytes: number;
	/** Events left out because the room's log already had their id, since the log was opened. */
	repeats: number;
	/** Set while the clock is not believed, since it has jumped: nothing is deleted by age so long. */
	clock?: ClockDoubt;
	/** Set where something of what is stored is damaged: it is left out, and all else goes on. */
	damage?: LogDamage;
	/** Which databases were damaged or missing, and what has become of them, since the log was opened; for people. */
	findings: readonly Text[];
	/** Streams of NATS that have lost what was in them, with what is known of that. */
	losses?: readonly { stream: string; loss: StreamLoss }[];
}

/** What a stream of NATS has lost last. */
export interface StreamLoss {
	/** It was gone, another was there in its place, or it was shorter than before. */
	found: "missing" | "younger" | "shorter";
	/** When it was last found whole, ms since the epoch; absent where nobody remembers. */
	since?: number | undefined;
	/** When the loss was found, ms since the epoch. */
	at: number;
}

/** How far the copy for a backup has come, bytes. */
export interface BackupProgress {
	copied: number;
	total: number;
}

/** A room of which a log that was set aside knew, or may have known. */
export interface LostRoom {
	/** When the newest of what was lost was stored, ms since the epoch; `undefined` where that is not known. */
	since: number | undefined;
}

export interface Retention {
	/** Events older than this are deleted, ms; default 7 days. Not while the clock is in doubt. */
	maxAgeMs: number;
	/** The oldest events are deleted while the store is larger than this, bytes; default 2 GiB. */
	maxBytes: number;
}

export type Unsubscribe = () => void;

/**
 * The memory of the service: every room's events, once and in order.
 *
 * `append` only queues. Batches of all rooms become durable together (group commit), each with its cursor in the same
 * transaction; only then do they have a `seq`, and only then does any reader see them. An event whose id and time one of
 * the room's newest events has (2,000 of them unless said otherwise) is left out before it gets a `seq`, also after a
 * restart; what is older is stored again.
 *
 * Times, ids and cursors are the caller's; ids of the service's own events have to be unique across restarts too.
 */
export interface EventLog extends Registries {
	/** Targets, with their places in this log. */
	readonly targets: KeyValues;
	/**
	 * Queues a batch; batches of one room become durable in the order in which they were appended.
	 * @returns false when the queue is over its bound: the batch was taken; append no more until `onWritable`
	 * @throws LivekeeperError `storage_closed` after `close`, TypeError for an event that can't become JSON
	 */
	append(batch: EventBatch): boolean;
	/** Whether the queue, of all rooms together, is below its bound. */
	readonly writable: boolean;
	/** Called when the queue is below its bound again after it was not. */
	onWritable(listener: () => void): Unsubscribe;
	/** Called after each commit, per room in order. A listener's throw is logged and reaches nobody. */
	onCommitted(listener: (batch: CommittedBatch) => void): Unsubscribe;
	/** Resolves when everything that was appended before this call is durable, however long that takes. */
	flush(): Promise<void>;

	/**
	 * A page of a room's events. A room that the log doesn't know is empty. An event that is damaged in the store is given as
	 * a `gap` with its `seq` and the reason `corrupt`.
	 */
	read(liveId: string, query?: ReadQuery): Promise<ReadPage>;
	/**
	 * A page of what is looked for in one room, several or all, newest first. It reads in small slices, which hold up no
	 * writing and other readers for some ms at most. Events that are damaged are left out.
	 * @param signal ends it; nobody waits for the page any more
	 * @throws the signal's reason
	 */
	search(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage>;
	/** The newest durable `seq`. For a room without events the number behind which its first will be: 0, if it never lost any. */
	lastSeq(liveId: string): Promise<number>;
	/** Whether the log has, or had, events of that room. */
	knows(liveId: string): Promise<boolean>;
	/**
	 * The `after` of a page that begins so many events before the end. Not `lastSeq - count`: numbers can jump.
	 * @param count of events
	 */
	afterNewest(liveId: string, count: number): Promise<number>;
	/** Every room that the log holds or held events of, wanted or not, in the order of their first batch. */
	liveIds(): Promise<string[]>;
	/** Cursor to resume from, behind the room's last durable batch. */
	cursor(liveId: string): Promise<Cursor | undefined>;
	/** Set while this log follows one that was set aside, and nothing of the room has been stored in it yet. */
	lost(liveId: string): Promise<LostRoom | undefined>;
	/** The room's broadcasts, oldest first, up to date with the log. Kept longer than the events. Writes nothing. */
	broadcasts(liveId: string): Promise<BroadcastSummary[]>;
	/**
	 * What the room said, summed up by the minute of its events' `at`, up to date with the log. A minute is kept, whole,
	 * while one of its events is. Writes nothing.
	 */
	series(liveId: string, query: SeriesQuery): Promise<Series>;
	/**
	 * What was given in a broadcast, and by whom. Writes nothing.
	 * @param most of each that are listed
	 * @returns `undefined` for a broadcast that the log doesn't know
	 */
	gifts(liveId: string, roomId: string, most: number): Promise<BroadcastGifts | undefined>;

	/**
	 * Who was seen in a broadcast and in none of those before it, as far as the log still knows their people. Writes nothing.
	 * @returns `undefined` for a broadcast that the log doesn't know, or whose people are gone with its events
	 */
	newcomers(liveId: string, roomId: string): Promise<Newcomers | undefined>;

	/**
	 * The gifts that have passed by in all rooms, the dearest first, also those whose events are gone. What is new is in it
	 * some ten seconds after it was stored.
	 */
	knownGifts(): Promise<KnownGift[]>;

	status(): EventLogStatus;
	/** Called when `state` or `fault` changes. */
	onStatus(listener: (status: EventLogStatus) => void): Unsubscribe;
	/** Changes retention; takes effect at the next upkeep. */
	setRetention(retention: Partial<Retention>): void;
	/**
	 * Makes a backup while the log is written on: a copy of it, with the registry and the targets in it, that is taken in
	 * where it lies in the log's place in an empty folder.
	 * @returns the path of a new file, which is the caller's to remove
	 * @throws LivekeeperError `backup_failed`, `storage_failing`
	 */
	backup(): Promise<string>;
	/** Of the backup that is being made; `undefined` when none is. */
	backupProgress(): Promise<BackupProgress | undefined>;
	/**
	 * Stores what is pending, and releases the store.
	 * @throws LivekeeperError `storage_failing` when pending events could not be stored; all is released even then
	 */
	close(): Promise<void>;
}
