import { addAbortListener, once } from "node:events";
import { type ClientRequest, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, type AgentConnectOpts } from "agent-base";
import { SocksClient } from "socks";
import { DouyinError } from "../errors.ts";

/** Maximum size of a proxy's answer to CONNECT, bytes. */
const maxAnswerBytes = 16 * 1024;

/** Connects through an HTTP proxy by CONNECT. */
export class TunnelAgent extends Agent {
	readonly #proxy: URL;
	readonly #signal: AbortSignal;
	readonly #ca: readonly string[] | undefined;

	/** @param signal ends everything that waits for the proxy */
	constructor(proxy: URL, signal: AbortSignal, ca: readonly string[] | undefined) {
		super();
		this.#proxy = proxy;
		this.#signal = signal;
		this.#ca = ca;
	}

	override async connect(_request: ClientRequest, target: AgentConnectOpts): Promise<Socket> {
		return secured(await viaProxy(() => this.#tunnel(target)), target);
	}

	#tunnel({ host = "", port }: AgentConnectOpts): Promise<Socket> {
		const { protocol, hostname, port: proxyPort, username, password } = this.#proxy;
		const isTls = protocol === "https:";
		const proxyHost = unbracketed(hostname);
		const path = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
		const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
		const connect = (isTls ? requestHttps : requestHttp)({
			...{ host: proxyHost, port: proxyPort || (isTls ? 443 : 80), method: "CONNECT", path, agent: false },
			...(isTls && { servername: nameOf(proxyHost), ALPNProtocols: ["http/1.1"] }),
			...(this.#ca && { ca: [...this.#ca] }),
			headers: { host: path, ...((username || password) && { "proxy-authorization": `Basic ${login}` }) },
			maxHeaderSize: maxAnswerBytes,
			signal: this.#signal,
		});
		return new Promise((resolve, reject) => {
			connect.once("error", reject);
			connect.once("connect", ({ statusCode: status }, socket: Socket, head) => {
				if (status === 200) {
					if (head.length > 0) socket.unshift(head);
					return resolve(socket);
				}
				socket.destroy();
				reject(new DouyinError("proxy", `The proxy answered ${status} to CONNECT.`, { status }));
			});
			connect.end();
		});
	}
}

/** Returns a URL's host as sockets take it: an IPv6 address without brackets. */
const unbracketed = (host: string) => host.replace(/^\[|\]$/g, "");

/** Returns the server name for TLS, which an address can't be. */
const nameOf = (host = "") => (isIP(host) ? "" : host);

/** Puts TLS to the target on a tunnel, if the target wants it. */
function secured(socket: Socket, target: AgentConnectOpts): Socket {
	if (!target.secureEndpoint) return socket;
	const { host, path: _path, port: _port, ...options } = target;
	return connectTls({ servername: nameOf(host), ...options, socket });
}

/** Connects through a SOCKS 5 proxy, which also resolves names. */
export class SocksAgent extends Agent {
	readonly #proxy: URL;
	readonly #signal: AbortSignal;
	readonly #timeoutMs: number;

	/**
	 * @param signal ends everything that waits for the proxy
	 * @param timeoutMs time after which `signal` is expected to abort
	 */
	constructor(proxy: URL, signal: AbortSignal, timeoutMs: number) {
		super();
		this.#proxy = proxy;
		this.#signal = signal;
		this.#timeoutMs = timeoutMs;
	}

	override async connect(_request: ClientRequest, target: AgentConnectOpts): Promise<Socket> {
		return secured(await viaProxy(() => this.#tunnel(target)), target);
	}

	async #tunnel({ host = "", port }: AgentConnectOpts): Promise<Socket> {
		const { hostname, port: proxyPort, username, password } = this.#proxy;
		const proxy = { host: unbracketed(hostname), port: Number(proxyPort || 1080) };
		const login = { userId: decodeURIComponent(username), password: decodeURIComponent(password) };
		const socket = connectTcp(proxy);
		const stopping = addAbortListener(this.#signal, () => socket.destroy(new Error("Stopped.")));
		try {
			await once(socket, "connect");
			await SocksClient.createConnection({
				proxy: { ...proxy, type: 5, ...(username && login) },
				destination: { host, port: Number(port) },
				command: "connect",
				existing_socket: socket,
				// The library's own limit can't be switched off; it must not come before `signal`.
				timeout: this.#timeoutMs + 60_000,
			});
			return socket;
		} finally {
			stopping[Symbol.dispose]();
		}
	}
}

async function viaProxy(connect: () => Promise<Socket>): Promise<Socket> {
	try {
		return await connect();
	} catch (error) {
		if (error instanceof DouyinError) throw error;
		const words = error instanceof Error ? error.message : String(error);
		throw new DouyinError("proxy", `The proxy failed: ${words}`, { cause: error });
	}
}
