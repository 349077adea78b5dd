import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { parse } from "yaml";
import { ask, startTestService } from "../service/service.helpers.ts";
import { apiText, apiTexts } from "../text/index.ts";
import { apiPage } from "./api-page.ts";
import { ApiDocuments, withTexts } from "./docs.ts";

interface Operation {
	operationId?: string;
	summary?: string;
	tags?: string[];
	parameters?: { name: string; description?: string; schema: { type?: string } }[];
	responses: Record<string, { content?: object; description?: string }>;
	requestBody?: object;
}

test("documents every route and response as OpenAPI 3.1", async () => {
	const service = await startTestService();
	const { body } = await ask(service, "GET", "/docs/json");
	expect(body.openapi).toBe("3.1.0");
	const operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(
		([path, methods]) =>
			Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
	);
	expect(operations.map(([name]) => name).toSorted()).toEqual([
		"delete /api/v1/identities/{name}",
		"delete /api/v1/identities/{name}/rest",
		"delete /api/v1/overlay-tokens/{id}",
		"delete /api/v1/pairings/{id}",
		"delete /api/v1/rooms/{live_id}",
		"delete /api/v1/sounds/{id}",
		"delete /api/v1/targets/{id}",
		"get /api/live/status",
		"get /api/v1/backup",
		"get /api/v1/config",
		"get /api/v1/connections",
		"get /api/v1/export",
		"get /api/v1/gifts",
		"get /api/v1/identities",
		"get /api/v1/identities/{name}",
		"get /api/v1/image",
		"get /api/v1/nodes",
		"get /api/v1/official/{live_id}",
		"get /api/v1/overlay-tokens",
		"get /api/v1/overlay-tokens/{id}",
		"get /api/v1/pairings/{id}",
		"get /api/v1/reconnect",
		"get /api/v1/recordings",
		"get /api/v1/rooms",
		"get /api/v1/rooms/{live_id}",
		"get /api/v1/rooms/{live_id}/broadcasts",
		"get /api/v1/rooms/{live_id}/broadcasts/{room_id}/gifts",
		"get /api/v1/rooms/{live_id}/broadcasts/{room_id}/highlights",
		"get /api/v1/rooms/{live_id}/broadcasts/{room_id}/report",
		"get /api/v1/rooms/{live_id}/broadcasts/{room_id}/words",
		"get /api/v1/rooms/{live_id}/events",
		"get /api/v1/rooms/{live_id}/events/stream",
		"get /api/v1/rooms/{live_id}/events/{seq}/fields",
		"get /api/v1/rooms/{live_id}/export",
		"get /api/v1/rooms/{live_id}/kinds",
		"get /api/v1/rooms/{live_id}/options",
		"get /api/v1/rooms/{live_id}/quality",
		"get /api/v1/rooms/{live_id}/series",
		"get /api/v1/search",
		"get /api/v1/sounds",
		"get /api/v1/sounds/{id}",
		"get /api/v1/targets",
		"get /api/v1/targets/presets",
		"get /api/v1/targets/{id}",
		"get /api/v1/targets/{id}/dead-letters",
		"get /api/v1/targets/{id}/history",
		"get /api/v1/today",
		"get /api/v1/update",
		"get /api/v1/upstream",
		"get /health/live",
		"get /health/ready",
		"get /metrics",
		"patch /api/v1/connections",
		"patch /api/v1/overlay-tokens/{id}",
		"patch /api/v1/rooms/{live_id}",
		"post /api/live/start",
		"post /api/live/stop",
		"post /api/v1/backup",
		"post /api/v1/diagnosis",
		"post /api/v1/doctor",
		"post /api/v1/identities/probe",
		"post /api/v1/identities/read",
		"post /api/v1/identities/{name}/probe",
		"post /api/v1/official/{live_id}",
		"post /api/v1/overlay-tokens",
		"post /api/v1/overlay-tokens/{id}/test",
		"post /api/v1/pairings",
		"post /api/v1/pairings/cookie",
		"post /api/v1/recordings",
		"post /api/v1/rooms/resolve",
		"post /api/v1/sounds",
		"post /api/v1/targets",
		"post /api/v1/targets/preview",
		"post /api/v1/targets/{id}/dead-letters/redeliver-all",
		"post /api/v1/targets/{id}/dead-letters/{delivery_id}/redeliver",
		"post /api/v1/targets/{id}/test",
		"post /api/v1/upstream/passed",
		"put /api/v1/identities/{name}",
		"put /api/v1/rooms/{live_id}",
		"put /api/v1/targets/{id}",
		"put /api/v1/update/profile",
	]);
	const answers = new Map(operations.map(([name, { responses }]) => [name, Object.keys(responses)]));
	expect(answers.get("post /api/live/start")).toEqual(["200", "400", "401", "404", "409", "413", "415", "429", "503"]);
	expect(answers.get("post /api/live/stop")).toContain("404");
	expect(answers.get("put /api/v1/rooms/{live_id}")).toEqual(expect.arrayContaining(["200", "201"]));
	expect(body.components.schemas).toHaveProperty("Error");
	expect(body.components.schemas).toHaveProperty("Room");
	for (const [name, { responses }] of operations) {
		for (const answer of Object.values(responses)) {
			expect(answer.content, name).toBeDefined();
			expect(answer.description, name).not.toBe("Default Response");
		}
	}
	const ids = operations.map(([, { operationId }]) => operationId);
	expect(ids.filter((id) => id === undefined)).toEqual([]);
	expect(new Set(ids).size).toBe(ids.length);
	for (const [name, { summary, tags, parameters = [] }] of operations) {
		expect({ name, summary, tags }).toEqual({ name, summary: expect.any(String), tags: [expect.any(String)] });
		const types = parameters.filter((one) => one.name === "after").map(({ schema }) => schema.type);
		expect(
			types.every((type) => type === "integer"),
			name,
		).toBe(true);
	}
});

