import { readFileSync } from "node:fs";
import { type FailureReason, failureReasons } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { failureHelp } from "../text/index.ts";
import { failureClasses } from "./failure-classes.ts";

const page = readFileSync(new URL("../../../../docs/reconnect.md", import.meta.url), "utf8");
const sections = new Map(
	page
		.slice(page.indexOf("## Failure classes"))
		.split("\n### ")
		.slice(1)
		.map((section) => {
			const [name = "", ...text] = section.split("\n");
			return [name, text.join("\n")] as const;
		}),
);

test("the page has a section for each failure class, in the table's order, and no other", () => {
	expect([...sections.keys()]).toEqual(Object.keys(failureClasses));
	expect(new Set(sections.keys())).toEqual(new Set(failureReasons));
});

describe.each(Object.entries(failureClasses))("the section of %s", (name, kind) => {
	const section = sections.get(name) ?? "";

	test("says what the status says", () => {
		expect(section).toContain(failureHelp[name as FailureReason].en);
	});

	test("tells the state, the outage mode and the host as the table has them", () => {
		expect(/The state is `(\w+)`|the state is `(\w+)`/.exec(section)?.slice(1).find(Boolean) ?? "reconnecting").toBe(
			kind.state,
		);
		expect(section.includes("Counts for the outage mode")).toBe(kind.shared);
		expect(/[Cc]ounts.*against the host/.test(section)).toBe(kind.blamesHost);
	});
});
