import { readFileSync } from "node:fs";
import { errorTable } from "@livekeeper/base/errors";
import * as ofAll from "@livekeeper/base/text";
import * as ofRooms from "@livekeeper/engine/src/text/catalogue.ts";
import * as ofLog from "@livekeeper/log/text";
import * as ofTargets from "@livekeeper/targets/text";
import { expect, test } from "vitest";
import { configOptions } from "./config/schema.ts";
import * as own from "./text/index.ts";

/** Forbidden everywhere in Chinese: file names, which can't be clicked, and two full stops or commas in a row. */
const never = /docs\/[\w.-]+|\w\.md\b|[，。；：]\s*[，。；]|\.。/;

/** Latin words that a streamer knows, or finds under that name elsewhere. */
const known = new Map(
	Object.entries({
		"names of products": "livekeeper OBS Chrome Edge Mac NATS YouTube ffmpeg Prometheus Node",
		"names that a diagnosis gives, as they are written in it": "room-1 login-1",
		"tools that messages are sent to":
			"Telegram Discord Slack Bark ntfy iPhone Server Streamer.bot SAMMI OneComme Social Stream Ninja dycast MQTT Home Assistant",
		"what the app and the site write like that": "App ID PK TA",
		"what a cookie is called in every instruction":
			"cookie Cookie cookies.txt cURL bash cmd PowerShell fetch Node.js JSON extension",
		"keys and labels on the screen": "F5 F12 URL CSS CSV Excel px KB MB",
		"kinds of files, as their names end": "mp3 ogg wav m4a webm EDL",
		"what the network is called": "API HTTP WebSocket Socket.IO SSE DNS CORS",
		"the identity that all rooms share has this name": "default",
		"a filter of Liquid, which templates of targets are written in": "json",
		"options that have to be set, named as they are written":
			"api_key api-key LIVEKEEPER_API_KEY LIVEKEEPER_HOST LIVEKEEPER_SECRET cors_origins host allowed_hosts callback_secrets target_allow_private target_allow_loopback",
		"the open platform's console has these labels": "AppID AppSecret err_no",
		"people search for this code, which their browser's console shows": "forbidden_origin",
	}).flatMap(([reason, words]) => words.split(" ").map((word) => [word, reason])),
);

/** Texts for people who type commands or write programs, and so about commands, options and fields. */
const technical = new Set([
	...["commandTexts", "commandFailures", "commanderInChinese", "helpTexts", "helpTitles", "screenTexts", "listTexts"],
	...["optionTexts", "configTexts", "errorHints", "checkTexts", "noTime", "timeFormats", "requestTexts", "seriesTexts"],
	...[
		"besideTexts",
		"importTexts",
		"clusterTexts",
		"doctorTexts",
		"storageTexts",
		"targetTexts",
		"nodeTexts",
		"mcpTexts",
		"siteTexts",
		"updateTexts",
	],
]);
/** Functions that return their input, and texts to type. */
const notTexts = new Set([
	"launch",
	"verbatim",
	"both",
	"languages",
	"apiTexts",
	"apiText",
	"logLines",
	"chineseLine",
	"englishLine",
	"deliveryText",
	"sentence",
]);

/** Stands in for any value that a text is made with. */
const anything = Object.assign(new Number(7), { join: () => "7", map: () => ["7"] });

function chineseIn(value: unknown, path: string): [string, string][] {
	// Some texts can't be made without real values; texts.test.ts has those.
	if (typeof value === "string") return value.includes("undefined") ? [] : [[path, value]];
	if (typeof value === "function") {
		try {
			return chineseIn(value(...Array.from({ length: 6 }, () => anything)), path);
		} catch {
			return [];
		}
	}
	if (typeof value !== "object" || value === null) return [];
	const { en, zh } = value as { en?: unknown; zh?: unknown };
	if (typeof en === "string" && typeof zh === "string") return chineseIn(zh, path);
	return Object.entries(value).flatMap(([name, inner]) => chineseIn(inner, `${path}.${name}`));
}

const catalogue = { ...ofAll, ...ofRooms, ...ofLog, ...ofTargets, ...own };
const texts = Object.entries(catalogue).filter(([name]) => !notTexts.has(name));
const file = (path: string) => new URL(`../../../${path}`, import.meta.url);
const page: object = ((await import(file("packages/dashboard/src/i18n/zh.ts").href)) as { zh: object }).zh;
const extension: object = JSON.parse(readFileSync(file("extension/_locales/zh_CN/messages.json"), "utf8"));

const forStreamers = [
	...texts.flatMap(([name, value]) => (technical.has(name) ? [] : chineseIn(value, name))),
	...chineseIn(page, "page"),
	...chineseIn(extension, "extension"),
];
const forAll = [
	...forStreamers,
	...texts.flatMap(([name, value]) => (technical.has(name) ? chineseIn(value, name) : [])),
	...chineseIn(errorTable, "errors"),
	...chineseIn(catalogue.apiTexts, "API"),
	...configOptions.map(({ name, help }): [string, string] => [`option ${name}`, help.zh]),
];

/** Removes placeholders and addresses, which are no words. */
const bare = (text: string) =>
	text.replace(/\{\w+\}|[a-z0-9]+:\/\/[^\s，。、）”]*|\/api\/[\w/-]+|[\w.-]+\.com\b|@\W/g, " ");
const unknownWords = (text: string) =>
	[...bare(text).matchAll(/[A-Za-z][\w./=-]+/g)]
		.map(([word]) => word.replace(/\.$/, ""))
		.filter((word) => !known.has(word));

test("looks through all Chinese catalogues", () => {
	expect(forStreamers.length).toBeGreaterThan(800);
	expect(forAll.length).toBeGreaterThan(forStreamers.length + 200);
});

test("finds no file names or doubled punctuation in Chinese", () => {
	expect(forAll.filter(([, text]) => never.test(text))).toEqual([]);
});

test("finds only known English words in Chinese for streamers", () => {
	const found = forStreamers.flatMap(([path, text]) => unknownWords(text).map((word) => [word, path, text]));
	expect(found).toEqual([]);
});

test("finds no allowed word without a use", () => {
	const used = new Set(
		forStreamers.flatMap(([, text]) =>
			[...bare(text).matchAll(/[A-Za-z][\w./=-]*/g)].map(([word]) => word.replace(/\.$/, "")),
		),
	);
	expect([...known.keys()].filter((word) => !used.has(word))).toEqual([]);
});
