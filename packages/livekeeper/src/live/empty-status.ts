import type { RoomOptions } from "@livekeeper/base/room-options";
import type { Text } from "@livekeeper/base/text";
import { type HourTone, hourParts, noCounts } from "@livekeeper/engine";
import { nothingKnown } from "./room-coverage.ts";
import type { LiveRoomStatus } from "./room-host.ts";

interface Known {
	liveId: string;
	options: RoomOptions;
	/** Reason why nothing is known, for people. */
	message: Text;
	/** ms since the epoch. */
	since: number;
}

/** Returns the status of a kept room about which nothing is known. */
export function emptyStatus({ liveId, options, message, since }: Known): LiveRoomStatus {
	return {
		liveId,
		kind: "video",
		state: "idle",
		reason: { code: "new", message },
		since,
		evidence: [],
		quietKinds: [],
		quality: { "5m": undefined, "1h": undefined, "24h": undefined },
		lastHour: new Array<HourTone>(hourParts).fill("none"),
		latency: { totalMs: 0, answers: 0 },
		...noCounts,
		identity: "anonymous",
		...(options.identity !== undefined && { identityName: options.identity }),
		pinned: options.pinned ?? false,
		priority: options.pinned ? "pinned" : "idle",
		activity: {
			perMinute: new Array<number>(60).fill(0),
			lastMinute: 0,
			viewers: undefined,
			diamonds: 0,
			giftsPerHour: undefined,
			coverage: nothingKnown,
		},
	};
}
