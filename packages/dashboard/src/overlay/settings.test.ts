import fc from "fast-check";
import { expect, test } from "vitest";
import { type Parameter, parameterNames, parameters } from "./parameters.ts";
import { defaultSettings, overlayUrl, parseSettings, writeSettings } from "./settings.ts";

/** What people and robots put into addresses. */
const anyText = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.constantFrom("", "0", "-1", "1e999", "NaN", "%", "%E0%A4%A", "chat,gift", "ticker", "true", "<script>", "\ud83d"),
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

test("any address whatever gives settings that are all allowed", () => {
	fc.assert(
		fc.property(anyQuery, anyQuery, (search, hash) => {
			const settings = parseSettings({ search: `?${search}`, hash: `#${hash}` });
			for (const name of parameterNames)
				expect([name, isAllowed(parameters[name], settings[name])]).toEqual([name, true]);
		}),
		{ numRuns: 500 },
	);
});

test("what was written into an address is read from it again", () => {
	fc.assert(
		fc.property(anyQuery, (search) => {
			const settings = parseSettings({ search, hash: "" });
			expect(parseSettings({ search: "", hash: `#${writeSettings(settings)}` })).toEqual(settings);
		}),
		{ numRuns: 500 },
	);
});

test("an address says only what differs from the defaults, and everything of it behind the #", () => {
	expect(overlayUrl("http://127.0.0.1:7001/overlay", "1001", defaultSettings())).toBe(
		"http://127.0.0.1:7001/overlay/1001",
	);
	const settings = {
		...defaultSettings(),
		theme: "bubbles",
		kinds: ["chat", "like"],
		token: "lko_1",
		avatars: true,
	} as const;
	expect(overlayUrl("http://127.0.0.1:7001/overlay?x=1", "a/b", settings)).toBe(
		"http://127.0.0.1:7001/overlay/a%2Fb#theme=bubbles&avatars=1&kinds=chat,like&token=lko_1",
	);
});

test("both parts of an address are read; what stands behind the # goes first", () => {
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
] as const)("%s", (search, name, value) => {
	expect(parseSettings({ search, hash: "" })[name]).toEqual(value);
});
