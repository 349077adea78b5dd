import { type RoomLookup, sleep } from "@livekeeper/douyin";
import type { Text } from "../text/index.ts";
import { failureClasses } from "./failure-classes.ts";
import type { Room } from "./room.ts";
import { afterLookup, type Plan, type Target } from "./room-decisions.ts";
import type { Place } from "./room-settings.ts";
import { lookUp } from "./session-run.ts";

/**
 * Waits until the room may hold a connection. A wait can be long: its page is looked at meanwhile, so that it doesn't
 * stand in line for a broadcast that is over.
 * @returns the place, or what to do instead
 * @throws the signal's reason when aborted
 */
export async function waitForPlace(room: Room, target: Target, signal: AbortSignal): Promise<Place | Plan> {
	const { liveId, deps } = room;
	const left = new AbortController();
	const place = deps.places.acquire(liveId, left.signal);
	if (!(place instanceof Promise)) return place;
	// Whoever had to give its connection up has said why already.
	if (room.state !== "queued") room.enter("queued", { code: "no_free_slot", message: deps.places.why(liveId) });
	const leave = () => left.abort(signal.reason);
	signal.addEventListener("abort", leave, { once: true });
	if (signal.aborted) leave();
	let taken: Place | undefined;
	try {
		const got = await Promise.race([place, newsOf(room, target, left.signal)]);
		if (got === undefined || !("status" in got)) {
			taken = got ?? (await place);
			return taken;
		}
		signal.throwIfAborted();
		return afterLookup(room, got);
	} finally {
		// Ends the watching, and the waiting where it is not over; a place that comes at this very moment is given back.
		left.abort(signal.reason);
		signal.removeEventListener("abort", leave);
		if (!taken) place.then(release, () => undefined);
	}
}

function release(place: Place): void {
	place.release();
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

/**
 * Minds a place that is held.
 * @param onReclaimed called at most once, and not once `signal` has aborted, when another needs the place; `why` is a
 * sentence
 * @returns a function that gives the place back
 */
export function mindPlace(place: Place, signal: AbortSignal, onReclaimed: (why: Text) => void): () => void {
	const { reclaimed } = place;
	const tell = () => {
		if (!signal.aborted) onReclaimed(reclaimed.reason as Text);
	};
	if (reclaimed.aborted) tell();
	else reclaimed.addEventListener("abort", tell, { once: true });
	return () => {
		reclaimed.removeEventListener("abort", tell);
		place.release();
	};
}
