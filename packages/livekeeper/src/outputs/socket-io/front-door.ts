import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { languageOf, requestTexts } from "@livekeeper/base/text";

const ours = /^\/socket\.io\//;
const taken = ["GET", "POST", "OPTIONS"];

/**
 * Runs before the library's own handler. A request to `/socket.io/` that `answers` handles goes no further, and neither
 * does one with a method that the library would answer with a 500.
 */
export function placeBefore(
	server: HttpServer,
	answers: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
	const listeners = server.listeners("request") as RequestListener[];
	server.removeAllListeners("request");
	server.on("request", (request, response) => {
		if (ours.test(request.url ?? "")) {
			if (answers(request, response)) return;
			if (!taken.includes(request.method ?? "")) return refuseMethod(request, response);
		}
		for (const listener of listeners) listener.call(server, request, response);
	});
}

function refuseMethod(request: IncomingMessage, response: ServerResponse): void {
	const text = requestTexts.wrongMethod("/socket.io/", request.method ?? "");
	const error = new LivekeeperError("method_not_allowed", text);
	const body = JSON.stringify(errorReply(error, languageOf(request)));
	const headers = { "content-type": "application/json; charset=utf-8", allow: taken.join(", "), connection: "close" };
	response.writeHead(error.status, headers).end(body);
}
