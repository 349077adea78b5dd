import { expect, test } from "vitest";
import { proposedFileName } from "./file-name.ts";

const named = (disposition: string) =>
	proposedFileName({ headers: new Headers({ "content-disposition": disposition }) });

test.each([
	['attachment; filename="1001-all.csv"', "1001-all.csv"],
	["attachment; filename=\"____.xlsx\"; filename*=UTF-8''%E7%81%AF%E5%A1%94%202026-12-01.xlsx", "灯塔 2026-12-01.xlsx"],
	["attachment", undefined],
	['attachment; filename="../../evil.csv"', undefined],
	["attachment; filename*=UTF-8''..%2Fevil.csv", undefined],
	["attachment; filename*=UTF-8''C%3A%5Cevil.csv", undefined],
	["attachment; filename*=UTF-8''.bashrc", undefined],
	["attachment; filename*=UTF-8''a%00b", undefined],
	["attachment; filename*=UTF-8''%E7", undefined],
])("extracts a safe name from %j", (disposition, name) => {
	expect(named(disposition)).toBe(name);
});
