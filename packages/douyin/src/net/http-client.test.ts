import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FailureReason } from "../errors.ts";
import { DouyinError } from "../errors.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { testTls } from "../testing/test-tls.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
import { HttpClient, type HttpClientOptions, type HttpRequest } from "./http-client.ts";
import { type Handler, type ProxyMood, startConnectProxy, startHttp, startSocks5Proxy } from "./servers.helpers.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function kept<T extends { close(): unknown }>(resource: T | Promise<T>): Promise<T> {
	const value = await resource;
	cleanups.push(() => value.close());
	return value;
}

const hello: Handler = (_request, response) => void response.end("hello");

function clientFor(baseUrl: string, options: Partial<HttpClientOptions> = {}): HttpClient {
	const client = new HttpClient({ baseUrl, ...options });
	cleanups.push(() => client.close());
	return client;
}

function ask(client: HttpClient, url: string, request: Partial<HttpRequest> = {}) {
	return client.request({ url, what: "The page", signal: new AbortController().signal, ...request });
}

async function failure(promise: Promise<unknown>): Promise<DouyinError> {
	const error = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(DouyinError);
	return error as DouyinError;
}

describe("HttpClient", () => {
	it("returns any status with its body", async () => {
		const server = await kept(startHttp((_request, response) => void response.writeHead(418).end("teapot")));
		const answer = await ask(clientFor(server.url), server.url);
		expect([answer.status, answer.body.toString()]).toEqual([418, "teapot"]);
	});

	it("keeps the upstream's cookies and sends them with the user's", async () => {
		const server = await kept(
			startHttp((request, response) => {
				if (request.url === "/") response.setHeader("set-cookie", ["ttwid=visitor; Path=/", "msToken=t; Max-Age=0"]);
				response.end(request.headers.cookie ?? "");
			}),
		);
		const client = clientFor(server.url, { identity: { cookie: "sessionid=s1; msToken=old" } });
		await ask(client, `${server.url}/`);
		const answer = await ask(client, `${server.url}/next`);
		expect(answer.body.toString()).toBe("sessionid=s1; ttwid=visitor");
		expect(client.cookies.header()).toBe("sessionid=s1; ttwid=visitor");
		await client.cookies.forget("ttwid");
		expect(client.cookies.header()).toBe("sessionid=s1");
	});

	it("sends no cookies to other hosts", async () => {
		const server = await kept(startHttp((request, response) => void response.end(request.headers.cookie ?? "none")));
		const client = clientFor(server.url, { identity: { cookie: "sessionid=s1" } });
		expect((await ask(client, server.url, { withoutCookies: true })).body.toString()).toBe("none");
	});

	it("follows a redirect on the upstream's own host", async () => {
		const server = await kept(
			startHttp((request, response) => {
				if (request.url === "/here") response.end(request.headers.cookie);
				else response.writeHead(302, { location: "/here" }).end();
			}),
		);
		const client = clientFor(server.url, { identity: { cookie: "sessionid=s1" } });
		expect((await ask(client, server.url)).body.toString()).toBe("sessionid=s1");
	});

	it("follows no redirect to another host, and names it", async () => {
		const other = await kept(startHttp(hello));
		const { host } = new URL(other.url);
		const server = await kept(
			startHttp((_request, response) => void response.writeHead(302, { location: `${other.url}/x` }).end()),
		);
		const client = clientFor(server.url, { identity: { cookie: "sessionid=s1" } });
		const refused = await failure(ask(client, server.url));
		expect(refused).toMatchObject({ reason: "foreign_host", host, retryable: true });
		expect(refused.message).toContain(host);
		expect(other.seen).toBe(0);
		const allowing = clientFor(server.url, { hosts: new AllowedHosts(server.url, [host]) });
		expect((await ask(allowing, server.url)).body.toString()).toBe("hello");
	});

	it("contacts the site only over TLS", async () => {
		const refused = await failure(ask(clientFor("http://live.douyin.com"), "http://live.douyin.com/"));
		expect(refused).toMatchObject({ reason: "foreign_host", host: "live.douyin.com" });
		expect(refused.message).toContain("TLS");
	});

	it("rejects a body beyond its limit, also after unpacking", async () => {
		const bomb = gzipSync(Buffer.alloc(5_000_000));
		const server = await kept(
			startHttp((request, response) => {
				if (request.url === "/bomb") response.setHeader("content-encoding", "gzip");
				response.end(request.url === "/bomb" ? bomb : Buffer.alloc(200_000));
			}),
		);
		const client = clientFor(server.url, { maxBodyBytes: 100_000 });
		for (const path of ["/plain", "/bomb"]) {
			expect((await failure(ask(client, server.url + path))).reason).toBe("unreadable_page");
		}
		client.close();
		await server.idle();
	});

	it("aborts at its time limit and closes the connection", async () => {
		const clock = new ManualClock();
		const server = await kept(startHttp(() => void clock.advance(5_000)));
		const client = clientFor(server.url, { clock, timeoutMs: 5_000 });
		expect((await failure(ask(client, server.url))).reason).toBe("timeout");
		expect(clock.pendingTimers).toBe(0);
		await server.idle();
	});

	it("rejects with the signal's reason before and during requests", async () => {
		const clock = new ManualClock();
		const controller = new AbortController();
		const server = await kept(startHttp(() => controller.abort("enough")));
		const client = clientFor(server.url, { clock });
		await expect(ask(client, server.url, { signal: controller.signal })).rejects.toBe("enough");
		await expect(ask(client, server.url, { signal: controller.signal })).rejects.toBe("enough");
		expect([server.seen, clock.pendingTimers]).toEqual([1, 0]);
		await server.idle();
	});

	it("classifies failures below HTTP", async () => {
		const closed = await startHttp(hello);
		await closed.close();
		const cutting = await kept(startHttp((_request, response) => void response.socket?.destroy()));
		const tls = await kept(startHttp(hello, { tls: true }));
		const cases: [string, FailureReason][] = [
			[closed.url, "network"],
			[cutting.url, "network"],
			[tls.url, "tls"],
		];
		for (const [url, reason] of cases) {
			const error = await failure(ask(clientFor(url), url));
			expect([url, error.reason, error.retryable]).toEqual([url, reason, true]);
		}
	});

	it("trusts the identity's additional authority", async () => {
		const server = await kept(startHttp(hello, { tls: true }));
		const client = clientFor(server.url, { identity: { ca: testTls.cert } });
		expect((await ask(client, server.url)).body.toString()).toBe("hello");
	});

	it.each(["curl/8", "Mozilla/5.0\r\nX: y"])("rejects the user agent %j", (userAgent) => {
		expect(() => clientFor("http://127.0.0.1", { identity: { userAgent } })).toThrow(TypeError);
	});

	it("rejects a cookie with a line break", () => {
		expect(() => clientFor("http://127.0.0.1", { identity: { cookie: "a=b\r\nc: d" } })).toThrow(TypeError);
	});
});

