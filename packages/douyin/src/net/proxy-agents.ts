import { type ClientRequest, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, type AgentConnectOpts } from "agent-base";
import { SocksProxyAgent } from "socks-proxy-agent";
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
		const socket = await viaProxy(() => this.#tunnel(target));
		if (!target.secureEndpoint) return socket;
		const { host, path: _path, port: _port, ...options } = target;
		return connectTls({ servername: nameOf(host), ...options, socket });
	}

	#tunnel({ host = "", port }: AgentConnectOpts): Promise<Socket> {
		const { protocol, hostname, port: proxyPort, username, password } = this.#proxy;
		const isTls = protocol === "https:";
		const proxyHost = hostname.replace(/^\[|\]$/g, "");
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

/** Returns the server name for TLS, which an address can't be. */
const nameOf = (host = "") => (isIP(host) ? "" : host);

/** Connects through a SOCKS proxy, which also resolves names. */
export class SocksAgent extends SocksProxyAgent {
	override async connect(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
		let raw: Socket | undefined;
		request.once("proxy", (used: { socket: Socket }) => {
			raw = used.socket;
		});
		const socket = await viaProxy(() => super.connect(request, options));
		// The time limit is for reaching the target; a push socket may be silent for longer.
		raw?.setTimeout(0);
		return socket;
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
