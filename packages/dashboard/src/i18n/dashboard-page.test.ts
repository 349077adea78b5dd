import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { zh } from "./zh.ts";

function textsOf(messages: object): string[] {
	return Object.values(messages).flatMap((value) => (typeof value === "string" ? [value] : textsOf(value)));
}

test("finds every text quoted in docs/dashboard.zh-CN.md on the page", () => {
	const guide = readFileSync(new URL("../../../../docs/dashboard.zh-CN.md", import.meta.url), "utf8");
	const quoted = [...guide.matchAll(/“([^”]+)”/g)].map(([, text = ""]) => text);
	expect(quoted.length).toBeGreaterThan(20);
	const texts = new Set(textsOf(zh).map((text) => text.replace(/ \{n\}$/, "")));
	expect(quoted.filter((text) => !texts.has(text))).toEqual([]);
});
