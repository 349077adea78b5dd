import { expect, vi } from "vitest";
import { cursorAt } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import type { SharedEventLog } from "./shared-event-log.ts";

/**
 * Stores events of a room, with their cursor, like a node that has just taken the room over: retries until NATS has
 * accepted them.
 * @param waiting interval of the attempts, ms
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
