import type { LivekeeperError } from "../../errors.ts";

/**
 * Purpose of a request or a connection: one room's events and status, those of all rooms, one overlay's settings,
 * pictures and sounds, or anything else.
 */
export type Purpose = { room: string } | { overlay: string } | "all_rooms" | "media" | "everything";

/** Rights of an admitted client. */
export interface Scope {
	/** The holder: the owner, or a token by its id. */
	readonly who: "owner" | `token ${string}`;
	/** @throws LivekeeperError `forbidden_token` for a purpose outside the scope */
	require(purpose: Purpose): void;
	/**
	 * Calls back when the right is revoked, at once if it already was: the connection must then end.
	 * @returns a function that removes the listener, for when the connection has closed
	 */
	onRevoked(listener: (why: LivekeeperError) => void): () => void;
}

/** Scope of a client with the API key, or of any client if the service has none. */
export const ownerScope: Scope = { who: "owner", require: () => undefined, onRevoked: () => () => undefined };
