/** Parses a `Cookie` header. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
	const cookies = new Map<string, string>();
	for (const part of (header ?? "").split(";")) {
		const at = part.indexOf("=");
		if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
	}
	return cookies;
}

/** Whether the cookies belong to a visitor whom the upstream gave a `ttwid`, or to an account. */
export function isKnown(cookies: ReadonlyMap<string, string>): boolean {
	return Boolean(cookies.get("ttwid") || cookies.get("sessionid"));
}
