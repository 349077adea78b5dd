import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { targets } from "./mutation-targets.ts";

test("names files that exist", () => {
	const named = targets.flatMap(({ file, tests }) => [file, ...tests]);
	expect(named.filter((path) => !existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url))))).toEqual([]);
});
