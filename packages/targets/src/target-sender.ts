import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { type Clock, parseRetryAfter } from "@livekeeper/douyin";
import { type AddressPolicy, checkHost, guardedLookup, type Resolver, systemResolver } from "./addresses.ts";
import { type DeliveryResult, failed, failureOf } from "./delivery-result.ts";
import type { Verdict } from "./presets/preset.ts";
import { Inbound, placeOf } from "./transports/inbound.ts";

// `import` would make an ES module of all its exports, and load the whole of `fetch` for one of them.
const { Agent: HttpAgent, request: requestHttp } = process.getBuiltinModule("node:http");

export interface SenderOptions {
	clock: Clock;
	/** Addresses that deliveries may reach. */
	allows: AddressPolicy;
	/** Timeout of one delivery with all its redirects, until the answer's head, ms; default 10,000. */
	timeoutMs?: number;
	/** Default: the system's. */
	resolve?: Resolver;
	/** Default: one of its own. */
	inbound?: Inbound;
}

export interface Delivery {
	url: string;
	headers: Readonly<Record<string, string>>;
	body: Buffer;
	/** Aborts the delivery at once. */
	signal: AbortSignal;
	/** Interprets an answer by its body too. Without it, or if it returns `undefined`, the status decides. */
	verdict?: ((answer: { status: number; body: string }) => Verdict | undefined) | undefined;
}

const maxRedirects = 3;
const maxResponseBytes = 64 * 1024;
const maxHeadBytes = 16 * 1024;
/**
 * Maximum number of answers whose status has decided and whose bodies have not ended. Beyond it, the oldest is aborted.
 */
const maxTrailing = 64;

/** Reason for aborting a request on this side. */
const timedOut = Symbol("timed out");

/**
 * Posts deliveries. Connections are kept and reused; each goes to a checked address, whatever the host's name resolves
 * to at another time. A redirect is followed within its origin.
 */
export class TargetSender {
	readonly #clock: Clock;
	readonly #allows: AddressPolicy;
	readonly #timeoutMs: number;
	readonly #lookup: LookupFunction;
	readonly #inbound: Inbound;
	/** Agents of kept connections; `#single`: of connections for one request. */
	readonly #kept: Agents;
	readonly #single: Agents;
	readonly #trailing = new Set<IncomingMessage>();

	constructor(options: SenderOptions) {
		this.#clock = options.clock;
		this.#allows = options.allows;
		this.#timeoutMs = options.timeoutMs ?? 10_000;
		this.#lookup = guardedLookup(options.resolve ?? systemResolver, options.allows);
		this.#inbound = options.inbound ?? new Inbound(options.clock);
		this.#kept = agentsOf(this.#inbound, { keepAlive: true, maxFreeSockets: 64 });
		this.#single = agentsOf(this.#inbound, {});
	}

	/**
	 * Sends a delivery. Never rejects: every failure is a result. Without a verdict the answer's status decides, and its
	 * body is discarded.
	 */
	async send(delivery: Delivery): Promise<DeliveryResult> {
		const timeout = new AbortController();
		const timer = this.#clock.after(this.#timeoutMs, () => timeout.abort(timedOut));
		const signal = AbortSignal.any([delivery.signal, timeout.signal]);
		try {
			return await this.#follow({ ...delivery, signal }, () => timer.cancel());
		} catch (error) {
			timer.cancel();
			if (timeout.signal.aborted) return failed("timeout", `No answer within ${this.#timeoutMs / 1000} s.`);
			return failureOf(error);
		}
	}

