import { expect, test } from "vitest";
import { configOptions } from "../../../livekeeper/src/config/schema.ts";
import { shownOptions } from "../settings/options.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

const options = configOptions.map(({ name }) => ({ name }) as never);

test.each([
	["en", en],
	["zh", zh],
])("names the main options in words (%s)", (_language, { settings }) => {
	const titles: Record<string, string> = settings.config.title_of;
	const shown = shownOptions(options, "", false).map(({ name }) => name);
	expect(shown.length).toBeGreaterThan(5);
	expect(shown.filter((name) => !titles[name])).toEqual([]);
	expect(Object.keys(titles).filter((name) => !configOptions.some((option) => option.name === name))).toEqual([]);
});
