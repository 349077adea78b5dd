import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { shownOptions } from "../settings/options.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

/** The table of all options in the manual; a test of the service compares that table with the options. */
const page = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
const names = Array.from(page.slice(page.indexOf("## Options")).matchAll(/^\| `(\w+)`/gm), ([, name = ""]) => name);

test.each([
	["en", en],
	["zh", zh],
])("names the main options in words (%s)", (_language, { settings }) => {
	const titles: Record<string, string> = settings.config.title_of;
	const options = names.map((name) => ({ name }) as Parameters<typeof shownOptions>[0][number]);
	const shown = shownOptions(options, "", false).map(({ name }) => name);
	expect(shown.length).toBeGreaterThan(5);
	expect(shown.filter((name) => !titles[name])).toEqual([]);
	expect(Object.keys(titles).filter((name) => !names.includes(name))).toEqual([]);
});
