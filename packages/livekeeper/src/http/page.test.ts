import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";
import { dashboardPaths } from "./areas.ts";

const concrete = (path: string) => path.replace(":live_id", "1001");

test("serves the page at every dashboard address, self-contained", async () => {
	const service = await startTestService({ apiKey: "key-0123456789abcdef" });
	for (const path of dashboardPaths) {
		const { status, headers, body } = await ask(service, "GET", concrete(path));
		expect([path, status, headers.get("content-type")]).toEqual([path, 200, "text/html; charset=utf-8"]);
		expect(body).toContain('<div id="app">');
		expectStrict(headers);
	}
});

function expectStrict(headers: Headers): void {
	const policy = headers.get("content-security-policy") ?? "";
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("frame-ancestors 'none'");
	expect(policy).not.toContain("unsafe");
	expect(headers.get("cache-control")).toContain("max-age=0");
}

test("serves an overlay as a strict page under 60 KB", async () => {
	const service = await startTestService({ apiKey: "key-0123456789abcdef" });
	const { status, headers, body } = await ask(service, "GET", "/overlay/1001?theme=ticker");
	expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
	expect(body).not.toContain('<div id="app">');
	expectStrict(headers);
	const files = [...String(body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? "");
	expect(files.length).toBeGreaterThan(0);
	let bytes = gzipSync(String(body)).length;
	for (const file of files) bytes += gzipSync(String((await ask(service, "GET", file)).body)).length;
	expect(bytes).toBeLessThan(60 * 1024);
});

test("caches the page's files, which name no foreign host", async () => {
	const service = await startTestService({ apiKey: "key-0123456789abcdef" });
	const html = String((await ask(service, "GET", "/")).body);
	const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? "");
	expect(files.length).toBeGreaterThan(2);
	for (const file of files) {
		expect(file).toMatch(/^\//);
		const { status, headers } = await ask(service, "GET", file);
		expect([file, status]).toEqual([file, 200]);
		if (file.startsWith("/assets/")) expect(headers.get("cache-control")).toContain("immutable");
	}
});

test("loads under 200 KB compressed at first", async () => {
	const service = await startTestService();
	const html = String((await ask(service, "GET", "/")).body);
	const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? "");
	for (const encoding of ["gzip", "br"]) {
		let bytes = 0;
		for (const file of ["/", ...files]) {
			const response = await fetch(new URL(file, service.url), { headers: { "accept-encoding": encoding } });
			// A picture is compressed already, and the manifest is less than a packet.
			const isPlain = /\.(png|webmanifest)$/.test(file);
			expect([file, response.headers.get("content-encoding")]).toEqual([file, isPlain ? null : encoding]);
			bytes += Number(response.headers.get("content-length"));
		}
		expect(bytes).toBeGreaterThan(20_000);
		expect(bytes).toBeLessThan(200_000);
	}
	const plain = await fetch(new URL("/", service.url), { headers: { "accept-encoding": "identity" } });
	expect(plain.headers.get("content-encoding")).toBeNull();
});

/** As browsers send it for an address that is typed or clicked. */
const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

test("shows the page at unknown addresses to browsers alone", async () => {
	const service = await startTestService({ apiKey: "key-0123456789abcdef" });
	for (const path of ["/nothing", "/somewhere/1001?a=1", "/settings/", "/index.html"]) {
		const shown = await ask(service, "GET", path, undefined, browser);
		expect([path, shown.status, shown.headers.get("content-type")]).toEqual([path, 404, "text/html; charset=utf-8"]);
		expect(shown.body).toContain('<div id="app">');
		expectStrict(shown.headers);
		const refused = await ask(service, "GET", path, undefined, { accept: "application/json" });
		expect([path, refused.status, refused.body.success]).toEqual([path, 401, false]);
	}
	// An address with data has no page, and needs the key as before.
	for (const [method, path] of [
		["GET", "/api/v1/nothing"],
		["GET", "/api/v1/rooms"],
		["GET", "/metrics"],
		["POST", "/nothing"],
	] as const) {
		const { status, body } = await ask(service, method, path, undefined, browser);
		expect([path, status, body.success]).toEqual([path, 401, false]);
	}
});

test("serves no file outside its folder, and JSON otherwise", async () => {
	const service = await startTestService();
	for (const path of [
		"/assets/..%2f..%2fpackage.json",
		"/assets/%2e%2e/%2e%2e/package.json",
		"/index.html",
		"/nothing",
	]) {
		const { status, body } = await ask(service, "GET", path);
		expect([path, status, body.success]).toEqual([path, 404, false]);
	}
});
