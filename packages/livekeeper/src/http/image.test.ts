import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";
import { imageSource, imageType } from "./images.ts";

const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);

async function upstream(answer: RequestListener, options: Record<string, unknown> = {}) {
	const seen: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		seen.push(request);
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const service = await startTestService({ upstreamUrl: url, cookie: "sessionid=secret", ...options });
	const image = (address: string) => ask(service, "GET", `/api/v1/image?url=${encodeURIComponent(address)}`);
	return { url, seen, image };
}

test("forwards a picture without cookies or credentials", async () => {
	const { url, seen, image } = await upstream((_, response) =>
		response.setHeader("content-type", "text/html").end(png),
	);
	const { status, headers } = await image(`${url}/a.png`);
	expect([status, headers.get("content-type")]).toEqual([200, "image/png"]);
	expect(headers.get("x-content-type-options")).toBe("nosniff");
	expect(headers.get("content-security-policy")).toContain("sandbox");
	expect(seen.map(({ headers }) => headers.cookie)).toEqual([undefined]);
});

/** Starts a proxy that tunnels, or refuses to. */
async function proxy(tunnels: boolean) {
	const asked: (string | undefined)[] = [];
	const server = createServer();
	server.on("connect", ({ url }, socket) => {
		asked.push(url);
		if (!tunnels) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
		const { hostname, port } = new URL(`http://${url}`);
		const target = connect(Number(port), hostname, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
		for (const end of [socket, target]) end.on("error", () => undefined);
		socket.pipe(target).pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("fetches pictures only through the upstream's proxy", async () => {
	const [leads, refuses] = [await proxy(true), await proxy(false)];
	const through = await upstream((_, response) => response.end(png), { proxy: leads.url });
	expect((await through.image(`${through.url}/a.png`)).status).toBe(200);
	expect(leads.asked).toEqual([new URL(through.url).host]);
	const held = await upstream((_, response) => response.end(png), { proxy: refuses.url });
	expect(await held.image(`${held.url}/a.png`)).toMatchObject({
		status: 502,
		body: { error: { code: "image_unavailable", message: expect.stringContaining("403") } },
	});
	expect([refuses.asked.length, held.seen.length]).toEqual([1, 0]);
});

test.each<[string, RequestListener]>([
	[
		"a page labelled as a picture",
		(_, response) => response.setHeader("content-type", "image/png").end("<script>1</script>"),
	],
	[
		"an SVG",
		(_, response) =>
			response.setHeader("content-type", "image/svg+xml").end("<svg xmlns='http://www.w3.org/2000/svg'/>"),
	],
	["an error", (_, response) => response.writeHead(404).end(png)],
	["a redirect", (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
	["an endless picture", (_, response) => response.end(Buffer.concat([png, Buffer.alloc(3 << 20)]))],
])("does not forward %s", async (_, answer) => {
	const { url, image } = await upstream(answer);
	const { status, body } = await image(`${url}/a.png`);
	expect([status, body.error.code]).toEqual([502, "image_unavailable"]);
});

test.each([
	"http://127.0.0.1:1/a.png",
	"http://169.254.169.254/latest/meta-data",
	"https://douyinpic.com.evil.example/a.png",
	"https://evildouyinpic.com/a.png",
	"https://user:pw@p3.douyinpic.com/a.png",
	"https://p3.douyinpic.com:8443/a.png",
	"file:///etc/passwd",
	"javascript:alert(1)",
])("does not request %s", (address) => {
	expect(() => imageSource(address, "https://live.douyin.com")).toThrow(
		expect.objectContaining({ code: "image_host_not_allowed" }),
	);
});

test.each([
	["https://p3.douyinpic.com/img/x.webp?a=1", "http://127.0.0.1:7002/img/x.webp?a=1"],
	["https://p3.sim-douyin.invalid//evil.example/x.png", "http://127.0.0.1:7002//evil.example/x.png"],
	["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:7002/latest/meta-data"],
])("asks an upstream that is not the site itself: %s", (address, asked) => {
	expect(imageSource(address, "http://127.0.0.1:7002").href).toBe(asked);
});

test("requests the site's pictures over TLS only", () => {
	expect(imageSource("http://p3-webcast.douyinpic.com/img/x.webp?a=1", "https://live.douyin.com").href).toBe(
		"https://p3-webcast.douyinpic.com/img/x.webp?a=1",
	);
});

test.each([
	["image/jpeg", Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
	["image/gif", Buffer.from("GIF89a...")],
	["image/webp", Buffer.from("RIFF....WEBPVP8 ")],
	["image/avif", Buffer.from("....ftypavif....")],
	[undefined, Buffer.from("<svg/>")],
	[undefined, Buffer.alloc(0)],
])("detects %s by its first bytes", (type, head) => {
	expect(imageType(head)).toBe(type);
});
