/** What supervisors ask; neither key nor limit, so that a busy service isn't taken for a dead one. */
export const isHealth = (url: string) => /^\/health\//.test(url);

/** Addresses of the dashboard; its router has the same (packages/dashboard/src/app/router.ts). */
export const dashboardPaths = ["/", "/rooms/:live_id", "/connections", "/settings", "/help"] as const;

const pages = [...dashboardPaths, "/assets/:file", "/favicon.svg", "/docs", "/docs/:file"].map(
	(path) => new RegExp(`^${path.replaceAll(/:\w+/g, "[^?]+")}(?:\\?|$)`),
);

/**
 * Pages and their files, which hold no data: they need no key, since a browser can't send one with a page's scripts and
 * styles, and any site's link may lead to them.
 */
export const isPage = (url: string) => pages.some((page) => page.test(url));