const han = /\p{Script=Han}/u;

/** Returns the texts for people in a document, with their places. */
function saidIn(described: unknown, path = ""): [string, string][] {
	if (typeof described !== "object" || described === null) return [];
	return Object.entries(described).flatMap(([name, value]): [string, string][] => {
		const isText = (name === "summary" || name === "description") && typeof value === "string";
		return isText ? [[`${path}/${name}`, value]] : saidIn(value, `${path}/${name}`);
	});
}

test("translates every text into Chinese, none ambiguously", async () => {
	const service = await startTestService();
	const english = (await ask(service, "GET", "/docs/json")).body;
	const chinese = (await ask(service, "GET", "/docs/json", undefined, { "accept-language": "zh-CN" })).body;
	const said = saidIn(chinese);
	expect(said.filter(([, text]) => !han.test(text) && text !== "text/event-stream")).toEqual([]);
	expect(saidIn(english).filter(([, text]) => han.test(text))).toEqual([]);
	expect(saidIn(english).map(([path]) => path)).toEqual(said.map(([path]) => path));
	expect(Object.keys(chinese.paths)).toEqual(Object.keys(english.paths));
	expect((await ask(service, "GET", "/docs/json?lang=zh")).body).toEqual(chinese);
	const translated = new Map<string, Set<string>>();
	withTexts(english, (place, text) => {
		const { key = "" } = apiText(place) ?? {};
		translated.set(key, (translated.get(key) ?? new Set()).add(text));
		return text;
	});
	translated.delete("");
	expect([...translated.keys()].toSorted()).toEqual(Object.keys(apiTexts).toSorted());
	expect([...translated].filter(([, texts]) => texts.size > 1)).toEqual([]);
});

test("shows every operation in the requested language without scripts", async () => {
	const service = await startTestService();
	const { body: document } = await ask(service, "GET", "/docs/json");
	const operations = Object.values(document.paths as Record<string, Record<string, Operation>>).flatMap((methods) =>
		Object.values(methods),
	);
	const page = await ask(service, "GET", "/docs");
	const { body: chinese } = await ask(service, "GET", "/docs?lang=zh");
	expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
	expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
	for (const { operationId } of operations) {
		expect(page.body).toContain(`<details id="${operationId}">`);
		expect(chinese).toContain(`<details id="${operationId}">`);
	}
	expect(chinese).toContain('<html lang="zh-CN">');
	const loaded = [...String(page.body).matchAll(/<(?:script|img|link)[^>]*(?:src|href)="([^"]+)"/g)].map(
		([, to]) => to,
	);
	expect(loaded).toEqual(["/favicon.svg", "/docs/style.css"]);
	expect((await ask(service, "GET", "/docs/style.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
	const anchors = [...String(page.body).matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
	expect(anchors.length).toBeGreaterThan(20);
	for (const id of anchors) expect(page.body).toContain(`id="${id}"`);
});

test("serves the same document as YAML and JSON", async () => {
	const service = await startTestService();
	const yaml = await ask(service, "GET", "/docs/yaml");
	expect(parse(String(yaml.body))).toEqual((await ask(service, "GET", "/docs/json")).body);
});

test("renders each form once per language", async () => {
	const describe = vi.fn(async () => ({ info: { title: "a", version: "1" } }));
	const documents = new ApiDocuments(describe, () => "http://127.0.0.1:7005");
	const forms = ["/docs", "/docs/json", "/docs/yaml"] as const;
	const first = forms.map((form) => documents.get(form, "en"));
	for (let n = 0; n < 40; n++)
		expect(forms.map((form) => documents.get(form, "en") === first[forms.indexOf(form)])).not.toContain(false);
	await Promise.all([...first, documents.get("/docs/yaml", "zh")]);
	expect(describe).toHaveBeenCalledTimes(4);
});

test("shows any schema's text as text", () => {
	const hostile = "</pre><script>alert(1)</script>\"'&";
	const schema = {
		type: "object",
		properties: { [hostile]: { type: "string", description: hostile, enum: [hostile] } },
	};
	const document = { info: { title: "a", version: hostile }, components: { schemas: { [hostile]: schema } } };
	expect(apiPage(document, "en", "http://127.0.0.1:7005")).not.toContain("<script");
});

test("names the service's own port in examples", async () => {
	const service = await startTestService();
	const { body } = await ask(service, "GET", "/docs");
	expect(body).toContain(`${service.url}/api/v1/rooms`);
	expect(body).not.toContain("127.0.0.1:7001");
});

test("passes an OpenAPI linter", async () => {
	const service = await startTestService();
	const { body } = await ask(service, "GET", "/docs/json");
	const file = join(mkdtempSync(join(tmpdir(), "livekeeper-openapi-")), "openapi.json");
	writeFileSync(file, JSON.stringify(body));
	const cli = join(dirname(createRequire(import.meta.url).resolve("@redocly/cli/package.json")), "bin/cli.js");
	const args = [cli, "lint", file, "--extends=recommended", "--format=json"];
	const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
	const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env });
	const { totals, problems } = JSON.parse(stdout) as {
		totals: { errors: number; warnings: number };
		problems: object[];
	};
	expect(totals, JSON.stringify(problems, undefined, 2)).toMatchObject({ errors: 0 });
});
