/** Functions that fetch, whatever their argument; `image-set`, `image` and `src` even fetch plain strings. */
const fetching = /(url(?:-prefix)?|src|image|(?:-webkit-)?image-set|(?:-webkit-)?cross-fade|element|paint)(?=\()/gi;
const atRules = /@(?=import|font-face|namespace|charset|document|-moz-document)/gi;

/**
 * Returns a streamer's CSS without anything that fetches: such functions and rules are renamed to names that no browser
 * knows. Removes escapes (`\75rl(`) first, because they could hide a name; characters have to be written literally.
 */
export function safeCss(css: string): string {
	return css.replaceAll("\\", "").replace(fetching, "not-allowed").replace(atRules, "@not-allowed-");
}
