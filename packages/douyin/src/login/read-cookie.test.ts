import fc from "fast-check";
import { expect, it } from "vitest";
import { readCookie } from "./read-cookie.ts";

const at = 1_900_000_000;
const netscape = [
	"# Netscape HTTP Cookie File",
	"",
	`#HttpOnly_.douyin.com\tTRUE\t/\tTRUE\t${at}\tsessionid\thush`,
	".douyin.com\tTRUE\t/\tFALSE\t0\tttwid\tv%7C1",
	"www.douyin.com\tFALSE\t/\tFALSE\t0\telsewhere\tx",
	`.example.com\tTRUE\t/\tFALSE\t${at}\tsessionid\tother`,
].join("\r\n");
const extension = [
	{ domain: ".douyin.com", name: "sessionid", value: "hush", expirationDate: at + 0.5, httpOnly: true, path: "/" },
	{ domain: "live.douyin.com", name: "ttwid", value: "v%7C1", session: true },
	{ domain: ".example.com", name: "sessionid", value: "other", expirationDate: 1 },
];
const automation = {
	cookies: [
		{ domain: ".douyin.com", name: "sessionid", value: "hush", expires: at },
		{ domain: ".douyin.com", name: "ttwid", value: "v%7C1", expires: -1 },
	],
	origins: [],
};

/** As Chrome, Edge and Firefox copy it; the cookie is in `-b` or in a header. */
const bash = (cookie: string) => `curl 'https://live.douyin.com/1001?a=1&b=it'\\''s' \
  -H 'accept: text/html' \
  -b '${cookie}' \
  -H 'user-agent: Mozilla/5.0 (X11; "Linux")' --compressed`;
const cmd = (cookie: string) =>
	[
		'curl ^"https://live.douyin.com/1001?a=1^&b=2^" ^',
		'  -H ^"accept: text/html^" ^',
		`  -b ^"${cookie.replace(/[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]/g, "^$&").replace(/%(?=\w)/g, "%^")}^" ^`,
		'  -H ^"sec-ch-ua: ^\\^"Chromium^\\^";v=^\\^"138^\\^"^"',
	].join("\r\n");
const held = "sessionid=hush; ttwid=v%7C1";
const pairsOf = (cookie: string) =>
	cookie.split("; ").map((pair) => [/^[^=]*/.exec(pair)?.[0] ?? "", pair.replace(/^[^=]*=/, "")]);
/** As Chrome quotes for PowerShell. */
const quoted = (text: string) =>
	`"${text.replace(/[`$"]/g, "`$&").replace(/[^\x20-\x7e]/g, (sign) => `$([char]${sign.charCodeAt(0)})`)}"`;
const powerShell = (cookie: string, url = "https://live.douyin.com/1001?a=1&b=$2") =>
	[
		"$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession",
		'$session.UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"',
		...pairsOf(cookie).map(
			([name = "", value = ""]) =>
				`$session.Cookies.Add((New-Object System.Net.Cookie(${quoted(name)}, ${quoted(value)}, "/", ".douyin.com")))`,
		),
		`Invoke-WebRequest -UseBasicParsing -Uri ${quoted(url)} \``,
		"-WebSession $session `",
		"-Headers @{",
		'"accept"="*/*"',
		'  "sec-ch-ua"="`"Chromium`";v=`"138`""',
		"}",
	].join("\r\n");
const nodeFetch = (cookie: string | undefined, url = "https://live.douyin.com/1001") =>
	`fetch(${JSON.stringify(url)}, ${JSON.stringify(
		{
			headers: { accept: "*/*", "sec-ch-ua": '"Chromium";v="138"', ...(cookie !== undefined && { cookie }) },
			body: null,
			method: "GET",
		},
		null,
		2,
	)});`;
/** Rows of Chrome's table: name, value, domain, path, end, size, and marks. */
const table = (cookie: string, ends = "Session") =>
	pairsOf(cookie)
		.map(([name = "", value = ""]) =>
			[name, value, ".douyin.com", "/", ends, name.length + value.length, "✓", "✓", "None", "", "", "Medium"].join(
				"\t",
			),
		)
		.join("\n");

