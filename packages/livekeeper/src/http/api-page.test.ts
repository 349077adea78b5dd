import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reasonCode, roomState } from "../wire/index.ts";

const pageOf = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");

describe.each(["api.md", "api.zh-CN.md"])("docs/%s", (name) => {
	const page = pageOf(name);

	test("lists exactly the states of a kept room", () => {
		// The header of the table is one of them.
		const listed = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, state]) => state);
		const kept = roomState.options.filter((state) => state !== "stopped");
		expect(listed.toSorted()).toEqual(["state", ...kept].toSorted());
	});

	test("lists exactly the reasons", () => {
		const [, listed = ""] = /`(network [a-z_ ]+)`/.exec(page) ?? [];
		expect(listed.split(" ").toSorted()).toEqual(reasonCode.options.toSorted());
	});
});
