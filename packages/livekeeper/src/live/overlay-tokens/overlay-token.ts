import { createHash, randomBytes } from "node:crypto";
import { LivekeeperError } from "../../errors.ts";
import type { OverlayTest, OverlayTokenChange, StoredOverlayToken } from "../../storage/index.ts";
import { requestTexts } from "../../text/index.ts";
import type { Purpose, Scope } from "./scope.ts";

const prefix = "lko_";
/** How often a use is written down, ms: overlays may ask many times a minute. */
const noteUseEveryMs = 600_000;

/** 256 random bits: nobody guesses it, and a plain hash is enough to keep it by. */
export function makeSecret(): string {
	return `${prefix}${randomBytes(32).toString("base64url")}`;
}

/** Whether a key that was presented wants to be a token's secret. */
export function isTokenSecret(key: string | undefined): boolean {
	return key?.startsWith(prefix) ?? false;
}

export function hashOf(secret: string): Buffer {
	return createHash("sha256").update(secret).digest();
}

/** What may be shown of a token: never its secret or hash. */
export interface OverlayTokenView {
	id: string;
	name: string;
	/** `undefined`: all rooms. */
	liveId: string | undefined;
	/** What its overlay shows: parameters as behind the `#` of an overlay's address. */
	settings: string;
	/** The last test that it was asked to show. */
	test: OverlayTest | undefined;
	/** ms since the epoch. */
	createdAt: number;
	/** Now while it holds a connection open; `undefined`: never. */
	lastUsedAt: number | undefined;
}

/** A token that has been made and not revoked, and the scope of its bearer. */
export class OverlayToken implements Scope {
	#stored: StoredOverlayToken;
	readonly #now: () => number;
	readonly #connections = new Set<(why: LivekeeperError) => void>();
	#lastUsedAt: number | undefined;
	/** Time of the use that was last stored. */
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

	/** Takes note of a use. @returns whether it is time to write it down as well */
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
		if (purpose === "images" || (purpose === "all_rooms" && liveId === undefined)) return;
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

	/** Ends what it has opened where it opens another room from now on. */
	change(change: OverlayTokenChange): void {
		const before = this.#stored.liveId;
		this.#stored = { ...this.#stored, ...change };
		if (this.#stored.liveId !== before) this.#end(new LivekeeperError("token_revoked", requestTexts.tokenMoved));
	}

	/** Ends what it has opened. */
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
