import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import type { ErrorCode } from "@livekeeper/base/errors";
import { requestTexts, type Text } from "@livekeeper/base/text";
import { isHandover, isPage } from "./areas.ts";

/**
 * Proxies whose `X-Forwarded-For` is trusted: all, none, a number of proxies in a row, or those at these addresses and
 * networks (`10.0.0.0/8`).
 */
export type TrustedProxies = boolean | number | readonly string[];

/** Whether the proxy at `address`, `hop` steps away (0: the one that connects), is trusted to name its client. */
type ProxyTrust = (address: string, hop: number) => boolean;

export function proxyTrust(trusted: TrustedProxies): ProxyTrust {
	if (typeof trusted === "boolean") return () => trusted;
	if (typeof trusted === "number") return (_address, hop) => hop < trusted;
	const networks = new BlockList();
	for (const network of trusted) {
		const [address = "", bits] = network.split("/");
		const family = isIPv6(address) ? "ipv6" : "ipv4";
		if (bits === undefined) networks.addAddress(address, family);
		else networks.addSubnet(address, Number(bits), family);
	}
	return (address) => networks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Returns the client's address: the last one on the way for which no trusted proxy speaks. */
export function clientAddress({ socket, headers }: IncomingMessage, trusts: ProxyTrust): string {
	let address = plain(socket.remoteAddress ?? "");
	const forwarded = [headers["x-forwarded-for"] ?? ""].flat().join(",").split(",").reverse();
	for (const [hop, before] of forwarded.entries()) {
		const next = plain(before.trim());
		if (!trusts(address, hop) || isIP(next) === 0) break;
		address = next;
	}
	return address;
}

/** Normalises an address: an IPv4 address has one spelling, whatever socket it came over. */
function plain(address: string): string {
	return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

export interface SourceOptions {
	apiKey?: string | undefined;
	/** Web origins whose pages may use the service besides its own; `*` for all. */
	corsOrigins: readonly string[];
	/** Whether a host name or address belongs to this machine. */
	isLoopbackHost: (host: string) => boolean;
}

/**
 * Origin of the browser extension in `extension/`: browsers compute it from the key in its manifest, and no page can
 * claim it.
 */
export const extensionOrigin = "chrome-extension://gghlnllekigbjplekhnhaiikkmmbhiim";

/** Maximum length of an origin; a host name has at most 253 characters. */
const maxOriginChars = 300;

export interface SourceRefusal {
	code: ErrorCode;
	text: Text;
	/** Way to get the request admitted, if more is known than the code says. */
	hint?: Text;
	/** Origin of the requesting page, as reported by the browser, if the service can be set to admit it. */
	origin?: string;
}

/** Returns the reason to refuse a request at any address and with any key; `undefined` if there is none. */
type SourceCheck = (request: IncomingMessage) => SourceRefusal | undefined;

/**
 * Checks headers that browsers set for the requesting page, and no page can change: `Host`, `Origin` and `Sec-Fetch-*`.
 * A request without any of them does not come from a browser.
 */
export function sourceCheck({ apiKey, corsOrigins, isLoopbackHost }: SourceOptions): SourceCheck {
	const origins = new Set(corsOrigins);
	const hosts = new Set(corsOrigins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host));
	// Without a key only this machine's own names are answered, so a web page cannot reach the service through a DNS name
	// of its own that points at 127.0.0.1.
	const isOurs = (host: string) => apiKey !== undefined || isLoopbackHost(hostName(host)) || hosts.has(host);
	/** Whether the client is on this machine. A proxied request is not, because it speaks for others. */
	const comesFromHere = (request: IncomingMessage) =>
		request.headers["x-forwarded-for"] === undefined && isLoopbackHost(plain(request.socket.remoteAddress ?? ""));
	return (request) => {
		const { host, origin } = request.headers;
		if (host !== undefined && !isOurs(host)) {
			return { code: "forbidden_host", text: requestTexts.foreignHost(host) };
		}
		if (isHandover(request.method, request.url ?? "")) {
			const isHere = origin === extensionOrigin && isLoopbackHost(hostName(host ?? "")) && comesFromHere(request);
			return isHere ? undefined : { code: "forbidden_origin", text: requestTexts.onlyExtension };
		}
		if (origins.has("*")) return undefined;
		if (origin !== undefined) {
			if (origins.has(origin) || isOwnOrigin(origin, host)) return undefined;
			return refusalOfOrigin(origin);
		}
		if (!isFromElsewhere(request) || isVisit(request)) return undefined;
		return { code: "forbidden_origin", text: requestTexts.otherSite };
	};
}

/** Refuses an origin. A page without an origin of its own has `null`, which any site can create. */
function refusalOfOrigin(origin: string): SourceRefusal {
	const code = "forbidden_origin";
	if (origin === "null") return { code, text: requestTexts.noOrigin, hint: requestTexts.noOriginHint, origin };
	const text = requestTexts.foreignOrigin(origin.slice(0, maxOriginChars));
	// An invalid origin cannot be added to the list.
	if (origin.length > maxOriginChars || !URL.canParse(origin) || new URL(origin).origin !== origin)
		return { code, text };
	return { code, text, hint: requestTexts.foreignOriginHint(origin), origin };
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
	return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * Whether another site's page sent the request. Requests without `cors` name no origin, so this header decides.
 * `same-site` is another port of this machine, or another name under the same domain.
 */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
	const site = headers["sec-fetch-site"];
	return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Whether a user followed a link to one of the service's pages, in a window of its own. */
function isVisit({ method, url = "", headers }: IncomingMessage): boolean {
	const reads = method === "GET" || method === "HEAD";
	return reads && isPage(url) && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}

/** `127.0.0.1:7001` → `127.0.0.1`, `[::1]:7001` → `::1`. */
function hostName(host: string): string {
	const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(host)?.[1];
	return (bracketed ?? host.replace(/:\d+$/, "")).toLowerCase();
}
