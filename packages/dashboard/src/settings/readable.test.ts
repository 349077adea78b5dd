import { expect, test } from "vitest";
import { readable } from "./readable.ts";

test("lays out JSON, keeps other text, and strips bidi characters", () => {
	const markdown = { title: "a", text: "#### 木船\n\n没有缺失。\u202e" };
	expect(readable(JSON.stringify({ markdown }))).toBe(
		'{\n  "markdown": {\n    "title": "a",\n    "text": "#### 木船\n没有缺失。"\n  }\n}',
	);
	expect(readable('{"cut')).toBe('{"cut');
	expect(readable("livekeeper/1/gift {}")).toBe("livekeeper/1/gift {}");
});
