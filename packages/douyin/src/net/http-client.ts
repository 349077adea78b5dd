import type { Agent, IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { rootCertificates } from "node:tls";
import type { Agents, PlainResponse, Request } from "got";
import { type Clock, systemClock } from "../clock.ts";
import { DouyinError, InputError } from "../errors.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
import { defaultUserAgent, type Identity, IdentityCookies } from "./cookie-jar.ts";
import { failureOfError } from "./failures.ts";

// `import` would make an ES module of all its exports, and load the whole of `fetch` for one of them.
const { Agent: HttpAgent } = process.getBuiltinModule("node:http");

/** A request as it leaves, to a host that is allowed. */
export interface ExchangeRequest {
	url: string;
	method: "GET" | "POST";
	headers: Readonly<Record<string, string>>;
	body?: string;
	/** Cookies to send and to keep; `undefined`: neither. */
	cookies: IdentityCookies | undefined;
	/** Whether to follow redirects. */
	redirects: boolean;
	/** Aborts when the answer is no longer needed, with the reason. */
	signal: AbortSignal;
}

/** Performs one request; rejects with any error if there is no answer. */
export type Exchange = (request: ExchangeRequest) => Promise<HttpResponse>;

export interface HttpClientOptions {
	/** Cookies are kept for this origin. */
	baseUrl: string;
	identity?: Identity;
	/** Hosts to which requests and their redirects may go. Default: derived from the base URL. */
	hosts?: AllowedHosts;
	clock?: Clock;
	/** Timeout of a whole request with its body, ms; default 10,000. */
	timeoutMs?: number;
	/** Maximum size of a body after decompression, bytes; default 8 MiB. */
	maxBodyBytes?: number;
	/** Default: over the network. */
	exchange?: Exchange | undefined;
}

export interface HttpRequest {
	url: string;
	/** Name of the request for error messages, e.g. "The room's page". */
	what: string;
	signal: AbortSignal;
	headers?: Record<string, string>;
	/** JSON to POST; without it the request is a GET. */
	json?: unknown;
	timeoutMs?: number;
	/** Whether to neither send nor keep the identity's cookies, because the request does not go to the upstream. */
	withoutCookies?: boolean;
	/** Whether to follow redirects, at most five; default true. If false, the answer is the redirect. */
	redirects?: boolean;
}

export interface HttpResponse {
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** The only path out over HTTP for an identity: its cookies, its proxy, its user agent, limits on time and size. */
export class HttpClient {
	readonly userAgent: string;
	readonly cookies: IdentityCookies;
	/** PEM bundle to trust, if the identity adds an authority of its own. */
	readonly ca: string[] | undefined;
	/** Creates agents for the identity's proxy; `undefined` if it has none. */
	readonly proxy: AgentFactory | undefined;
	readonly #hosts: AllowedHosts;
	readonly #clock: Clock;
	readonly #timeoutMs: number;
	readonly #maxBodyBytes: number;
	readonly #own: Exchange | undefined;
	readonly #direct: { http: InstanceType<typeof HttpAgent>; https: HttpsAgent };

	/**
	 * @throws DouyinError `proxy` for an invalid proxy URL
	 * @throws TypeError for a cookie or user agent that no header may carry
	 */
	constructor(options: HttpClientOptions) {
		const identity = options.identity ?? {};
		this.userAgent = checkUserAgent(identity.userAgent ?? defaultUserAgent);
		this.cookies = new IdentityCookies(options.baseUrl, identity.cookie);
		this.ca = identity.ca === undefined ? undefined : [...rootCertificates, identity.ca];
		this.proxy = identity.proxy === undefined ? undefined : proxyAgents(identity.proxy, this.ca);
		this.#hosts = options.hosts ?? new AllowedHosts(options.baseUrl);
		this.#clock = options.clock ?? systemClock;
		this.#timeoutMs = options.timeoutMs ?? 10_000;
		this.#maxBodyBytes = options.maxBodyBytes ?? 8 * 1024 * 1024;
		this.#own = options.exchange;
		this.#direct = {
			http: new HttpAgent({ keepAlive: true, maxFreeSockets: 8 }),
			https: new HttpsAgent({ keepAlive: true, maxFreeSockets: 8 }),
		};
	}

	/**
	 * Sends a request and returns the answer whatever its status is.
	 * @throws DouyinError if there is no answer within the limits, `foreign_host` if it would have to go to a host that
	 * is not allowed; `signal.reason` when aborted
	 */
	async request(request: HttpRequest): Promise<HttpResponse> {
		request.signal.throwIfAborted();
		const scope = new AbortController();
		const timeoutMs = request.timeoutMs ?? this.#timeoutMs;
		let timedOut = false;
		const timer = this.#clock.after(timeoutMs, () => {
			timedOut = true;
			scope.abort();
		});
		const giveUp = () => {
			timer.cancel();
			scope.abort();
		};
		request.signal.addEventListener("abort", giveUp, { once: true });
		try {
			return await this.#exchange(request, scope.signal, timeoutMs);
		} catch (error) {
			request.signal.throwIfAborted();
			if (!timedOut) throw failureOfError(error, request.what);
			throw new DouyinError("timeout", `${request.what}: no answer within ${timeoutMs} ms.`, { cause: error });
		} finally {
			timer.cancel();
			request.signal.removeEventListener("abort", giveUp);
		}
	}

	/** Closes connections that are kept alive for later use. */
	close(): void {
		this.#direct.http.destroy();
		this.#direct.https.destroy();
	}

	async #exchange(request: HttpRequest, signal: AbortSignal, timeoutMs: number): Promise<HttpResponse> {
		const refused = this.#hosts.refusal(new URL(request.url), request.what);
		if (refused) throw refused;
		const sent = {
			method: request.json === undefined ? "GET" : "POST",
			...(request.json !== undefined && { body: JSON.stringify(request.json) }),
			headers: {
				"user-agent": this.userAgent,
				"accept-language": "zh-CN,zh;q=0.9",
				...(request.json !== undefined && { "content-type": "application/json" }),
				...request.headers,
			},
		} as const;
		if (this.#own) {
			const cookies = request.withoutCookies ? undefined : this.cookies;
			return this.#own({ ...sent, url: request.url, cookies, redirects: request.redirects ?? true, signal });
		}
		// Loaded with the first request: it takes longer than everything else in this package.
		const { default: got } = await import("got");
		const agent = await this.#agents(signal, timeoutMs);
		const stream = got.stream(request.url, {
			...sent,
			agent,
			...(this.ca && { https: { certificateAuthority: this.ca } }),
			...(!request.withoutCookies && { cookieJar: this.cookies.jar }),
			ignoreInvalidCookies: true,
			throwHttpErrors: false,
			maxRedirects: 5,
			followRedirect: request.redirects ?? true,
			hooks: { beforeRedirect: [({ url }, answer) => this.#redirect(answer, url, request.what)] },
			retry: { limit: 0 },
			signal,
		});
		// An error after the body was read, or while another one is thrown, would otherwise be unhandled.
		stream.on("error", () => undefined);
		const body = await this.#readBody(stream, request.what);
		if (!stream.response) throw new DouyinError("network", `${request.what}: the connection ended without an answer.`);
		return { status: stream.response.statusCode, headers: stream.response.headers, body };
	}

	#redirect(answer: PlainResponse, to: URL | string | undefined, what: string): void {
		const refused = to === undefined ? undefined : this.#hosts.refusal(new URL(to), `${what}: a redirect`);
		if (refused) throw refused;
		if (answer.complete) return;
		// `got` would read its body to the end, however long that is, and fail if it is cut.
		answer.removeAllListeners("aborted").removeAllListeners("error");
		answer.on("error", () => undefined).socket.destroy();
	}

	async #readBody(stream: Request, what: string): Promise<Buffer> {
		const chunks: Buffer[] = [];
		let size = 0;
		for await (const chunk of stream) {
			const bytes: Buffer = chunk;
			size += bytes.length;
			if (size > this.#maxBodyBytes) {
				throw new DouyinError("unreadable_page", `${what}: the answer is longer than ${this.#maxBodyBytes} bytes.`);
			}
			chunks.push(bytes);
		}
		return Buffer.concat(chunks);
	}

	async #agents(signal: AbortSignal, timeoutMs: number): Promise<Agents> {
		if (!this.proxy) return this.#direct;
		const agent = await this.proxy({ signal, timeoutMs });
		// The proxy agents handle TLS to the target themselves; `got` only checks the class.
		return { http: agent, https: agent as HttpsAgent };
	}
}

function checkUserAgent(userAgent: string): string {
	if (/^Mozilla\/[\x20-\x7e]{1,500}$/.test(userAgent)) return userAgent;
	throw new InputError("user_agent", "The user agent must begin with 'Mozilla/' and contain only printable ASCII.");
}

/**
 * Creates the agent for one request or socket. Proxied connections are not pooled: each belongs to its request. The
 * libraries are loaded with the first.
 */
type AgentFactory = (scope: { signal: AbortSignal; timeoutMs: number }) => Promise<Agent>;

const kinds = ["http:", "https:", "socks5:", "socks5h:"];

/**
 * Parses a proxy's URL. Every connection of its agents goes through the proxy or fails with reason `proxy`; the proxy
 * resolves host names.
 * @param ca PEM bundle for a proxy that is itself reached over TLS
 * @throws DouyinError `proxy`, not retryable, if the URL is not one of a supported proxy
 */
function proxyAgents(proxyUrl: string, ca?: readonly string[]): AgentFactory {
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
	return async ({ signal, timeoutMs }) => new (await agents()).SocksAgent(url, signal, timeoutMs);
}

const agents = () => import("./proxy-agents.ts");
