import { LivekeeperError } from "@livekeeper/base/errors";
import type { RoomOptions } from "@livekeeper/base/room-options";
import { identityTexts, requestTexts, type Text } from "@livekeeper/base/text";
import { type Clock, type DouyinUpstream, hasLogin, type LoginState, type RoomLookup } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { type QuotaKeys, RoomFailure } from "../rooms/index.ts";
import { inputText } from "../text/inputs.ts";

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
interface UsedIdentity {
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

export interface LoginSettings {
	/** Time before the end of a login at which warnings begin, ms. */
	warnMs: number;
	/** Interval at which a page is requested to check the login if none was seen meanwhile, ms; 0: never. */
	checkMs: number;
}

const hourMs = 3_600_000;
const defaultLoginSettings = { warnMs: 72 * hourMs, checkMs: 6 * hourMs } as const satisfies LoginSettings;

interface Watched {
	phase: LoginPhase;
	/** Time at which a page was last requested, or the identity was first seen, ms; 0 if no page has named it yet. */
	checkedAt: number;
}

/**
 * Monitors the logins of the identities in use: warns once when one is near its end, and once when it has ended. A room
 * that stays connected requests no page, and only a page shows that a login was ended from elsewhere, so one of its
 * rooms' pages is requested from time to time.
 */
export class Logins {
	readonly #clock: Clock;
	readonly #logger: Logger;
	readonly #settings: LoginSettings;
	readonly #watched = new WeakMap<DouyinUpstream, Watched>();

	constructor(clock: Clock, logger: Logger, settings: Partial<LoginSettings> = {}) {
		this.#clock = clock;
		this.#logger = logger;
		this.#settings = { ...defaultLoginSettings, ...settings };
	}

	/** Returns the trouble with an identity's login, as a sentence. */
	warning({
		name,
		upstream: { login },
	}: {
		name: string | undefined;
		upstream: Pick<DouyinUpstream, "login">;
	}): Text | undefined {
		return login && loginWarning(name, login, this.#clock.now(), this.#settings.warnMs);
	}

	/**
	 * Call it every few seconds.
	 * @param ask requests the page of a connected room of an upstream, which updates its login; returns whether there is
	 * such a room
	 */
	check(used: Iterable<UsedIdentity>, ask: (upstream: DouyinUpstream) => boolean): void {
		for (const identity of used) {
			const { upstream } = identity;
			if (!upstream.login || upstream.login.status === "anonymous") continue;
			// Other ways of asking about a room do not show whether a new login is still valid.
			const isUnseen = upstream.login.seenAt === undefined;
			const checkedAt = isUnseen ? 0 : this.#clock.now();
			const watched = this.#watched.get(upstream) ?? { phase: "fine", checkedAt };
			this.#watched.set(upstream, watched);
			this.#warn(identity, watched);
			this.#ask(identity, watched, ask);
		}
	}

	#warn({ name, upstream: { login } }: UsedIdentity, watched: Watched): void {
		if (!login) return;
		const now = this.#clock.now();
		const phase = loginPhase(login, now, this.#settings.warnMs);
		if (phase === watched.phase) return;
		watched.phase = phase;
		const whose = name === undefined ? "所用的 cookie" : `账号 ${name}`;
		const fields = { event: `login_${phase}`, identity: name, login: login.status, expires_at: login.expiresAt };
		if (phase === "ended") {
			this.#logger.warn(fields, `【!】${whose} 的登录已失效，收不到礼物，请更新 cookie`);
		} else if (phase === "ending") {
			const days = (((login.expiresAt ?? now) - now) / (24 * hourMs)).toFixed(1);
			this.#logger.warn(fields, `【!】${whose} 的登录将在 ${days} 天后到期，请更新 cookie`);
		} else {
			this.#logger.info(fields, `【√】${whose} 的登录有效`);
		}
	}

	#ask({ upstream }: UsedIdentity, watched: Watched, ask: (upstream: DouyinUpstream) => boolean): void {
		const { checkMs } = this.#settings;
		const seenAt = Math.max(upstream.login?.seenAt ?? 0, watched.checkedAt);
		if (checkMs === 0 || this.#clock.now() - seenAt < checkMs) return;
		if (ask(upstream)) watched.checkedAt = this.#clock.now();
	}
}

/** `ending`: within the warning period before the end. */
type LoginPhase = "fine" | "ending" | "ended";

/** Returns how near the end of a login is. An anonymous session has no login that could end. */
function loginPhase({ status, expiresAt }: LoginState, now: number, warnMs: number): LoginPhase {
	if (status === "anonymous") return "fine";
	if (status === "expired") return "ended";
	return expiresAt !== undefined && expiresAt - now <= warnMs ? "ending" : "fine";
}

/** Returns a warning about a login as a sentence; `undefined` while all is well. */
export function loginWarning(
	name: string | undefined,
	login: LoginState,
	now: number,
	warnMs: number,
): Text | undefined {
	switch (loginPhase(login, now, warnMs)) {
		case "fine":
			return undefined;
		case "ended":
			return identityTexts.loginEnded(name);
		case "ending":
			return identityTexts.loginEnds(name, (login.expiresAt ?? now) - now);
	}
}