const proxies = {
	http: (mood: ProxyMood) => startConnectProxy(mood),
	https: (mood: ProxyMood) => startConnectProxy(mood, { tls: true }),
	socks5: (mood: ProxyMood) => startSocks5Proxy(mood),
};

describe.each(Object.entries(proxies))("a proxy over %s", (_kind, startProxy) => {
	it.each([false, true])("carries the request (target over TLS: %s)", async (tls) => {
		const target = await kept(startHttp(hello, { tls }));
		const proxy = await kept(startProxy("tunnel"));
		const client = clientFor(target.url, { identity: { proxy: proxy.url, ca: testTls.cert } });
		expect((await ask(client, target.url)).body.toString()).toBe("hello");
		expect(proxy.seen).toBe(1);
		await proxy.idle();
	});

	it.each(["refuse", "die"] as const)("fails the request if it will %s, without bypass", async (mood) => {
		const target = await kept(startHttp(hello));
		const proxy = await kept(startProxy(mood));
		const client = clientFor(target.url, { identity: { proxy: proxy.url, ca: testTls.cert } });
		expect((await failure(ask(client, target.url))).reason).toBe("proxy");
		expect([proxy.seen, target.seen]).toEqual([1, 0]);
		await proxy.idle();
	});

	it("fails the request in time if it hangs, leaking nothing", async () => {
		const target = await kept(startHttp(hello));
		const proxy = await kept(startProxy("hang"));
		const client = clientFor(target.url, { identity: { proxy: proxy.url, ca: testTls.cert }, timeoutMs: 100 });
		expect(["timeout", "proxy"]).toContain((await failure(ask(client, target.url))).reason);
		expect(target.seen).toBe(0);
		await proxy.idle();
	});

	it("fails the request with reason proxy if it is gone", async () => {
		const target = await kept(startHttp(hello));
		const proxy = await startProxy("tunnel");
		await proxy.close();
		const client = clientFor(target.url, { identity: { proxy: proxy.url, ca: testTls.cert } });
		expect((await failure(ask(client, target.url))).reason).toBe("proxy");
		expect(target.seen).toBe(0);
	});
});

