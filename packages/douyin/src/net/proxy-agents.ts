import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent } from "https-proxy-agent";
import { SocksProxyAgent } from "socks-proxy-agent";
import { DouyinError } from "../errors.ts";

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** Through a proxy that is asked to CONNECT. */
export class TunnelAgent extends HttpsProxyAgent<string> {
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

/** Through a SOCKS proxy, which resolves names as well. */
export class SocksAgent extends SocksProxyAgent {
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
