import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsHttpServer } from "node:https";
import {
	type AddressInfo,
	connect,
	createServer as createTcpServer,
	type Server,
	type Socket,
	type TcpNetConnectOpts,
} from "node:net";
import type { Duplex } from "node:stream";
import { testTls } from "../testing/test-tls.ts";

/** A server on a free port of 127.0.0.1 that reports what it saw and closes with all its connections. */
export interface TestServer {
	port: number;
	/** Number of connections that are open now. */
	readonly open: number;
	/** Number of connections, requests or tunnels so far. */
	readonly seen: number;
	/** Resolves when no connection is open. */
	idle(): Promise<void>;
	close(): Promise<void>;
}

interface Counted extends TestServer {
	count(): void;
}

async function listen(server: Server): Promise<Counted> {
	const sockets = new Set<Socket>();
	let seen = 0;
	let waiting: (() => void)[] = [];
	const onConnection = (socket: Socket) => {
		sockets.add(socket);
		socket.on("error", () => undefined);
		socket.once("close", () => {
			sockets.delete(socket);
			if (sockets.size > 0) return;
			for (const wake of waiting) wake();
			waiting = [];
		});
	};
	server.on("connection", onConnection);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: (server.address() as AddressInfo).port,
		count: () => void seen++,
		get open() {
			return sockets.size;
		},
		get seen() {
			return seen;
		},
		idle: () => new Promise((resolve) => (sockets.size === 0 ? resolve() : waiting.push(resolve))),
		close: () =>
			new Promise((resolve) => {
				for (const socket of sockets) socket.destroy();
				server.close(() => resolve());
			}),
	};
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Keeps a socket that was taken over from HTTP open until the other side ends it. */
export function holdOpen(socket: Duplex): void {
	socket.once("end", () => socket.end()).resume();
}

/** Starts an HTTP server; `seen` counts requests. */
export async function startHttp(
	handler: Handler,
	options: { tls?: boolean; onUpgrade?: UpgradeHandler } = {},
): Promise<TestServer & { url: string }> {
	const counting: RequestListener = (request, response) => {
		counted.count();
		handler(request, response);
	};
	const server = options.tls ? createTlsHttpServer(testTls, counting) : createServer(counting);
	if (options.onUpgrade) server.on("upgrade", options.onUpgrade);
	const counted = await listen(server);
	return Object.assign(counted, { url: `${options.tls ? "https" : "http"}://127.0.0.1:${counted.port}` });
}

/** Behaviour of a proxy towards a client that asks to be connected: `die` cuts the connection. */
export type ProxyMood = "tunnel" | "refuse" | "hang" | "die";

/** Called for each connection with the number of earlier ones. */
type ProxyMoods = ProxyMood | ((before: number) => ProxyMood);

const moodNow = (moods: ProxyMoods, before: number) => (typeof moods === "string" ? moods : moods(before));

/**
 * Starts a proxy for CONNECT, itself over TLS if requested; `seen` counts requested tunnels.
 * @param options `from`: the address that targets see, of 127.0.0.0/8. Default: the machine's choice
 */
export async function startConnectProxy(
	moods: ProxyMoods,
	options: { tls?: boolean; auth?: string; from?: string } = {},
): Promise<TestServer & { url: string }> {
	const server = options.tls ? createTlsHttpServer(testTls) : createServer();
	server.on("connect", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		const mood = moodNow(moods, counted.seen);
		counted.count();
		const expected = options.auth && `Basic ${Buffer.from(options.auth).toString("base64")}`;
		if (mood === "hang") return holdOpen(socket);
		if (mood === "die") return void socket.destroy();
		if (mood === "refuse" || (expected && request.headers["proxy-authorization"] !== expected)) {
			return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
		}
		const [host = "", port = ""] = (request.url ?? "").split(":");
		const onOpen = () => socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
		tunnel(socket, { host, port: Number(port), localAddress: options.from }, onOpen, head);
	});
	const counted = await listen(server);
	return Object.assign(counted, { url: `${options.tls ? "https" : "http"}://127.0.0.1:${counted.port}` });
}

/** Starts a SOCKS5 proxy (RFC 1928, 1929) for CONNECT without authentication; `seen` counts requested connections. */
export async function startSocks5Proxy(moods: ProxyMoods): Promise<TestServer & { url: string; hosts: string[] }> {
	const hosts: string[] = [];
	const server = createTcpServer((socket) => {
		socket.once("data", () => {
			socket.write(Uint8Array.of(5, 0));
			socket.once("data", (request: Buffer) => {
				const mood = moodNow(moods, counted.seen);
				counted.count();
				const { host, port } = socksTarget(request);
				hosts.push(host);
				if (mood === "hang") return;
				if (mood === "die") return void socket.destroy();
				if (mood === "refuse") return void socket.end(Uint8Array.of(5, 2, 0, 1, 0, 0, 0, 0, 0, 0));
				tunnel(socket, { host, port }, () => socket.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)));
			});
		});
	});
	const counted = await listen(server);
	return Object.assign(counted, { url: `socks5://127.0.0.1:${counted.port}`, hosts });
}

function socksTarget(request: Buffer): { host: string; port: number } {
	const named = request[3] === 3;
	const end = named ? 5 + (request[4] ?? 0) : 8;
	const host = named ? request.subarray(5, end).toString() : request.subarray(4, 8).join(".");
	return { host, port: request.readUInt16BE(end) };
}

function tunnel(socket: Duplex, to: TcpNetConnectOpts, onOpen: () => void, head?: Buffer): void {
	const target = connect(to, () => {
		onOpen();
		if (head?.length) target.write(head);
		socket.pipe(target).pipe(socket);
	});
	target.on("error", () => socket.destroy());
	target.on("close", () => socket.destroy());
	socket.on("error", () => target.destroy());
	socket.on("close", () => target.destroy());
}
