import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");

/** The last column of the table under "Words". */
const never = read("CONTRIBUTING.md")
	.split("\n## Words\n")[1]
	?.split("\n")
	.filter((line) => line.startsWith("| ") && !line.startsWith("| Thing") && !line.startsWith("| --"))
	.flatMap((line) => line.split("|").at(-2)?.trim().split("、") ?? []);

const han = /\p{Script=Han}/u;
/** Lines of sources that have Chinese are texts for people; comments and identifiers are English. */
const sources = globSync(["packages/*/src/**/*.{ts,vue,html}", "extension/**/*.{json,html,js}"], { cwd: root })
	.filter((path) => !/\.(test|helpers)\.ts$/.test(path))
	// What people may paste, in their own words.
	.filter((path) => !/links[\\/]read-links\.ts$/.test(path));
const manual = globSync(["docs/*.zh-CN.md", "README.zh-CN.md"], { cwd: root });

function foundIn(path: string): string[] {
	return read(path)
		.split("\n")
		.filter((line) => han.test(line) && !/^\s*(\*|\/[*/])/.test(line))
		.flatMap((line) => wordsIn(line).map((word) => `${path}: ${word} in ${line.trim().slice(0, 120)}`));
}

const wordsIn = (line: string) => (never ?? []).filter((word) => line.includes(word));

test("Chinese readers meet one word for one thing", () => {
	expect(never?.length).toBeGreaterThan(10);
	expect(sources.length).toBeGreaterThan(100);
	expect(manual.length).toBeGreaterThan(20);
	expect([...sources, ...manual].flatMap(foundIn)).toEqual([]);
});

test("finds a word of the table within a sentence", () => {
	expect(wordsIn("没有这个直播号的直播间。")).toEqual(["直播号"]);
	expect(wordsIn("没有这个直播间号的直播间。")).toEqual([]);
});
