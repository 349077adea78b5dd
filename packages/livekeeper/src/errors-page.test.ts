import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorTable } from "./errors.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

test("the page of errors lists every code, and no other", () => {
	const listed = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map((match) => match[1]);
	expect(listed.toSorted()).toEqual(Object.keys(errorTable).toSorted());
});

test("the page tells the HTTP status of the table", () => {
	expect(page).toMatch(/^\| `room_not_found` +\| 404 +\|/m);
	for (const [, code, status] of page.matchAll(/^\| `([a-z_]+)` +\| (\d+) +\|/gm)) {
		expect(errorTable[code as keyof typeof errorTable].status, code).toBe(Number(status));
	}
});

test("the codes are public API: none was renamed or removed", () => {
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
