import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Clock } from "@livekeeper/douyin";
import type { Scope } from "../../live/index.ts";
import type { ReaderHub, ReadFrom } from "../readers/index.ts";
import { sseSink } from "./sse-sink.ts";

/** Interval between comments, ms. They let proxies and clients tell a quiet room from a dead connection. */
const keepAliveMs = 15_000;

export interface EventStreamDeps {
	hub: ReaderHub;
	clock: Clock;
	/** Scope of the client's request. The stream ends when it is revoked. */
	scope: Pick<Scope, "onRevoked">;
}

/**
 * Waits while the response is queued behind another one on the same connection. Nothing is allocated for it before: the
 * client receives nothing until then, and Node 22 never reports that such a response has lost its connection.
 */
export async function itsTurn(response: ServerResponse): Promise<void> {
	if (!response.socket && !response.destroyed) await once(response, "socket");
}

/**
 * Answers a request with a room's events as server-sent events, until one side ends.
 * @param headers sent besides the stream's own
 */
export async function streamEvents(
	response: ServerResponse,
	from: ReadFrom,
	headers: Record<string, string>,
	{ hub, clock, scope }: EventStreamDeps,
): Promise<void> {
	// The client may have left during the lookup of its room; nothing would report its end later.
	if (response.destroyed) return;
	response.writeHead(200, {
		...headers,
		"content-type": "text/event-stream; charset=utf-8",
		"cache-control": "no-cache, no-transform",
		"x-accel-buffering": "no",
	});
	response.socket?.setNoDelay(true);
	response.write("retry: 2000\n\n");
	const keepAlive = clock.every(keepAliveMs, () => {
		if (response.writableLength === 0 && !response.writableEnded) response.write(": keep-alive\n\n");
	});
	response.once("close", () => keepAlive.cancel());
	const sink = sseSink(response, from.raw);
	response.once(
		"close",
		scope.onRevoked((why) => sink.end("token_revoked", why.text)),
	);
	try {
		const leave = await hub.open(sink, from);
		if (response.destroyed) leave();
		else response.once("close", leave);
	} catch (error) {
		// The status line has been sent. A client that is disconnected reconnects by itself; one that is left waiting never
		// does.
		response.destroy();
		throw error;
	}
}
