import type { LivekeeperClient, RoomEvent, RoomEventType } from "@livekeeper/client";

export interface FollowForEver {
	client: LivekeeperClient;
	liveId: string;
	types: readonly RoomEventType[];
	/** Starts after this `seq`; default: with the next event. */
	after?: number | undefined;
	signal: AbortSignal;
	/** Resolves after this time, or when the signal aborts. */
	pause: (delayMs: number) => Promise<void>;
	onEvent: (event: RoomEvent) => void;
}

/** Retry interval for errors that the client can't recover from (an unknown room, a revoked token), ms. */
export const refusedMs = 15_000;

/**
 * Follows a room for as long as the page is open and delivers each event once. The client resumes after disconnects and
 * restarts by itself. Errors that it gives up on are retried as well, because an overlay has no viewer who could reload
 * it. Failures are only logged to the console.
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
