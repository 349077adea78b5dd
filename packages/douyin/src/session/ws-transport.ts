import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import WebSocket, { type ClientOptions, type RawData } from "ws";
import type { Clock } from "../clock.ts";
import { DouyinError, type FailureReason } from "../errors.ts";
import { failureOfError, header, retryAfterOf } from "../net/index.ts";
import type { Transport, TransportHandlers, TransportRequest, TransportSocket } from "./session-deps.ts";

// `import` would make an ES module of all its exports, and load the whole of `fetch` for one of them.
const { Agent: HttpAgent } = process.getBuiltinModule("node:http");

/** Maximum number of bytes waiting to be written (acks and heartbeats); beyond it the other side no longer reads. */
const maxUnsentBytes = 1024 * 1024;

/** Creates the transport over real WebSockets. */
export function wsTransport(clock: Clock): Transport {
	return { connect: (request, handlers) => new WsSocket(request, handlers, clock) };
}

/** A WebSocket by which its listeners find their {@link WsSocket}. */
class OwnedSocket extends WebSocket {
	readonly owner: WsSocket;

	constructor(owner: WsSocket, url: string, options: ClientOptions) {
		super(url, options);
		this.owner = owner;
	}
}

const ownerOf = (socket: WebSocket) => (socket as OwnedSocket).owner;

/** One per connected room: methods and listeners are shared functions, because a closure for each would add up. */
class WsSocket implements TransportSocket {
	readonly #socket: OwnedSocket;
	readonly #handlers: TransportHandlers;
	readonly #clock: Clock;
	#opened = false;
	#failure: DouyinError | undefined;

	constructor(request: TransportRequest, handlers: TransportHandlers, clock: Clock) {
		this.#handlers = handlers;
		this.#clock = clock;
		this.#socket = new OwnedSocket(this, request.url, optionsOf(request));
		WsSocket.#listen(this.#socket);
	}

	static #listen(socket: WebSocket): void {
		socket.on("open", WsSocket.#onOpen);
		socket.on("message", WsSocket.#onMessage);
		socket.on("ping", WsSocket.#onPing);
		socket.on("pong", WsSocket.#onPong);
		socket.on("unexpected-response", WsSocket.#onRefused);
		socket.on("error", WsSocket.#onError);
		socket.on("close", WsSocket.#onClose);
	}

	static #onOpen(this: WebSocket): void {
		const owner = ownerOf(this);
		owner.#opened = true;
		owner.#handlers.onOpen();
	}

	static #onMessage(this: WebSocket, data: RawData): void {
		ownerOf(this).#handlers.onMessage(data as Buffer);
	}

	static #onPing(this: WebSocket): void {
		ownerOf(this).#handlers.onSign();
	}

	static #onPong(this: WebSocket): void {
		ownerOf(this).#handlers.onPong();
	}

	static #onRefused(this: WebSocket, _request: ClientRequest, response: IncomingMessage): void {
		const owner = ownerOf(this);
		const { statusCode = 0, statusMessage = "", headers } = response;
		owner.#end(handshakeRefusal({ status: statusCode, statusMessage, headers }, owner.#clock.now()));
	}

	static #onError(this: WebSocket, error: Error): void {
		const owner = ownerOf(this);
		owner.#failure ??= socketFailure(error, owner.#opened);
	}

	static #onClose(this: WebSocket, code: number, reason: Buffer): void {
		const owner = ownerOf(this);
		owner.#handlers.onEnd(owner.#failure ?? closeFailure(code, reason.toString()));
	}

	send(bytes: Uint8Array): void {
		if (this.#socket.readyState !== WebSocket.OPEN) return;
		if (this.#socket.bufferedAmount <= maxUnsentBytes) this.#socket.send(bytes);
		else this.#end(new DouyinError("network", "Douyin no longer reads what is sent."));
	}

	ping(): void {
		if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
	}

	close(): void {
		this.#socket.close(1000);
	}

	terminate(): void {
		this.#socket.terminate();
	}

	#end(reason: DouyinError): void {
		this.#failure ??= reason;
		this.#socket.terminate();
	}
}

function optionsOf(request: TransportRequest): ClientOptions {
	return {
		headers: request.headers,
		// Never the process-wide agent: other code may have changed it, and it would outlive this socket.
		agent: request.agent ?? new (request.url.startsWith("wss:") ? HttpsAgent : HttpAgent)(),
		perMessageDeflate: false,
		skipUTF8Validation: true,
		maxPayload: request.maxMessageBytes,
		...(request.ca && { ca: request.ca }),
	};
}

function socketFailure(error: Error, opened: boolean): DouyinError {
	const code = (error as NodeJS.ErrnoException).code ?? "";
	if (code.startsWith("WS_ERR_")) {
		return new DouyinError("bad_frame", `Douyin broke the WebSocket protocol: ${error.message}`, {
			cause: error,
		});
	}
	const notHttp = code.startsWith("HPE_") || (code === "" && error.cause === undefined);
	if (!opened && notHttp && !(error instanceof DouyinError)) {
		return new DouyinError("handshake_refused", `The live connection did not open: ${error.message}`, { cause: error });
	}
	return failureOfError(error, "The live connection failed");
}

function closeFailure(code: number, reason: string): DouyinError {
	if (code === 1006) return new DouyinError("network", "The live connection was cut without a reason.");
	const words = reason || `code ${code}`;
	return new DouyinError("upstream_close", `Douyin closed the live connection: ${words}`, { upstreamMessage: words });
}

/** The upstream's answer instead of opening the socket. */
interface HandshakeAnswer {
	status: number;
	statusMessage: string;
	headers: IncomingHttpHeaders;
}

/**
 * Determines why a handshake was refused. The edge may answer HTTP 200 and put its verdict into `handshake-status` and
 * `handshake-msg` (the web page's protocol, "socket").
 */
export function handshakeRefusal(answer: HandshakeAnswer, now: number): DouyinError {
	const verdict = Number(header(answer.headers, "handshake-status"));
	const status = verdict > 0 ? verdict : answer.status;
	const words = header(answer.headers, "handshake-msg") || answer.statusMessage || `HTTP ${answer.status}`;
	return new DouyinError(reasonOf(status, words), `The live connection was refused: ${status} ${words}`, {
		status,
		upstreamMessage: words,
		retryAfterMs: retryAfterOf(answer.headers, now),
	});
}

function reasonOf(status: number, words: string): FailureReason {
	if (status === 401 || status === 403 || words.includes("DEVICE_BLOCKED")) return "blocked";
	if (status === 429) return "rate_limited";
	if (status >= 500) return "upstream_error";
	return /sign/i.test(words) ? "signature_rejected" : "handshake_refused";
}
