import { LivekeeperError } from "@livekeeper/base/errors";
import type { RoomOptions } from "@livekeeper/base/room-options";
import { requestTexts, type Text } from "@livekeeper/base/text";
import { inputText } from "@livekeeper/base/text/inputs";
import { type DouyinUpstream, hasLogin, type RoomLookup } from "@livekeeper/douyin";
import { type QuotaKeys, RoomFailure } from "../rooms/index.ts";

/** Identity that a room uses at the upstream. Cookie and proxy are secrets: never logged, never shown. */
export interface RoomIdentity extends Pick<RoomOptions, "cookie" | "proxy"> {
	/** Name under which rooms share it; a room's own identity has none. */
	name?: string | undefined;
	/** Expiry of the cookie's login if the user gave one, ms since the epoch. */
	loginExpiresAt?: number | undefined;
	/** Set if the name has no identity: the reason as a sentence. Such a room sends nothing. */
	missing?: Text | undefined;
}

/** Returns the identity of a room towards the upstream, by its options. */
export type IdentityResolver = (options: RoomOptions) => RoomIdentity;

/** Returns a room's own cookie and proxy. */
export const ownIdentity: IdentityResolver = ({ cookie, proxy }) => ({ cookie, proxy });

/** Creates the upstream for one identity. Its `close`, if present, is called when the last user releases it. */
export type UpstreamFactory = (identity: RoomIdentity) => DouyinUpstream & { close?(): void };

/** An identity that rooms use. */
export interface UsedIdentity {
	readonly name: string | undefined;
	readonly upstream: ReturnType<UpstreamFactory>;
	/** Whether it has a proxy of its own. */
	readonly proxied: boolean;
}

interface Entry extends UsedIdentity {
	users: number;
}

export interface IdentityLease {
	/** Equal for all rooms with this identity. It holds secrets: never logged, never shown. */
	readonly key: string;
	readonly name: string | undefined;
	readonly upstream: DouyinUpstream;
	/** A second call does nothing. */
	release(): void;
}

/** Shares one upstream, with its visitor cookie and connections, between rooms with the same identity. */
export class Identities {
	readonly #create: UpstreamFactory;
	readonly #entries = new Map<string, Entry>();

	constructor(create: UpstreamFactory) {
		this.#create = create;
	}

	get size(): number {
		return this.#entries.size;
	}

	/** The identities in use. */
	used(): Iterable<UsedIdentity> {
		return this.#entries.values();
	}

	/** Returns the name of an identity in use, by its key. */
	nameOf(key: string): string | undefined {
		return this.#entries.get(key)?.name;
	}

	/** @throws LivekeeperError `invalid_request` if no upstream can be created with it */
	lease(given: RoomIdentity): IdentityLease {
		const identity: RoomIdentity = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
		const key = identityKey(identity);
		const { name } = identity;
		const entry = this.#entries.get(key) ?? {
			...{ name, upstream: this.#make(identity), users: 0 },
			proxied: identity.proxy !== undefined,
		};
		this.#entries.set(key, entry);
		entry.users++;
		let held = true;
		return {
			key,
			name,
			upstream: entry.upstream,
			release: () => {
				if (!held) return;
				held = false;
				entry.users--;
				if (entry.users > 0) return;
				this.#entries.delete(key);
				entry.upstream.close?.();
			},
		};
	}

	#make(identity: RoomIdentity): ReturnType<UpstreamFactory> {
		if (identity.missing !== undefined) return missingUpstream(identity.missing);
		try {
			return this.#create(identity);
		} catch (cause) {
			const hint = requestTexts.identityUnusableHint;
			throw new LivekeeperError("invalid_request", requestTexts.identityUnusable(inputText(cause)), { cause, hint });
		}
	}
}

/** Returns a key that is equal for rooms with the same identity. It holds their secrets: never logged, never shown. */
export function identityKey({ cookie, proxy, name, loginExpiresAt, missing }: RoomIdentity): string {
	return JSON.stringify([cookie ?? null, proxy ?? null, name ?? null, loginExpiresAt ?? null, missing ?? null]);
}

/**
 * Returns the limits that its connections count against.
 * @param shared identity of rooms without a cookie or proxy of their own
 */
export function quotaKeys({ cookie, proxy }: RoomIdentity, shared: RoomIdentity = {}): QuotaKeys {
	const identity = cookie ?? shared.cookie ?? "";
	return { identity, login: hasLogin(identity), proxy: proxy ?? shared.proxy };
}

/** Returns an upstream that fails. A missing identity is never bypassed, because the room may have it for its proxy. */
function missingUpstream(why: Text): DouyinUpstream {
	const failure = () => new RoomFailure("identity", ["inWords", why]);
	return {
		identity: "anonymous",
		lookup: (liveId): Promise<RoomLookup> => Promise.resolve({ status: "unknown", liveId, failure: failure() }),
		session: () => Promise.reject(failure()),
	};
}
