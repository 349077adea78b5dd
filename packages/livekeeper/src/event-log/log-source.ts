import type { Cursor } from "@livekeeper/douyin";
import type { KeyValueStores } from "../storage/index.ts";
import type { EncodedEvent } from "./encoded-event.ts";
import type { Jump } from "./floor.ts";
import type { KnownGift } from "./gift-catalogue.ts";
import type { Projection } from "./projection.ts";

/** A room of a log that is moved. */
export interface SourceRoom {
	liveId: string;
	/** `lastSeq + 1` where no event of it is left. */
	oldestSeq: number;
	lastSeq: number;
	cursor: Cursor | undefined;
}

/** Everything in a log, for moving it into another store. Nothing writes to it meanwhile. */
export interface LogSource {
	/** Tells this log from every other. */
	readonly id: string;
	/** Rooms in the order of their first batch. */
	rooms(): SourceRoom[];
	/** The events after this `seq`, in order, and the jumps between them. */
	events(liveId: string, after: number): Iterable<EncodedEvent | Jump>;
	/** Up to date with the room's events. */
	projection(liveId: string): Projection;
	/** Rooms, identities, overlay tokens, notes and targets. */
	readonly stores: KeyValueStores;
	knownGifts(): KnownGift[];
	close(): void;
}
