import { type Language, languageOf } from "@livekeeper/base/text";
import type { LivekeeperClient } from "@livekeeper/client";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { goneSignal } from "../app.ts";

/** Answers one request of the Model Context Protocol, with the permissions and in the language of its sender. */
export type McpEndpoint = (
	request: Request,
	message: unknown,
	asker: { client: LivekeeperClient; language: Language },
) => Promise<Response>;

const base = "http://127.0.0.1";

/** `POST /mcp`: tools for language models, over Streamable HTTP. Exists only if the option enables it. */
export function mcpRoute(app: App, { mcp }: Pick<RouteDeps, "mcp">): void {
	if (!mcp) return;
	// One message, or a batch of them; the protocol's own library validates it.
	const body = z.union([z.looseObject({}), z.array(z.unknown())]);
	app.post("/mcp", { schema: { hide: true, body } }, async (request, reply) => {
		const signal = goneSignal(reply);
		const language = languageOf(request);
		const { LivekeeperClient } = await import("@livekeeper/client");
		const client = new LivekeeperClient({ url: base, lang: language, fetch: fetchAs(app, request, signal) });
		const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
		const asked = new Request(`${base}/mcp`, { method: "POST", headers });
		const answer = await mcp(asked, request.body, { client, language });
		return reply
			.code(answer.status)
			.headers(Object.fromEntries(answer.headers))
			.send(await answer.text());
	});
}

/** Headers that identify the client: the API admits and counts a tool's requests as the client's own. */
const handedOn = ["host", "authorization", "x-forwarded-for", "x-forwarded-proto"];

/** Calls the service's own API with the permissions of the client of `/mcp`. */
function fetchAs(app: App, { raw, headers: given }: FastifyRequest, gone: AbortSignal): typeof fetch {
	return async (input, { method = "GET", headers, body, signal } = {}) => {
		const { pathname, search } = new URL(String(input));
		const theirs = handedOn.flatMap((name) => (given[name] === undefined ? [] : [[name, String(given[name])]]));
		const answer = await app.inject({
			method: method as "GET",
			url: pathname + search,
			headers: { ...(headers as Record<string, string>), ...Object.fromEntries(theirs) },
			remoteAddress: raw.socket.remoteAddress ?? "",
			signal: AbortSignal.any([gone, ...(signal ? [signal] : [])]),
			...(typeof body === "string" && { payload: body }),
		});
		const answered = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
		return new Response(new Uint8Array(answer.rawPayload), { status: answer.statusCode, headers: answered });
	};
}