/** A server that sends without end to every client, after `beginning`. */
async function startEndless(beginning: string, tls = false) {
	let sent = 0;
	const onConnection = (socket: Socket) => {
		const more = Buffer.alloc(64 * 1024, "a");
		const send = () => {
			while (!socket.destroyed && socket.write(more)) sent += more.length;
		};
		socket.on("error", () => undefined).on("drain", send);
		socket.once("data", () => {
			socket.write(beginning);
			send();
		});
	};
	const server = tls ? createTlsServer(testTls, onConnection) : createTcpServer(onConnection);
	const sockets = new Set<Socket>();
	server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: (server.address() as AddressInfo).port,
		/** Bytes that a client has read, or that wait on the way to it. */
		sent: () => sent,
		idle: () => vi.waitUntil(() => sockets.size === 0),
		close: () => {
			for (const socket of sockets) socket.destroy();
			server.close();
		},
	};
}

describe("an endless answer", () => {
	const proxies = {
		"within an HTTP proxy's header": { scheme: "http", beginning: "HTTP/1.1 200 OK\r\nx: " },
		"within an HTTPS proxy's header": { scheme: "https", beginning: "HTTP/1.1 200 OK\r\nx: " },
		"without an HTTP proxy's header": { scheme: "http", beginning: "" },
		"after an HTTP proxy's refusal": { scheme: "http", beginning: "HTTP/1.1 407 No\r\n\r\n" },
		"after a SOCKS5 proxy's version": { scheme: "socks5", beginning: "\x05" },
		"after a SOCKS5 proxy's method": { scheme: "socks5", beginning: "\x05\x00" },
	};
	/** Bytes that the system buffers on the way, and more. */
	const maxBytes = 24 * 1024 * 1024;

	it.each(Object.entries(proxies))("is not read further %s", async (_name, { scheme, beginning }) => {
		const proxy = await kept(startEndless(beginning, scheme === "https"));
		const url = `${scheme}://127.0.0.1:${proxy.port}`;
		const client = clientFor("http://127.0.0.1:9", { identity: { proxy: url, ca: testTls.cert }, timeoutMs: 20_000 });
		let hasFailed = false;
		const asked = failure(ask(client, "http://127.0.0.1:9/")).finally(() => (hasFailed = true));
		// No wait may outlive its test: it would advance the fake clock of another one.
		await vi.waitUntil(() => hasFailed || proxy.sent() > maxBytes);
		expect(hasFailed).toBe(true);
		expect(await asked).toMatchObject({ reason: "proxy" });
		await proxy.idle();
	});

	it("is not read further after a redirect", async () => {
		const target = await kept(startHttp(hello));
		const redirect = await kept(
			startEndless(`HTTP/1.1 302 Found\r\nlocation: ${target.url}/\r\ncontent-length: 1000000000000\r\n\r\n`),
		);
		const baseUrl = `http://127.0.0.1:${redirect.port}`;
		const client = clientFor(baseUrl, { hosts: new AllowedHosts(baseUrl, [new URL(target.url).host]) });
		expect((await ask(client, baseUrl)).body.toString()).toBe("hello");
		await redirect.idle();
	});
});

describe("proxy URLs", () => {
	it("may contain a user and a password", async () => {
		const target = await kept(startHttp(hello));
		const proxy = await kept(startConnectProxy("tunnel", { auth: "user:p@ss" }));
		const url = proxy.url.replace("http://", "http://user:p%40ss@");
		expect((await ask(clientFor(target.url, { identity: { proxy: url } }), target.url)).status).toBe(200);
		const wrong = proxy.url.replace("http://", "http://user:no@");
		const error = await failure(ask(clientFor(target.url, { identity: { proxy: wrong } }), target.url));
		expect([error.reason, error.status]).toEqual(["proxy", 407]);
	});

	it("leave name resolution to a SOCKS proxy", async () => {
		const proxy = await kept(startSocks5Proxy("refuse"));
		const client = clientFor("http://no-such-host.invalid", { identity: { proxy: proxy.url } });
		await failure(ask(client, "http://no-such-host.invalid/"));
		expect(proxy.hosts).toEqual(["no-such-host.invalid"]);
	});

	it.each(["", "no url", "ftp://127.0.0.1:1", "http://", "socks4://127.0.0.1:1", "javascript:alert(1)"])(
		"are rejected when they are %j, without repeating them",
		(proxy) => {
			let error: unknown;
			try {
				clientFor("http://127.0.0.1", { identity: { proxy } });
			} catch (thrown) {
				error = thrown;
			}
			expect(error).toBeInstanceOf(DouyinError);
			expect([(error as DouyinError).reason, (error as DouyinError).retryable]).toEqual(["proxy", false]);
		},
	);
});
