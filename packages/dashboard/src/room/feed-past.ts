import type { LivekeeperClient, RoomEventType } from "@livekeeper/client";
import { FeedBuffer } from "./feed-buffer.ts";
import type { FeedRow } from "./feed-row.ts";

/** Number of `seq` values covered per call. */
const pageEvents = 1_000;

export interface PastRows {
	/** Oldest first. */
	rows: FeedRow[];
	/** First `seq` covered. */
	firstSeq: number;
	/** Whether the log holds nothing older. */
	ended: boolean;
}

/**
 * Reads lines older than those of the feed from the log.
 * @param before only events with a smaller `seq`
 * @param types `undefined` for all
 */
export async function readPast(
	client: Pick<LivekeeperClient, "room">,
	liveId: string,
	before: number,
	types: readonly RoomEventType[] | undefined,
	signal: AbortSignal,
): Promise<PastRows> {
	const buffer = new FeedBuffer();
	const room = client.room(liveId);
	const first = Math.max(1, before - pageEvents);
	let after = first - 1;
	let oldest = 1;
	while (after < before - 1) {
		const page = await room.history({ after, limit: before - 1 - after, types, signal });
		for (const event of page.events) if (event.seq < before) buffer.add(event);
		oldest = page.oldestSeq;
		if (page.caughtUp || page.nextAfter <= after) break;
		after = page.nextAfter;
	}
	return { rows: buffer.newest(pageEvents, () => true), firstSeq: first, ended: first <= oldest };
}
