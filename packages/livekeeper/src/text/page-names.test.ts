import { expect, test } from "vitest";
import { codeNames, failureNames, type Language, languages, lookupTexts } from "./index.ts";

type Names = Record<string, string>;

/** Returns the page's texts for codes in the log; the page is built without the service's texts. */
async function pageNames(language: Language) {
	const file = new URL(`../../../dashboard/src/i18n/${language}.ts`, import.meta.url);
	type Page = { room: { reason: Names; gap: Names }; upstream: { way: Names; sign: Names } };
	const { room, upstream } = ((await import(file.href)) as Record<Language, Page>)[language];
	return { ...room, ...upstream };
}

test.each(languages)("names each failure as commands and logs, in %s", async (language) => {
	const ours = Object.entries(failureNames).map(([code, text]) => [code, text[language]]);
	expect((await pageNames(language)).reason).toMatchObject(Object.fromEntries(ours));
});

test.each(languages)("names each other reason, in %s", async (language) => {
	const { reason } = await pageNames(language);
	expect(Object.keys(reason)).toEqual(expect.arrayContaining(Object.keys(codeNames.reason)));
});

test.each(languages)("names gap reasons as commands do, in %s", async (language) => {
	const ours = Object.entries(codeNames.gap).map(([code, text]) => [code, text[language]]);
	expect((await pageNames(language)).gap).toEqual(Object.fromEntries(ours));
});

test.each(languages)("names ways and refusals as commands do, in %s", async (language) => {
	const { way, sign } = await pageNames(language);
	const ours = (texts: typeof lookupTexts.ways | typeof lookupTexts.signs) =>
		Object.fromEntries(Object.entries(texts).map(([code, text]) => [code, text[language]]));
	expect(way).toEqual(ours(lookupTexts.ways));
	expect(sign).toEqual(ours(lookupTexts.signs));
});
