/** A request as a browser's menu copies it for a program. */
export interface CopiedRequest {
	/** Host of its address; "" if it has none. */
	host: string;
	/** Its `Cookie` header. A secret. */
	cookie: string | undefined;
}

const fetchCall = /\bfetch\(\s*("(?:[^"\\\n]|\\.)*")\s*(?:,\s*(\{(?:[^"]|"(?:[^"\\]|\\.)*")*?\}))?\s*\)(?=\s*(?:;|$))/g;

/**
 * Reads the text of "Copy as fetch", for the console or Node. Both write options as JSON; only Node's holds cookies.
 * @returns `undefined` if no call is complete: the text was cut off
 */
export function readFetch(text: string): CopiedRequest[] | undefined {
	const calls = [...text.matchAll(fetchCall)].flatMap(([, address = '""', options = "{}"]): CopiedRequest[] => {
		try {
			const url = JSON.parse(address) as string;
			const { headers = {} } = JSON.parse(options) as { headers?: Record<string, unknown> };
			const [, cookie] = Object.entries(headers).find(([name]) => name.toLowerCase() === "cookie") ?? [];
			return [{ host: hostOf(url), cookie: typeof cookie === "string" ? cookie : undefined }];
		} catch {
			// The parser's own message quotes the text, which is a secret.
			return [];
		}
	});
	return calls.length > 0 ? calls : undefined;
}

const shellString = /"((?:[^"`]|`[\s\S])*)"/.source;
const shellCookie = new RegExp(
	String.raw`System\.Net\.Cookie\(\s*${shellString}\s*,\s*${shellString}(?:\s*,\s*${shellString}(?:\s*,\s*${shellString})?)?\s*\)`,
	"gi",
);
const shellHeader = new RegExp(String.raw`"cookie"\s*=\s*${shellString}`, "gi");
const shellAddress = new RegExp(String.raw`-Uri\s+${shellString}`, "i");

/**
 * Reads the text of "Copy as PowerShell": each cookie is an object with its domain; a session's lines end with its
 * request.
 * @returns `undefined` if no request is complete: the text was cut off
 */
export function readPowerShell(text: string): CopiedRequest[] | undefined {
	// Each request begins with a session of its own; one without cookies has none.
	const blocks = text.split(/(?=\$session\s*=)/i).filter((block) => shellAddress.test(block));
	if (blocks.length === 0) return undefined;
	return blocks.map((block) => {
		const objects = Array.from(block.matchAll(shellCookie), ([, name = "", value = ""]) => [
			`${unescapeShell(name)}=${unescapeShell(value)}`,
		]).flat();
		const headers = Array.from(block.matchAll(shellHeader), ([, value = ""]) => unescapeShell(value));
		const cookies = [...headers, ...objects];
		const address = unescapeShell(shellAddress.exec(block)?.[1] ?? "");
		return { host: hostOf(address), cookie: cookies.length > 0 ? cookies.join("; ") : undefined };
	});
}

/** Resolves PowerShell's escapes in double quotes, and the characters that a browser writes as `$([char]233)`. */
function unescapeShell(text: string): string {
	return text.replace(/\$\(\[char\](\d{1,5})\)|`([\s\S])/gi, (_whole, code?: string, other = "") =>
		code === undefined ? other : String.fromCharCode(Number(code)),
	);
}

function hostOf(url: string): string {
	return URL.canParse(url) ? new URL(url).hostname : "";
}
