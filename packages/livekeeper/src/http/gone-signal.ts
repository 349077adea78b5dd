import type { FastifyReply } from "fastify";

/**
 * Returns a signal that aborts if the client's connection closes before the response is complete. Call it before any
 * wait.
 */
export function goneSignal(reply: FastifyReply): AbortSignal {
	const gone = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) gone.abort(new Error("The client has gone"));
	});
	return gone.signal;
}
