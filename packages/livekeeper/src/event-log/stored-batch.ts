import type { Columns } from "./columns.ts";
import type { StoredEvent } from "./event-log.ts";

/**
 * What became of one batch that a store was given. The store numbers events where it joins their lines, so each line is
 * made once: these are the texts that were stored, and they are published as they are.
 */
export interface StoredBatch {
	/** The events that the batch has added to its room's log, in order; those that the log already had are left out. */
	events: readonly StoredEvent[];
	/** How many it already had. */
	repeats: number;
}

/** A batch whose events have their numbers, with what lies beside their lines in a block. */
export interface NumberedBatch extends StoredBatch {
	/** Columns of each of the events, as far as they are known. */
	columns: readonly (Columns | undefined)[];
}
