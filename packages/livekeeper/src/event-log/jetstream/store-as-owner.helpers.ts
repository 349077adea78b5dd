import { expect, vi } from "vitest";
import { cursorAt } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import type { SharedEventLog } from "./shared-event-log.ts";

/**
 * Stores events of a room, with their cursor, as a node does that has just taken the room over: again until NATS has
 * accepted them.
 * @param waiting how often to try, ms
 */
export function storeAsOwner(
	log: SharedEventLog,
	liveId: string,
	[from, to]: readonly [number, number],
	waiting: { interval: number },
): Promise<void> {
	return vi.waitFor(async () => {
		await log.claim(liveId);
		log.append({ liveId, events: chats(from, to), cursor: cursorAt(to) });
		await log.flush();
		expect((await log.cursor(liveId))?.cursor).toBe(cursorAt(to).cursor);
	}, waiting);
}
