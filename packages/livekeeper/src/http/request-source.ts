import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "../errors.ts";
import { requestTexts, type Text } from "../text/index.ts";
import { isHandover, isPage } from "./areas.ts";
import { clientAddress } from "./client-address.ts";

export interface SourceOptions {
	apiKey?: string | undefined;
	/** Web origins whose pages may use the service besides its own; `*` for all. */
	corsOrigins: readonly string[];
	/** Whether a host name or address is one of this machine's own. */
	isLoopbackHost: (host: string) => boolean;
}

/** Of the browser extension in `extension/`: browsers compute it from the key in its manifest, and no page can claim it. */
export const extensionOrigin = "chrome-extension://gghlnllekigbjplekhnhaiikkmmbhiim";

/** The longest name of a host has 253. */
const mostOriginChars = 300;

export interface SourceRefusal {
	code: ErrorCode;
	text: Text;
	/** What would let it in, where more is known than the code says. */
	hint?: Text;
	/** Of the page that asked, as a browser tells it. */
	origin?: string;
}

/** Why a request is refused wherever it leads and whatever key it brings; `undefined`: it isn't. */
export type SourceCheck = (request: IncomingMessage) => SourceRefusal | undefined;

/**
 * Judges by what browsers say of the page that a request comes from, and no page can change: `Host`, `Origin` and
 * `Sec-Fetch-*`. What has none of them is no browser's.
 */
export function sourceCheck({ apiKey, corsOrigins, isLoopbackHost }: SourceOptions): SourceCheck {
	const origins = new Set(corsOrigins);
	const hosts = new Set(corsOrigins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host));
	// Without a key only this machine's own names are answered, so that a web page can't reach the service through a DNS
	// name of its own that it points at 127.0.0.1.
	const isOurs = (host: string) => apiKey !== undefined || isLoopbackHost(hostName(host)) || hosts.has(host);
	/** Over no proxy either, which would speak for others. */
	const comesFromHere = (request: IncomingMessage) =>
		request.headers["x-forwarded-for"] === undefined && isLoopbackHost(clientAddress(request, () => false));
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

/** A page without an origin of its own is `null`: any site can make one. */
function refusalOfOrigin(origin: string): SourceRefusal {
	const code = "forbidden_origin";
	if (origin === "null") return { code, text: requestTexts.noOrigin, hint: requestTexts.noOriginHint, origin };
	const text = requestTexts.foreignOrigin(origin.slice(0, mostOriginChars));
	// What is no origin can't be added.
	if (origin.length > mostOriginChars || !URL.canParse(origin) || new URL(origin).origin !== origin)
		return { code, text };
	return { code, text, hint: requestTexts.foreignOriginHint(origin), origin };
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
	return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * What a page asks for without `cors` names no origin; that it is another's is said here. `same-site` is another port of
 * this machine, or another name under the same domain.
 */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
	const site = headers["sec-fetch-site"];
	return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Somebody followed a link to a page of ours, in a window of its own. */
function isVisit({ method, url = "", headers }: IncomingMessage): boolean {
	const reads = method === "GET" || method === "HEAD";
	return reads && isPage(url) && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}

/** `127.0.0.1:7001` → `127.0.0.1`, `[::1]:7001` → `::1`. */
function hostName(host: string): string {
	const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(host)?.[1];
	return (bracketed ?? host.replace(/:\d+$/, "")).toLowerCase();
}
