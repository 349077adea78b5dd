import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commonKeys, ownKeys } from "./event-keys.helpers.ts";
import { liveEventTypes } from "./live-event.ts";

const nested = "id sec_uid display_id webcast_uid nickname gender avatar level fans_club admin super_admin masked";

describe.each(["events.md", "events.zh-CN.md"])("docs/%s", (name) => {
	const page = readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
	const rows = page.split("\n").filter((line) => /^\| `(?!type`)/.test(line));
	const rowOf = (type: string) => rows.find((row) => row.split("|")[1]?.includes(`\`${type}\``));

	it("lists each type with each of its fields", () => {
		const missing = liveEventTypes.flatMap((type) => {
			const row = rowOf(type) ?? "";
			const keys = ownKeys[type].split(" ").filter((key) => !new RegExp(`\`${key}\\??\``).test(row));
			return keys.map((key) => `${type}.${key}`);
		});
		expect(missing).toEqual([]);
	});

	it("lists no type that does not exist", () => {
		const types = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, type]) => type));
		expect(types.toSorted()).toEqual([...liveEventTypes].toSorted());
	});

	it("describes the common fields of events and users", () => {
		for (const key of `${commonKeys} ${nested}`.split(" ")) expect(page, key).toMatch(new RegExp(`\`${key}\\b`));
	});
});
