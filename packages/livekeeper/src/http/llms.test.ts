import { readFileSync } from "node:fs";
import { liveEventTypes } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";
import { llmsText } from "./llms.ts";

interface Operation {
	parameters?: { name: string; in: string }[];
	requestBody?: { content: Record<string, { schema: { properties?: object } }> };
}

test("serves the repository's llms.txt, which names only existing things", async () => {
	const service = await startTestService({ apiKey: "correct-horse" });
	const { status, headers, body } = await ask(service, "GET", "/llms.txt");
	expect([status, headers.get("content-type"), body]).toEqual([200, "text/plain; charset=utf-8", llmsText]);
	expect(readFileSync(new URL("../../../../llms.txt", import.meta.url), "utf8")).toBe(llmsText);

	const { paths } = (await ask(service, "GET", "/docs/json")).body as {
		paths: Record<string, Record<string, Operation>>;
	};
	const named = [...llmsText.matchAll(/^- (GET|POST|PUT|PATCH|DELETE) ([^\s?:]+)(\?[^\s:]+)?(?: `(\{.*?\})`)?/gm)];
	expect(named.length).toBeGreaterThan(12);
	for (const [, method = "", path = "", query = "", fields = "{}"] of named) {
		const operation = paths[path]?.[method.toLowerCase()];
		expect(operation, `${method} ${path}`).toBeDefined();
		const known = operation?.parameters?.filter((one) => one.in === "query").map(({ name }) => name) ?? [];
		expect(known, path).toEqual(expect.arrayContaining([...new URLSearchParams(query).keys()]));
		const properties = operation?.requestBody?.content["application/json"]?.schema.properties ?? {};
		expect(Object.keys(properties), path).toEqual(expect.arrayContaining(Object.keys(JSON.parse(fields))));
	}

	const [, kinds = ""] = /^Kinds of events: (.*)\.$/m.exec(llmsText) ?? [];
	const all = kinds.replaceAll(/\([^)]*\)|and more|of the service's own:/g, "").match(/[a-z_]+/g) ?? [];
	expect(all.length).toBeGreaterThan(10);
	expect(liveEventTypes).toEqual(expect.arrayContaining(all));
});
