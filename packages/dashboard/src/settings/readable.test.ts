import { expect, test } from "vitest";
import { readable } from "./readable.ts";

test("a message of a robot reads line by line; what is no JSON stays as it is, and nothing turns the text around", () => {
	const markdown = { title: "a", text: "#### 木船\n\n没有缺失。\u202e" };
	expect(readable(JSON.stringify({ markdown }))).toBe(
		'{\n  "markdown": {\n    "title": "a",\n    "text": "#### 木船\n没有缺失。"\n  }\n}',
	);
	expect(readable('{"cut')).toBe('{"cut');
	expect(readable("livekeeper/1/gift {}")).toBe("livekeeper/1/gift {}");
});
