import { LivekeeperError } from "@livekeeper/base/errors";
import { identityOf, type RoomOptions } from "@livekeeper/base/room-options";
import { identityTexts, listed, requestTexts, type Text } from "@livekeeper/base/text";
import { Turns } from "@livekeeper/base/turns";
import {
	type Clock,
	expiryInHeader,
	hasLogin,
	type LoginState,
	type ProbeStep,
	type ReadCookie,
	readCookie,
	sameAccount,
} from "@livekeeper/douyin";
import {
	type IdentityCooldown,
	loginWarning,
	ownIdentity,
	type PersistentConnectionManager,
	type RoomIdentity,
} from "@livekeeper/engine";
import { inputText } from "@livekeeper/engine/text/inputs";
import type { IdentityRegistry, IdentitySecrets, LoadedIdentity, PairingStore } from "@livekeeper/log/storage";
import type { LiveService } from "../live-service.ts";
import { CookiePairing } from "./cookie-pairing.ts";
import { type IdentityVerdict, judgeIdentity, type Shown, shownTo } from "./identity-state.ts";

/** Holds the identities by name in memory, so a room's identity is known at once. */
export class IdentityBook {
	readonly #registry: IdentityRegistry;
	#entries = new Map<string, LoadedIdentity>();

	constructor(registry: IdentityRegistry) {
		this.#registry = registry;
	}

	/** Reads the stored identities again. @throws LivekeeperError `storage_failing` */
	async load(): Promise<void> {
		const loaded = await this.#registry.load();
		this.#entries = new Map(loaded.map((entry) => [entry.name, entry]));
	}

	get size(): number {
		return this.#entries.size;
	}

