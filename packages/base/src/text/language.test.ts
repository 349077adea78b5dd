import { expect, test } from "vitest";
import { acceptedLanguage, askedLanguage, languageOf } from "./index.ts";

test.each([
	["zh", "zh"],
	["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
	["en-US,en;q=0.9,zh;q=0.8", "en"],
	["fr, zh-Hant;q=0.3, en;q=0.2", "zh"],
	["en;q=0, zh;q=0.1", "zh"],
	["zh;q=0", undefined],
	["de, *;q=0.5", undefined],
	["*", undefined],
	["", undefined],
	["enzyme, zhx", undefined],
	["EN_us; q=0.5 , ZH ; q = 0.7", "zh"],
	["zh;q=abc, en;q=0.1", "zh"],
])("reads Accept-Language %j as %s", (header, language) => {
	expect(acceptedLanguage(header)).toBe(language);
});

test("prefers ?lang= to the header and defaults to English", () => {
	const headers = { "accept-language": "en" };
	expect(askedLanguage({ url: "/ws?after=0&lang=zh-CN", headers })).toBe("zh");
	expect(askedLanguage({ url: "/ws?lang=fr", headers })).toBe("en");
	expect(askedLanguage({ url: "/ws?slang=zh", headers: {} })).toBeUndefined();
	expect(languageOf({ headers: {} })).toBe("en");
});
