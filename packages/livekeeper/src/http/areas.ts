/** What supervisors ask; neither key nor limit, so that a busy service isn't taken for a dead one. */
export const isHealth = (url: string) => /^\/health\//.test(url);

/** What the open platform calls back: signed, so that it needs no key. */
export const isCallback = (method: string | undefined, url: string) =>
	method === "POST" && /^\/api\/v1\/official\/[^/?]+(?:\?|$)/.test(url);

/** What the browser extension sends a cookie to: the code that it brings takes the place of a key. */
export const handoverPath = "/api/v1/pairings/cookie";
export const isHandover = (method: string | undefined, url: string) =>
	method === "POST" && url.split("?", 1)[0] === handoverPath;

/** Addresses of the dashboard; its router has the same (packages/dashboard/src/app/router.ts). */
export const dashboardPaths = [
	...["/", "/rooms/:live_id", "/rooms/:live_id/broadcasts/:room_id", "/connections", "/nodes"],
	...["/today", "/overlay", "/settings", "/doctor"],
] as const;

/** A room's overlay, and one that is kept by name, for browser sources of OBS: a page of its own. */
export const overlayPaths = ["/overlay/:live_id", "/overlay/named/:id"] as const;

const files = ["/assets/:file", "/favicon.svg", "/docs", "/docs/:file", "/llms.txt", "/help", "/help/", "/help/:file"];
const pages = [...dashboardPaths, ...overlayPaths, ...files].map(
	(path) => new RegExp(`^${path.replaceAll(/:\w+/g, "[^?]+")}(?:\\?|$)`),
);

/**
 * Pages and their files, which hold no data: they need no key, since a browser can't send one with a page's scripts and
 * styles, and any site's link may lead to them.
 */
export const isPage = (url: string) => pages.some((page) => page.test(url));
