import type { RoomOptions } from "@livekeeper/base/room-options";
import type { Text } from "@livekeeper/base/text";
import { type HourTone, hourParts, noCounts, type QualityPoint, type RoomStatus } from "@livekeeper/engine";
import type { OfficialStatus } from "../official/index.ts";
import type { RoomActivity } from "./activity.ts";
import { nothingKnown } from "./room-coverage.ts";

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

/** A room's connection, its activity, and the open platform's push if it has one. */
export type LiveRoomStatus = RoomStatus & {
	activity: RoomActivity;
	official?: OfficialStatus | undefined;
	/** Name of the cluster node that keeps it. */
	node?: string;
};

/** Keeps rooms in this process, or on the nodes that own them. */
export interface RoomHost {
	/**
	 * Keeps a room from now on.
	 * @param was `kept`: it was already kept before this start of the service
	 * @throws TooManyRoomsError, ShuttingDownError; LivekeeperError `invalid_request` for unusable options
	 */
	start(liveId: string, options: RoomOptions, was: "kept" | "new"): void;
	/** Changes its options. @throws LivekeeperError `invalid_request` for unusable options: it keeps its own */
	change(liveId: string, options: RoomOptions): void;
	/** Releases it. @returns once its socket is closed, if it runs in this process */
	stop(liveId: string): Promise<void>;
	status(liveId: string): LiveRoomStatus | undefined;
	/** Returns the rooms' statuses in the order in which they were started. */
	statuses(): LiveRoomStatus[];
	/** Returns the room's quality in steps of 5 minutes, for the last day since it was started. */
	qualityHistory(liveId: string): QualityPoint[];
	/** Registers a callback for changes of a room's state or health. @returns a function that removes the callback */
	onStatus(listener: (status: LiveRoomStatus) => void): () => void;
}
