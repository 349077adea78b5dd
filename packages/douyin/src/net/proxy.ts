import type { Agent } from "node:http";
import { DouyinError } from "../errors.ts";

/**
 * Creates the agent for one request or socket. Proxied connections are not pooled: each belongs to its request. The
 * libraries are loaded with the first.
 */
export type AgentFactory = (scope: { signal: AbortSignal; timeoutMs: number }) => Promise<Agent>;

const kinds = ["http:", "https:", "socks5:", "socks5h:"];

/**
 * Parses a proxy's URL. Every connection of its agents goes through the proxy or fails with reason `proxy`; the proxy
 * resolves host names.
 * @param ca PEM bundle for a proxy that is itself reached over TLS
 * @throws DouyinError `proxy`, not retryable, if the URL is not one of a supported proxy
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
		return async ({ signal }) => new (await agents()).TunnelAgent(url, signal, ca);
	}
	// The library's socks5 resolves names here; socks5h leaves that to the proxy.
	const remote = new URL(`socks5h:${url.href.slice(url.protocol.length)}`);
	return async ({ timeoutMs }) => new (await agents()).SocksAgent(remote, { timeout: timeoutMs });
}

const agents = () => import("./proxy-agents.ts");
