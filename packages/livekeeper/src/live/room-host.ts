import type { QualityPoint, RoomStatus } from "../connections/index.ts";
import type { OfficialStatus } from "../official/index.ts";
import type { RoomOptions } from "../room-options.ts";
import type { RoomActivity } from "./activity.ts";

/** A room's connection, how it talks, and how the open platform's push does where it has one. */
export type LiveRoomStatus = RoomStatus & {
	activity: RoomActivity;
	official?: OfficialStatus | undefined;
	/** The node of the cluster that keeps it. */
	node?: string;
};

/** Keeps the rooms that are wanted: in this process, or on whichever node each of them belongs to. */
export interface RoomHost {
	/**
	 * A room is wanted from now on.
	 * @param was `kept`: it was wanted before this start of the service
	 * @throws TooManyRoomsError, ShuttingDownError; LivekeeperError `invalid_request` for options that can't be used
	 */
	start(liveId: string, options: RoomOptions, was: "kept" | "new"): void;
	/** It has other options. @throws LivekeeperError `invalid_request` for options that can't be used: it keeps its own */
	change(liveId: string, options: RoomOptions): void;
	/** It is not wanted any more. @returns when its socket is gone, where it is this process's */
	stop(liveId: string): Promise<void>;
	status(liveId: string): LiveRoomStatus | undefined;
	/** Statuses of the rooms, in the order in which they were started. */
	statuses(): LiveRoomStatus[];
	/** The room's quality in steps of 5 minutes, for the last day since it was started. */
	qualityHistory(liveId: string): QualityPoint[];
	/** Calls back when a room's state or health changes. @returns a function that takes the callback off */
	onStatus(listener: (status: LiveRoomStatus) => void): () => void;
}
