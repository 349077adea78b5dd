import { Agent as HttpsAgent } from "node:https";
import WebSocket, { type ClientOptions } from "ws";
import type { Clock } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import { failureOfError } from "../net/index.ts";
import { handshakeRefusal } from "./handshake-refusal.ts";
import type { Transport, TransportHandlers, TransportRequest, TransportSocket } from "./transport.ts";

// `import` would make an ES module of all its exports, and load the whole of `fetch` for one of them.
const { Agent: HttpAgent } = process.getBuiltinModule("node:http");

/** What may wait to be written (acks and heartbeats); past it the other side is not reading any more. */
const maxUnsentBytes = 1024 * 1024;

/** The transport over real WebSockets. */
export function wsTransport(clock: Clock): Transport {
	return { connect: (request, handlers) => connect(request, handlers, clock) };
}

function connect(request: TransportRequest, handlers: TransportHandlers, clock: Clock): TransportSocket {
	const options: ClientOptions = {
		headers: request.headers,
		// Never the process-wide agent: it may have been changed by somebody else, and would outlive this socket.
		agent: request.agent ?? new (request.url.startsWith("wss:") ? HttpsAgent : HttpAgent)(),
		perMessageDeflate: false,
		skipUTF8Validation: true,
		maxPayload: request.maxMessageBytes,
		...(request.ca && { ca: request.ca }),
	};
	const socket = new WebSocket(request.url, options);
	let opened = false;
	let failure: DouyinError | undefined;

	const end = (reason: DouyinError) => {
		failure ??= reason;
		socket.terminate();
	};
	socket.on("open", () => {
		opened = true;
		handlers.onOpen();
	});
	socket.on("message", (data: Buffer) => handlers.onMessage(data));
	socket.on("ping", () => handlers.onSign());
	socket.on("pong", () => handlers.onPong());
	socket.on("unexpected-response", (_request, response) => {
		const { statusCode = 0, statusMessage = "", headers } = response;
		end(handshakeRefusal({ status: statusCode, statusMessage, headers }, clock.now()));
	});
	socket.on("error", (error) => {
		failure ??= socketFailure(error, opened);
	});
	socket.once("close", (code, reason) => handlers.onEnd(failure ?? closeFailure(code, reason.toString())));

	return {
		send(bytes) {
			if (socket.readyState !== WebSocket.OPEN) return;
			if (socket.bufferedAmount > maxUnsentBytes) {
				return end(new DouyinError("network", "The upstream no longer reads what it is sent."));
			}
			socket.send(bytes);
		},
		ping: () => {
			if (socket.readyState === WebSocket.OPEN) socket.ping();
		},
		close: () => socket.close(1000),
		terminate: () => socket.terminate(),
	};
}

function socketFailure(error: Error, opened: boolean): DouyinError {
	const code = (error as NodeJS.ErrnoException).code ?? "";
	if (code.startsWith("WS_ERR_")) {
		return new DouyinError("bad_frame", `The upstream broke the WebSocket protocol: ${error.message}`, {
			cause: error,
		});
	}
	const notHttp = code.startsWith("HPE_") || (code === "" && error.cause === undefined);
	if (!opened && notHttp && !(error instanceof DouyinError)) {
		return new DouyinError("handshake_refused", `The push socket did not open: ${error.message}`, { cause: error });
	}
	return failureOfError(error, "The push socket failed");
}

function closeFailure(code: number, reason: string): DouyinError {
	if (code === 1006) return new DouyinError("network", "The push socket was cut without a word.");
	const words = reason || `code ${code}`;
	return new DouyinError("upstream_close", `The upstream closed the push socket: ${words}`, { upstreamMessage: words });
}
