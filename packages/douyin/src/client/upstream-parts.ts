import { MessageWatch } from "../codec/index.ts";
import { LoginWatch } from "../login/index.ts";
import { type LookupDeps, randomId, randomToken, VisitorCookie } from "../lookup/index.ts";
import { AllowedHosts, HttpClient } from "../net/index.ts";
import { PushHosts, type SessionDeps, wsTransport } from "../session/index.ts";
import { aBogus, createSigner } from "../signature/index.ts";
import { resolveUpstreamOptions, type UpstreamOptions } from "./upstream-options.ts";

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
		visitor: new VisitorCookie(http, baseUrl, () => clock.now(), profile, resolved.visitor, resolved.onHomePage),
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

		firstStates: new Map(),
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
