import type { RoomOptions } from "../room-options.ts";

/** What a listing may show: which secrets are set, never their values. */
export interface WantedRoom {
	liveId: string;
	/** When the room was first wanted, ms since the epoch. */
	addedAt: number;
	hasCookie: boolean;
	hasProxy: boolean;
	identity: string | undefined;
}

/** For the service's own start only. */
export interface LoadedRoom {
	liveId: string;
	options: RoomOptions;
	/**
	 * The options could not be decrypted (another key): ask the user to give them again. Of `options` only the identity's
	 * name is there.
	 */
	unreadable: boolean;
}

/** The rooms that are wanted, with their options, across restarts. Values of options never leave it but by `load`. */
export interface RoomRegistry {
	/** In the order in which they were added. */
	list(): Promise<WantedRoom[]>;
	/** With decrypted options, in the order in which they were added. Not for answers to users. */
	load(): Promise<LoadedRoom[]>;
	/** Adds a room or replaces its options. @throws LivekeeperError `storage_failing` when it can't be stored */
	want(liveId: string, options: RoomOptions): Promise<void>;
	/** @returns whether the room was wanted. @throws LivekeeperError `storage_failing` when it can't be stored */
	unwant(liveId: string): Promise<boolean>;
}
