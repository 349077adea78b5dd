import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { columnsOf } from "./columns.ts";

test.each(["export.md", "export.zh-CN.md"])("docs/%s lists every column in order", (name) => {
	const page = readFileSync(new URL(`../../../../../docs/${name}`, import.meta.url), "utf8");
	const line = page.split("\n").find((one) => one.startsWith("`seq`")) ?? expect.fail("the page has no columns");
	const listed = [...line.matchAll(/`(\w+)`/g)].map(([, column]) => column);
	expect(listed).toEqual(columnsOf.events.map(({ name }) => name));
});
