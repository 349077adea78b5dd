/** What fetches something, whatever it is given as; strings alone are fetched by `image-set`, `image` and `src`. */
const fetching = /(url(?:-prefix)?|src|image|(?:-webkit-)?image-set|(?:-webkit-)?cross-fade|element|paint)(?=\()/gi;
const atRules = /@(?=import|font-face|namespace|charset|document|-moz-document)/gi;

/**
 * A streamer's own CSS, without what could fetch anything: those functions and rules get names that no browser knows.
 * Escapes (`\75rl(`) go first, so no name can hide behind them; write characters as themselves.
 */
export function safeCss(css: string): string {
	return css.replaceAll("\\", "").replace(fetching, "not-allowed").replace(atRules, "@not-allowed-");
}