	/** All identities, in the order in which they were added. */
	list(): LoadedIdentity[] {
		return [...this.#entries.values()];
	}

	get(name: string): LoadedIdentity | undefined {
		return this.#entries.get(name);
	}

	/**
	 * Finds an identity, including one that another node has stored before this node was notified.
	 * @throws LivekeeperError `storage_failing`
	 */
	async find(name: string): Promise<LoadedIdentity | undefined> {
		if (!this.#entries.has(name)) await this.load();
		return this.#entries.get(name);
	}

	/** Returns the identity of a room towards the upstream. For an unknown name, the identity sends nothing. */
	readonly resolve = (options: RoomOptions): RoomIdentity => {
		const name = identityOf(options);
		const entry = name === undefined ? undefined : this.#entries.get(name);
		if (name === undefined || (!entry && options.identity === undefined)) return ownIdentity(options);
		if (!entry) return { name, missing: identityTexts.gone(name) };
		if (entry.secrets) return named(name, entry.secrets);
		return {
			name,
			missing: identityTexts.keyChanged(name),
		};
	};
}

/**
 * Returns the named identity. Without a cookie of its own it does not fall back to the service's cookie, because a
 * login stays with its proxy. Without a proxy of its own it uses the service's proxy.
 */
function named(name: string, secrets: NonNullable<LoadedIdentity["secrets"]>): RoomIdentity {
	const { cookie = "", proxy, expiresAt } = secrets;
	return { name, cookie, proxy, loginExpiresAt: expiresAt };
}

/** A cookie as the user provides it. */
interface GivenCookie {
	/** Cookie as copied; see `readCookie`. */
	cookie?: string | null | undefined;
	/** Id of the pairing that a browser used to hand over its cookie; replaces `cookie`. */
	pairing?: string | undefined;
}

/** Change of an identity: omitted fields stay, `null` removes a field. */
interface IdentityChange extends GivenCookie {
	proxy?: string | null | undefined;
	/**
	 * Expiry of the cookie's login, ms since the epoch. If omitted with a new cookie, the expiry is read from the cookie.
	 */
	expiresAt?: number | null | undefined;
}

/** Public view of an identity: never its cookie or proxy. */
export interface IdentityView {
	name: string;
	hasCookie: boolean;
	hasProxy: boolean;
	/** `unreadable`: it was stored under another key and has to be entered again. */
	status: LoginState["status"] | "unreadable";
	expiresAt: number | undefined;
	/** Time at which a page last showed the identity's login state. */
	seenAt: number | undefined;
	/** Warning for people that the login has ended or will end soon. */
	warning: Text | undefined;
	/** Rooms that use it. */
	rooms: string[];
	/** How the site treats it. */
	verdict: IdentityVerdict;
	/** Messages and gifts it receives, compared with others in the same rooms. */
	shown: Shown;
	/** Set during its cooldown. */
	cooldown: IdentityCooldown | undefined;
	addedAt: number;
	updatedAt: number;
}

/** Public view of a pasted cookie: never the cookie itself. */
export interface CookieView extends Omit<ReadCookie, "cookie"> {
	/** Name of an identity for the same account. */
	sameAs: string | undefined;
}

interface IdentityServiceOptions {
	registry: IdentityRegistry;
	book: IdentityBook;
	live: LiveService;
	manager: PersistentConnectionManager;
	/** Probes the way to a room with an identity, step by step. */
	probe: (identity: RoomIdentity, liveId: string, signal: AbortSignal) => AsyncIterable<ProbeStep>;
	/** Storage of pairings with a browser. */
	pairings: PairingStore;
	clock: Clock;
	/** Time before the end of a login at which warnings begin, ms. */
	warnMs: number;
}

const maxIdentities = 1000;
const maxProbes = 4;
const nameShape = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** User operations on named identities. Changes are serialised and stored before they take effect. */
export class IdentityService {
	/** Lets a browser hand over its cookie. */
	readonly pairing: CookiePairing;
	readonly #options: IdentityServiceOptions;
	readonly #turns = new Turns();
	#probes = 0;
	#onLifted: (name: string) => void = () => undefined;

	constructor(options: IdentityServiceOptions) {
		this.#options = options;
		const { clock, pairings: store } = options;
		this.pairing = new CookiePairing({ read: (text) => this.read(text), store, clock });
	}

	/** All identities, in the order in which they were added. */
	list(): IdentityView[] {
		return this.#options.book.list().map((entry) => this.#view(entry));
	}

	/** @throws LivekeeperError `identity_not_found`, `storage_failing` */
	async get(name: string): Promise<IdentityView> {
		return this.#view(await this.#entry(name));
	}

	/**
	 * Adds or changes an identity. Its rooms reconnect and keep their cursor and counters.
	 * @throws LivekeeperError `invalid_cookie`, `pairing_not_found`, `invalid_request` for other unusable values,
	 * `too_many_identities`, `storage_failing`
	 */
	put(name: string, change: IdentityChange): Promise<{ identity: IdentityView; created: boolean }> {
		return this.#turns.take(async () => {
			const { registry, book, manager } = this.#options;
			if (!nameShape.test(name)) throw new LivekeeperError("invalid_request", requestTexts.identityName);
			// Omitted fields keep their stored value, including one stored by another node.
			await book.load();
			const known = book.get(name);
			if (!known && book.size >= maxIdentities) throw tooMany();
			const secrets = changed(known?.secrets ?? {}, { ...change, cookie: await this.#textOf(change) });
			manager.checkIdentity(named(name, secrets));
			await registry.put(name, secrets);
			await book.load();
			manager.identitiesChanged();
			return { identity: await this.get(name), created: !known };
		});
	}

	/** @throws LivekeeperError `identity_not_found`, `identity_in_use` while rooms use it, `storage_failing` */
	remove(name: string): Promise<void> {
		return this.#turns.take(async () => {
			const { registry, book, live } = this.#options;
			await this.#entry(name);
			// Rooms that use the default identity without naming it continue without it.
			const rooms = live.roomsNaming(name);
			if (rooms.length > 0) throw inUse(name, rooms);
			await registry.remove(name);
			await book.load();
			// A room may have been started with it meanwhile; from now on it reports that its identity is gone.
			this.#options.manager.identitiesChanged();
		});
	}

	/**
	 * Ends an identity's cooldown on every node; an identity without a cooldown stays as it is.
	 * @throws LivekeeperError `identity_not_found`, `storage_failing`
	 */
	async lift(name: string): Promise<IdentityView> {
		await this.#entry(name);
		this.liftHere(name);
		this.#onLifted(name);
		return this.get(name);
	}

	/** Ends the cooldown in this process alone, also for a name that is not known here. */
	liftHere(name: string): void {
		this.#options.manager.liftCooldown(this.#options.book.resolve({ identity: name }));
	}

	/** Called when the user ends an identity's cooldown. */
	onLifted(listener: (name: string) => void): void {
		this.#onLifted = listener;
	}

	/** Checks a pasted cookie without keeping it. @throws LivekeeperError `invalid_cookie` */
	read(text: string): CookieView {
		const { cookie, ...found } = readGivenCookie(text);
		const same = this.#options.book.list().find(({ secrets }) => sameAccount(secrets?.cookie, cookie));
		return { ...found, sameAs: same?.name };
	}

