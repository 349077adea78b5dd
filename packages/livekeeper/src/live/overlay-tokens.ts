import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import {
	ChangeFollower,
	type OverlayTest,
	type OverlayTokenChange,
	type OverlayTokenRegistry,
	type StoredOverlayToken,
} from "@livekeeper/log/storage";
import type { Logger } from "pino";

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
function makeSecret(): string {
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
class OverlayToken implements Scope {
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

interface OverlayTokensOptions {
	registry: OverlayTokenRegistry;
	clock: Clock;
	logger: Pick<Logger, "warn">;
}

const maxTokens = 100;
/** Delay before a failed read of other nodes' changes is retried, ms. */
const retryMs = 1_000;

/**
 * User operations on overlay tokens, which give read-only access to rooms. Changes are stored before they take effect.
 */
export class OverlayTokens {
	readonly #options: OverlayTokensOptions;
	/** Tokens by id, in order of creation. */
	readonly #tokens = new Map<string, OverlayToken>();
	/** Created here and not stored yet. */
	readonly #adding = new Set<string>();
	/** Revoked here: an older read must not bring them back. */
	readonly #removed = new Set<string>();
	readonly #follower: ChangeFollower;

	private constructor(options: OverlayTokensOptions) {
		this.#options = options;
		const { clock, logger } = options;
		const onError = (err: unknown) => logger.warn({ event: "tokens_not_read", err });
		this.#follower = new ChangeFollower({ clock, retryMs, onError });
	}

	/** Loads the stored tokens and follows changes by others. @throws LivekeeperError `storage_failing` */
	static async load(options: OverlayTokensOptions): Promise<OverlayTokens> {
		const tokens = new OverlayTokens(options);
		const follower = tokens.#follower;
		follower.until(await options.registry.watch(() => follower.due("tokens", tokens.#read)));
		await tokens.#read();
		return tokens;
	}

	/** Stops following changes by others. */
	close(): void {
		void this.#follower.stop();
	}

	/** All tokens, in order of creation. */
	list(): OverlayTokenView[] {
		return Array.from(this.#tokens.values(), ({ view }) => view);
	}

	/**
	 * Creates a token. Its secret is returned only this once.
	 * @param liveId the one room that it opens; `undefined` for all rooms, including future ones
	 * @param settings of its overlay, as after the `#` of an overlay's address
	 * @throws LivekeeperError `too_many_tokens`, `storage_failing`
	 */
	async create(
		name: string,
		liveId: string | undefined,
		settings = "",
	): Promise<{ token: OverlayTokenView; secret: string }> {
		const { registry } = this.#options;
		if (this.#tokens.size >= maxTokens) {
			throw new LivekeeperError("too_many_tokens", requestTexts.tokenLimit(maxTokens));
		}
		const secret = makeSecret();
		const id = randomBytes(8).toString("hex");
		const shows = { name, liveId, settings, test: undefined };
		const stored = { id, ...shows, hash: hashOf(secret), createdAt: this.#now(), lastUsedAt: undefined };
		const token = new OverlayToken(stored, this.#now);
		// Counts from now on, so concurrent requests don't exceed the limit.
		this.#tokens.set(id, token);
		this.#adding.add(id);
		try {
			await registry.add(stored);
		} catch (error) {
			this.#tokens.delete(id);
			throw error;
		} finally {
			this.#adding.delete(id);
		}
		return { token: token.view, secret };
	}

	/**
	 * Changes a token's name, room or settings. Its secret stays, and so does the address of its overlay.
	 * @throws LivekeeperError `token_not_found`, `storage_failing`
	 */
	async change(id: string, change: OverlayTokenChange): Promise<OverlayTokenView> {
		const token = this.#get(id);
		await this.#options.registry.change(id, change);
		token.change(change);
		return token.view;
	}

	/**
	 * Shows an invented event in its overlay wherever that is open. It is not logged, and no other client sees it.
	 * @throws LivekeeperError `token_not_found`, `storage_failing`
	 */
	test(id: string, kind: OverlayTest["kind"]): Promise<OverlayTokenView> {
		return this.change(id, { test: { id: randomBytes(8).toString("hex"), kind } });
	}

	/**
	 * Returns its overlay's settings; the request counts as a use of the token.
	 * @throws LivekeeperError `token_not_found`
	 */
	read(id: string): OverlayTokenView {
		const token = this.#get(id);
		this.#used(token);
		return token.view;
	}

	/** Revokes a token and ends its open connections. @throws LivekeeperError `token_not_found`, `storage_failing` */
	async remove(id: string): Promise<void> {
		const token = this.#get(id);
		await this.#options.registry.remove(id);
		this.#removed.add(id);
		this.#tokens.delete(id);
		token.revoke();
	}

	/**
	 * Returns the scope of a secret's bearer; `undefined` if the secret is unknown. Takes the same time for every wrong
	 * one.
	 */
	readonly open = (secret: string): Scope | undefined => {
		const hash = hashOf(secret);
		let found: OverlayToken | undefined;
		for (const token of this.#tokens.values()) if (same(token.stored.hash, hash)) found = token;
		if (found) this.#used(found);
		return found;
	};

	#get(id: string): OverlayToken {
		const token = this.#tokens.get(id);
		if (!token) throw new LivekeeperError("token_not_found", requestTexts.noToken);
		return token;
	}

	readonly #now = () => this.#options.clock.now();

	/** Applies tokens that others have created, changed or revoked. */
	readonly #read = async (): Promise<void> => {
		// A token created during the read need not be in its result.
		const before = [...this.#tokens.keys()].filter((id) => !this.#adding.has(id));
		const stored = new Map((await this.#options.registry.load()).map((row) => [row.id, row]));
		for (const id of before.filter((known) => !stored.has(known))) {
			this.#tokens.get(id)?.revoke();
			this.#tokens.delete(id);
		}
		for (const [id, row] of stored) {
			const { name, liveId, settings, test } = row;
			this.#tokens.get(id)?.change({ name, liveId, settings, test });
			if (!this.#tokens.has(id) && !this.#removed.has(id)) this.#tokens.set(id, new OverlayToken(row, this.#now));
		}
	};

	#used(token: OverlayToken): void {
		const { registry, logger } = this.#options;
		const { id } = token.stored;
		if (!token.used()) return;
		registry.used(id, this.#now()).catch((error: unknown) => {
			logger.warn({ event: "token_use_not_stored", err: error, overlay_token: id });
		});
	}
}

function same(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && timingSafeEqual(a, b);
}
