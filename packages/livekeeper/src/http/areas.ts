/** What supervisors ask; neither key nor limit, so that a busy service isn't taken for a dead one. */
export const isHealth = (url: string) => /^\/health\//.test(url);

/**
 * Pages, which hold no data: they need no key, since a browser can't send one with a page's scripts and styles, and any
 * site's link may lead to them.
 */
export const isPage = (url: string) => /^\/(?:docs(?:\/[^?]*)?)?(?:\?|$)/.test(url);