	/**
	 * Same as `probe`, with a cookie that is not kept.
	 * @throws LivekeeperError `invalid_cookie`, `pairing_not_found`, `too_many_requests`
	 */
	async *probeCookie(given: GivenCookie, liveId: string, signal: AbortSignal): AsyncGenerator<ProbeStep, void> {
		const { cookie, expiresAt } = readGivenCookie((await this.#textOf(given)) ?? "");
		yield* this.#probe({ cookie, loginExpiresAt: expiresAt }, liveId, signal);
	}

	/**
	 * Probes the way to a room with an identity, next to the rooms that are kept.
	 * @throws LivekeeperError `identity_not_found`, `too_many_requests` while others are under way, `invalid_request` if
	 * there is nothing to probe it with
	 */
	async *probe(name: string, liveId: string, signal: AbortSignal): AsyncGenerator<ProbeStep, void> {
		await this.#entry(name);
		yield* this.#probe(this.#options.book.resolve({ identity: name }), liveId, signal);
	}

	async *#probe(identity: RoomIdentity, liveId: string, signal: AbortSignal): AsyncGenerator<ProbeStep, void> {
		if (identity.missing !== undefined) throw new LivekeeperError("invalid_request", identity.missing);
		if (this.#probes >= maxProbes) throw new LivekeeperError("too_many_requests", requestTexts.probeLimit(maxProbes));
		this.#probes++;
		try {
			yield* this.#options.probe(identity, liveId, signal);
		} finally {
			this.#probes--;
		}
	}

	async #textOf({ cookie, pairing }: GivenCookie): Promise<string | null | undefined> {
		if (pairing === undefined) return cookie;
		if (cookie !== undefined) throw new LivekeeperError("invalid_request", requestTexts.cookieAndPairing);
		return this.pairing.cookieOf(pairing);
	}

	/** @throws LivekeeperError `identity_not_found`, `storage_failing` */
	async #entry(name: string): Promise<LoadedIdentity> {
		const entry = await this.#options.book.find(name);
		if (!entry) throw new LivekeeperError("identity_not_found", requestTexts.noIdentity(name));
		return entry;
	}

	#view({ name, addedAt, updatedAt, secrets }: LoadedIdentity): IdentityView {
		const { live, manager, book, warnMs, clock } = this.#options;
		const now = clock.now();
		const login = manager.upstreamOf(name)?.login ?? storedLogin(secrets ?? {}, now);
		const status = secrets ? login.status : "unreadable";
		const identity = book.resolve({ identity: name });
		const shown = shownTo(live.sessionsBy(name));
		const cooldown = manager.cooldownOf(identity);
		const emptySessions = manager.emptySessionsOf(identity);
		return {
			name,
			hasCookie: secrets?.cookie !== undefined,
			hasProxy: secrets?.proxy !== undefined,
			status,
			expiresAt: login.expiresAt,
			seenAt: login.seenAt,
			warning: secrets ? loginWarning(name, login, now, warnMs) : identityTexts.undecryptable,
			rooms: live.roomsBy(name),
			verdict: judgeIdentity({ login: status, shown, cooldown, emptySessions }),
			shown,
			cooldown,
			addedAt,
			updatedAt,
		};
	}
}

function changed(known: IdentitySecrets, { cookie, proxy, expiresAt }: IdentityChange): IdentitySecrets {
	const read = cookie === undefined || cookie === null ? undefined : secretsIn(cookie);
	const kept = cookie === undefined ? { cookie: known.cookie, expiresAt: known.expiresAt } : {};
	const secrets = {
		...kept,
		...read,
		...(expiresAt !== undefined && { expiresAt: expiresAt ?? undefined }),
		proxy: proxy === undefined ? known.proxy : (proxy ?? undefined),
	};
	if (secrets.cookie !== undefined || secrets.proxy !== undefined) return secrets;
	const hint = requestTexts.emptyIdentityHint;
	throw new LivekeeperError("invalid_request", requestTexts.emptyIdentity, { hint });
}

function secretsIn(text: string): IdentitySecrets {
	const { cookie, expiresAt } = readGivenCookie(text);
	return { cookie, ...(expiresAt !== undefined && { expiresAt }) };
}

function readGivenCookie(text: string): ReadCookie {
	try {
		return readCookie(text);
	} catch (cause) {
		throw new LivekeeperError("invalid_cookie", requestTexts.cookieUnusable(inputText(cause)), { cause });
	}
}

/** Returns the login state of an identity that no room uses. */
function storedLogin({ cookie, expiresAt = expiryInHeader(cookie) }: IdentitySecrets, now: number): LoginState {
	if (!hasLogin(cookie)) return { status: "anonymous" };
	if (expiresAt === undefined) return { status: "logged_in" };
	return { status: expiresAt > now ? "logged_in" : "expired", expiresAt };
}

function tooMany(): LivekeeperError {
	return new LivekeeperError("too_many_identities", requestTexts.identityLimit(maxIdentities));
}

function inUse(name: string, rooms: readonly string[]): LivekeeperError {
	const shown = listed(rooms.slice(0, 10));
	return new LivekeeperError("identity_in_use", requestTexts.identityInUse(name, shown, rooms.length - 10));
}
