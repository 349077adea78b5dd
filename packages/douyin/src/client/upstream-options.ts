import { type Clock, systemClock } from "../clock.ts";
import type { DriftListener } from "../drift.ts";
import { InputError } from "../errors.ts";
import type { VisitorMemory } from "../lookup/index.ts";
import type { Exchange, Identity } from "../net/index.ts";
import type { Transport } from "../session/index.ts";
import type { Signer } from "../signature/index.ts";
import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";

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

export type ResolvedUpstreamOptions = UpstreamOptions & typeof defaults;

/**
 * Fills in the defaults; `undefined` counts as absent.
 * @throws TypeError if the base URL is not an HTTP URL
 */
export function resolveUpstreamOptions(options: UpstreamOptions): ResolvedUpstreamOptions {
	const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
	const resolved: ResolvedUpstreamOptions = { ...defaults, ...given };
	const url = URL.canParse(resolved.baseUrl) ? new URL(resolved.baseUrl) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw new InputError("base_url", "Douyin's address must begin with http or https, e.g. https://live.douyin.com.");
	}
	return { ...resolved, baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, "")}` };
}
