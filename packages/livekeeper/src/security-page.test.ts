import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = readFileSync(`${root}docs/security.md`, "utf8");
const files = [...page.matchAll(/\[test\]\(\.\.\/([^)]+\.test\.ts)\)/g)].map(([, file = ""]) => file);

/** Titles of the tests that the page links, in order. */
const titles: readonly string[] = [
	"%s %s requires it",
	"keeps the key out of the API's backup",
	"tightens and reports a folder open to others",
	"slows guessed keys, and still accepts the right one",
	"adds, lists and removes identities without revealing secrets",
	"keeps a target's URL out of files but shows it",
	"requires a key for listening on %s",
	"requires an API key for cors_origins %s",
	"logs no key of an address, whatever the error",
	"applies one admission to every way in: %s",
	"refuses a malformed request and breaks nothing: %j",
	"ends a stalled client without delaying ingest or other readers",
	"makes a spreadsheet show %j as text",
	"keeps a name from the network inside its folder",
	"opens only its room's operations and pictures",
	"reads only the token's room, over every output",
	"sends all rooms' status only to tokens for all",
	"ends only a revoked token's connections, with the reason",
	"refuses and counts a wrong token like a wrong key",
	"refuses a token from an unlisted foreign page",
	"counts owner, tokens, strangers and refusals per address",
	"keeps tokens across restarts without storing their secrets",
	"refuses %s before doing anything",
	"treats another port of the same host as foreign",
	"refuses a foreign web page that would start a room",
	"answers only this machine's own names without a key",
	"refuses JSON sent as text, which needs no preflight",
	"counts a foreign page's requests against no other party",
	"opens its pages, which hold no data, from any link",
	"serves the Socket.IO client to any page",
	"serves a listed origin only with an Origin header",
	"refuses web pages, other extensions, machines and proxies",
	"locks a code after five guesses or five minutes",
	"has the documented defaults",
	"%s requires no key",
	"neither echoes nor logs a refused key",
	"replaces sessions only of strangers that open many",
	"rejects any changed byte of body, header or signature",
	"is accepted once with the right secret",
	"counts each address, and trusts only listed proxies",
	"answers any post without a 5xx or side effects",
	"never throws, and returns ids that are safe in paths",
	"sends no cookie to a foreign host, and names it",
	"contacts the site only over TLS",
	"fails the request if it will %s, without bypass",
	"fetches pictures only through the upstream's proxy",
	"rejects a body beyond its limit, also after unpacking",
	"removes escape sequences from upstream text",
	"requires the option, and the API key if set",
	"only read without control, described in the requested language",
	"page events briefly, and match the log in total",
	"refuses %s: %s",
	"never connects to a refused address, literal or resolved",
	"connects to the checked address, with one lookup",
	"sends neither credentials nor events to another origin",
	"delivers the log's events, signed with timestamp and body",
	"bounds the slots of hanging receivers",
];

test("links a test from every line of the security page", () => {
	const [claims = ""] = page.split("## Not protected");
	const lines = claims.split("\n").filter((line) => line.startsWith("- "));
	expect(lines.length).toBeGreaterThan(25);
	expect(lines.filter((line) => !line.includes("[test](../"))).toEqual([]);
	expect(files).toHaveLength(titles.length);
});

test.each(files.map((file, index) => ({ file, title: titles[index] })))(
	"$file has the test $title",
	({ title, file }) => {
		expect(existsSync(root + file)).toBe(true);
		expect(readFileSync(root + file, "utf8").split(/["`]/)).toContain(title);
	},
);

test("has as many lines in each part in Chinese", () => {
	const partsOf = (markdown: string) =>
		markdown.split(/^## /m).map((part) => part.split("\n").filter((line) => /^[|-]/.test(line)).length);
	expect(partsOf(readFileSync(`${root}docs/security.zh-CN.md`, "utf8"))).toEqual(partsOf(page));
});
