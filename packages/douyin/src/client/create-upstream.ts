import { type Clock, systemClock } from "../clock.ts";
import { MessageWatch } from "../codec/index.ts";
import { InputError } from "../errors.ts";
import { type ResolvedLink, resolveLink, type UsableLink } from "../links/index.ts";
import { LoginWatch } from "../login/index.ts";
import {
	ask,
	askFollowedLive,
	askWhoIsLive,
	type LookupDeps,
	lookUp,
	randomId,
	randomToken,
	VisitorCookie,
	type VisitorMemory,
} from "../lookup/index.ts";
import {
	AllowedHosts,
	type Exchange,
	HttpClient,
	type Identity,
	type IdentityCookies,
	parseCookieHeader,
} from "../net/index.ts";
import {
	openSession,
	PushHosts,
	pollSession,
	type SessionDeps,
	type Transport,
	wsTransport,
} from "../session/index.ts";
import { aBogus, createSigner, type Signer } from "../signature/index.ts";
import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";
import type { DouyinUpstream, DriftListener, SessionRequest } from "../upstream.ts";

/** How to reach the upstream, and with which identity. */
export interface UpstreamOptions extends Identity {
	/**
	 * Base URL of the pages; default `https://live.douyin.com`. The push socket's address follows from it unless
	 * `im/fetch` names one.
	 */
	baseUrl?: string | undefined;
	/**
	 * Hosts that may be contacted besides the base URL's own (those under `douyin.com`, or another base's host with its
	 * port): names, which include their subdomains, or addresses; a port allows that port only. They receive the cookie.
	 */
	allowedHosts?: readonly string[] | undefined;
	/** The visitor cookie of an earlier run, for when the site gives no new one. Default: none. */
	visitor?: VisitorMemory | undefined;
	/**
	 * Called for each request of the site's home page, which gives a visitor its cookie before the first request that
	 * needs one. The site counts it with the pages of rooms. Must not throw.
	 */
	onHomePage?: (() => void) | undefined;
	/**
	 * Returns what is known of the site: hosts, versions, queries, marks, signature constants. It is called for each
	 * request, so another profile takes effect without a restart. Default: {@link builtInProfile}.
	 */
	profile?: (() => SiteProfile) | undefined;
	/** Is notified of answers and messages of an unknown form. Must not throw. */
	onDrift?: DriftListener | undefined;
	/** Default: the built-in signer. */
	signer?: Signer | undefined;
	/** Time between heartbeats, ms; default 10,000 as the site's page does. */
	heartbeatMs?: number | undefined;
	/** Timeout of one HTTP request, ms; default 10,000. */
	requestTimeoutMs?: number | undefined;
	/** Timeout for the push socket to open, ms; default 10,000. */
	handshakeTimeoutMs?: number | undefined;
	/** Maximum size of an HTTP body after decompression, bytes; default 8 MiB. */
	maxBodyBytes?: number | undefined;
	/** Maximum size of a WebSocket message, bytes; default 8 MiB. */
	maxMessageBytes?: number | undefined;
	/** Time without a message after which a session ends, ms; default never. */
	silenceMs?: number | undefined;
	clock?: Clock | undefined;
	/** Returns a number from 0 to just under 1; default `Math.random`. */
	random?: (() => number) | undefined;
	/** Performs requests. Default: over the network. */
	exchange?: Exchange | undefined;
	/** Default: real WebSockets. */
	transport?: Transport | undefined;
}

const defaults = {
	baseUrl: "https://live.douyin.com",
	heartbeatMs: 10_000,
	requestTimeoutMs: 10_000,
	handshakeTimeoutMs: 10_000,
	maxBodyBytes: 8 * 1024 * 1024,
	maxMessageBytes: 8 * 1024 * 1024,
	clock: systemClock,
	profile: () => builtInProfile,
	random: Math.random,
} satisfies UpstreamOptions;

type ResolvedUpstreamOptions = UpstreamOptions & typeof defaults;

/**
 * Fills in the defaults; `undefined` counts as absent.
 * @throws TypeError if the base URL is not an HTTP URL
 */
