import { InputError } from "../errors.ts";
/** Identity of a request. All fields are optional: without them it is an anonymous visitor without a proxy. */
export interface Identity {
	/** A `Cookie` header as a logged-in browser sends it. A secret: never logged. */
	cookie?: string | undefined;
	/** End of the cookie's login, if known, ms since the epoch; takes precedence over the cookie's own. */
	loginExpiresAt?: number | undefined;
	/** `http://`, `https://` or `socks5://`, with user and password if needed. When it fails, the request fails. */
	proxy?: string | undefined;
	/** Must begin with `Mozilla/`, because the protocol sends the text after it. */
	userAgent?: string | undefined;
	/**
	 * PEM of one more certificate authority to trust (for the proxy and the upstream), in addition to the built-in ones.
	 */
	ca?: string | undefined;
}

export const defaultUserAgent =
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";

/**
 * Splits a `Cookie` header into its pairs; the last of equal names wins.
 * @throws TypeError for characters that no header may carry
 */
export function parseCookieHeader(header: string): Map<string, string> {
	const pairs = new Map<string, string>();
	for (const part of header.split(";")) {
		const text = part.trim();
		const at = text.indexOf("=");
		if (at > 0) pairs.set(text.slice(0, at).trim(), text.slice(at + 1).trim());
	}
	for (const [name, value] of pairs) {
		if (!/^[\x21-\x7e]+$/.test(name) || !/^[\x20-\x7e\x80-\xff]*$/.test(value)) {
			throw new InputError(
				"header_characters",
				"The cookie contains characters that are not allowed in an HTTP header.",
			);
		}
	}
	return pairs;
}
