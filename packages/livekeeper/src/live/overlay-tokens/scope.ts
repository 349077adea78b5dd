import type { LivekeeperError } from "../../errors.ts";

/**
 * What a request or a connection is for: what a room says and how it is, the same of all rooms, what one overlay shows,
 * pictures, or anything else.
 */
export type Purpose = { room: string } | { overlay: string } | "all_rooms" | "images" | "everything";

/** What an admitted client may do. */
export interface Scope {
	/** The holder: the owner, or a token by its id. */
	readonly who: "owner" | `token ${string}`;
	/** @throws LivekeeperError `forbidden_token` for a purpose that it does not reach */
	require(purpose: Purpose): void;
	/**
	 * Calls back when what opened the connection is taken back, at once where it has been: the connection ends with it.
	 * @returns a function that forgets the listener, for when the connection has closed
	 */
	onRevoked(listener: (why: LivekeeperError) => void): () => void;
}

/** The scope of a client with the API key, or of a service without one. */
export const ownerScope: Scope = { who: "owner", require: () => undefined, onRevoked: () => () => undefined };
