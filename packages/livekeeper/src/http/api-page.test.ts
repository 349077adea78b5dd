import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reasonCode, roomState } from "../wire/index.ts";

const pageOf = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");

describe.each(["api.md", "api.zh-CN.md"])("docs/%s", (name) => {
	const page = pageOf(name);

	test("lists every state that a kept room can be in, and no other", () => {
		// The header of the table is one of them.
		const listed = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, state]) => state);
		const kept = roomState.options.filter((state) => state !== "stopped");
		expect(listed.toSorted()).toEqual(["state", ...kept].toSorted());
	});

	test("lists every reason, and no other", () => {
		const [, listed = ""] = /`(network [a-z_ ]+)`/.exec(page) ?? [];
		expect(listed.split(" ").toSorted()).toEqual(reasonCode.options.toSorted());
	});
});