	/** Closes every connection. */
	close(): void {
		for (const agent of [...Object.values(this.#kept), ...Object.values(this.#single)]) agent.destroy();
	}

	/** @param release called once the last answer has been handled */
	async #follow(delivery: Delivery, release: () => void): Promise<DeliveryResult> {
		let url = new URL(delivery.url);
		for (let redirects = 0; ; redirects++) {
			const answer = await this.#post(url, delivery);
			const { statusCode = 0, headers } = answer;
			const next = redirectTarget(url, statusCode, headers.location);
			if (!next && delivery.verdict) {
				const said = delivery.verdict({ status: statusCode, body: await textOf(answer) });
				release();
				return this.#resultOf(statusCode, headers["retry-after"], said);
			}
			this.#discard(answer, next ? undefined : release);
			if (!next) return this.#resultOf(statusCode, headers["retry-after"]);
			const refusal = redirects >= maxRedirects ? "too many of them" : refusalOf(url, next);
			if (refusal) {
				release();
				return failed("redirect_refused", `A redirect to ${next.protocol}//${next.host} was not followed: ${refusal}.`);
			}
			url = next;
		}
	}

	/** Reads the rest of a body, so the connection can be reused, up to a limit. */
	#discard(answer: IncomingMessage, done: (() => void) | undefined): void {
		const [oldest] = this.#trailing;
		if (oldest && this.#trailing.size >= maxTrailing) oldest.destroy();
		this.#trailing.add(answer);
		let bytes = 0;
		answer.on("data", (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes > maxResponseBytes) answer.destroy();
		});
		// The status has decided already. An answer that is aborted, or stopped by the timeout, ends here.
		answer.on("error", () => answer.destroy());
		answer.once("close", () => {
			this.#trailing.delete(answer);
			done?.();
		});
	}

	#resultOf(status: number, retryAfter: string | undefined, said?: Verdict): DeliveryResult {
		if (said?.ok || (!said && status >= 200 && status < 300)) return { ok: true, status };
		const retryAfterMs = parseRetryAfter(retryAfter, this.#clock.now());
		return {
			ok: false,
			code: "http_status",
			message: `The receiver answered ${status}.`,
			status,
			gone: status === 410,
			...(retryAfterMs === undefined ? {} : { retryAfterMs }),
			...said,
		};
	}

	async #post(url: URL, delivery: Delivery): Promise<IncomingMessage> {
		checkHost(url, this.#allows);
		const { place } = placeOf(url);
		const flooded = this.#inbound.flooded(place);
		if (flooded) throw flooded;
		try {
			return await this.#postOnce(url, delivery, this.#kept);
		} catch (error) {
			// The receiver closed a kept connection just as it was reused, which says nothing about the receiver.
			if (error !== staleConnection) throw this.#inbound.flooded(place) ?? error;
			return await this.#postOnce(url, delivery, this.#single);
		}
	}

	#postOnce(url: URL, { headers, body, signal }: Delivery, agents: Agents): Promise<IncomingMessage> {
		const secure = url.protocol === "https:";
		return new Promise((resolve, reject) => {
			const options = {
				method: "POST",
				headers: { ...headers, "content-length": body.length },
				lookup: this.#lookup,
				maxHeaderSize: maxHeadBytes,
				signal,
				agent: secure ? agents.https : agents.http,
			} as const;
			const request = secure ? requestHttps(url, options) : requestHttp(url, options);
			request.once("socket", (socket) => this.#inbound.asked(socket, maxHeadBytes + maxResponseBytes));
			request.once("response", resolve);
			// Stays after the answer's head: a later failure of the connection does not concern this delivery.
			request.on("error", (error) => reject(isStale(request, error) ? staleConnection : error));
			request.end(body);
		});
	}
}

interface Agents {
	http: InstanceType<typeof HttpAgent>;
	https: HttpsAgent;
}

/** Returns agents whose sockets are watched. */
function agentsOf(inbound: Inbound, options: { keepAlive?: boolean; maxFreeSockets?: number }): Agents {
	const placeIn = ({ host, port }: RequestOptions) => `${host}:${port}`;
	class Http extends HttpAgent {
		override createConnection(...[to, ...rest]: Parameters<HttpsAgent["createConnection"]>): Socket {
			return inbound.watch(super.createConnection(to, ...rest) as Socket, placeIn(to));
		}
	}
	class Https extends HttpsAgent {
		override createConnection(...[to, ...rest]: Parameters<HttpsAgent["createConnection"]>): Socket {
			return inbound.watch(super.createConnection(to, ...rest) as Socket, placeIn(to));
		}
	}
	return { http: new Http(options), https: new Https(options) };
}

const staleConnection = Symbol("stale connection");

function isStale(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
	return request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

/** Reads a body up to a limit. */
async function textOf(answer: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of answer as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		bytes += chunk.length;
		if (bytes > maxResponseBytes) break;
	}
	return Buffer.concat(chunks).toString("utf8", 0, maxResponseBytes);
}

/**
 * Returns the destination of a redirect that repeats the request unchanged (307, 308); for others only the status
 * counts.
 */
function redirectTarget(from: URL, status: number, location: string | undefined): URL | undefined {
	if ((status !== 307 && status !== 308) || location === undefined) return undefined;
	return URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
}

/**
 * Refuses another origin: headers, body and address contain credentials, and events are private too, so all of it stays
 * with its origin.
 */
function refusalOf(from: URL, to: URL): string | undefined {
	if (to.origin !== from.origin) return "it leads to another origin";
	if (to.username !== "" || to.password !== "") return "it holds credentials";
	return undefined;
}
