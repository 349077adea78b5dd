import type { Unsubscribe } from "./event-log.ts";

/** An overlay token as it is kept: of its secret there is only a hash. */
export interface StoredOverlayToken {
	id: string;
	/** The user's own words for what it is for. */
	name: string;
	/** The one room that it opens; `undefined`: all. */
	liveId: string | undefined;
	/** SHA-256 of the secret. */
	hash: Uint8Array;
	/** ms since the epoch. */
	createdAt: number;
	/** ms since the epoch; `undefined`: never. */
	lastUsedAt: number | undefined;
}

/** The overlay tokens that have been made and not revoked, across restarts. */
export interface OverlayTokenRegistry {
	/** In the order in which they were made. */
	load(): Promise<StoredOverlayToken[]>;
	/** @throws LivekeeperError `storage_failing` when it can't be stored */
	add(token: StoredOverlayToken): Promise<void>;
	/** Takes note of a use, ms since the epoch. @throws LivekeeperError `storage_failing` when it can't be stored */
	used(id: string, at: number): Promise<void>;
	/** @returns whether there was one. @throws LivekeeperError `storage_failing` when it can't be stored */
	remove(id: string): Promise<boolean>;
	/**
	 * Tells that tokens may have been made or revoked at another node. @returns what ends it
	 * @throws LivekeeperError `storage_failing`
	 */
	watch(listener: () => void): Promise<Unsubscribe>;
}
