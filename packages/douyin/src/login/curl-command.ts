/**
 * Reads one or more curl commands, in the forms for bash and for Windows' cmd.
 * @returns `undefined` if a quote is not closed: the text was cut off
 */
export function readCurl(text: string): CopiedRequest[] | undefined {
	// The address comes first. Only for cmd is there a caret before its quote, or after it at the end of the line.
	const words = /^[^'"]*(?:\^"|"[^"]*"\s\^\r?\n)/.test(text) ? cmdWords(text) : bashWords(text);
	if (!words) return undefined;
	const requests: string[][] = [];
	for (const word of words) {
		if (/^curl(\.exe)?$/i.test(word)) requests.push([]);
		else requests.at(-1)?.push(word);
	}
	return requests.map(requestOf);
}

function requestOf(words: readonly string[]): CopiedRequest {
	const cookies: string[] = [];
	let host = "";
	words.forEach((word, i) => {
		const before = words[i - 1];
		if (before === "-H" || before === "--header") {
			const cookie = /^cookie:\s*(.*)$/is.exec(word)?.[1];
			if (cookie !== undefined) cookies.push(cookie);
		} else if (before === "-b" || before === "--cookie") {
			// Without "=" it is the name of a file.
			if (word.includes("=")) cookies.push(word);
		} else if (host === "" && /^https?:\/\//i.test(word) && URL.canParse(word)) host = new URL(word).hostname;
	});
	return { host, cookie: cookies.length > 0 ? cookies.join("; ") : undefined };
}

/** Characters of bash's escapes in `$'…'`. */
const controls: Record<string, string> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", e: "\x1b", f: "\f", v: "\v" };
const bashWord =
	/\s+|'([^']*)'|\$'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\\(\r?\n)|\\([\s\S])|([^\s'"\\$]+)|(\$)/y;

/** Splits a command line into words as bash does; expands nothing. */
function bashWords(text: string): string[] | undefined {
	const words: string[] = [];
	let word: string | undefined;
	bashWord.lastIndex = 0;
	while (bashWord.lastIndex < text.length) {
		const found = bashWord.exec(text);
		if (!found) return undefined;
		const [whole, single, ansi, double, newLine, escaped, plain, dollar] = found;
		if (newLine !== undefined) continue;
		const piece =
			single ??
			(ansi === undefined ? undefined : unescapeAnsi(ansi)) ??
			double?.replace(/\\([$`"\\])|\\\r?\n/g, "$1") ??
			escaped ??
			plain ??
			dollar;
		if (piece !== undefined) word = (word ?? "") + piece;
		else if (word !== undefined && whole.trim() === "") {
			words.push(word);
			word = undefined;
		}
	}
	return word === undefined ? words : [...words, word];
}

function unescapeAnsi(text: string): string {
	return text.replace(
		/\\(?:u([\da-f]{1,4})|U([\da-f]{1,8})|x([\da-f]{1,2})|([0-7]{1,3})|([\s\S]))/gi,
		(_whole, u?: string, long?: string, hex?: string, octal?: string, other = "") => {
			const code = octal === undefined ? Number.parseInt(u ?? long ?? hex ?? "", 16) : Number.parseInt(octal, 8);
			if (Number.isNaN(code)) return controls[other] ?? other;
			return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
		},
	);
}

/**
 * Splits a command line into words as cmd and then the program do. Browsers also escape with carets inside quotes,
 * where cmd would keep them: the intended text is read, not cmd's result.
 */
function cmdWords(text: string): string[] | undefined {
	const line = text.replace(/\^(?:\r?\n)?([\s\S])/g, "$1");
	const words: string[] = [];
	let word: string | undefined;
	let quoted = false;
	const pieces = /(\\*)"|\s|[^\s"\\]+|\\+(?!["\\])/g;
	for (const [piece, slashes] of line.matchAll(pieces)) {
		if (slashes !== undefined) {
			word = (word ?? "") + "\\".repeat(Math.floor(slashes.length / 2));
			if (slashes.length % 2 === 1) word += '"';
			else quoted = !quoted;
		} else if (quoted || piece.trim() !== "") word = (word ?? "") + piece;
		else if (word !== undefined) {
			words.push(word);
			word = undefined;
		}
	}
	if (quoted) return undefined;
	return word === undefined ? words : [...words, word];
}

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
