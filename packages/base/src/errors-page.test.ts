import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorTable } from "./errors.ts";

function pageOf(name: string): string {
	return readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
}

/** Returns the code of each row, and its HTTP status if the row has one. */
function rowsOf(page: string): [code: string, status: string | undefined][] {
	return [...page.matchAll(/^\| `([a-z_]+)` +\|(?: (\d+) +\|)?/gm)].map(([, code = "", status]) => [code, status]);
}

describe.each(["errors.md", "errors.zh-CN.md"])("docs/%s", (name) => {
	const page = pageOf(name);

	test("lists every code, and no other", () => {
		const listed = rowsOf(page).map(([code]) => code);
		expect(listed.toSorted()).toEqual(Object.keys(errorTable).toSorted());
	});

	test("gives the HTTP status of the table", () => {
		expect(page).toMatch(/^\| `room_not_found` +\| 404 +\|/m);
		for (const [code, status] of rowsOf(page)) {
			if (status === undefined) continue;
			expect(errorTable[code as keyof typeof errorTable].status, code).toBe(Number(status));
		}
	});
});

test("has the same rows in the same order in both", () => {
	expect(rowsOf(pageOf("errors.zh-CN.md"))).toEqual(rowsOf(pageOf("errors.md")));
});

test("keeps all codes, which are public API", () => {
	expect(Object.entries(errorTable).map(([code, { status }]) => `${code} ${status}`)).toEqual(
		expect.arrayContaining([
			"invalid_live_id 400",
			"invalid_request 400",
			"invalid_json 400",
			"unauthorized 401",
			"forbidden_host 403",
			"forbidden_origin 403",
			"room_not_found 404",
			"not_found 404",
			"method_not_allowed 405",
			"too_many_rooms 409",
			"payload_too_large 413",
			"unsupported_media_type 415",
			"too_many_requests 429",
			"internal 500",
			"shutting_down 503",
		]),
	);
});