it.each([
	["a header", held, "header", undefined],
	["a header with its name", "Cookie: sessionid=hush; ttwid=v%7C1\n", "header", undefined],
	["a request's headers", `GET /1001 HTTP/2\nHost: live.douyin.com\r\nCookie: ${held}\r\nDNT: 1`, "header", undefined],
	["a table of headers", `:authority\nlive.douyin.com\ncookie\n${held}\ndnt\n1`, "header", undefined],
	["a cookie file", netscape, "cookies_txt", at * 1000],
	["a browser extension's JSON", JSON.stringify(extension), "json", at * 1000 + 500],
	["an automation tool's JSON", JSON.stringify(automation, null, 2), "json", at * 1000],
	[
		"JSON with a textual date",
		JSON.stringify([{ ...extension[0], expirationDate: "2030-03-17T17:46:40Z" }, extension[1]]),
		"json",
		at * 1000,
	],
	["an object of names and values", '{"sessionid": "hush", "ttwid": "v%7C1"}', "json", undefined],
	["a curl command for bash", bash(held), "curl", undefined],
	[
		"a curl command with escapes of bash",
		bash("x").replace("-b 'x'", () => String.raw`-H $'Cookie: sessionid=hush; ttwid=v\u00257C1'`),
		"curl",
		undefined,
	],
	["a curl command in double quotes", `curl "https://live.douyin.com/" --cookie "${held}"`, "curl", undefined],
	["a curl command for cmd", cmd(held), "curl", undefined],
	[
		"a curl command for cmd of an older browser",
		'curl "https://www.douyin.com/" ^\n -H "cookie: sessionid=hush; ttwid=v^%^7C1" ^\n --compressed',
		"curl",
		undefined,
	],
	["a PowerShell command", powerShell(held), "powershell", undefined],
	[
		"all requests copied as PowerShell",
		[powerShell("sessionid=other", "https://example.com/"), powerShell("ttwid=1"), powerShell(held)].join(";\r\n"),
		"powershell",
		undefined,
	],
	["a fetch call for Node", nodeFetch(held), "fetch", undefined],
	[
		"all requests copied as Node fetch calls",
		[nodeFetch("sessionid=other", "https://example.com/"), nodeFetch(undefined), nodeFetch(held)].join(" ;\n"),
		"fetch",
		undefined,
	],
	["the cookie table", table(held), "table", undefined],
	[
		"the cookie table with its titles and dates",
		`名称\t值\t网域\t路径\n${table(held, "2030-03-17T17:46:40.000Z")}`,
		"table",
		at * 1000,
	],
	["two columns of the cookie table", "sessionid\thush\nttwid\tv%7C1", "table", undefined],
	[
		"all requests copied as curl commands",
		`curl 'https://example.com/' -b 'sessionid=other' ;\n${bash("ttwid=1")} ;\n${bash(held)}`,
		"curl",
		undefined,
	],
])("reads %s", (_form, text, form, expiresAt) => {
	const found = readCookie(text);
	const date = expiresAt && { expiresAt };
	expect(found).toEqual({ cookie: held, form, loggedIn: true, missing: ["s_v_web_id"], ...date });
});

it("names the menu entry to use for a cookie", () => {
	expect(() => readCookie(nodeFetch(undefined))).toThrow(/Copy as cURL \(bash\)/);
});

it("reports the login and the cookies that are missing", () => {
	expect(readCookie("ttwid=1; s_v_web_id=verify_1")).toEqual({
		...{ cookie: "ttwid=1; s_v_web_id=verify_1", form: "header", loggedIn: false, missing: [] },
	});
	expect(readCookie("sessionid_ss=1; s_v_web_id=")).toMatchObject({ loggedIn: true, missing: ["s_v_web_id"] });
});

it("takes the date from the cookie if necessary", () => {
	expect(readCookie("sessionid=a; sid_guard=a%7C1767225600%7C60%7Cx").expiresAt).toBe(1_767_225_660_000);
});

