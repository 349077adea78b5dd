import type { FastifyReply } from "fastify";

/** Aborts when the asker's connection is gone before the answer is whole. To be made before anything is waited for. */
export function goneSignal(reply: FastifyReply): AbortSignal {
	const gone = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) gone.abort(new Error("The client has gone"));
	});
	return gone.signal;
}
