import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { fastify } from "fastify";
import { afterAll, expect, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";
import type { App } from "./app.ts";
import { replyWithError } from "./error-reply.ts";
import { serveManual } from "./manual.ts";
import { servePage } from "./page.ts";

const folder = mkdtempSync(join(tmpdir(), "livekeeper-manual-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): void {
	mkdirSync(dirname(join(folder, name)), { recursive: true });
	writeFileSync(join(folder, name), content);
}

/** Starts a server with only the manual, whose folder may still be empty. */
async function manualServer(root: string): Promise<App> {
	const app = fastify() as unknown as App;
	app.setErrorHandler(replyWithError);
	await servePage(app);
	serveManual(app, root);
	return app;
}

test("serves the manual once built, and otherwise explains", async () => {
	const root = join(folder, "later");
	const app = await manualServer(root);
	const early = await app.inject({ url: "/help/zh/", headers: { "accept-language": "en" } });
	expect(early.statusCode).toBe(404);
	expect(early.json().error.message).toContain("npm run docs");
	write("later/zh/index.html.gz", gzipSync("使用手册"));
	expect((await app.inject("/help/zh/")).body).toBe("使用手册");
});

test("revalidates script-free pages, and caches hashed files forever", async () => {
	write("site/en/gifts.html.gz", gzipSync("gifts"));
	write("site/assets/app.1a2b.js.gz", gzipSync("1"));
	write("site/assets/room.1a2b.jpg", "picture");
	const app = await manualServer(join(folder, "site"));
	const page = await app.inject("/help/en/gifts?x=1");
	expect([page.body, page.headers["content-type"]]).toEqual(["gifts", "text/html; charset=utf-8"]);
	expect(page.headers["cache-control"]).toBe("public, max-age=0");
	expect(page.headers["content-security-policy"]).toContain(
		"script-src 'self'; style-src 'self'; img-src 'self' data:",
	);
	const etag = String(page.headers.etag);
	const again = await app.inject({ url: "/help/en/gifts", headers: { "if-none-match": etag } });
	expect(again.statusCode).toBe(304);
	const compressed = await app.inject({ url: "/help/en/gifts", headers: { "accept-encoding": "gzip" } });
	expect(compressed.headers["content-encoding"]).toBe("gzip");
	expect(compressed.rawPayload).toEqual(gzipSync("gifts"));
	expect(compressed.headers["content-type"]).toBe("text/html; charset=utf-8");
	for (const [name, type] of [
		["app.1a2b.js", "text/javascript; charset=utf-8"],
		["room.1a2b.jpg", "image/jpeg"],
	] as const) {
		const { headers } = await app.inject(`/help/assets/${name}`);
		expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
		expect(headers["content-type"]).toBe(type);
	}
});

test.each([
	"/help/en/none",
	"/help/en",
	"/help/..%2fsecret.txt",
	"/help/en/..%5c..%5csecret.txt",
	"/help/en/%00",
	"/help//etc/passwd",
])("has no manual page at %s", async (url) => {
	write("secret.txt", "secret");
	write("site/en/index.html.gz", gzipSync("first"));
	const answer = await (await manualServer(join(folder, "site"))).inject(url);
	expect([answer.statusCode, answer.json().error.code]).toEqual([404, "not_found"]);
});

test("needs no key for the manual, in the reader's language", async () => {
	const service = await startTestService({ apiKey: "key-0123456789abcdef" });
	for (const [path, language, to] of [
		["/help", "zh-CN,zh;q=0.9", "/help/zh/"],
		["/help/", "en", "/help/en/"],
		["/help?lang=zh", "en", "/help/zh/"],
	] as const) {
		const headers = { "accept-language": language };
		const answer = await fetch(new URL(path, service.url), { headers, redirect: "manual" });
		expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 302, to]);
		expect(answer.headers.get("vary")).toContain("accept-language");
	}
	expect((await ask(service, "GET", "/help/zh/no-such-page")).status).toBe(404);
	expect((await ask(service, "GET", "/helpless")).status).toBe(401);
});
