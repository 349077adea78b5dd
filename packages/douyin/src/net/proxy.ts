import type { Agent, ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent } from "https-proxy-agent";
import { SocksProxyAgent } from "socks-proxy-agent";
import { DouyinError } from "../errors.ts";

/** Makes the agent for one request or socket. Proxied connections are not pooled: each belongs to its request. */
export type AgentFactory = (scope: { signal: AbortSignal; timeoutMs: number }) => Agent;

const kinds = ["http:", "https:", "socks5:", "socks5h:"];

/**
 * Reads a proxy's URL. Every connection of the agents it makes goes through the proxy or fails with reason `proxy`;
 * host names are resolved by the proxy.
 * @param ca PEM bundle for a proxy that is itself reached over TLS
 * @throws DouyinError `proxy`, not retryable, when the URL is not one of a supported proxy
 */
export function proxyAgents(proxyUrl: string, ca?: readonly string[]): AgentFactory {
	const url = URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined;
	if (!url || !kinds.includes(url.protocol) || url.hostname === "") {
		// The URL itself may hold a password, so it is not repeated.
		throw new DouyinError(
			"proxy",
			"The proxy is not a URL such as http://host:port, https://host:port or socks5://user:password@host:port.",
			{ retryable: false },
		);
	}
	if (url.protocol === "http:" || url.protocol === "https:") {
		return ({ signal }) => new TunnelAgent(url, signal, ca);
	}
	// The library's socks5 resolves names here; socks5h leaves that to the proxy.
	const remote = new URL(`socks5h:${url.href.slice(url.protocol.length)}`);
	return ({ timeoutMs }) => new SocksAgent(remote, { timeout: timeoutMs });
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

class TunnelAgent extends HttpsProxyAgent<string> {
	constructor(url: URL, signal: AbortSignal, ca: readonly string[] | undefined) {
		super(url);
		// A proxy that accepts and then says nothing would otherwise keep its socket after the request was given up.
		Object.assign(this.connectOpts, { signal, ...(ca && { ca: [...ca] }) });
	}

	override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
		let status: number | undefined;
		request.once("proxyConnect", (answer: { statusCode: number }) => {
			status = answer.statusCode;
		});
		const socket = await viaProxy(() => super.connect(request, options));
		if (status === 200) return socket;
		socket.destroy();
		throw new DouyinError("proxy", `The proxy answered ${status} to CONNECT.`, { status });
	}
}

class SocksAgent extends SocksProxyAgent {
	override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
		let raw: Socket | undefined;
		request.once("proxy", (used: { socket: Socket }) => {
			raw = used.socket;
		});
		const socket = await viaProxy(() => super.connect(request, options));
		// The time limit is for reaching the target; a push socket may be quiet for longer.
		raw?.setTimeout(0);
		return socket;
	}
}

async function viaProxy(connect: () => Promise<Socket>): Promise<Socket> {
	try {
		return await connect();
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		throw new DouyinError("proxy", `The proxy failed: ${words}`, { cause: error });
	}
}
