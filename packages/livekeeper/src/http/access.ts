import { createHash, timingSafeEqual } from "node:crypto";

export interface AccessOptions {
	apiKey?: string | undefined;
	/** Web origins whose pages may use the service besides its own; `*` for all. */
	corsOrigins: readonly string[];
	/** Whether a host name or address is one of this machine's own. */
	isLoopbackHost: (host: string) => boolean;
}

/** Who may use the service: the same answers for HTTP and Socket.IO. */
export interface Access {
	/** The key of an `Authorization: Bearer …` header. */
	bearerKey(header: string | undefined): string | undefined;
	/** Whether that key opens the service. Takes the same time for every wrong key. */
	keyOpens(key: string | undefined): boolean;
	/** Whether a page of that origin may use us. Requests without `Origin` don't come from another site's page. */
	originAllowed(origin: string | undefined, host: string | undefined): boolean;
	/**
	 * Whether the `Host` asked for is one of ours. Without a key only this machine's own names are, so that a web page
	 * can't reach the service through a DNS name of its own that it points at 127.0.0.1.
	 */
	hostAllowed(host: string | undefined): boolean;
}

export function createAccess({ apiKey, corsOrigins, isLoopbackHost }: AccessOptions): Access {
	const expected = apiKey === undefined ? undefined : digest(apiKey);
	const origins = new Set(corsOrigins);
	const hosts = new Set(corsOrigins.filter((origin) => URL.canParse(origin)).map((origin) => new URL(origin).host));
	return {
		bearerKey,
		keyOpens: (key) =>
			expected === undefined || (key !== undefined && key !== "" && timingSafeEqual(digest(key), expected)),
		originAllowed: (origin, host) =>
			origin === undefined || origins.has("*") || origins.has(origin) || isOwnOrigin(origin, host),
		hostAllowed: (host) =>
			expected !== undefined || host === undefined || isLoopbackHost(hostName(host)) || hosts.has(host),
	};
}

function bearerKey(header: string | undefined): string | undefined {
	return /^bearer +(\S+)\s*$/i.exec(header ?? "")?.[1];
}

function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
	return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** `127.0.0.1:7001` → `127.0.0.1`, `[::1]:7001` → `::1`. */
function hostName(host: string): string {
	const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(host)?.[1];
	return (bracketed ?? host.replace(/:\d+$/, "")).toLowerCase();
}
