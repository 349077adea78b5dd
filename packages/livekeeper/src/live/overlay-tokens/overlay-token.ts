import { createHash, randomBytes } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { OverlayTest, OverlayTokenChange, StoredOverlayToken } from "@livekeeper/log/storage";

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

const prefix = "lko_";
/** Minimum interval between stored uses, ms: overlays may ask many times a minute. */
const noteUseEveryMs = 600_000;

/** Returns 256 random bits, which can't be guessed, so a plain hash is enough for storage. */
export function makeSecret(): string {
	return `${prefix}${randomBytes(32).toString("base64url")}`;
}

/** Returns whether a presented key has the form of a token's secret. */
export function isTokenSecret(key: string | undefined): boolean {
	return key?.startsWith(prefix) ?? false;
}

export function hashOf(secret: string): Buffer {
	return createHash("sha256").update(secret).digest();
}

/** Public view of a token: never its secret or hash. */
export interface OverlayTokenView {
	id: string;
	name: string;
	/** `undefined` for all rooms. */
	liveId: string | undefined;
	/** Settings of its overlay: parameters as after the `#` of an overlay's address. */
	settings: string;
	/** Last test that it was asked to show. */
	test: OverlayTest | undefined;
	/** ms since the epoch. */
	createdAt: number;
	/** Time of the last use; now while it holds a connection open; `undefined` if never used. */
	lastUsedAt: number | undefined;
}

/** A token that was created and not revoked, and the scope of its bearer. */
export class OverlayToken implements Scope {
	#stored: StoredOverlayToken;
	readonly #now: () => number;
	readonly #connections = new Set<(why: LivekeeperError) => void>();
	#lastUsedAt: number | undefined;
	/** Time of the last stored use. */
	#notedAt: number;
	#revoked = false;

	constructor(stored: StoredOverlayToken, now: () => number) {
		this.#stored = stored;
		this.#now = now;
		this.#lastUsedAt = stored.lastUsedAt;
		this.#notedAt = stored.lastUsedAt ?? Number.NEGATIVE_INFINITY;
	}

	get stored(): StoredOverlayToken {
		return this.#stored;
	}

	get who(): Scope["who"] {
		return `token ${this.stored.id}`;
	}

	get view(): OverlayTokenView {
		const { id, name, liveId, settings, test, createdAt } = this.#stored;
		const lastUsedAt = this.#connections.size > 0 ? this.#now() : this.#lastUsedAt;
		return { id, name, liveId, settings, test, createdAt, lastUsedAt };
	}

	/** Notes a use. @returns whether it is time to store it as well */
	used(): boolean {
		const now = this.#now();
		this.#lastUsedAt = now;
		if (Math.abs(now - this.#notedAt) < noteUseEveryMs) return false;
		this.#notedAt = now;
		return true;
	}

	require(purpose: Purpose): void {
		if (this.#revoked) throw revoked();
		const { id, liveId } = this.#stored;
		if (purpose === "media" || (purpose === "all_rooms" && liveId === undefined)) return;
		if (typeof purpose === "object") {
			if ("overlay" in purpose ? purpose.overlay === id : liveId === undefined || purpose.room === liveId) return;
		}
		throw new LivekeeperError("forbidden_token", requestTexts.tokenForbids(liveId));
	}

	onRevoked(listener: (why: LivekeeperError) => void): () => void {
		if (this.#revoked) {
			listener(revoked());
			return () => undefined;
		}
		this.#connections.add(listener);
		return () => {
			if (this.#connections.delete(listener)) this.#lastUsedAt = this.#now();
		};
	}

	/** Applies a change. If it opens another room from now on, its open connections end. */
	change(change: OverlayTokenChange): void {
		const before = this.#stored.liveId;
		this.#stored = { ...this.#stored, ...change };
		if (this.#stored.liveId !== before) this.#end(new LivekeeperError("token_revoked", requestTexts.tokenMoved));
	}

	/** Ends its open connections. */
	revoke(): void {
		this.#revoked = true;
		this.#end(revoked());
	}

	#end(why: LivekeeperError): void {
		const connections = [...this.#connections];
		this.#connections.clear();
		for (const end of connections) end(why);
	}
}

function revoked(): LivekeeperError {
	return new LivekeeperError("token_revoked", requestTexts.tokenRevoked);
}
