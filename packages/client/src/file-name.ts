/**
 * Returns the file name that the service proposes; `undefined` if it gives none. The name comes from the network, so it
 * must not lead out of a folder.
 * @example
 * ```ts
 * import { proposedFileName } from "@livekeeper/client";
 * const headers = new Headers({ "content-disposition": 'attachment; filename="chat.csv"' });
 * console.log(proposedFileName({ headers })); // → "chat.csv"
 * ```
 */
export function proposedFileName({ headers }: Pick<Response, "headers">): string | undefined {
	const given = headers.get("content-disposition") ?? "";
	const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(given)?.[1];
	const name = encoded === undefined ? /filename="([^"]+)"/.exec(given)?.[1] : decoded(encoded);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: no name has any
	return name === undefined || name === "" || /^\.|[/\\:\u0000-\u001f]/.test(name) ? undefined : name;
}

function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}
