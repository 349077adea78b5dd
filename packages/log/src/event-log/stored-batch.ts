import type { Columns } from "./columns.ts";
import type { StoredEvent } from "./event-log.ts";

/**
 * Result of storing one batch. The store numbers events where it joins their lines, so each line is built once: these
 * stored texts are published unchanged.
 */
export interface StoredBatch {
	/** Events that the batch has added to its room's log, in order, without those that the log already had. */
	events: readonly StoredEvent[];
	/** Number of events that the log already had. */
	repeats: number;
}

/** A batch with numbered events, and the columns stored beside their lines in a block. */
export interface NumberedBatch extends StoredBatch {
	/** Columns of each event, if known. */
	columns: readonly (Columns | undefined)[];
}
