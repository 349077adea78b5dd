import { isSiteHost } from "../net/index.ts";

/** The site's own origin: its page sends it as `Origin`, `Referer` and `host`, whatever base URL is configured. */
export const siteOrigin = "https://live.douyin.com";

/**
 * Returns the base URL of one of the site's hosts. Under another base than the site's, `v.douyin.com` is a folder and
 * the other hosts are the base itself.
 */
export function hostUrl(baseUrl: string, host: "v.douyin.com" | "webcast.amemv.com" | "www.douyin.com"): string {
	if (isSiteHost(new URL(baseUrl).hostname)) return `https://${host}`;
	return host === "v.douyin.com" ? `${baseUrl}/${host}` : baseUrl;
}

/** Returns the browser's version as the page sends it (the web page's protocol, "socket"). */
export function browserVersion(userAgent: string): string {
	return userAgent.replace(/^Mozilla\//, "");
}

const tokenDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Returns an `msToken` like the one that the page makes before the upstream has set its own. */
export function randomToken(random: () => number): string {
	return Array.from({ length: 107 }, () => tokenDigits[Math.floor(random() * 64)]).join("");
}

/** Returns 19 digits that begin like the site's ids. */
export function randomId(random: () => number): string {
	return `7${Array.from({ length: 18 }, () => Math.floor(random() * 10)).join("")}`;
}
