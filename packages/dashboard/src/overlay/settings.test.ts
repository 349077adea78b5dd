import fc from "fast-check";
import { expect, test } from "vitest";
import { type Parameter, parameterNames, parameters } from "./parameters.ts";
import { defaultSettings, namedUrl, parseSettings, writeSettings } from "./settings.ts";

/** Queries as people and robots write them into addresses. */
const anyText = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.constantFrom(
		"",
		"0",
		"-1",
		"1e999",
		"NaN",
		"%",
		"%E0%A4%A",
		"chat,gift",
		"ticker",
		"true",
		"<script>",
		"\ud83d",
		"bell",
		"9f86d081884c7d65",
	),
	fc.double().map(String),
);
const anyQuery = fc.oneof(
	fc.string({ unit: "binary" }),
	fc
		.array(fc.tuple(fc.oneof(fc.constantFrom(...parameterNames), anyText), anyText))
		.map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&")),
);

function isAllowed(parameter: Parameter, value: unknown): boolean {
	switch (parameter.kind) {
		case "choice":
			return parameter.values.includes(value as string);
		case "sound":
			return parameter.values.includes(value as never) || /^[0-9a-f]{16}$/.test(String(value));
		case "list":
			return Array.isArray(value) && value.every((item) => parameter.values.includes(item));
		case "integer":
			return Number.isSafeInteger(value) && Number(value) >= parameter.min && Number(value) <= parameter.max;
		case "number":
			return Number.isFinite(value) && Number(value) >= parameter.min && Number(value) <= parameter.max;
		case "flag":
			return typeof value === "boolean";
		case "text":
			return typeof value === "string" && value.length <= parameter.max;
		default:
			return parameter satisfies never;
	}
}

test("reads valid settings from any address", () => {
	fc.assert(
		fc.property(anyQuery, anyQuery, (search, hash) => {
			const settings = parseSettings({ search: `?${search}`, hash: `#${hash}` });
			for (const name of parameterNames)
				expect([name, isAllowed(parameters[name], settings[name])]).toEqual([name, true]);
		}),
		{ numRuns: 500 },
	);
});

test("reads back the settings it writes", () => {
	fc.assert(
		fc.property(anyQuery, (search) => {
			const settings = parseSettings({ search, hash: "" });
			expect(parseSettings({ search: "", hash: `#${writeSettings(settings)}` })).toEqual(settings);
		}),
		{ numRuns: 500 },
	);
});

test("writes only settings that differ from the defaults", () => {
	expect(writeSettings(defaultSettings())).toBe("");
	const settings = {
		...defaultSettings(),
		theme: "bubbles",
		kinds: ["chat", "like"],
		token: "lko_1",
		avatars: true,
	} as const;
	expect(writeSettings(settings)).toBe("theme=bubbles&avatars=1&kinds=chat,like&token=lko_1");
});

test("puts a named overlay's secret only into the fragment", () => {
	const page = "http://127.0.0.1:7001/overlay?live_id=1";
	expect(namedUrl(page, "a/b", "")).toBe("http://127.0.0.1:7001/overlay/named/a%2Fb");
	expect(namedUrl(page, "1", "lko_x")).toBe("http://127.0.0.1:7001/overlay/named/1#token=lko_x");
});

test("uses the stored settings for parameters missing from the address", () => {
	const { theme, size, lines, fade } = parseSettings(
		{ search: "?size=40", hash: "#lines=3" },
		"theme=ink&size=30&lines=9",
	);
	expect([theme, size, lines, fade]).toEqual(["ink", 40, 3, 60]);
});

test("prefers the fragment over the query", () => {
	const { theme, size, lines } = parseSettings({ search: "?theme=ticker&size=40", hash: "#size=30&lines=3" });
	expect([theme, size, lines]).toEqual(["ticker", 30, 3]);
});

test.each([
	["size=9999", "size", 96],
	["size=-5", "size", 10],
	["size=23.6", "size", 24],
	["size=big", "size", 24],
	["size=", "size", 24],
	["theme=pink", "theme", "plain"],
	["kinds=like、chat, nonsense", "kinds", ["chat", "like"]],
	["kinds=nonsense", "kinds", ["chat", "gift", "follow"]],
	["kinds=", "kinds", []],
	["demo", "demo", true],
	["demo=no", "demo", false],
	["tts_rate=9", "tts_rate", 2],
	[`token=${"x".repeat(300)}`, "token", "x".repeat(200)],
] as const)("reads %s within its limits", (search, name, value) => {
	expect(parseSettings({ search, hash: "" })[name]).toEqual(value);
});
