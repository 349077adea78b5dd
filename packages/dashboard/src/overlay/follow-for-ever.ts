import type { LivekeeperClient, RoomEvent, RoomEventType } from "@livekeeper/client";

export interface FollowForEver {
	client: LivekeeperClient;
	liveId: string;
	types: readonly RoomEventType[];
	/** Begins behind this; default: with what comes from now on. */
	after?: number | undefined;
	signal: AbortSignal;
	/** Resolves after this time, or when the signal aborts. */
	pause: (delayMs: number) => Promise<void>;
	onEvent: (event: RoomEvent) => void;
}

/** What the client can't mend by itself (an unknown room, a token that was revoked) is tried again this often, ms. */
export const refusedMs = 15_000;

/**
 * Follows a room for as long as the page is open: each event once, through whatever happens. The client goes on by
 * itself after cuts and restarts; what it gives up on is tried again, since nobody sits before an overlay who could
 * reload it. Failures are logged to the console only.
 */
export async function followForEver(options: FollowForEver): Promise<void> {
	const { client, liveId, types, signal, pause, onEvent } = options;
	if (types.length === 0) return;
	let { after } = options;
	while (!signal.aborted) {
		try {
			for await (const item of client.room(liveId).events({ after, types, signal, transport: "websocket" })) {
				if (item.type === "truncated") {
					after = item.to;
					continue;
				}
				after = item.seq;
				onEvent(item);
			}
		} catch (error) {
			if (signal.aborted) return;
			console.warn(`livekeeper: the room is read again in ${refusedMs / 1000} s.`, error);
		}
		await pause(refusedMs);
	}
}
