import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import { errorReply, LivekeeperError } from "../../errors.ts";
import type { Scope } from "../../live/index.ts";
import { languageOf, requestTexts } from "../../text/index.ts";
import type { Party } from "./party.ts";
import { takenBytes } from "./taken-bytes.ts";

/** Decides who may connect; the same answers as for HTTP. */
export interface UpgradeAccess {
	connectionKey(request: IncomingMessage): string | undefined;
	/** @throws {LivekeeperError} when the request is refused */
	admit(request: IncomingMessage, key: string | undefined): { scope: Scope; party: Party };
}

/** Pings are sent this often; a client that answers none until the next is gone, unless something waits for it, ms. */
const pingMs = 30_000;

/** A client that is gone before it was answered needs no answer. */
export function ignoreReset(): void {
	return;
}

/** Before the upgrade an error is an HTTP answer, in the same shape as everywhere. */
export function refuseUpgrade(request: IncomingMessage, socket: Duplex, thrown: unknown, logger: Logger): void {
	if (!(thrown instanceof LivekeeperError)) logger.error({ event: "request_failed", err: thrown });
	const error = thrown instanceof LivekeeperError ? thrown : new LivekeeperError("internal", requestTexts.failed);
	const body = Buffer.from(JSON.stringify(errorReply(error, languageOf(request))));
	const wait = error.retryAfterS === undefined ? "" : `retry-after: ${error.retryAfterS}\r\n`;
	// Unread, the client's own end would go unnoticed, and the socket would stay.
	socket.resume();
	socket.end(
		Buffer.concat([
			Buffer.from(
				`HTTP/1.1 ${error.status} ${error.code}\r\ncontent-type: application/json; charset=utf-8\r\n${wait}content-length: ${body.length}\r\nconnection: close\r\n\r\n`,
			),
			body,
		]),
	);
}

/**
 * Notices a client that is gone without a word.
 * @param servedByHub the hub looks after what waits for it
 */
export function watchOver(
	webSocket: WebSocket,
	socket: Socket,
	{ clock, logger, servedByHub }: { clock: Clock; logger: Logger; servedByHub: boolean },
): void {
	let answered = true;
	let taken = 0;
	const timer = clock.every(pingMs, () => {
		// A ping comes after all that waits, and so does its answer: then who takes something is there.
		const waits = webSocket.bufferedAmount > 0;
		const stalled = !servedByHub && takenBytes(socket) === taken;
		if (waits ? stalled : !answered) webSocket.terminate();
		taken = takenBytes(socket);
		answered = waits;
		webSocket.ping();
	});
	webSocket.on("pong", () => {
		answered = true;
	});
	webSocket.on("error", (error) => logger.debug({ event: "web_socket_failed", err: error }));
	webSocket.once("close", () => timer.cancel());
}
