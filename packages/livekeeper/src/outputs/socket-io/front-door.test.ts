import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, startWithRoom } from "../../service/service.helpers.ts";
import { ClientFiles, loadFile } from "./front-door.ts";

const file = "/socket.io/socket.io.min.js";

/** Returns the response unmodified, because `fetch` decompresses it. */
function raw({ port }: { port: number }, path: string, headers: object): Promise<{ headers: object; body: Buffer }> {
	return new Promise((resolve, reject) => {
		const asked = request({ host: "127.0.0.1", port, path, headers: { ...headers } }, async (response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of response) chunks.push(chunk);
			resolve({ headers: response.headers, body: Buffer.concat(chunks) });
		});
		asked.on("error", reject).end();
	});
}

test.each(["PUT", "PATCH", "DELETE"])("refuses %s of a session as a client error", async (method) => {
	const service = await startWithRoom();
	const opened = await ask(service, "GET", "/socket.io/?EIO=4&transport=polling");
	const { sid } = JSON.parse(String(opened.body).slice(1));
	const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
	const refused = await ask(service, method, path);
	expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, POST, OPTIONS"]);
	expect(refused.body.error.code).toBe("method_not_allowed");
	expect((await ask(service, method, "/socket.io/")).status).toBe(405);
	// The session stays open.
	expect((await ask(service, "POST", path, "40", { "content-type": "text/plain" })).status).toBe(200);
});

test("serves client files compressed, modules only to listed origins", async () => {
	const service = await startWithRoom({ corsOrigins: "https://a.example" });
	const plain = await raw(service, file, {});
	const packed = await raw(service, file, { "accept-encoding": "br, gzip" });
	expect(packed.headers).toMatchObject({
		"content-encoding": "gzip",
		"content-type": expect.stringContaining("javascript"),
	});
	expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
	expect((await raw(service, file, { "accept-encoding": "gzip;q=0, br" })).body.equals(plain.body)).toBe(true);
	const known = await ask(service, "GET", file, undefined, { "if-none-match": 'W/"4.8.4"' });
	expect([known.status, known.headers.get("vary")]).toEqual([304, "accept-encoding, origin"]);
	const allowed = await ask(service, "GET", file, undefined, { origin: "https://a.example" });
	expect(allowed.headers.get("access-control-allow-origin")).toBe("https://a.example");
	const foreign = await ask(service, "GET", file, undefined, { origin: "https://b.example" });
	expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([200, null]);
});

test("reads and compresses each client file once", async () => {
	const load = vi.fn(loadFile);
	const files = new ClientFiles(load);
	const server = createServer((asked, response) => void files.serve(ClientFiles.nameOf(asked) ?? "", asked, response));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	const sizes = new Set<number>();
	for (let n = 0; n < 20; n++) {
		const asked = [file, "/socket.io/socket.io.js"].map((path) =>
			raw({ port }, path, { "accept-encoding": "gzip, br" }),
		);
		for (const { body } of await Promise.all(asked)) sizes.add(body.length);
	}
	expect(load.mock.calls).toEqual([["socket.io.min.js"], ["socket.io.js"]]);
	expect(sizes.size).toBe(2);
});

test.each([
	"/socket.io/other.js",
	"/socket.io/../package.json",
	"/socket.io/socket.io.jsx",
	"/socket.io/?a=socket.io.js",
])("serves no client file for %s", (url) => {
	expect(ClientFiles.nameOf({ url } as IncomingMessage)).toBeUndefined();
});
