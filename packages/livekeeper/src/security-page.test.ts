import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = readFileSync(`${root}docs/security.md`, "utf8");
const files = [...page.matchAll(/\[test\]\(\.\.\/([^)]+\.test\.ts)\)/g)].map(([, file = ""]) => file);

/** Titles of the tests that the page links, in order. */
const titles: readonly string[] = [
	"%s %s needs it",
	"what the API gives does not hold the key, and writes nowhere but into the answer",
	"a folder that others may enter, and files of ours that they may read, are tightened and reported",
	"a flood of wrong keys is slowed, and the right key opens all the same",
	"an identity is added, listed and removed, and its secrets are in no answer, log or metric",
	"a target's URL, which may hold a token, is in no file of the data folder and in no backup, and is shown to the owner again",
	"listening on %s without a key is refused, with one it isn't",
	"cors_origins %s, which any web site can have, needs an API key",
	"whatever is wrong with a request, no key of its address reaches the log",
	"one admission for every way in: %s",
	"a request that isn't one is refused and nothing breaks: %j",
	"a client that takes nothing is ended, and neither ingest nor other readers wait for it",
	"a spreadsheet takes %j for the text that it is",
	"a name from the network stays in its folder",
	"of all operations of the API a token opens those that read its room, and pictures",
	"by a token its room is read, and no other, by whatever way",
	"the status of all rooms is for tokens of all rooms, and ends with them",
	"a token that is revoked ends at once what it opened, by whatever way, says why, and ends nothing else",
	"a wrong token is refused as a wrong key is, and counts as refused",
	"a token opens nothing to a page of another site that isn't listed",
	"each is counted by itself: the owner, each token, strangers and what is refused, at each address",
	"tokens are kept across a restart, and no file of the data folder nor the log holds a secret",
	"what %s asks for is refused, and nothing is done for it",
	"a page of another port of the same host is a foreign one",
	"a web page of elsewhere starts no room through a visitor's browser",
	"without a key only this machine's own names are answered, so that no foreign DNS name reaches it",
	"JSON that calls itself text is refused, since a browser sends that across origins unasked",
	"what a foreign page sends counts against nobody else",
	"a link of any site leads to the service's pages, which hold no data",
	"any page may load the Socket.IO client, which holds no data: what it then asks for is judged",
	"a page of a listed origin may use the service, but not unnamed",
	"web pages, other extensions, other machines and proxies can't use it, whatever they know",
	"five wrong codes lock it, five minutes end it, and a new one takes the place of the last",
	"the defaults are the documented ones",
	"%s needs no key",
	"a refused key is neither answered nor logged",
	"strangers who open sessions without end push each other out, and nobody who has just one",
	"opens nothing else: whatever byte of body, header or signature is another",
	"of somebody who knows the secret is taken once",
	"addresses are counted apart; whom a proxy asks for is believed only when the proxy is trusted",
	"whatever is posted, no answer is a 5xx and no other room changes",
	"never throws, and what it takes is safe in a path",
	"never gives the cookie to a host that is not the upstream's own, and names it",
	"speaks to the site over TLS alone",
	"that will %s fails the request and is never gone around",
	"a picture is asked for through the proxy that leads to the upstream, or not at all",
	"refuses a body past its limit, also one that only grows when unpacked",
	"a text from upstream can't send escape sequences to the terminal",
	"without the option there is no such address, and with an API key nobody comes in without it",
	"only read unless the option says that they may control, and describe themselves in the language asked for",
	"a room's events come page by page, each short enough for a model, and add up to the log",
	"%s is refused: %s",
	"an address that isn't allowed is never connected to, be it literal or what a name resolves to",
	"a connection goes to the very address that was checked: the name is asked for once",
	"sends neither credentials nor events to another origin",
	"a delivery carries the events as the log has them, and is signed over timestamp and body",
	"receivers that hang take a bounded number of slots and delay no other target",
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
