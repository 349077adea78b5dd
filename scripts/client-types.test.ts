import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clientTypes, clientTypesFile } from "./client-types.ts";

test("client types match the API's description (npm run client-types)", async () => {
	expect(readFileSync(clientTypesFile, "utf8")).toBe(await clientTypes());
});

test("a field's description becomes its comment", async () => {
	expect(await clientTypes()).toMatch(/\/\*\* Douyin's server \*\/\s+host: string \| null;/);
});
