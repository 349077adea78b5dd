/** Returns the title of the browser's tab: the number of failing rooms and the name of the page. */
export function tabTitle(failing: number, page: string): string {
	const name = page === "" ? "livekeeper" : `${page} · livekeeper`;
	return failing > 0 ? `(${failing}) ${name}` : name;
}

/**
 * Returns the tab's icon with the number of failing rooms as an SVG, or `undefined` for the plain icon. Draws at most
 * two digits.
 */
export function tabIcon(failing: number, isAway: boolean): string | undefined {
	if (failing === 0 && !isAway) return undefined;
	const text = isAway ? "!" : failing > 99 ? "99" : `${failing}`;
	const ground = isAway ? "#626d6a" : "#b3261e";
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${ground}"/><text x="16" y="23.5" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="${text.length > 1 ? 19 : 22}" fill="#fff">${text}</text></svg>`;
}
