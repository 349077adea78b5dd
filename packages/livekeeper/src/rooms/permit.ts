import type { Permit } from "@livekeeper/douyin";
import type { Text } from "../text/index.ts";

/** What a request for a permit waits for. */
export interface PermitWait {
	/** `capacity`: a limit is full, it may take long. `turn`: only others are ahead whose handshakes are paced. */
	for: "capacity" | "turn";
	/** For people: a sentence. */
	why: Text;
}

/** Gives out permits for one connection of a room, one at a time. The reason of a preemption is a sentence (`Text`). */
export interface PermitSource {
	/** @returns at once where there is a free one, else a promise that rejects with `signal.reason` when aborted */
	acquire(signal: AbortSignal): Permit | Promise<Permit>;
	/** What the last request waits for. */
	waitsFor(): PermitWait;
}
