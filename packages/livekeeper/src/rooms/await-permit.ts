import { failureClasses, type Permit, type RoomLookup, sleep } from "@livekeeper/douyin";
import { lookUp } from "./look-up.ts";
import type { PermitSource } from "./permit.ts";
import type { Room } from "./room.ts";

export interface PermitAwaited {
	room: Room;
	permits: PermitSource;
	/** The broadcast that the connection is for. */
	roomId: string;
	/** Called when there is no permit at once. */
	onWait: () => void;
	/** Whether the room's page may be looked at now. */
	mayLook: () => boolean;
	signal: AbortSignal;
}

/**
 * Waits for a permit. That can take long: the room's page is looked at meanwhile, so that it doesn't queue for a broadcast
 * that is over.
 * @returns the permit, or what the page says once that means something else than to go on waiting
 * @throws the signal's reason when aborted
 */
export async function awaitPermit(awaited: PermitAwaited): Promise<Permit | RoomLookup> {
	const { permits, onWait, signal } = awaited;
	const over = new AbortController();
	const scope = AbortSignal.any([signal, over.signal]);
	const permit = permits.acquire(scope);
	let taken: Permit | undefined;
	try {
		if (!(permit instanceof Promise)) return permit;
		onWait();
		const got = await Promise.race([permit, newsOf({ ...awaited, signal: scope })]);
		if (got !== undefined && "status" in got) return got;
		taken = got ?? (await permit);
		return taken;
	} finally {
		// Ends the look-ups, and the waiting where it is not over; a permit that comes at this very moment is released.
		over.abort();
		if (permit instanceof Promise && !taken) permit.then(release, () => undefined);
	}
}

function release(permit: Permit): void {
	permit.release();
}

/** Looks at the page now and then. */
async function newsOf({ room, roomId, mayLook, signal }: PermitAwaited): Promise<RoomLookup | undefined> {
	const { settings, deps } = room;
	while (!signal.aborted) {
		await sleep(deps.clock, settings.queuedPollMs, signal);
		if (signal.aborted || !mayLook()) continue;
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
