import type { IncomingMessage } from "node:http";

/** The path and the query of a request, whatever its client wrote there. */
export function addressOf({ url = "" }: IncomingMessage): { path: string; query: URLSearchParams } {
	const [path = "", query = ""] = url.split("?", 2);
	return { path, query: new URLSearchParams(query) };
}

/** A decoded part of a path; as it came where it is badly escaped. */
export function unescaped(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