it.each([
	["nothing", ""],
	["plain words", "my cookie"],
	["truncated JSON", '[{"name": "sessionid", "value": "hu'],
	["an export from another site", JSON.stringify([extension[2]])],
	["unrelated JSON", "[1, 2]"],
	["a second line", "sessionid=hush\nX-Evil: 1"],
	["a second line in a part without a name", "=x\r\nX-Evil: 1; sessionid=hush"],
	["a line break between two pairs", "sessionid=hush;\nttwid=1"],
	["headers to another site", "Host: example.com\nCookie: sessionid=hush"],
	["a curl command to another site", "curl 'https://douyin.com.example.com/' -b 'sessionid=hush'"],
	["a truncated curl command", "curl 'https://live.douyin.com/' -b 'sessionid=hush"],
	["a truncated curl command for cmd", 'curl ^"https://live.douyin.com/^" -b ^"sessionid=hush'],
	["a curl command without a cookie", "curl 'https://live.douyin.com/' -H 'accept: hush' -b hush.txt"],
	["a fetch call for the console", nodeFetch(undefined)],
	["a truncated fetch call", nodeFetch(held).slice(0, -30)],
	["a truncated PowerShell command", powerShell(held).slice(0, 300)],
	["a PowerShell command to another site", powerShell(held, "https://example.com/")],
	["a cookie table from another site", table(held).replaceAll("douyin.com", "example.com")],
	["a cookie for all of .com", JSON.stringify([{ ...extension[0], domain: ".com" }])],
	["input beyond the size limit", `a=${"x".repeat(1_048_577)}`],
])("rejects %s without quoting it", (_what, text) => {
	expect(() => readCookie(text)).toThrow(TypeError);
	expect(() => readCookie(text)).not.toThrow(/hush|Evil|other/);
});

it("returns a sendable header or rejects, for any input", () => {
	const whole = fc.constantFrom(
		...[netscape, JSON.stringify(extension), bash(held), cmd(held), powerShell(held), nodeFetch(held), table(held)],
	);
	const cut = fc.tuple(whole, fc.nat(400), fc.nat(400)).map(([all, from, to]) => all.slice(0, from) + all.slice(to));
	const command = fc.string({ unit: fc.constantFrom(..."'\"$\\^ \n-bH=a;:") }).map((line) => `curl ${line}`);
	const text = fc.oneof(fc.string({ unit: "binary" }), fc.json(), whole, cut, command);
	fc.assert(
		fc.property(text, (input) => {
			let cookie: string;
			try {
				({ cookie } = readCookie(input));
			} catch (error) {
				expect(error).toBeInstanceOf(TypeError);
				return;
			}
			expect(cookie).toMatch(/^[\x20-\x7e\x80-\xff]*=[\x20-\x7e\x80-\xff]*$/);
		}),
	);
});

const name = fc.string({ unit: fc.constantFrom(..."abz019_-"), minLength: 1, maxLength: 12 });
const value = fc.string({ unit: fc.constantFrom(..."abz019%|!$&\"'^\\`*.~=(){}<>"), maxLength: 30 });
const cookies = fc
	.uniqueArray(fc.tuple(name, value), { selector: ([one]) => one, minLength: 1, maxLength: 6 })
	.map((pairs) => pairs.map(([one, text]) => ({ name: one, value: text })));

it("reads the same cookie from every copied form", () => {
	fc.assert(
		fc.property(cookies, (all) => {
			const header = all.map((one) => `${one.name}=${one.value}`).join("; ");
			const forms = {
				header,
				bash: bash(header.replaceAll("'", "'\\''")),
				ansi: bash("x").replace(
					"'x'",
					() => `$'${header.replace(/[\\'!]/g, (c) => (c === "!" ? "\\u0021" : `\\${c}`))}'`,
				),
				cmd: cmd(header.replaceAll("\\", "\\\\").replaceAll('"', '\\"')),
				json: JSON.stringify(all.map((one) => ({ ...one, domain: ".douyin.com" }))),
				powershell: powerShell(header),
				fetch: nodeFetch(header),
				table: table(header),
				netscape: all.map((one) => `.douyin.com\tTRUE\t/\tTRUE\t0\t${one.name}\t${one.value}`).join("\n"),
			};
			const found = Object.fromEntries(Object.entries(forms).map(([form, text]) => [form, readCookie(text).cookie]));
			// Browsers double each backslash; programs on Windows halve only those before a quote, and the others stay
			// doubled.
			const doubled = header.replace(/\\+(?=[^"\\])/g, (slashes) => slashes + slashes);
			const expected = Object.keys(forms).map((form) => [form, form === "cmd" ? doubled : header]);
			expect(found).toEqual(Object.fromEntries(expected));
		}),
		// Backslashes before the quote that ends the header, and before one inside of it; the end of a call of fetch.
		{
			examples: [[[{ name: "a", value: "\\\\" }]], [[{ name: "a", value: '\\\\"b' }]], [[{ name: "a", value: "});" }]]],
		},
	);
});
