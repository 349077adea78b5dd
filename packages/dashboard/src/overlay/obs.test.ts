import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL(".", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
const sheets = [
	"overlay.css",
	"panels.css",
	...readdirSync(new URL("themes/", folder)).map((name) => `themes/${name}`),
];
const scripts = readdirSync(folder).filter((name) => /^(?!.*\.(test|helpers)\.ts$).*\.ts$/.test(name));

/** What came to Chromium after version 103, which is what OBS 28 has. */
const youngerCss =
	/:has\(|@container|color-mix\(|oklch\(|@starting-style|@scope|text-wrap|\bdvh\b|cqw|[;{]\s*(?:translate|rotate|scale|mask)\s*:|@media[^{]*[<>]/;
const youngerJs = /toSorted|toReversed|toSpliced|\.with\(|groupBy|withResolvers|AbortSignal\.any|fromAsync|\.union\(/;

test.each(sheets)("%s has nothing that OBS 28 does not know", (name) => {
	const css = read(name);
	expect(css.match(youngerCss)?.[0]).toBeUndefined();
	// Rules within rules: only layers, keyframes and conditions hold some.
	const holders = /^\s*(@layer|@keyframes|@media|from|to|\d+%)/;
	const open: string[] = [];
	for (const [, head = "", brace] of css.matchAll(/([^{};]*)([{}])/g)) {
		if (brace === "}") open.pop();
		else {
			const nested = open.length > 0 && !holders.test(open.at(-1) ?? "");
			expect([name, head.trim(), nested]).toEqual([name, head.trim(), false]);
			open.push(head.trim());
		}
	}
});

test.each(scripts)("%s calls nothing that OBS 28 does not know", (name) => {
	expect(read(name).match(youngerJs)?.[0]).toBeUndefined();
});
