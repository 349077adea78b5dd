import { expect, test } from "vitest";
import { codeNames, failureNames, type Language, languages } from "./index.ts";

type Names = Record<string, string>;

/** The page's words for what the log holds as codes alone; the page is built without the service's texts. */
async function pageNames(language: Language): Promise<{ reason: Names; gap: Names }> {
	const file = new URL(`../../../dashboard/src/i18n/${language}.ts`, import.meta.url);
	return ((await import(file.href)) as Record<Language, { room: { reason: Names; gap: Names } }>)[language].room;
}

test.each(languages)("the page calls each failure what commands and logs call it, in %s", async (language) => {
	const ours = Object.entries(failureNames).map(([code, text]) => [code, text[language]]);
	expect((await pageNames(language)).reason).toMatchObject(Object.fromEntries(ours));
});

test.each(languages)("the page has a name for each other reason, in %s", async (language) => {
	const { reason } = await pageNames(language);
	expect(Object.keys(reason)).toEqual(expect.arrayContaining(Object.keys(codeNames.reason)));
});

test.each(languages)("the page says why something was missed as commands do, in %s", async (language) => {
	const ours = Object.entries(codeNames.gap).map(([code, text]) => [code, text[language]]);
	expect((await pageNames(language)).gap).toEqual(Object.fromEntries(ours));
});
