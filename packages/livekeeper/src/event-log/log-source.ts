import type { Cursor } from "@livekeeper/douyin";
import type { KeyValueStores } from "../storage/index.ts";
import type { BroadcastTotals, Gifter } from "./broadcast-summary.ts";
import type { GiftKind, Sums } from "./charts.ts";
import type { EncodedEvent } from "./encoded-event.ts";
import type { Jump } from "./floor.ts";
import type { KnownGift } from "./gift-catalogue.ts";

/** A room of a log that is moved. */
export interface SourceRoom {
	liveId: string;
	/** `lastSeq + 1` where no event of it is left. */
	oldestSeq: number;
	lastSeq: number;
	cursor: Cursor | undefined;
}

/** What the room's events add up to, those that are gone included. */
export interface SourceSums {
	/** Oldest first. */
	broadcasts: SourceBroadcast[];
	minutes: { minute: number; lastSeq: number; sums: Sums }[];
}

export interface SourceBroadcast {
	roomId: string;
	totals: BroadcastTotals;
	/** How many different people were seen. */
	users: number;
	/** Once its events are gone, and another broadcast has begun: then no people or kinds are left. */
	best: { gifters: Gifter[]; kinds: GiftKind[] } | undefined;
	people: { key: string; gifter: Gifter | undefined }[];
	kinds: GiftKind[];
}

/** Everything in a log, for moving it into another store. Nothing writes to it meanwhile. */
export interface LogSource {
	/** Tells this log from every other. */
	readonly id: string;
	/** Rooms in the order of their first batch. */
	rooms(): SourceRoom[];
	/** The events after this `seq`, in order, and the jumps between them. */
	events(liveId: string, after: number): Iterable<EncodedEvent | Jump>;
	sums(liveId: string): SourceSums;
	/** Rooms, identities, overlay tokens, notes and targets. */
	readonly stores: KeyValueStores;
	knownGifts(): KnownGift[];
	close(): void;
}
