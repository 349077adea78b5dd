import { type RoomLookup, sleep } from "@livekeeper/douyin";
import { failureClasses } from "./failure-classes.ts";
import type { Permit } from "./permit.ts";
import type { Room } from "./room.ts";
import { afterLookup, type Plan, type Target } from "./room-decisions.ts";
import { lookUp } from "./session-run.ts";

/**
 * Waits for the room's permit. That can take long: its page is looked at meanwhile, so that it doesn't queue for a
 * broadcast that is over.
 * @returns the permit, or what to do instead
 * @throws the signal's reason when aborted
 */
export async function awaitPermit(room: Room, target: Target, signal: AbortSignal): Promise<Permit | Plan> {
	const { permits } = room.deps;
	const over = new AbortController();
	const waiting = AbortSignal.any([signal, over.signal]);
	const permit = permits.acquire(waiting);
	if (!(permit instanceof Promise)) return permit;
	// Who was preempted has said why already.
	if (room.state !== "queued") room.enter("queued", { code: "no_free_slot", message: permits.waitsFor().why });
	let taken: Permit | undefined;
	try {
		const got = await Promise.race([permit, newsOf(room, target, waiting)]);
		if (got === undefined || !("status" in got)) {
			taken = got ?? (await permit);
			return taken;
		}
		signal.throwIfAborted();
		return afterLookup(room, got);
	} finally {
		// Ends the look-ups, and the waiting where it is not over; a permit that comes at this very moment is released.
		over.abort();
		if (!taken) permit.then(release, () => undefined);
	}
}

function release(permit: Permit): void {
	permit.release();
}

/** Looks at the page now and then. @returns what it says once that means something else than to go on waiting */
async function newsOf(room: Room, { roomId }: Target, signal: AbortSignal): Promise<RoomLookup | undefined> {
	const { settings, deps, liveId } = room;
	while (!signal.aborted) {
		await sleep(deps.clock, settings.queuedPollMs, signal);
		if (signal.aborted || deps.reconnect.admit(liveId, room.now())) continue;
		const lookup = await lookUp(room, settings.lookupLimitMs, signal);
		if (!signal.aborted && !isOld(lookup, roomId)) return lookup;
	}
	return undefined;
}

/** A page that does not come is no news: its turn is worth more. Who is refused, though, has to stay away. */
function isOld(lookup: RoomLookup, roomId: string): boolean {
	if (lookup.status === "live") return lookup.roomId === roomId;
	if (lookup.status !== "unknown") return false;
	const { reason, retryAfterMs } = lookup.failure;
	return failureClasses[reason].state !== "blocked" && retryAfterMs === undefined;
}
