import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clientTypes, clientTypesFile } from "./client-types.ts";

test("the client's types are those of the API's description; npm run client-types writes them", async () => {
	expect(readFileSync(clientTypesFile, "utf8")).toBe(await clientTypes());
});

test("a field's description is the comment on it", async () => {
	expect(await clientTypes()).toMatch(/\/\*\* Douyin's server \*\/\s+host: string \| null;/);
});
