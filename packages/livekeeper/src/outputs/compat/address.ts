import type { IncomingMessage } from "node:http";

/** Returns the path and the query of a request. Accepts any URL a client sends. */
export function addressOf({ url = "" }: IncomingMessage): { path: string; query: URLSearchParams } {
	const [path = "", query = ""] = url.split("?", 2);
	return { path, query: new URLSearchParams(query) };
}

/** Decodes a part of a path. Returns it unchanged if it is badly escaped. */
export function unescaped(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