function resolveUpstreamOptions(options: UpstreamOptions): ResolvedUpstreamOptions {
	const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
	const resolved: ResolvedUpstreamOptions = { ...defaults, ...given };
	const url = URL.canParse(resolved.baseUrl) ? new URL(resolved.baseUrl) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw new InputError("base_url", "Douyin's address must begin with http or https, e.g. https://live.douyin.com.");
	}
	return { ...resolved, baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, "")}` };
}

export interface UpstreamHandle extends Required<DouyinUpstream> {
	/**
	 * Resolves where a pasted link (see `readLinks`) leads.
	 * @throws DouyinError: `blocked` if the site asks for a captcha, and others; `signal.reason` when aborted
	 */
	resolveLink(link: UsableLink, signal: AbortSignal): Promise<ResolvedLink>;
	/** Closes connections that are kept alive for later requests. Sessions are stopped by their own signals. */
	close(): void;
}

/**
 * Creates an upstream for any number of rooms: one base URL, one identity, one visitor cookie.
 * @throws DouyinError `proxy`, not retryable, for an invalid proxy URL
 * @throws TypeError for an invalid base URL, cookie, user agent or allowed host
 * @example
 * ```ts
 * import { createUpstream } from "@livekeeper/douyin";
 * const upstream = createUpstream({ baseUrl: "http://127.0.0.1:7002" });
 * const room = await upstream.lookup("261378947940", AbortSignal.timeout(30_000));
 * console.log(room.status); // → "live"
 * upstream.close();
 * ```
 */
export function createUpstream(options: UpstreamOptions = {}): UpstreamHandle {
	const { http, lookup, session } = upstreamParts(options);
	const named = (request: SessionRequest): SessionRequest => {
		return request.userUniqueId === "" ? { ...request, userUniqueId: lookup.fallbackUserUniqueId } : request;
	};
	return {
		get identity() {
			return lookup.login.state().status;
		},
		get login() {
			return lookup.login.state();
		},
		lookup: (liveId, signal) => lookUp(lookup, liveId, signal),
		ask: (way, room, signal) => ask(lookup, way, room, signal),
		whoIsLive: (anchorIds, signal) => askWhoIsLive(lookup, anchorIds, signal),
		followedLive: (signal) => askFollowedLive(lookup, signal),
		takeProof: (cookie) => takeProof(http.cookies, cookie),
		session: (request, take) => openSession(session, named(request), take),
		poll: (request, take) => pollSession(session, named(request), take),
		resolveLink: (link, signal) => resolveLink(lookup, link, signal),
		close: () => {
			http.close();
			lookup.appHttp.close();
		},
	};
}

/** Cookies that carry the proof of a passed slider from one client of the site to another. */
const proofs = ["s_v_web_id", "__ac_nonce"];

async function takeProof(cookies: IdentityCookies, header: string): Promise<void> {
	const given = parseCookieHeader(header);
	for (const name of proofs) {
		const value = given.get(name);
		if (value) await cookies.set(name, value);
	}
}

export interface UpstreamParts {
	http: HttpClient;
	lookup: LookupDeps;
	session: SessionDeps;
}

/**
 * Creates the parts of one upstream. Sends nothing yet.
 * @throws DouyinError `proxy` for an invalid proxy URL
 * @throws TypeError for an invalid base URL, cookie, user agent or allowed host
 */
export function upstreamParts(options: UpstreamOptions): UpstreamParts {
	const resolved = resolveUpstreamOptions(options);
	const { baseUrl, clock, random, requestTimeoutMs, maxBodyBytes, exchange } = resolved;
	const hosts = new AllowedHosts(baseUrl, resolved.allowedHosts);
	const shared = { baseUrl, clock, timeoutMs: requestTimeoutMs, maxBodyBytes, exchange };
	const http = new HttpClient({ ...shared, hosts, identity: resolved });
	// The app's host gets only the visitor's cookie, whatever the identity.
	const { proxy, ca, userAgent } = resolved;
	const appHttp = new HttpClient({
		...shared,
		identity: { proxy, ca, userAgent },
		hosts: new AllowedHosts(baseUrl, [...(resolved.allowedHosts ?? []), "amemv.com"]),
	});
	const { profile, onDrift } = resolved;
	const signer = resolved.signer ?? createSigner({ random, now: () => clock.now(), profile });
	const ownToken = randomToken(random);
	const lookup: LookupDeps = {
		profile,
		drift: onDrift ?? (() => undefined),
		watch: onDrift && new MessageWatch(profile, onDrift),
		baseUrl,
		http,
		appHttp,
		visitor: new VisitorCookie(http, baseUrl, clock, profile, resolved.visitor, resolved.onHomePage),
		login: new LoginWatch({
			cookie: resolved.cookie,
			expiresAt: resolved.loginExpiresAt,
			cookies: http.cookies,
			now: () => clock.now(),
		}),
		signer,
		aBogus: (query, userAgent) =>
			signer.aBogus?.(query, userAgent) ?? aBogus({ query, userAgent, now: clock.now(), random }, profile().a_bogus),
		clock,
		fallbackUserUniqueId: randomId(random),
		token: () => http.cookies.get("msToken") ?? ownToken,
	};
	const session: SessionDeps = {
		lookup,
		transport: resolved.transport ?? wsTransport(clock),
		hosts: new PushHosts(baseUrl, hosts, () => profile().hosts.push),
		fetches: new Map(),
		clock,
		random,
		options: {
			heartbeatMs: resolved.heartbeatMs,
			handshakeTimeoutMs: resolved.handshakeTimeoutMs,
			maxMessageBytes: resolved.maxMessageBytes,
			silenceMs: resolved.silenceMs,
		},
	};
	return { http, lookup, session };
}
