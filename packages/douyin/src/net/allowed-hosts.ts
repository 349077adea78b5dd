import { DouyinError, InputError } from "../errors.ts";

/** The site's own domain: all of its pages and push hosts are under it. */
const siteDomain = "douyin.com";

/** Whether a host name belongs to the site. */
export function isSiteHost(hostname: string): boolean {
	return isUnder(hostname, siteDomain);
}

interface HostRule {
	name: string;
	/** Port; `undefined` for any. */
	port: number | undefined;
	/** Whether hosts under that name match as well. */
	under: boolean;
}

/**
 * Hosts that one upstream may contact. They receive the user's cookie, so further hosts that the upstream names (a
 * redirect, the push servers of `im/fetch`) are not trusted. Under the site's base URL the hosts under `douyin.com` are
 * allowed, under another one only its own host and port; and those that the user adds.
 */
export class AllowedHosts {
	readonly #base: string;
	/** Whether only TLS is allowed because the base URL uses it. */
	readonly #secure: boolean;
	readonly #rules: readonly HostRule[];

	/**
	 * @param added host names, which include their subdomains, or addresses; a port allows that port only
	 * @throws TypeError for an invalid host
	 */
	constructor(baseUrl: string, added: readonly string[] = []) {
		const base = new URL(baseUrl);
		const site = isSiteHost(base.hostname);
		this.#base = site ? siteDomain : base.host;
		this.#secure = site || base.protocol === "https:";
		const own = site
			? { name: siteDomain, port: undefined, under: true }
			: { name: base.hostname, port: portOf(base), under: false };
		this.#rules = [own, ...added.map(readRule)];
	}

	/** Whether something may be sent to a URL of `http`, `https`, `ws` or `wss`. */
	allows(url: URL): boolean {
		return this.#knows(url) && (!this.#secure || isSecure(url));
	}

	/**
	 * Returns why nothing may be sent to a URL of `http`, `https`, `ws` or `wss`; `undefined` if it may be.
	 * @param what source of the URL, e.g. "A redirect"
	 */
	refusal(url: URL, what: string): DouyinError | undefined {
		if (this.allows(url)) return undefined;
		const why = this.#knows(url)
			? "without TLS"
			: `which is not a server of ${this.#base}; if it is right, add it to the allowed hosts`;
		const message = `${what} leads to ${url.host}, ${why}. Nothing was sent there.`;
		return new DouyinError("foreign_host", message).at(url.host);
	}

	#knows(url: URL): boolean {
		return this.#rules.some((rule) => matches(rule, url));
	}
}

function isSecure({ protocol }: URL): boolean {
	return protocol === "https:" || protocol === "wss:";
}

function matches({ name, port, under }: HostRule, url: URL): boolean {
	if (port !== undefined && port !== portOf(url)) return false;
	return url.hostname === name || (under && isUnder(url.hostname, name));
}

function isUnder(hostname: string, domain: string): boolean {
	return hostname === domain || hostname.endsWith(`.${domain}`);
}

function portOf({ port, protocol }: URL): number {
	if (port !== "") return Number(port);
	return protocol === "https:" || protocol === "wss:" ? 443 : 80;
}

/** Parses `example.com`, `example.com:8443`, `10.0.0.1`, `[::1]:7002`. */
function readRule(text: string): HostRule {
	const [, name = "", port] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
	const url = URL.canParse(`http://${name}`) ? new URL(`http://${name}`) : undefined;
	if (!url || name === "")
		throw new InputError("allowed_host", "An allowed host must be a host name such as push.example.com.");
	// A URL's host that ends in a number is an address; Node's own test builds large patterns first, at every start.
	const isAddress = /^\[|(?:^|\.)\d+$/.test(url.hostname);
	return { name: url.hostname, port: port === undefined ? undefined : Number(port), under: !isAddress };
}
