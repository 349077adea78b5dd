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

/** Features added to Chromium after version 103, which OBS 28 has. */
const youngerCss =
	/:has\(|@container|color-mix\(|oklch\(|@starting-style|@scope|text-wrap|\bdvh\b|cqw|[;{]\s*(?:translate|rotate|scale|mask)\s*:|@media[^{]*[<>]/;
const youngerJs = /toSorted|toReversed|toSpliced|\.with\(|groupBy|withResolvers|AbortSignal\.any|fromAsync|\.union\(/;

test.each(sheets)("%s uses only CSS that OBS 28 knows", (name) => {
	const css = read(name);
	expect(css.match(youngerCss)?.[0]).toBeUndefined();
	// Only layers, keyframes and conditions may contain other rules.
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

test.each(scripts)("%s uses only JavaScript that OBS 28 knows", (name) => {
	expect(read(name).match(youngerJs)?.[0]).toBeUndefined();
});
