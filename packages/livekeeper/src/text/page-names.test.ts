import { expect, test } from "vitest";
import { codeNames, failureNames, type Language, languages } from "./index.ts";

/** The page's words for what the log holds as codes alone; the page is built without the service's texts. */
async function pageReasons(language: Language): Promise<Record<string, string>> {
	const file = new URL(`../../../dashboard/src/i18n/${language}/room.ts`, import.meta.url);
	return ((await import(file.href)) as { room: { reason: Record<string, string> } }).room.reason;
}

test.each(languages)("the page calls each failure what commands and logs call it, in %s", async (language) => {
	const ours = Object.entries(failureNames).map(([code, text]) => [code, text[language]]);
	expect(await pageReasons(language)).toMatchObject(Object.fromEntries(ours));
});

test.each(languages)("the page has a name for each other reason, in %s", async (language) => {
	expect(Object.keys(await pageReasons(language))).toEqual(expect.arrayContaining(Object.keys(codeNames.reason)));
});
